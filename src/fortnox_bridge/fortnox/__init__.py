"""Fortnox: its OAuth, its rate window, its words. Nothing outside this package knows how Fortnox calls a field."""
