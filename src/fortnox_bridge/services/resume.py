"""When access is back, the runs that waited for it go on by themselves (F9; facts: reliability 4.8)."""

from collections.abc import Sequence
from typing import Final

from fortnox_bridge.domain.ids import FortnoxCompanyId, RunId, SourceAccountId
from fortnox_bridge.domain.run import Run
from fortnox_bridge.services.accept import Doorbell
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.services.replay import again
from fortnox_bridge.storage import SYSTEM, Storage

FORTNOX_RECONNECT_CODES: Final = ("fortnox_reconnect",)
SOURCE_RECONNECT_CODES: Final = ("source_unauthorized",)


class ResumeRuns:
    def __init__(self, *, storage: Storage, deployment: Deployment, doorbell: Doorbell) -> None:
        self._storage = storage
        self._deployment = deployment
        self._doorbell = doorbell

    async def of_company(self, company_id: FortnoxCompanyId) -> int:
        async with self._storage.unit.view(SYSTEM) as unit:
            parked = await unit.runs.find_parked(FORTNOX_RECONNECT_CODES, company_id=company_id)
        return await self._again(parked)

    async def of_source(self, account_id: SourceAccountId) -> int:
        async with self._storage.unit.view(SYSTEM) as unit:
            parked = await unit.runs.find_parked(SOURCE_RECONNECT_CODES, source_account_id=account_id)
        return await self._again(parked)

    async def _again(self, parked: Sequence[Run]) -> int:
        for run in parked:
            async with self._storage.unit(SYSTEM) as unit:
                await unit.runs.create_manual(again(run, "reconnect", RunId(self._deployment.new_id())))
        if parked:
            self._doorbell.ring()
        return len(parked)
