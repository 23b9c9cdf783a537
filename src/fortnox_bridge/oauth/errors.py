"""Refusals of an authorization server that callers tell apart."""

from fortnox_bridge.domain.errors import UserAction


class GrantRefused(UserAction):
    """The code, refresh token or consent is not accepted (RFC 6749 `invalid_grant`)."""
