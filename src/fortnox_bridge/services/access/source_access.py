"""Opening sessions at source systems: the connector, the account's tokens and a client that reaches nothing else."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from pydantic import BaseModel, ValidationError

from fortnox_bridge.domain.connection import AccessState, SourceAccount
from fortnox_bridge.domain.errors import ReconnectRequired, SettingsInvalid
from fortnox_bridge.domain.ids import SourceAccountId
from fortnox_bridge.domain.timing import Timing
from fortnox_bridge.http import HostPolicy, HttpClient
from fortnox_bridge.oauth.fixed import FixedToken
from fortnox_bridge.oauth.flights import TokenFlights
from fortnox_bridge.oauth.flow import AuthorizationServer
from fortnox_bridge.oauth.keeper import KeeperTiming, TokenKeeper
from fortnox_bridge.oauth.types import TokenSource
from fortnox_bridge.registry import Registry
from fortnox_bridge.sdk import Connector, ConnectorContext, CredentialKind, Session
from fortnox_bridge.services.access.guards import Guards
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.services.settings.named_fields import NamedFields
from fortnox_bridge.storage import SYSTEM, CredentialOwner, Storage

RECONNECT: Final = "source_unauthorized"


def keeper_timing(timing: Timing) -> KeeperTiming:
    return KeeperTiming(cooldown_s=timing.token_cooldown_s)


class SourceAccess:
    """One HTTP client per connector, one token keeper per account; both live as long as the service."""

    def __init__(
        self, *, registry: Registry, guards: Guards, storage: Storage, deployment: Deployment, flights: TokenFlights
    ) -> None:
        self._flights = flights
        self._guards = guards
        self._registry = registry
        self._storage = storage
        self._deployment = deployment
        self._named_fields = NamedFields(storage)
        self._clients: dict[str, HttpClient] = {}
        self._keepers: dict[SourceAccountId, TokenKeeper] = {}

    async def aclose(self) -> None:
        for client in self._clients.values():
            await client.aclose()
        self._clients.clear()

    def forget(self, account_id: SourceAccountId) -> None:
        """Its tokens are gone from storage: none that this process still remembers is used again."""
        self._keepers.pop(account_id, None)

    def connector(self, name: str) -> Connector[Any]:
        """The installed connector.

        Raises:
            SettingsInvalid: it is not installed (any more).
        """
        found = self._registry.get(name)
        if found is None:
            raise SettingsInvalid("connector_missing", connector=name)
        return found

    @asynccontextmanager
    async def open(self, account: SourceAccount) -> AsyncIterator[Session]:
        """A session with the account's stored credentials."""
        wanted = await self._named_fields.of_account(account.id)
        async with self.open_with(account, await self._tokens(account), wanted) as session:
            yield session

    @asynccontextmanager
    async def open_with(
        self, account: SourceAccount, tokens: TokenSource, wanted_fields: frozenset[str] = frozenset()
    ) -> AsyncIterator[Session]:
        """A session with the given credentials; what a stranger's code raises besides our errors is a defect of it."""
        connector = self.connector(account.connector)
        context = ConnectorContext(
            http=self.client(connector),
            tokens=tokens,
            credential_kind=CredentialKind(account.credential_kind),
            base_urls=self.base_urls(connector),
            account=account.external_id or "",
            account_extra=dict(account.extra),
            clock=self._deployment.clock,
            log=structlog.get_logger().bind(connector=connector.name, source_account_id=str(account.id)),
            wanted_fields=wanted_fields,
        )
        config = self._config(connector, account)
        async with self._guards.of(connector).session(connector, config, context) as session:
            yield session

    def authorization_server(self, connector: Connector[Any]) -> AuthorizationServer:
        """Where the connector's accounts give their consent.

        Raises:
            SettingsInvalid: the connector has no OAuth, or the deployment has no registration for it.
        """
        app = self._deployment.connectors.get(connector.name)
        if connector.oauth is None or app is None or app.client is None:
            raise SettingsInvalid("oauth_not_set_up", system=connector.title, connector=connector.name)
        return AuthorizationServer(
            self.client(connector),
            connector.oauth,
            self.base_urls(connector),
            app.client,
            self._deployment.clock,
            system=connector.title,
            timeout_s=self._deployment.timing.token_timeout_s,
        )

    def fixed(self, connector: Connector[Any], token: str) -> FixedToken:
        return FixedToken(token, system=connector.title, reconnect_code=RECONNECT)

    def base_urls(self, connector: Connector[Any]) -> dict[str, str]:
        return {**connector.base_urls, **self._overrides(connector)}

    def _overrides(self, connector: Connector[Any]) -> Mapping[str, str]:
        app = self._deployment.connectors.get(connector.name)
        return app.base_urls if app else {}

    def client(self, connector: Connector[Any]) -> HttpClient:
        if connector.name not in self._clients:
            timing = self._deployment.timing
            self._clients[connector.name] = HttpClient(
                system=connector.title,
                policy=host_policy(connector, self._overrides(connector)),
                connect_timeout_s=timing.connect_timeout_s,
                timeout_s=timing.read_timeout_s,
                meters=self._deployment.meters,
            )
        return self._clients[connector.name]

    async def _tokens(self, account: SourceAccount) -> TokenSource:
        connector = self.connector(account.connector)
        if account.access is AccessState.NOT_CONNECTED:
            self.forget(account.id)
            raise ReconnectRequired(RECONNECT, system=connector.title)
        if account.credential_kind == CredentialKind.API_TOKEN:
            return self.fixed(connector, await self._api_token(account, connector))
        if account.id not in self._keepers:
            self._keepers[account.id] = TokenKeeper(
                self._storage.token_store(CredentialOwner(source_account_id=account.id)),
                self.authorization_server(connector),
                self._flights,
                self._deployment.clock,
                key=f"source:{account.id}",
                system=connector.title,
                reconnect_code=RECONNECT,
                timing=keeper_timing(self._deployment.timing),
            )
        return self._keepers[account.id]

    async def _api_token(self, account: SourceAccount, connector: Connector[Any]) -> str:
        owner = CredentialOwner(source_account_id=account.id)
        async with self._storage.unit.view(SYSTEM) as unit:
            secret = await unit.credentials.get(owner, CredentialKind.API_TOKEN)
        if secret is None:
            raise ReconnectRequired(RECONNECT, system=connector.title)
        return secret["token"]

    def _config(self, connector: Connector[Any], account: SourceAccount) -> BaseModel:
        try:
            config: BaseModel = connector.config_model.model_validate(dict(account.config))
        except ValidationError as error:
            places = ", ".join(".".join(str(part) for part in fault["loc"]) for fault in error.errors())
            raise SettingsInvalid("account_config_invalid", system=connector.title, field=places) from error
        return config


def host_policy(connector: Connector[Any], overrides: Mapping[str, str]) -> HostPolicy:
    """Where the connector may go: the hosts it declares, and what the deployment itself put in their place.

    Its own base URLs open nothing: a connector would reach a neighbour on loopback by naming it.
    """
    origins = {origin_of(url) for url in overrides.values()}
    return HostPolicy(hosts=connector.allowed_hosts, origins=tuple(sorted(origins)))


def origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
