"""Which pair of tokens is in use after a save: compare-and-swap on the refresh token that was spent (4.5)."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from fortnox_bridge.oauth.store import StoredTokens
from fortnox_bridge.oauth.types import TokenSet

MAX_CANDIDATES: Final = 5


def saved(stored: StoredTokens, tokens: TokenSet, *, consumed_refresh_token: str | None) -> StoredTokens:
    """What stands after `tokens` were issued for `consumed_refresh_token`; the rules are those of `LockedTokens`."""
    current = stored.tokens
    if consumed_refresh_token is None:
        candidates = () if tokens.refresh_token is not None else stored.candidates
        return StoredTokens(tokens=tokens, candidates=candidates)
    if current is None or current.refresh_token == consumed_refresh_token:
        return StoredTokens(tokens=tokens, candidates=stored.candidates)
    others = [one for one in stored.candidates if one.refresh_token != consumed_refresh_token]
    if len(others) < len(stored.candidates):
        return StoredTokens(tokens=tokens, candidates=_newest_first([current, *others]))
    newest, older = (tokens, current) if tokens.issued_at >= current.issued_at else (current, tokens)
    return StoredTokens(tokens=newest, candidates=_newest_first([older, *others]))


def without_candidate(stored: StoredTokens, refresh_token: str) -> StoredTokens:
    kept = tuple(one for one in stored.candidates if one.refresh_token != refresh_token)
    return replace(stored, candidates=kept)


def _newest_first(candidates: Iterable[TokenSet]) -> tuple[TokenSet, ...]:
    by_age = sorted(candidates, key=lambda one: one.issued_at, reverse=True)
    return tuple(by_age[:MAX_CANDIDATES])
