"""Keeping the tokens of one account fresh without ever losing the last living pair (facts: reliability 4.5).

No request is sent with a token that is not committed yet; no refresh token is sent twice except after an unknown
outcome; a failing network never makes anybody connect again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, Protocol

from fortnox_bridge.domain.clock import Clock
from fortnox_bridge.domain.errors import ReconnectRequired, SettingsInvalid, Transient
from fortnox_bridge.oauth.errors import GrantRefused
from fortnox_bridge.oauth.flights import TokenFlights, as_unavailable
from fortnox_bridge.oauth.store import LockedTokens, StoredTokens, TokenStore
from fortnox_bridge.oauth.types import TokenSet

_SAVE_TRIES: Final = 3


class Renewer(Protocol):
    """The two grants that give new tokens without a person; `AuthorizationServer` is one."""

    async def refresh(self, refresh_token: str) -> TokenSet: ...

    async def client_credentials(self, headers: Mapping[str, str]) -> TokenSet: ...


@dataclass(frozen=True, slots=True)
class KeeperTiming:
    """All in seconds. `reread_s`: how long a peer's save is waited for before a refused pair counts as dead."""

    margin_s: float = 300
    cooldown_s: float = 30
    reread_s: float = 2
    reread_step_s: float = 0.25
    cache_s: float = 15


@dataclass(frozen=True, slots=True)
class _Refused:
    refresh_token: str | None


class TokenKeeper:
    """The tokens of one account. Implements `TokenSource`.

    `key` names the account within the process; `flights` is shared by all keepers of the process.
    `credentials_headers` (the tenant of a service account) turns on client credentials, which need no refresh
    token; a stored refresh token stays as the fallback.
    """

    def __init__(
        self,
        store: TokenStore,
        server: Renewer,
        flights: TokenFlights,
        clock: Clock,
        *,
        key: str,
        system: str,
        reconnect_code: str,
        credentials_headers: Mapping[str, str] | None = None,
        timing: KeeperTiming | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._server = server
        self._flights = flights
        self._clock = clock
        self._key = key
        self._system = system
        self._reconnect_code = reconnect_code
        self._headers = credentials_headers
        self._timing = timing or KeeperTiming()
        self._sleep = sleep
        self._seen: TokenSet | None = None
        self._seen_at = 0.0

    async def access_token(self) -> str:
        if self._seen is not None and self._is_fresh(self._seen) and self._age() < self._timing.cache_s:
            return self._seen.access_token
        return await self._other_than(None)

    async def replace(self, rejected: str) -> str:
        self._seen = None
        return await self._other_than(rejected)

    async def _other_than(self, rejected: str | None) -> str:
        usable = self._usable(await self._store.read(), rejected)
        if usable is not None:
            return usable
        token = await self._flights.join(self._key, lambda: self._renew(rejected))
        if token == rejected:
            # We joined a renewal that began before the vendor refused this very token.
            token = await self._flights.join(self._key, lambda: self._renew(rejected))
        return token

    def _usable(self, stored: StoredTokens, rejected: str | None) -> str | None:
        if stored.needs_reconnect or (stored.tokens is None and self._headers is None):
            raise self._reconnect_required("marked" if stored.needs_reconnect else "never connected")
        tokens = stored.tokens
        if tokens is None or not self._is_fresh(tokens) or tokens.access_token == rejected:
            return None
        self._seen, self._seen_at = tokens, self._clock.monotonic()
        return tokens.access_token

    async def _renew(self, rejected: str | None) -> str:
        self._flights.require_warm(self._key, system=self._system)
        try:
            outcome = await self._renew_locked(rejected, is_last_resort=False)
            if isinstance(outcome, _Refused):
                outcome = await self._saved_by_peer(outcome, rejected) or await self._renew_locked(
                    rejected, is_last_resort=True
                )
        except Transient as error:
            self._flights.cool_down(self._key, max(self._timing.cooldown_s, error.retry_after_s or 0))
            raise as_unavailable(error, system=self._system) from error
        if isinstance(outcome, _Refused):
            raise self._reconnect_required("refused")
        return outcome

    async def _renew_locked(self, rejected: str | None, *, is_last_resort: bool) -> str | _Refused:
        issued: TokenSet | None = None
        consumed: str | None = None
        try:
            async with self._store.locked() as locked:
                usable = self._usable(locked.current, rejected)
                if usable is not None:
                    return usable
                issued, consumed = await self._ask(locked, is_last_resort=is_last_resort)
                if issued is None:
                    if is_last_resort:
                        await locked.mark_needs_reconnect()
                    return _Refused(consumed)
                await locked.save(issued, consumed_refresh_token=consumed)
        except Exception:
            # Whatever the storage met: this pair exists nowhere else and the old one may be spent.
            if issued is None:
                raise
            await self._save_again(issued, consumed)
        return issued.access_token

    async def _ask(self, locked: LockedTokens, *, is_last_resort: bool) -> tuple[TokenSet | None, str | None]:
        """New tokens and the stored refresh token they replace; None and the refused token when all are refused."""
        held = locked.current.tokens
        own = held.refresh_token if held is not None else None
        if self._headers is not None and not is_last_resort:
            try:
                tokens = await self._server.client_credentials(self._headers)
            except (GrantRefused, SettingsInvalid):
                if own is None:
                    return None, None
            else:
                return replace(tokens, refresh_token=own), own
        if own is not None:
            try:
                return await self._server.refresh(own), own
            except GrantRefused:
                if not is_last_resort:
                    return None, own
        return await self._ask_candidates(locked), own

    async def _ask_candidates(self, locked: LockedTokens) -> TokenSet | None:
        for candidate in locked.current.candidates:
            if candidate.refresh_token is None:
                continue
            try:
                tokens = await self._server.refresh(candidate.refresh_token)
            except GrantRefused:
                await locked.drop_candidate(candidate.refresh_token)
            else:
                await locked.drop_candidate(candidate.refresh_token)
                return tokens
        return None

    async def _saved_by_peer(self, refused: _Refused, rejected: str | None) -> str | None:
        """A pair that somebody else saved just now: our refused one was spent by a rotation of theirs."""
        deadline = self._clock.monotonic() + self._timing.reread_s
        while True:
            stored = await self._store.read()
            if stored.tokens is not None and stored.tokens.refresh_token != refused.refresh_token:
                return self._usable(stored, rejected)
            if self._clock.monotonic() >= deadline:
                return None
            await self._sleep(self._timing.reread_step_s)

    async def _save_again(self, issued: TokenSet, consumed: str | None) -> None:
        for attempt in range(1, _SAVE_TRIES + 1):
            try:
                async with self._store.locked() as locked:
                    await locked.save(issued, consumed_refresh_token=consumed)
                    return
            except Exception:
                if attempt == _SAVE_TRIES:
                    raise
                await self._sleep(self._timing.reread_step_s)

    def _is_fresh(self, tokens: TokenSet) -> bool:
        # Half the life at most: a token that lives shorter than the margin would be renewed for every request.
        margin = min(timedelta(seconds=self._timing.margin_s), (tokens.expires_at - tokens.issued_at) / 2)
        return tokens.expires_at - self._clock.now() > margin

    def _age(self) -> float:
        return self._clock.monotonic() - self._seen_at

    def _reconnect_required(self, detail: str) -> ReconnectRequired:
        return ReconnectRequired(self._reconnect_code, system=self._system, detail=detail)
