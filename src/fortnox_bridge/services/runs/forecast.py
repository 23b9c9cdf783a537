"""Forecast: what a run of its own would make of a deal now, in a few words. Nothing is written (F17)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.draft_plan import DraftPlan, NewCustomer
from fortnox_bridge.domain.errors import BridgeError, ReconnectRequired, Transient
from fortnox_bridge.domain.fortnox_fields import CustomerField
from fortnox_bridge.domain.ids import ConnectionId
from fortnox_bridge.domain.run import TriggerKind
from fortnox_bridge.pipeline import runner
from fortnox_bridge.pipeline.outcome import Skip
from fortnox_bridge.services.connections.connections import Connections
from fortnox_bridge.services.connections.routing import Routing
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.services.runs.passing_run import passing_run
from fortnox_bridge.services.runs.run_world import RunWorld


class ForecastOutcome(StrEnum):
    """`draft`: a document would be made. `nothing`: there is nothing to do. `parked`: a person would have to act."""

    DRAFT = "draft"
    NOTHING = "nothing"
    PARKED = "parked"


@dataclass(frozen=True, slots=True)
class DealForecast:
    """`title` None: the deal could not be read. `total` is in `currency`, VAT included."""

    outcome: ForecastOutcome
    title: str | None = None
    document: DocumentKind | None = None
    customer: str | None = None
    is_new_customer: bool = False
    total: Decimal | None = None
    currency: str | None = None
    reason: str | None = None
    reason_params: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()


class ForecastDeal:
    def __init__(self, *, connections: Connections, routing: Routing, world: RunWorld, deployment: Deployment) -> None:
        self._connections = connections
        self._routing = routing
        self._world = world
        self._deployment = deployment

    async def __call__(self, connection_id: ConnectionId, external_id: str, kind: str | None) -> DealForecast:
        """What would become of the deal; `kind` overrides the trigger rules.

        Raises:
            Transient: a system does not answer; try again.
            ReconnectRequired: an account's access is gone, which says nothing of the deal.
        """
        overview = await self._connections.get(connection_id)
        run = passing_run(
            overview,
            self._world.object_kind(overview.source_account.connector),
            external_id,
            self._deployment,
            trigger=TriggerKind.BACKFILL,
            requested_kind=kind,
        )
        try:
            routed = await self._routing(run)
            if routed is None:
                return DealForecast(ForecastOutcome.NOTHING, reason="no_connection")
            if routed.refusal is not None:
                raise routed.refusal
            async with self._world.open(run, routed.overview, routed.rules, routed.head) as ctx:
                seen = await runner.forecast(ctx)
        except (Transient, ReconnectRequired):
            raise
        except BridgeError as error:
            return DealForecast(ForecastOutcome.PARKED, reason=error.code, reason_params=dict(error.params))
        if isinstance(seen.outcome, Skip):
            return DealForecast(
                ForecastOutcome.NOTHING,
                title=seen.head.title,
                reason=seen.outcome.reason,
                reason_params=dict(seen.outcome.params),
            )
        return _draft(seen.head.title, seen.outcome.plan)


def _draft(title: str, plan: DraftPlan) -> DealForecast:
    is_new = isinstance(plan.customer, NewCustomer)
    name = (
        plan.customer.fields.get(CustomerField.NAME)
        if isinstance(plan.customer, NewCustomer)
        else f"{plan.customer.name} ({plan.customer.number})"
    )
    return DealForecast(
        ForecastOutcome.DRAFT,
        title=title,
        document=plan.kind,
        customer=name,
        is_new_customer=is_new,
        total=plan.totals.payable,
        currency=plan.currency,
        notices=tuple(notice.code for notice in plan.notices),
    )
