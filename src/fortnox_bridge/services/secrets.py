"""Random values that open something."""

import secrets


def new_secret(size_bytes: int = 24) -> str:
    """A fresh URL-safe secret; the default has 192 random bits."""
    return secrets.token_urlsafe(size_bytes)
