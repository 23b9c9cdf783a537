"""Where tokens are kept between requests and processes. The storage implements these protocols.

A `TokenStore` is bound to one credential: the tokens of one account at one authorization server. What `locked`
yields holds that credential's row alone, against every task and process (`SELECT … FOR UPDATE`, or a lock per row
where there is one process), without a time to live: it is let go when the context ends or the session dies.
"""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from fortnox_bridge.oauth.types import TokenSet


@dataclass(frozen=True, slots=True)
class StoredTokens:
    """One credential as committed.

    Attributes:
        tokens: the pair in use; None before the first consent.
        candidates: other pairs that may turn out to hold the only living refresh token, newest issued first.
        needs_reconnect: only a new consent helps.
    """

    tokens: TokenSet | None
    candidates: tuple[TokenSet, ...] = ()
    needs_reconnect: bool = False


class LockedTokens(Protocol):
    """The credential while its lock is held. Writes are committed when the context exits without an error."""

    @property
    def current(self) -> StoredTokens:
        """What is committed, read after the lock was taken, with this context's own writes applied."""

    async def save(self, tokens: TokenSet, *, consumed_refresh_token: str | None) -> None:
        """Make `tokens` the pair in use, `needs_reconnect` False.

        Compare-and-swap on the refresh token that was spent for them (not on any lease: the late writer may hold
        the only living pair):

        - equal to the stored pair's refresh token, or None (consent, client credentials), or nothing stored yet:
          `tokens` replaces the pair;
        - equal to a candidate's: that candidate goes, `tokens` becomes the pair and the pair a candidate;
        - equal to neither: somebody else saved in between. Both pairs stay: the newest issued is the pair in use,
          the other one a candidate.

        A consent (None) with a refresh token of its own also drops all candidates: they belong to older grants.
        Candidates are kept newest issued first, at most five.
        """

    async def drop_candidate(self, refresh_token: str) -> None:
        """Forget the candidate with this refresh token: the server refused it."""

    async def mark_needs_reconnect(self) -> None:
        """Only a new consent helps. The pair in use is kept: it may still be adopted by `save`."""


class TokenStore(Protocol):
    async def read(self) -> StoredTokens:
        """What is committed now, without taking the lock."""

    def locked(self) -> AbstractAsyncContextManager[LockedTokens]:
        """Wait for the credential's lock and hold it. An error inside rolls back whatever was written there."""
