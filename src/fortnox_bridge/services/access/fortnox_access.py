"""Reaching Fortnox companies: one HTTP client, one token keeper and one rate limiter per company, for everybody."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

import structlog

from fortnox_bridge.domain.connection import AccessState, FortnoxCompany
from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.errors import ReconnectRequired, SettingsInvalid
from fortnox_bridge.domain.ids import FortnoxCompanyId
from fortnox_bridge.domain.records import CustomerRecord
from fortnox_bridge.fortnox import oauth
from fortnox_bridge.fortnox.client import CallPolicy, FortnoxClient
from fortnox_bridge.fortnox.gateway import FortnoxGateway
from fortnox_bridge.fortnox.limiter import Priority, RateLimiters
from fortnox_bridge.http import HostPolicy, HttpClient
from fortnox_bridge.oauth.fixed import FixedToken
from fortnox_bridge.oauth.flights import TokenFlights
from fortnox_bridge.oauth.flow import AuthorizationServer
from fortnox_bridge.oauth.keeper import TokenKeeper
from fortnox_bridge.oauth.store import TokenStore
from fortnox_bridge.oauth.types import OAuthClient, TokenSet, TokenSource
from fortnox_bridge.services.access.source_access import keeper_timing, origin_of
from fortnox_bridge.services.audit import note_action
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.storage import SYSTEM, CredentialOwner, Storage, StorageUnavailable, StoredCustomerCopy

_PATIENCE_S: Final = 10.0
_BACKGROUND_PATIENCE_S: Final = 600.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class CopyWitness:
    """Tells the local copy of the customer register what runs saw anyway. Its trouble is never theirs."""

    copy: StoredCustomerCopy

    async def seen(self, record: CustomerRecord) -> None:
        with self._unhindered():
            await self.copy.seen(record)

    async def gone(self, number: str) -> None:
        with self._unhindered():
            await self.copy.gone(number)

    @contextmanager
    def _unhindered(self) -> Iterator[None]:
        try:
            yield
        except StorageUnavailable as error:
            # Fortnox tells of the change once more, when the copy asks for changes.
            log.warning("customer_copy.not_told", detail=str(error))


class FortnoxAccess:
    """Lives as long as the service. Connections of one company share its tokens and its rate window (F4)."""

    def __init__(
        self, *, storage: Storage, deployment: Deployment, flights: TokenFlights, limiters: RateLimiters
    ) -> None:
        self._storage = storage
        self._deployment = deployment
        self._flights = flights
        self._limiters = limiters
        self._http: HttpClient | None = None
        self._keepers: dict[FortnoxCompanyId, TokenKeeper] = {}

    async def aclose(self) -> None:
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    def gateway(self, company: FortnoxCompany, *, priority: Priority = Priority.WEBHOOK) -> FortnoxGateway:
        """Fortnox as the pipeline and the catalogues use it."""
        client = self._client(self._keeper(company), company.database_number or str(company.id), priority)
        return FortnoxGateway(client, CopyWitness(self._storage.customer_copy(company.id)))

    def reader(self, company: FortnoxCompany, priority: Priority) -> FortnoxGateway:
        """The same, for looking at documents."""
        return self.gateway(company, priority=priority)

    def forget(self, company_id: FortnoxCompanyId) -> None:
        """Its tokens are gone from storage: none that this process still remembers is used again."""
        self._keepers.pop(company_id, None)

    async def keep_alive(self, company: FortnoxCompany) -> None:
        """Renew the company's tokens if they are no longer fresh, so that none dies of idleness.

        Raises:
            ReconnectRequired: they are dead already.
        """
        await self._keeper(company).access_token()

    async def connect(self, tokens: TokenSet, *, author: str) -> FortnoxCompany:
        """Keep the tokens of a consent with the company that gave it; the same company again is reconnected.

        Raises:
            PermissionMissing: the consent lacks what finding out the company's name needs.
        """
        fixed = FixedToken(tokens.access_token, system=oauth.SYSTEM, reconnect_code=oauth.RECONNECT_CODE)
        tenant = oauth.tenant_id(tokens.access_token)
        about = await FortnoxGateway(self._client(fixed, tenant or "first consent", Priority.PERSON)).company()
        company = FortnoxCompany(
            id=FortnoxCompanyId(self._deployment.new_id()),
            database_number=about.database_number,
            name=about.name,
            organisation_number=about.organisation_number,
            access=AccessState.CONNECTED,
            has_service_account=self._deployment.ask_for_service_account,
            created_at=self._deployment.clock.now(),
        )
        async with self._storage.unit(SYSTEM) as unit:
            known = await unit.companies.find(about.database_number)
            if known is None:
                company = await unit.companies.add(company)
            else:
                kept = replace(
                    company,
                    id=known.id,
                    created_at=known.created_at,
                    is_looked_up_first=known.is_looked_up_first,
                )
                company = await unit.companies.update(kept)
            await note_action(unit, self._deployment, author, "fortnox.connected", company.id)
        async with self._tokens(company.id).locked() as locked:
            await locked.save(tokens, consumed_refresh_token=None)
        self._keepers.pop(company.id, None)
        return company

    def authorization_server(self) -> AuthorizationServer:
        """Where companies give their consent.

        Raises:
            SettingsInvalid: the deployment has no registration at Fortnox.
        """
        kinds = [DocumentKind.INVOICE, *([DocumentKind.ORDER] if self._deployment.ask_for_orders else [])]
        wanted = oauth.scopes(kinds, extra=self._deployment.extra_scopes)
        return AuthorizationServer(
            self._client_of_http(),
            oauth.endpoints(wanted, is_service_account=self._deployment.ask_for_service_account),
            {"oauth": self._base_url("oauth")},
            self._registration(),
            self._deployment.clock,
            system=oauth.SYSTEM,
            timeout_s=self._deployment.timing.token_timeout_s,
        )

    def _tokens(self, company_id: FortnoxCompanyId) -> TokenStore:
        return self._storage.token_store(CredentialOwner(company_id=company_id))

    def _keeper(self, company: FortnoxCompany) -> TokenKeeper:
        if company.access is AccessState.NOT_CONNECTED:
            # A service account's token could be had without any that is stored.
            self.forget(company.id)
            raise ReconnectRequired(oauth.RECONNECT_CODE, system=oauth.SYSTEM)
        if company.id not in self._keepers:
            tenant = company.database_number if company.has_service_account else None
            self._keepers[company.id] = TokenKeeper(
                self._tokens(company.id),
                self.authorization_server(),
                self._flights,
                self._deployment.clock,
                key=f"fortnox:{company.id}",
                system=oauth.SYSTEM,
                reconnect_code=oauth.RECONNECT_CODE,
                credentials_headers=oauth.credentials_headers(tenant) if tenant else None,
                timing=keeper_timing(self._deployment.timing),
            )
        return self._keepers[company.id]

    def _client(self, tokens: TokenSource, company: str, priority: Priority) -> FortnoxClient:
        timing = self._deployment.timing
        return FortnoxClient(
            self._client_of_http(),
            self._base_url("api"),
            tokens,
            self._limiters.of(self._registration().client_id, company),
            self._deployment.clock,
            policy=CallPolicy(
                priority=priority,
                max_wait_s=_BACKGROUND_PATIENCE_S if priority is Priority.BACKGROUND else _PATIENCE_S,
                read_timeout_s=timing.read_timeout_s,
                write_timeout_s=timing.write_timeout_s,
            ),
            log=log,
            meters=self._deployment.meters,
        )

    def _registration(self) -> OAuthClient:
        client = self._deployment.fortnox.client
        if client is None:
            raise SettingsInvalid("oauth_not_set_up", system=oauth.SYSTEM, connector="fortnox")
        return client

    def _base_url(self, key: str) -> str:
        default = {"api": oauth.API_BASE_URL, "oauth": oauth.OAUTH_BASE_URL}[key]
        return self._deployment.fortnox.base_urls.get(key, default)

    def _client_of_http(self) -> HttpClient:
        if self._http is None:
            own = self._deployment.fortnox.base_urls.values()
            self._http = HttpClient(
                system=oauth.SYSTEM,
                policy=HostPolicy(hosts=oauth.ALLOWED_HOSTS, origins=tuple({origin_of(url) for url in own})),
                connect_timeout_s=self._deployment.timing.connect_timeout_s,
                timeout_s=self._deployment.timing.read_timeout_s,
                meters=self._deployment.meters,
            )
        return self._http
