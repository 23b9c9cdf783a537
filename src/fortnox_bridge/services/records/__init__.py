"""Customers and products by themselves: their sync, the copy of the register, first links."""
