"""Cards inside source systems: a customer's finances, and how a deal stands (F100-F103)."""
