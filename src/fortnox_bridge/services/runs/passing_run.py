"""A run that is never stored: looking at a deal leaves no trace."""

from fortnox_bridge.domain.ids import RunId, SourceRef
from fortnox_bridge.domain.run import BusinessKey, Run, RunState, TriggerKind
from fortnox_bridge.services.connections.connections import ConnectionOverview
from fortnox_bridge.services.deployment import Deployment


def passing_run(
    overview: ConnectionOverview,
    object_kind: str,
    external_id: str,
    deployment: Deployment,
    *,
    trigger: TriggerKind,
    requested_kind: str | None,
) -> Run:
    account = overview.source_account
    now = deployment.clock.now()
    return Run(
        id=RunId(deployment.new_id()),
        key=BusinessKey(account.id, object_kind, external_id),
        source=SourceRef(account.connector, account.external_id or "", object_kind, external_id),
        trigger=trigger,
        state=RunState.RUNNING,
        created_at=now,
        due_at=now,
        connection_id=overview.connection.id,
        requested_kind=requested_kind,
    )
