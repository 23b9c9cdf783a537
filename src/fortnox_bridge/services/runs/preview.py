"""Preview: the pipeline stopped after map, without a single write (F112)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.errors import UserAction
from fortnox_bridge.domain.explanation import Explanation
from fortnox_bridge.domain.ids import ConnectionId
from fortnox_bridge.domain.run import Notice, TriggerKind
from fortnox_bridge.domain.snapshot import Plain, to_plain
from fortnox_bridge.domain.vat import SaleDecision
from fortnox_bridge.pipeline import runner
from fortnox_bridge.services.connections.connections import Connections
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.services.runs.explanation import of_decision
from fortnox_bridge.services.runs.passing_run import passing_run
from fortnox_bridge.services.runs.run_world import RunWorld
from fortnox_bridge.services.settings.settings import SyncSettings


@dataclass(frozen=True, slots=True)
class DealPreview:
    """The plan in plain values, or why there would be none."""

    outcome: Literal["draft", "parked"]
    customer: Plain = None
    plan: Plain = None
    payload: Plain = None
    explanation: Explanation | None = None
    sale: SaleDecision | None = None
    notices: tuple[Notice, ...] = ()
    reason_code: str | None = None
    reason_params: Mapping[str, str] = field(default_factory=dict)
    where: str | None = None


class PreviewDeal:
    def __init__(
        self, *, connections: Connections, settings: SyncSettings, world: RunWorld, deployment: Deployment
    ) -> None:
        self._connections = connections
        self._settings = settings
        self._world = world
        self._deployment = deployment

    async def __call__(self, connection_id: ConnectionId, external_id: str, kind: DocumentKind | None) -> DealPreview:
        """What would become of the deal now.

        Raises:
            Transient: a system does not answer; try again.
        """
        overview = await self._connections.get(connection_id)
        run = passing_run(
            overview,
            self._world.object_kind(overview.source_account.connector),
            external_id,
            self._deployment,
            trigger=TriggerKind.MANUAL,
            requested_kind=kind.value if kind else None,
        )
        rules = await self._settings.rules(connection_id)
        try:
            async with self._world.open(run, overview, rules) as ctx:
                seen = await runner.preview(ctx)
        except UserAction as error:
            return DealPreview("parked", reason_code=error.code, reason_params=dict(error.params), where=error.where)
        plan, payload = to_plain(seen.plan), to_plain(seen.payload)
        return DealPreview(
            "draft",
            customer=to_plain(seen.matched.customer),
            plan=plan,
            payload=payload,
            explanation=of_decision(
                {"plan": plan, "payload": payload, "labels": to_plain(seen.labels), "source": seen.source}
            ),
            sale=seen.plan.sale,
            notices=seen.notices,
        )
