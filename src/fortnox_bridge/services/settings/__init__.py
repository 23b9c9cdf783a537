"""Sync settings: read, checked against the live systems, changed, taken elsewhere."""
