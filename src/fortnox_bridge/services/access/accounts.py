"""Accounts on both sides: who is connected, by what, and what happens when access is lost or closed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from pydantic import ValidationError

from fortnox_bridge.domain.connection import AccessState, FortnoxCompany, SourceAccount
from fortnox_bridge.domain.errors import SettingsInvalid
from fortnox_bridge.domain.ids import FortnoxCompanyId, SourceAccountId
from fortnox_bridge.oauth.types import TokenSet, TokenSource
from fortnox_bridge.sdk import AccountInfo, Connector, CredentialKind
from fortnox_bridge.services.access.resume import ResumeRuns
from fortnox_bridge.services.access.source_access import SourceAccess
from fortnox_bridge.services.audit import note_action
from fortnox_bridge.services.connections.connections import Connections
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.storage import SYSTEM, CredentialOwner, Storage, UnitOfWork

log = structlog.get_logger()


class Accounts:
    def __init__(
        self,
        *,
        storage: Storage,
        sources: SourceAccess,
        connections: Connections,
        resume: ResumeRuns,
        deployment: Deployment,
    ) -> None:
        self._connections = connections
        self._storage = storage
        self._sources = sources
        self._resume = resume
        self._deployment = deployment

    async def list_source_accounts(self) -> list[SourceAccount]:
        async with self._storage.unit.view(SYSTEM) as unit:
            return list(await unit.source_accounts.list_all())

    async def list_companies(self) -> list[FortnoxCompany]:
        async with self._storage.unit.view(SYSTEM) as unit:
            return list(await unit.companies.list_all())

    async def latest_consent(self, provider: str) -> datetime | None:
        """When an account of this provider was connected last, new or again."""
        async with self._storage.unit.view(SYSTEM) as unit:
            entries = (await unit.audit_log.list_page(limit=50)).items
        return next((entry.at for entry in entries if entry.action == f"{provider}.connected"), None)

    async def find(self, connector: str, external_id: str) -> SourceAccountId | None:
        async with self._storage.unit.view(SYSTEM) as unit:
            account = await unit.source_accounts.find(connector, external_id)
        return account.id if account else None

    async def close(self, account_id: SourceAccountId) -> None:
        """The source account uninstalled us: its tokens are dead and are deleted."""
        async with self._storage.unit(SYSTEM) as unit:
            account = await unit.source_accounts.get(account_id)
            if account is None:
                return
            await unit.source_accounts.set_access(account_id, AccessState.NOT_CONNECTED)
            await unit.credentials.delete_all(CredentialOwner(source_account_id=account_id))
            await note_action(unit, self._deployment, account.connector, "account.closed", account_id)
        log.info("account.closed", source_account_id=str(account_id))

    async def connect_by_api_token(
        self, connector_name: str, token: str, config: Mapping[str, object], *, author: str
    ) -> SourceAccount:
        """Connect, or renew the token of, the account that the token belongs to; runs that waited for it go on.

        Raises:
            SettingsInvalid: the connector takes no tokens, or the account's config is wrong.
            ReconnectRequired: the token is not accepted.
        """
        connector = self._sources.connector(connector_name)
        if not connector.accepts_api_token:
            raise SettingsInvalid("api_token_not_accepted", system=connector.title)
        found = await self._identify(
            connector, CredentialKind.API_TOKEN, self._sources.fixed(connector, token), {}, config
        )
        async with self._storage.unit(SYSTEM) as unit:
            account = await self._keep(unit, found)
            owner = CredentialOwner(source_account_id=account.id)
            await unit.credentials.put(owner, CredentialKind.API_TOKEN, {"token": token})
            await note_action(unit, self._deployment, author, f"{account.connector}.connected", account.id)
        await self._connections.repair_hooks_of(account.id)
        await self._resume.of_source(account.id)
        return account

    async def connect_by_consent(self, connector_name: str, tokens: TokenSet, *, author: str) -> SourceAccount:
        """Connect, or reconnect, the account that granted `tokens`; runs that waited for it go on."""
        connector = self._sources.connector(connector_name)
        extra = {key: tokens.extra[key] for key in connector.account_extra_keys if key in tokens.extra}
        source = self._sources.fixed(connector, tokens.access_token)
        found = await self._identify(connector, CredentialKind.OAUTH, source, extra, {})
        async with self._storage.unit(SYSTEM) as unit:
            account = await self._keep(unit, found)
            await note_action(unit, self._deployment, author, f"{account.connector}.connected", account.id)
        async with self._storage.token_store(CredentialOwner(source_account_id=account.id)).locked() as locked:
            await locked.save(tokens, consumed_refresh_token=None)
        await self._connections.repair_hooks_of(account.id)
        await self._resume.of_source(account.id)
        return account

    async def _identify(
        self,
        connector: Connector[Any],
        kind: CredentialKind,
        tokens: TokenSource,
        extra: Mapping[str, str],
        config: Mapping[str, object],
    ) -> SourceAccount:
        """Who the credentials belong to, as an account that may not be stored yet."""
        try:
            sound = connector.config_model.model_validate(dict(config)).model_dump(mode="json")
        except ValidationError as error:
            places = ", ".join(".".join(str(part) for part in fault["loc"]) for fault in error.errors())
            raise SettingsInvalid("account_config_invalid", system=connector.title, field=places) from error
        draft = SourceAccount(
            id=SourceAccountId(self._deployment.new_id()),
            connector=connector.name,
            external_id=None,
            name=connector.title,
            access=AccessState.CONNECTED,
            credential_kind=kind,
            extra=extra,
            config=sound,
            created_at=self._deployment.clock.now(),
        )
        async with self._sources.open_with(draft, tokens) as session:
            info: AccountInfo = await session.account.identify()
        return replace(draft, external_id=info.external_id, name=info.name, url=info.url)

    async def _keep(self, unit: UnitOfWork, found: SourceAccount) -> SourceAccount:
        known = await unit.source_accounts.find(found.connector, found.external_id or "")
        if known is None:
            return await unit.source_accounts.add(found)
        return await unit.source_accounts.update(replace(found, id=known.id, created_at=known.created_at))

    async def lose_source(self, account_id: SourceAccountId) -> None:
        """Only a person can give access again; who disconnected the account knows that already."""
        async with self._storage.unit(SYSTEM) as unit:
            account = await unit.source_accounts.get(account_id)
            if account is not None and account.access is AccessState.CONNECTED:
                await unit.source_accounts.set_access(account_id, AccessState.NEEDS_RECONNECT)

    async def lose_company(self, company_id: FortnoxCompanyId) -> None:
        """Only a person can give access again; who disconnected the company knows that already."""
        async with self._storage.unit(SYSTEM) as unit:
            company = await unit.companies.get(company_id)
            if company is not None and company.access is AccessState.CONNECTED:
                await unit.companies.set_access(company_id, AccessState.NEEDS_RECONNECT)
