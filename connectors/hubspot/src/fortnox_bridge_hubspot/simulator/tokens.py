"""Grants of the app: codes, access and refresh tokens (facts 2.3)."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from fortnox_bridge.sdk.simulator import SimulatedClock
from fortnox_bridge_hubspot.simulator.answers import Record

CODE_LIFETIME = timedelta(minutes=10)
ACCESS_LIFETIME = timedelta(seconds=1800)
# Scopes that only some plans can grant; asked for as optional ones they are dropped in silence (facts 2.5).
BY_PLAN = {"automation": frozenset({"professional", "enterprise"})}


@dataclass(frozen=True, slots=True)
class Code:
    portal_id: int
    redirect_uri: str
    scopes: tuple[str, ...]
    expires_at: datetime


@dataclass(slots=True)
class Grant:
    """One installation: a refresh token that stays the same, and the access tokens made from it."""

    portal_id: int
    refresh_token: str
    scopes: tuple[str, ...]
    access_tokens: dict[str, datetime] = field(default_factory=dict)


@dataclass(slots=True)
class TokenStore:
    clock: SimulatedClock
    codes: dict[str, Code] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)
    used_codes: set[str] = field(default_factory=set)
    _by_access: dict[str, Grant] = field(default_factory=dict)
    _issued: int = 0

    def issue_code(self, portal_id: int, redirect_uri: str, scopes: tuple[str, ...]) -> str:
        code = f"eu1-{self._text(8)}"
        self.codes[code] = Code(portal_id, redirect_uri, scopes, self.clock.now() + CODE_LIFETIME)
        return code

    def open_grant(self, code: Code) -> Grant:
        """Installing again takes the place of the installation that was."""
        for other in [each for each in self.grants.values() if each.portal_id == code.portal_id]:
            self.close(other)
        grant = Grant(code.portal_id, f"eu1-{self._text(9)}", code.scopes)
        self.grants[grant.refresh_token] = grant
        return grant

    def new_access_token(self, grant: Grant) -> str:
        # 588 characters have been seen (facts 2.3): nothing may be cut to less.
        token = f"CJ-{self._text(147)}"[:588]
        grant.access_tokens[token] = self.clock.now() + ACCESS_LIFETIME
        self._by_access[token] = grant
        return token

    def grant_of(self, access_token: str) -> tuple[Grant | None, bool]:
        """The grant, and whether the token still lives."""
        grant = self._by_access.get(access_token)
        return grant, grant is not None and grant.access_tokens[access_token] > self.clock.now()

    def close(self, grant: Grant) -> None:
        self.grants.pop(grant.refresh_token, None)
        for token in grant.access_tokens:
            self._by_access.pop(token, None)

    def close_portal(self, portal_id: int) -> None:
        """The app is uninstalled: everything it was given is dead."""
        for grant in [each for each in self.grants.values() if each.portal_id == portal_id]:
            self.close(grant)

    def expire_access_tokens(self) -> None:
        for grant in self.grants.values():
            grant.access_tokens = dict.fromkeys(grant.access_tokens, self.clock.now())

    def listing(self) -> list[Record]:
        return [
            {
                "portal_id": grant.portal_id,
                "refresh_token": f"{grant.refresh_token[:6]}…",
                "scopes": list(grant.scopes),
                "live_access_tokens": sum(1 for at in grant.access_tokens.values() if at > self.clock.now()),
            }
            for grant in self.grants.values()
        ]

    def _text(self, words: int) -> str:
        self._issued += 1
        return "".join(hashlib.sha256(f"{self._issued}:{word}".encode()).hexdigest()[:4] for word in range(words))
