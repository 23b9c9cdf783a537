"""Deals that nobody told us of: webhooks that were missed, for whatever reason, only delay (P4)."""
