"""What has to be looked after although nobody asks: hooks that vanish and tokens that die of idleness (F9)."""

import structlog

from fortnox_bridge.domain.connection import AccessState
from fortnox_bridge.domain.errors import BridgeError
from fortnox_bridge.domain.ids import SourceAccountId
from fortnox_bridge.services.access.fortnox_access import FortnoxAccess
from fortnox_bridge.services.connections.connections import ConnectionOverview, Connections

log = structlog.get_logger()


class Upkeep:
    def __init__(self, *, connections: Connections, fortnox: FortnoxAccess) -> None:
        self._connections = connections
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
        try:
            if has_hooks and overview.source_account.access is AccessState.CONNECTED:
                state = await self._connections.ensure_hooks(overview.connection.id)
                if state.created or state.removed:
                    log.warning("hooks.repaired", created=state.created, removed=state.removed)
            if overview.company.access is AccessState.CONNECTED:
                await self._fortnox.keep_alive(overview.company)
        except BridgeError as error:
            log.warning("upkeep.failed", reason_code=error.code, detail=error.detail)
