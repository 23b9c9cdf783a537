"""The draft itself: its header, rows and totals, and its life in Fortnox."""
