"""When access is back, the runs that waited for it go on by themselves (F9; facts: reliability 4.8)."""

from collections.abc import Sequence
from typing import Final

from fortnox_bridge.domain.ids import FortnoxCompanyId, RunId, SourceAccountId
from fortnox_bridge.domain.run import Run
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.services.doorbell import Doorbell
from fortnox_bridge.services.runs.replay import again
from fortnox_bridge.storage import SYSTEM, Storage

FORTNOX_RECONNECT_CODES: Final = ("fortnox_reconnect",)
SOURCE_RECONNECT_CODES: Final = ("source_unauthorized",)


class ResumeRuns:
    def __init__(self, *, storage: Storage, deployment: Deployment, doorbell: Doorbell) -> None:
        self._storage = storage
        self._deployment = deployment
        self._doorbell = doorbell

    async def of_company(self, company_id: FortnoxCompanyId) -> int:
        return await self._all(FORTNOX_RECONNECT_CODES, company_id=company_id)

    async def of_source(self, account_id: SourceAccountId) -> int:
        return await self._all(SOURCE_RECONNECT_CODES, source_account_id=account_id)

    async def _all(
        self,
        codes: Sequence[str],
        *,
        company_id: FortnoxCompanyId | None = None,
        source_account_id: SourceAccountId | None = None,
    ) -> int:
        """Batch by batch: a run that was resumed has a successor and is not found again."""
        resumed = 0
        while True:
            async with self._storage.unit.view(SYSTEM) as unit:
                parked = await unit.runs.find_parked(codes, company_id=company_id, source_account_id=source_account_id)
            if not parked:
                break
            await self._again(parked)
            resumed += len(parked)
        if resumed:
            self._doorbell.ring()
        return resumed

    async def _again(self, parked: Sequence[Run]) -> None:
        for run in parked:
            async with self._storage.unit(SYSTEM) as unit:
                await unit.runs.create_manual(again(run, "reconnect", RunId(self._deployment.new_id())))
