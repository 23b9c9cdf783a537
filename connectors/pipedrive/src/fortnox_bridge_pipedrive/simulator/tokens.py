"""Grants of the app: codes, access and refresh tokens (section 2.1)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from fortnox_bridge.sdk.simulator import SimulatedClock
from fortnox_bridge_pipedrive.simulator.answers import Record
from fortnox_bridge_pipedrive.simulator.identities import Identities

CODE_LIFETIME = timedelta(minutes=5)
ACCESS_LIFETIME = timedelta(minutes=60)
REFRESH_IDLE_LIFETIME = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Code:
    company_id: int
    user_id: int
    redirect_uri: str
    expires_at: datetime


@dataclass(slots=True)
class Grant:
    """One user's consent: a refresh token that stays the same, and the access tokens made from it."""

    company_id: int
    user_id: int
    refresh_token: str
    redirect_uri: str
    scopes: tuple[str, ...]
    refresh_expires_at: datetime
    access_tokens: dict[str, datetime] = field(default_factory=dict)


@dataclass(slots=True)
class TokenStore:
    clock: SimulatedClock
    identities: Identities
    codes: dict[str, Code] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)
    _by_access: dict[str, Grant] = field(default_factory=dict)

    def issue_code(self, company_id: int, user_id: int, redirect_uri: str) -> str:
        code = self.identities.hex_text(20)
        self.codes[code] = Code(company_id, user_id, redirect_uri, self.clock.now() + CODE_LIFETIME)
        return code

    def take_code(self, code: str) -> Code | None:
        """Hand out a code once; a late one is as good as none."""
        found = self.codes.pop(code, None)
        return found if found is not None and found.expires_at > self.clock.now() else None

    def open_grant(self, code: Code, scopes: tuple[str, ...]) -> Grant:
        refresh = f"{code.company_id}:{code.user_id}:{self.identities.hex_text(20)}"
        expires = self.clock.now() + REFRESH_IDLE_LIFETIME
        grant = Grant(code.company_id, code.user_id, refresh, code.redirect_uri, scopes, expires)
        self.grants[refresh] = grant
        return grant

    def refresh(self, refresh_token: str) -> Grant | None:
        grant = self.grants.get(refresh_token)
        if grant is None or grant.refresh_expires_at <= self.clock.now():
            return None
        grant.refresh_expires_at = self.clock.now() + REFRESH_IDLE_LIFETIME
        return grant

    def new_access_token(self, grant: Grant) -> str:
        # Long and of no fixed length: the vendor advises columns of 768 characters (section 2.1).
        token = f"v1u:AQIBAHj-{self.identities.hex_text(120)}"
        grant.access_tokens[token] = self.clock.now() + ACCESS_LIFETIME
        self._by_access[token] = grant
        return token

    def grant_of(self, access_token: str) -> Grant | None:
        grant = self._by_access.get(access_token)
        if grant is None or grant.access_tokens[access_token] <= self.clock.now():
            return None
        return grant

    def revoke_access(self, access_token: str) -> None:
        grant = self._by_access.pop(access_token, None)
        if grant is not None:
            del grant.access_tokens[access_token]

    def close_grant(self, refresh_token: str) -> Grant | None:
        grant = self.grants.pop(refresh_token, None)
        if grant is not None:
            for token in grant.access_tokens:
                self._by_access.pop(token, None)
        return grant

    def expire_access_tokens(self) -> None:
        """Make every access token stale at once, refresh tokens stay."""
        for grant in self.grants.values():
            for token in grant.access_tokens:
                grant.access_tokens[token] = self.clock.now()

    def listing(self) -> list[Record]:
        return [
            {
                "company_id": grant.company_id,
                "user_id": grant.user_id,
                "refresh_token": f"{grant.refresh_token[:4]}…{grant.refresh_token[-4:]}",
                "refresh_expires_at": grant.refresh_expires_at.isoformat(),
                "scopes": list(grant.scopes),
                "live_access_tokens": sum(1 for at in grant.access_tokens.values() if at > self.clock.now()),
            }
            for grant in self.grants.values()
        ]
