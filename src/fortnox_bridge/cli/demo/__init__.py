"""`fortnox-bridge demo`: the product doing what it exists for, against simulated vendors."""
