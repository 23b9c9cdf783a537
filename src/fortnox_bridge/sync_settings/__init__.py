"""Sync settings: what an administrator decides for one connection, as one versioned document (facts: style B9)."""
