"""Disconnecting an account: its hooks stop, the vendor forgets us, our tokens are gone (F1, F3)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from fortnox_bridge.domain.connection import AccessState, FortnoxCompany, SourceAccount
from fortnox_bridge.domain.errors import BridgeError
from fortnox_bridge.domain.ids import FortnoxCompanyId, SourceAccountId
from fortnox_bridge.oauth.flow import AuthorizationServer
from fortnox_bridge.sdk import CredentialKind
from fortnox_bridge.services.absence import NotFound
from fortnox_bridge.services.access.fortnox_access import FortnoxAccess
from fortnox_bridge.services.access.source_access import SourceAccess
from fortnox_bridge.services.audit import note_action
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.storage import SYSTEM, CredentialOwner, SourceHook, Storage

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Disconnected:
    """`is_left_behind`: the vendor could not be told everything; what stands there is for a person to remove."""

    is_left_behind: bool


class Disconnect:
    """The vendor is told first, then our side is cleared in one transaction.

    Telling can be repeated: after a crash in between the account still looks connected and is disconnected again.
    Documents, links, runs and connections stay; connecting the same account again takes them up.
    """

    def __init__(
        self, *, storage: Storage, sources: SourceAccess, fortnox: FortnoxAccess, deployment: Deployment
    ) -> None:
        self._storage = storage
        self._sources = sources
        self._fortnox = fortnox
        self._deployment = deployment

    async def source_account(self, account_id: SourceAccountId, *, author: str) -> tuple[SourceAccount, Disconnected]:
        """Safe to repeat.

        Raises:
            NotFound: there is no such account.
        """
        async with self._storage.unit.view(SYSTEM) as unit:
            account = await unit.source_accounts.get(account_id)
            hooks = await unit.hooks.of_source_account(account_id)
        if account is None:
            raise NotFound
        told = True
        if account.access is not AccessState.NOT_CONNECTED:
            told = await self._attempt(self._leave(account, hooks))
            # Last of all: whatever else has to be asked for needs the token.
            told = await self._attempt(self._withdraw_source(account)) and told
        self._deployment.checkpoint("disconnect.told")
        async with self._storage.unit(SYSTEM) as unit:
            await unit.source_accounts.set_access(account_id, AccessState.NOT_CONNECTED)
            await unit.credentials.delete_all(CredentialOwner(source_account_id=account_id))
            for hook in hooks:
                await unit.hooks.revoke(hook.id)
            await note_action(unit, self._deployment, author, f"{account.connector}.disconnected", account_id)
            account = await unit.source_accounts.get(account_id) or account
        self._sources.forget(account_id)
        return account, Disconnected(is_left_behind=not told)

    async def company(self, company_id: FortnoxCompanyId, *, author: str) -> tuple[FortnoxCompany, Disconnected]:
        """Safe to repeat.

        Raises:
            NotFound: there is no such company.
        """
        async with self._storage.unit.view(SYSTEM) as unit:
            company = await unit.companies.get(company_id)
        if company is None:
            raise NotFound
        owner = CredentialOwner(company_id=company_id)
        told = True
        if company.access is not AccessState.NOT_CONNECTED:
            told = await self._attempt(self._withdraw(owner, self._fortnox.authorization_server))
        self._deployment.checkpoint("disconnect.told")
        async with self._storage.unit(SYSTEM) as unit:
            await unit.companies.set_access(company_id, AccessState.NOT_CONNECTED)
            await unit.credentials.delete_all(owner)
            await note_action(unit, self._deployment, author, "fortnox.disconnected", company_id)
            company = await unit.companies.get(company_id) or company
        self._fortnox.forget(company_id)
        return company, Disconnected(is_left_behind=not told)

    async def _leave(self, account: SourceAccount, hooks: tuple[SourceHook, ...]) -> None:
        async with self._sources.open(account) as session:
            if session.hooks is not None:
                for hook in hooks:
                    await session.hooks.remove_hooks(hook.url)
            if session.leaver is not None:
                await session.leaver.leave()

    async def _withdraw_source(self, account: SourceAccount) -> None:
        if account.credential_kind != CredentialKind.OAUTH:
            return
        connector = self._sources.connector(account.connector)
        owner = CredentialOwner(source_account_id=account.id)
        await self._withdraw(owner, lambda: self._sources.authorization_server(connector))

    async def _withdraw(self, owner: CredentialOwner, server: Callable[[], AuthorizationServer]) -> None:
        stored = await self._storage.token_store(owner).read()
        if stored.tokens is not None and stored.tokens.refresh_token is not None:
            await server().revoke(stored.tokens.refresh_token)

    async def _attempt(self, work: Awaitable[None]) -> bool:
        """Whether the vendor was told. Whatever it answers, our side is cleared all the same."""
        try:
            await work
        except BridgeError as error:
            log.warning("disconnect.vendor_not_told", reason_code=error.code, detail=error.detail)
            return False
        return True
