"""Connections: joining a source account and a Fortnox company, their hooks, and a person's customer picks."""

import builtins
from dataclasses import dataclass, replace

import structlog

from fortnox_bridge.domain.connection import Connection, FortnoxCompany, SourceAccount
from fortnox_bridge.domain.errors import BridgeError, SettingsInvalid, SourceDataInvalid
from fortnox_bridge.domain.ids import ConnectionId, FortnoxCompanyId, SourceAccountId, SourceRef
from fortnox_bridge.domain.records import CustomerRecord
from fortnox_bridge.sdk import HookState, HookTarget
from fortnox_bridge.services.absence import NotFound
from fortnox_bridge.services.access.fortnox_access import FortnoxAccess
from fortnox_bridge.services.access.source_access import SourceAccess
from fortnox_bridge.services.audit import note_action
from fortnox_bridge.services.connections.followed_kinds import followed_kinds
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.services.secrets import new_secret
from fortnox_bridge.storage import SYSTEM, AlreadyExists, ConnectionScope, SourceHook, Storage, UnitOfWork
from fortnox_bridge.sync_settings.current import CURRENT_MAJOR, CURRENT_MINOR
from fortnox_bridge.sync_settings.defaults import initial_settings
from fortnox_bridge.sync_settings.upgrade import dump_settings


class ConnectionNotFound(NotFound):
    """There is no such connection."""


log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ConnectionOverview:
    """A connection with both of its ends."""

    connection: Connection
    source_account: SourceAccount
    company: FortnoxCompany


class Connections:
    def __init__(
        self, *, storage: Storage, sources: SourceAccess, fortnox: FortnoxAccess, deployment: Deployment
    ) -> None:
        self._storage = storage
        self._sources = sources
        self._fortnox = fortnox
        self._deployment = deployment

    async def add(
        self,
        *,
        source_account_id: SourceAccountId | None,
        company_id: FortnoxCompanyId | None,
        name: str | None,
        author: str,
        confirm_move: bool = False,
    ) -> ConnectionOverview:
        """Join two accounts, give the connection settings that trigger nothing, and make the source send its events.

        Idempotent: a pair that is joined already stays as it is, with its hooks seen to. A source account may be
        joined to several companies; their routes share its deals out (F5). `confirm_move` takes the company from the
        connection of another account of this connector, which is then no longer active (F4).

        Raises:
            SettingsInvalid: an end is missing or not unique, or the company has a connection and nobody confirmed.
        """
        account, company = await self._ends(source_account_id, company_id)
        standing = await self._joined(account, company)
        if standing is not None:
            await self.ensure_hooks(standing.id)
            return ConnectionOverview(standing, account, company)
        connector = self._sources.connector(account.connector)
        connection = Connection(
            id=ConnectionId(self._deployment.new_id()),
            source_account_id=account.id,
            company_id=company.id,
            name=name or f"{account.name} → {company.name}",
            created_at=self._deployment.clock.now(),
        )
        document = dump_settings(initial_settings(connector.defaults))
        try:
            async with self._storage.unit(SYSTEM) as unit:
                if confirm_move:
                    await self._move_away(unit, company, account, author)
                connection = await unit.connections.add(connection)
                await unit.settings.save(
                    connection.id,
                    document,
                    major=CURRENT_MAJOR,
                    minor=CURRENT_MINOR,
                    author=author,
                    expected_revision=0,
                )
                await note_action(unit, self._deployment, author, "connection.added", connection.id, connection.id)
        except AlreadyExists as error:
            raise await self.taken(account, company) from error
        await self.ensure_hooks(connection.id)
        return ConnectionOverview(connection, account, company)

    async def taken(self, account: SourceAccount, company: FortnoxCompany) -> SettingsInvalid:
        """Why the two cannot be joined: the company has a connection already, named here."""
        async with self._storage.unit.view(SYSTEM) as unit:
            first = await unit.connections.of_company(company.id, account.connector)
        name = first.name if first is not None else "–"
        return SettingsInvalid("connection_exists", account=account.name, company=company.name, connection=name)

    async def _joined(self, account: SourceAccount, company: FortnoxCompany) -> Connection | None:
        async with self._storage.unit.view(SYSTEM) as unit:
            found = await unit.connections.of_source_account(account.id)
        return next((each for each in found if each.company_id == company.id and each.is_active), None)

    async def _move_away(self, unit: UnitOfWork, company: FortnoxCompany, account: SourceAccount, author: str) -> None:
        """Its documents, links and runs stay with it; only no deal becomes a document by it any more."""
        first = await unit.connections.of_company(company.id, account.connector)
        if first is not None:
            await unit.connections.update(replace(first, is_active=False))
            await note_action(unit, self._deployment, author, "connection.moved", account.name, first.id)

    async def list(self) -> "builtins.list[ConnectionOverview]":
        async with self._storage.unit.view(SYSTEM) as unit:
            connections = await unit.connections.list_all()
            accounts = {account.id: account for account in await unit.source_accounts.list_all()}
            companies = {company.id: company for company in await unit.companies.list_all()}
        return [
            ConnectionOverview(each, accounts[each.source_account_id], companies[each.company_id])
            for each in connections
        ]

    async def get(self, connection_id: ConnectionId) -> ConnectionOverview:
        """One connection.

        Raises:
            ConnectionNotFound: there is none.
        """
        async with self._storage.unit.view(SYSTEM) as unit:
            connection = await unit.connections.get(connection_id)
            if connection is None:
                raise ConnectionNotFound
            account = await unit.source_accounts.get(connection.source_account_id)
            company = await unit.companies.get(connection.company_id)
        assert account is not None
        assert company is not None
        return ConnectionOverview(connection, account, company)

    async def ensure_hooks(self, connection_id: ConnectionId) -> HookState:
        """Make the webhooks of its source account stand and point here; repairs what is missing, wrong or doubled."""
        overview = await self.get(connection_id)
        account = overview.source_account
        hook = await self._hook(account)
        target = HookTarget(hook.url, hook.user, hook.password)
        kinds = await self._kinds_to_hear_of(account)
        async with self._sources.open(account) as session:
            if session.hooks is None:
                # Nothing to keep up but the access itself: who uninstalled the app is told to nobody (F9).
                await session.account.identify()
                return HookState((), 0, 0)
            state = await session.hooks.ensure_hooks(target, kinds)
        async with self._storage.unit(SYSTEM) as unit:
            await unit.hooks.set_vendor_ids(hook.id, state.ids)
        return state

    async def _kinds_to_hear_of(self, account: SourceAccount) -> frozenset[str]:
        """Deals, and what any connection of the account wants to follow at once (F49)."""
        kinds = {self._sources.connector(account.connector).object_kind}
        async with self._storage.unit.view(SYSTEM) as unit:
            for connection in await unit.connections.of_source_account(account.id):
                saved = await unit.settings.current(connection.id) if connection.is_active else None
                kinds |= followed_kinds(saved.document) if saved is not None else frozenset()
        return frozenset(kinds)

    async def repair_hooks_of(self, account_id: SourceAccountId) -> None:
        """After the account was connected anew its old hooks may be gone; what fails now, upkeep tries again."""
        async with self._storage.unit.view(SYSTEM) as unit:
            found = await unit.connections.of_source_account(account_id)
        # The hooks are the account's, whichever of its connections asks for them.
        for connection in found[:1]:
            try:
                await self.ensure_hooks(connection.id)
            except BridgeError as error:
                log.warning("hooks.not_repaired", connection_id=str(connection.id), reason_code=error.code)

    async def pick_customer(
        self, connection_id: ConnectionId, object_kind: str, external_id: str, number: str, *, author: str
    ) -> CustomerRecord:
        """Remember which Fortnox customer a source record is, after making sure that it exists.

        Raises:
            SourceDataInvalid: Fortnox has no customer with this number.
        """
        overview = await self.get(connection_id)
        account = overview.source_account
        record = await self._fortnox.gateway(overview.company).get_customer(number)
        if record is None:
            raise SourceDataInvalid("customer_number_unknown", number=number)
        source = SourceRef(account.connector, account.external_id or "", object_kind, external_id)
        async with self._storage.unit(ConnectionScope(connection_id)) as unit:
            await unit.links.pick(connection_id, overview.company.id, source, record, self._deployment.new_id())
            subject = f"{source} → {number}"
            await note_action(unit, self._deployment, author, "customer.picked", subject, connection_id)
        return record

    async def _ends(
        self, source_account_id: SourceAccountId | None, company_id: FortnoxCompanyId | None
    ) -> tuple[SourceAccount, FortnoxCompany]:
        async with self._storage.unit.view(SYSTEM) as unit:
            accounts = await unit.source_accounts.list_all()
            companies = await unit.companies.list_all()
        chosen = [each for each in accounts if source_account_id in {None, each.id}]
        owners = [each for each in companies if company_id in {None, each.id}]
        if len(chosen) != 1:
            raise SettingsInvalid("source_account_not_chosen", count=str(len(chosen)))
        if len(owners) != 1:
            raise SettingsInvalid("company_not_chosen", count=str(len(owners)))
        return chosen[0], owners[0]

    async def _hook(self, account: SourceAccount) -> SourceHook:
        """The account's own address and credentials, made on first use."""
        async with self._storage.unit(SYSTEM) as unit:
            for known in await unit.hooks.of_source_account(account.id):
                return known
            token = new_secret()
            hook = SourceHook(
                id=self._deployment.new_id(),
                source_account_id=account.id,
                user=f"fb-{new_secret(6)}",
                password=new_secret(),
                url=self._deployment.webhook_url(account.connector, token),
                vendor_ids=(),
                created_at=self._deployment.clock.now(),
            )
            await unit.hooks.add(hook, token)
        return hook
