"""Fills the local copies of customer registers and keeps them up to date, in the background (F20).

Every call has the lowest priority of all: it is made of what runs leave over of Fortnox's window. Each step is
committed by itself, so that a copy goes on where it was when the process ended.
"""

import asyncio
from datetime import datetime, timedelta
from typing import Final

import structlog

from fortnox_bridge.domain.clock import Clock
from fortnox_bridge.domain.connection import AccessState, FortnoxCompany
from fortnox_bridge.domain.customer_copy import WANTED_FOR, CopyReport, CopyStanding, CopyStep, next_step, report_of
from fortnox_bridge.domain.errors import BridgeError
from fortnox_bridge.domain.ids import ConnectionId, FortnoxCompanyId
from fortnox_bridge.domain.timing import Timing
from fortnox_bridge.fortnox.gateway import FortnoxGateway
from fortnox_bridge.fortnox.limiter import Priority
from fortnox_bridge.services.access.fortnox_access import FortnoxAccess
from fortnox_bridge.services.connections.connections import ConnectionOverview, Connections
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.services.doorbell import Doorbell
from fortnox_bridge.services.settings.settings import SyncSettings
from fortnox_bridge.storage import SYSTEM, Storage, StorageUnavailable, StoredCustomerCopy
from fortnox_bridge.sync_settings.faults import InvalidSettings

WAITING_CODE: Final = "customer_copy_incomplete"
# After so many steps of one company its settings are looked at again, and who else wants a copy.
_STEPS_IN_A_ROUND: Final = 10
_READ_IN_A_STEP: Final = 5

log = structlog.get_logger()


class CopyFilling:
    """Fills one copy, step by step. Each step is committed by itself and begins with what the copy says of itself."""

    def __init__(self, copy: StoredCustomerCopy, gateway: FortnoxGateway, clock: Clock, timing: Timing) -> None:
        self._copy = copy
        self._gateway = gateway
        self._clock = clock
        self._changes_every = timedelta(seconds=timing.copy_changes_s)
        self._list_every = timedelta(seconds=timing.copy_list_s)

    async def step(self) -> bool:
        """What is most urgent; False when nothing is due."""
        standing = await self._copy.standing()
        if standing is None:
            return False
        now = self._clock.now()
        match next_step(standing, now, changes_every=self._changes_every, list_every=self._list_every):
            case CopyStep.LIST:
                await self._list(standing)
            case CopyStep.CHANGES:
                await self._list_changes(standing, now)
            case CopyStep.DETAILS:
                return await self._read()
        return True

    async def _list(self, standing: CopyStanding) -> None:
        if standing.next_page is None:
            await self._copy.begin_list()
        page = await self._gateway.list_customers(standing.next_page or 1)
        if await self._copy.keep_page(page) == 1:
            log.warning("customer_copy.listed_again", pages=page.pages, total=page.total)

    async def _list_changes(self, standing: CopyStanding, now: datetime) -> None:
        number, pages = 1, 1
        while number <= pages:
            page = await self._gateway.list_changed_customers(standing.changes_from or now, number)
            await self._copy.keep_changes(page.records)
            number, pages = number + 1, page.pages
        await self._copy.mark_changes_listed(now)

    async def _read(self) -> bool:
        """Read some customers whole; the gateway tells the copy. False: nobody is left."""
        numbers = await self._copy.unread(_READ_IN_A_STEP)
        for number in numbers:
            try:
                await self._gateway.get_customer(number)
            except BridgeError:
                # One card that cannot be read must not keep the others waiting: it is tried again after them.
                await self._copy.postpone(number)
                raise
        return bool(numbers)


class CustomerCopies:
    def __init__(
        self,
        *,
        storage: Storage,
        connections: Connections,
        settings: SyncSettings,
        fortnox: FortnoxAccess,
        deployment: Deployment,
        doorbell: Doorbell,
    ) -> None:
        self._storage = storage
        self._connections = connections
        self._settings = settings
        self._fortnox = fortnox
        self._deployment = deployment
        self._doorbell = doorbell
        self._resting_until: dict[FortnoxCompanyId, float] = {}

    async def report(self, connection_id: ConnectionId) -> CopyReport:
        """How far the copy of the connection's company has come."""
        overview = await self._connections.get(connection_id)
        standing = await self._storage.customer_copy(overview.company.id).standing()
        return report_of(standing, self._deployment.clock.now())

    async def fill_all(self) -> None:
        """One round for every copy that is wanted, side by side: each company has a window of its own."""
        companies = await self._wanted()
        await asyncio.gather(*(self._fill_guarded(company) for company in companies))

    async def _wanted(self) -> list[FortnoxCompany]:
        wanted: dict[FortnoxCompanyId, FortnoxCompany] = {}
        for overview in await self._connections.list():
            company = overview.company
            if company.id in wanted or company.access is not AccessState.CONNECTED or self._rests(company.id):
                continue
            if await self._is_wanted(overview):
                wanted[company.id] = company
        return list(wanted.values())

    async def _is_wanted(self, overview: ConnectionOverview) -> bool:
        copy = self._storage.customer_copy(overview.company.id)
        if overview.connection.is_active and await self._is_needed(overview.connection.id):
            await copy.want()
            return True
        standing = await copy.standing()
        return standing is not None and self._deployment.clock.now() - standing.wanted_at < WANTED_FOR

    async def _is_needed(self, connection_id: ConnectionId) -> bool:
        try:
            rules = (await self._settings.rules(connection_id)).customers
        except InvalidSettings:
            # Said wherever the settings are used; the copy has nothing to add.
            return False
        return rules.company.needs_copy or (rules.contacts_as_customers and rules.contact.needs_copy)

    async def _fill_guarded(self, company: FortnoxCompany) -> None:
        with structlog.contextvars.bound_contextvars(company_id=str(company.id)):
            try:
                await self.fill(company)
            except (BridgeError, StorageUnavailable) as error:
                self._rest(company.id)
                log.warning("customer_copy.interrupted", reason=getattr(error, "code", str(error)))
            except Exception:
                self._rest(company.id)
                log.exception("customer_copy.failed")

    async def fill(self, company: FortnoxCompany) -> None:
        """Some steps, until nothing is due; runs that waited for the copy go on once it is complete."""
        copy = self._storage.customer_copy(company.id)
        gateway = self._fortnox.gateway(company, priority=Priority.BACKGROUND)
        filling = CopyFilling(copy, gateway, self._deployment.clock, self._deployment.timing)
        for _ in range(_STEPS_IN_A_ROUND):
            if not await filling.step():
                break
        await self._wake_runs(copy, company.id)

    async def _wake_runs(self, copy: StoredCustomerCopy, company_id: FortnoxCompanyId) -> None:
        standing = await copy.standing()
        if standing is None or not standing.is_complete(self._deployment.clock.now()):
            return
        async with self._storage.unit(SYSTEM) as unit:
            woken = await unit.run_queue.hasten(WAITING_CODE, company_id)
        if woken:
            self._doorbell.ring()

    def _rests(self, company_id: FortnoxCompanyId) -> bool:
        return self._deployment.clock.monotonic() < self._resting_until.get(company_id, 0.0)

    def _rest(self, company_id: FortnoxCompanyId) -> None:
        rest_s = self._deployment.timing.copy_rest_s
        self._resting_until[company_id] = self._deployment.clock.monotonic() + rest_s
