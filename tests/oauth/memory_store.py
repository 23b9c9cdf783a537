"""A token store in memory that keeps the protocol's promises, and can be told to fail a commit."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from fortnox_bridge.oauth.store import StoredTokens
from fortnox_bridge.oauth.types import TokenSet


class CommitFailed(Exception):
    pass


class MemoryTokenStore:
    def __init__(self, tokens: TokenSet | None = None, *candidates: TokenSet) -> None:
        self.committed = StoredTokens(tokens, candidates)
        self.lock = asyncio.Lock()
        self.commits_to_fail = 0
        self.reads = 0

    async def read(self) -> StoredTokens:
        self.reads += 1
        return self.committed

    @asynccontextmanager
    async def locked(self) -> AsyncIterator["HeldTokens"]:
        async with self.lock:
            held = HeldTokens(self.committed)
            yield held
            if self.commits_to_fail and held.current != self.committed:
                self.commits_to_fail -= 1
                raise CommitFailed
            self.committed = held.current


class HeldTokens:
    def __init__(self, current: StoredTokens) -> None:
        self.current = current

    async def save(self, tokens: TokenSet, *, consumed_refresh_token: str | None) -> None:
        old = self.current.tokens
        others = [pair for pair in self.current.candidates if pair.refresh_token != consumed_refresh_token]
        if old is None or consumed_refresh_token in {None, old.refresh_token}:
            pair = tokens
        elif len(others) < len(self.current.candidates):
            pair, others = tokens, [old, *others]
        else:
            pair, spare = sorted([tokens, old], key=lambda one: one.issued_at, reverse=True)
            others = [spare, *others]
        newest_first = sorted(others, key=lambda one: one.issued_at, reverse=True)
        self.current = StoredTokens(pair, tuple(newest_first[:5]), needs_reconnect=False)

    async def drop_candidate(self, refresh_token: str) -> None:
        left = tuple(pair for pair in self.current.candidates if pair.refresh_token != refresh_token)
        self.current = replace(self.current, candidates=left)

    async def mark_needs_reconnect(self) -> None:
        self.current = replace(self.current, needs_reconnect=True)
