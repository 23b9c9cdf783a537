"""What has to be looked after although nobody asks: hooks that vanish and tokens that die of idleness (F9)."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog

from fortnox_bridge.domain.connection import AccessState
from fortnox_bridge.domain.errors import BridgeError, ReconnectRequired
from fortnox_bridge.domain.ids import SourceAccountId
from fortnox_bridge.services.access.accounts import Accounts
from fortnox_bridge.services.access.fortnox_access import FortnoxAccess
from fortnox_bridge.services.connections.connections import ConnectionOverview, Connections

log = structlog.get_logger()


class Upkeep:
    def __init__(self, *, connections: Connections, accounts: Accounts, fortnox: FortnoxAccess) -> None:
        self._connections = connections
        self._accounts = accounts
        self._fortnox = fortnox

    async def __call__(self) -> None:
        """Look after every connection; what fails for one is logged and does not keep the others waiting."""
        seen: set[SourceAccountId] = set()
        for overview in await self._connections.list():
            if not overview.connection.is_active:
                continue
            with structlog.contextvars.bound_contextvars(connection_id=str(overview.connection.id)):
                await self._look_after(overview, has_hooks=overview.source_account.id not in seen)
            seen.add(overview.source_account.id)

    async def _look_after(self, overview: ConnectionOverview, *, has_hooks: bool) -> None:
        """`has_hooks`: the account's hooks are still to be seen to; they are one set for all of its connections."""
        account, company = overview.source_account, overview.company
        if has_hooks and account.access is AccessState.CONNECTED:
            async with self._noting(lambda: self._accounts.lose_source(account.id)):
                state = await self._connections.ensure_hooks(overview.connection.id)
                if state.created or state.removed:
                    log.warning("hooks.repaired", created=state.created, removed=state.removed)
        if company.access is AccessState.CONNECTED:
            async with self._noting(lambda: self._accounts.lose_company(company.id)):
                await self._fortnox.keep_alive(company)

    @asynccontextmanager
    async def _noting(self, lose: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
        """Access that turns out to be gone is shown at once, and not only when a run needs it."""
        try:
            yield
        except ReconnectRequired as error:
            log.warning("upkeep.access_lost", reason_code=error.code)
            await lose()
        except BridgeError as error:
            log.warning("upkeep.failed", reason_code=error.code, detail=error.detail)
