"""Who approved what: consents, authorization codes, refresh tokens, and what each may still be used for."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from fortnox_bridge.sandbox.fortnox import tokens
from fortnox_bridge.sandbox.fortnox.knobs import ServiceKnobs
from fortnox_bridge.sandbox.fortnox.tokens import AccessGrant
from fortnox_bridge.sdk.simulator import SimulatedClock

CODE_LIFETIME = timedelta(minutes=10)
REFRESH_LIFETIME = timedelta(days=45)


@dataclass(slots=True)
class Consent:
    """One approval by a company for a client."""

    client_id: str
    tenant_id: int
    scopes: frozenset[str]
    is_service: bool
    is_withdrawn: bool = False

    @property
    def user_id(self) -> str:
        return f"{'9' if self.is_service else '1'}@{self.tenant_id}"


@dataclass(slots=True)
class Code:
    consent: Consent
    redirect_uri: str
    is_offline: bool
    expires_at: datetime


@dataclass(slots=True)
class RefreshToken:
    """A link of the rotation chain: spent by its first use, which gives `successor`."""

    value: str
    consent: Consent
    expires_at: datetime
    is_revoked: bool = False
    spent_at: datetime | None = None
    successor: "RefreshToken | None" = None


@dataclass(slots=True)
class TokenPair:
    access_token: str
    refresh_token: str | None
    scopes: frozenset[str]


@dataclass(slots=True)
class ConsentBook:
    clock: SimulatedClock
    knobs: ServiceKnobs
    random_text: Callable[[], str]
    consents: list[Consent] = field(default_factory=list)
    codes: dict[str, Code] = field(default_factory=dict)
    refresh_tokens: dict[str, RefreshToken] = field(default_factory=dict)
    key_generation: int = 0

    def approve(self, consent: Consent, *, redirect_uri: str, is_offline: bool) -> str:
        """Record a consent and return the authorization code."""
        self.consents.append(consent)
        code = self.random_text()
        expires_at = self.clock.now() + CODE_LIFETIME
        self.codes[code] = Code(consent, redirect_uri, is_offline, expires_at)
        return code

    def exchange(self, client_id: str, code: str, redirect_uri: str) -> TokenPair | None:
        """Redeem a code: once, within ten minutes, with the very redirect URI it was asked with."""
        held = self.codes.pop(code, None)
        if held is None or held.expires_at <= self.clock.now():
            return None
        if held.redirect_uri != redirect_uri or held.consent.client_id != client_id:
            return None
        consent = held.consent
        refresh = self._new_refresh(consent).value if held.is_offline else None
        return TokenPair(self._access(consent, consent.scopes), refresh, consent.scopes)

    def refresh(self, client_id: str, value: str) -> TokenPair | None:
        held = self.refresh_tokens.get(value)
        now = self.clock.now()
        if held is None or held.consent.client_id != client_id or held.expires_at <= now:
            return None
        if held.is_revoked or held.consent.is_withdrawn:
            return None
        if held.spent_at is not None and not self._is_racing(held, now):
            return None
        if held.successor is not None:
            # Of two refreshes that both succeed only the later pair lives on (facts/fortnox.md section 2).
            held.successor.is_revoked = True
        held.spent_at = held.spent_at or now
        held.successor = self._new_refresh(held.consent)
        scopes = held.consent.scopes
        return TokenPair(self._access(held.consent, scopes), held.successor.value, scopes)

    def client_credentials(self, client_id: str, tenant_id: str, scopes: frozenset[str]) -> TokenPair | None:
        """Issue a token on the latest service consent of a tenant; no refresh token comes with it."""
        for consent in reversed(self.consents):
            is_this = consent.client_id == client_id and str(consent.tenant_id) == tenant_id
            if is_this and consent.is_service and not consent.is_withdrawn:
                granted = scopes or consent.scopes
                if granted <= consent.scopes:
                    return TokenPair(self._access(consent, granted), None, granted)
        return None

    def revoke(self, value: str) -> None:
        if held := self.refresh_tokens.get(value):
            held.is_revoked = True

    def read_access_token(self, token: str) -> AccessGrant | None:
        return tokens.read(token, key=self._key(), now=self.clock.now())

    def invalidate_access_tokens(self) -> None:
        """Make every access token given so far worthless, as a vendor's incident would."""
        self.key_generation += 1

    def forget(self) -> None:
        self.consents.clear()
        self.codes.clear()
        self.refresh_tokens.clear()
        self.key_generation += 1

    def _is_racing(self, held: RefreshToken, now: datetime) -> bool:
        assert held.spent_at is not None
        return (now - held.spent_at).total_seconds() < self.knobs.refresh_race_s

    def _new_refresh(self, consent: Consent) -> RefreshToken:
        token = RefreshToken(self.random_text(), consent, self.clock.now() + REFRESH_LIFETIME)
        self.refresh_tokens[token.value] = token
        return token

    def _access(self, consent: Consent, scopes: frozenset[str]) -> str:
        grant = AccessGrant(consent.client_id, consent.tenant_id, consent.user_id, scopes)
        return tokens.issue(
            grant,
            key=self._key(),
            issued_at=self.clock.now(),
            lifetime_s=self.knobs.access_token_s,
            token_id=self.random_text(),
        )

    def _key(self) -> bytes:
        return f"simulated-fortnox-{self.key_generation}".encode()
