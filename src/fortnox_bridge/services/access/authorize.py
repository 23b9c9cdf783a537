"""Connecting by OAuth: ticket → browser → consent → callback. Every link of the chain works once and briefly.

A ticket is made for an operator; opening it in a browser consumes it, ties a fresh `state` to that browser by a
cookie, and leads to the vendor. The callback needs both, so neither a leaked link nor a forged callback connects
anything (facts: reliability 5, item 8).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Final

from fortnox_bridge.domain.errors import PermissionMissing, SettingsInvalid
from fortnox_bridge.fortnox.oauth import consent_error
from fortnox_bridge.oauth.errors import GrantRefused
from fortnox_bridge.oauth.flow import AuthorizationServer
from fortnox_bridge.services.access.accounts import Accounts
from fortnox_bridge.services.access.fortnox_access import FortnoxAccess
from fortnox_bridge.services.access.resume import ResumeRuns
from fortnox_bridge.services.access.source_access import SourceAccess
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.services.secrets import new_secret
from fortnox_bridge.storage import SYSTEM, Storage

FORTNOX: Final = "fortnox"
_LIFETIME: Final = timedelta(minutes=10)


class StateRefused(Exception):
    """The ticket or state is unknown, used, expired, or belongs to another browser."""


@dataclass(frozen=True, slots=True)
class Ticket:
    url: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Consent:
    """Where the browser goes, and the secret that its cookie must hold when it comes back."""

    url: str = field(repr=False)
    browser_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ConsentAnswer:
    """What the vendor sent the browser back with."""

    provider: str
    state: str = field(repr=False)
    browser_secret: str = field(repr=False)
    code: str | None = field(repr=False)
    error: str | None
    error_text: str | None
    parameters: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Connected:
    name: str


class Authorize:
    def __init__(
        self,
        *,
        storage: Storage,
        sources: SourceAccess,
        fortnox: FortnoxAccess,
        accounts: Accounts,
        resume: ResumeRuns,
        deployment: Deployment,
    ) -> None:
        self._storage = storage
        self._sources = sources
        self._fortnox = fortnox
        self._accounts = accounts
        self._resume = resume
        self._deployment = deployment

    async def issue_ticket(self, provider: str, *, author: str) -> Ticket:
        """An address that starts the consent when it is opened, once.

        Raises:
            SettingsInvalid: there is no such provider, or the deployment has no registration for it.
        """
        self._server(provider)
        ticket, expires_at = await self._remember(f"ticket:{provider}", {"author": author})
        return Ticket(f"{self._deployment.public_url}/oauth/{provider}/start?ticket={ticket}", expires_at)

    async def begin(self, provider: str, ticket: str) -> Consent:
        """Consume the ticket and answer where to go.

        Raises:
            StateRefused: the ticket does not open anything.
            SettingsInvalid: there is no such provider.
        """
        server = self._server(provider)
        payload = await self._take(f"ticket:{provider}", ticket)
        browser_secret = new_secret()
        state, _ = await self._remember(
            f"state:{provider}", {"author": payload["author"], "browser_secret": browser_secret}
        )
        callback = self._deployment.oauth_callback(provider)
        return Consent(server.authorize_url(redirect_uri=callback, state=state), browser_secret)

    async def finish(self, answer: ConsentAnswer) -> Connected:
        """Exchange the code, find out who consented, and keep the tokens.

        Raises:
            StateRefused: the state is not this browser's.
            PermissionMissing: the user, or the vendor, said no.
            SettingsInvalid: there is no such provider, or the code or the registration is not accepted.
            Transient: a system did not answer; nothing is connected, and only a fresh ticket can try again.
        """
        server = self._server(answer.provider)
        payload = await self._take(f"state:{answer.provider}", answer.state)
        if not compare_digest(payload["browser_secret"].encode(), answer.browser_secret.encode()):
            raise StateRefused
        self._refuse_denied(answer)
        callback = self._deployment.oauth_callback(answer.provider)
        try:
            tokens = await server.exchange_code(answer.code or "", redirect_uri=callback)
        except GrantRefused as error:
            raise SettingsInvalid("oauth_code_refused", system=self._title(answer.provider)) from error
        if answer.provider == FORTNOX:
            company = await self._fortnox.connect(tokens, author=payload["author"])
            await self._resume.of_company(company.id)
            return Connected(company.name)
        account = await self._accounts.connect_by_consent(answer.provider, tokens, author=payload["author"])
        return Connected(account.name)

    def _refuse_denied(self, answer: ConsentAnswer) -> None:
        if answer.provider == FORTNOX:
            refusal = consent_error(answer.parameters)
            if refusal is not None:
                raise refusal
        if answer.error is not None or not answer.code:
            raise PermissionMissing(
                "oauth_denied", system=self._title(answer.provider), message=(answer.error or "no code")[:200]
            )

    def _server(self, provider: str) -> AuthorizationServer:
        if provider == FORTNOX:
            return self._fortnox.authorization_server()
        return self._sources.authorization_server(self._sources.connector(provider))

    def _title(self, provider: str) -> str:
        return "Fortnox" if provider == FORTNOX else self._sources.connector(provider).title

    async def _remember(self, purpose: str, payload: Mapping[str, str]) -> tuple[str, datetime]:
        secret = new_secret()
        expires_at = self._deployment.clock.now() + _LIFETIME
        async with self._storage.unit(SYSTEM) as unit:
            await unit.oauth_states.add(secret, purpose, payload, expires_at=expires_at)
        return secret, expires_at

    async def _take(self, purpose: str, secret: str) -> Mapping[str, str]:
        async with self._storage.unit(SYSTEM) as unit:
            payload = await unit.oauth_states.take(secret, purpose)
        if payload is None:
            raise StateRefused
        return payload
