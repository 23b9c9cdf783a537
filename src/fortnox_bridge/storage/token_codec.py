"""Stored tokens as JSON, before they are encrypted."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fortnox_bridge.oauth.store import StoredTokens
from fortnox_bridge.oauth.types import TokenSet


def encode_tokens(stored: StoredTokens) -> bytes:
    """Without `needs_reconnect`, which the account or company says of itself."""
    tokens = None if stored.tokens is None else _to_plain(stored.tokens)
    return json.dumps({"tokens": tokens, "candidates": [_to_plain(one) for one in stored.candidates]}).encode()


def decode_tokens(secret: bytes | None, *, needs_reconnect: bool) -> StoredTokens:
    if secret is None:
        return StoredTokens(tokens=None, needs_reconnect=needs_reconnect)
    plain = json.loads(secret)
    return StoredTokens(
        tokens=None if plain["tokens"] is None else _to_tokens(plain["tokens"]),
        candidates=tuple(_to_tokens(one) for one in plain["candidates"]),
        needs_reconnect=needs_reconnect,
    )


def _to_plain(tokens: TokenSet) -> Mapping[str, object]:
    return {
        "access_token": tokens.access_token,
        "expires_at": tokens.expires_at.isoformat(),
        "issued_at": tokens.issued_at.isoformat(),
        "refresh_token": tokens.refresh_token,
        "scopes": list(tokens.scopes),
        "extra": dict(tokens.extra),
    }


def _to_tokens(plain: Mapping[str, Any]) -> TokenSet:
    return TokenSet(
        access_token=plain["access_token"],
        expires_at=datetime.fromisoformat(plain["expires_at"]),
        issued_at=datetime.fromisoformat(plain["issued_at"]),
        refresh_token=plain["refresh_token"],
        scopes=tuple(plain["scopes"]),
        extra=plain["extra"],
    )
