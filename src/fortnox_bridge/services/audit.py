"""Who did what: every change by a person or a program leaves an entry (F116)."""

from collections.abc import Mapping

from fortnox_bridge.domain.ids import ConnectionId
from fortnox_bridge.domain.snapshot import Plain
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.storage import AuditEntry, UnitOfWork


async def note_action(
    unit: UnitOfWork,
    deployment: Deployment,
    actor: str,
    action: str,
    subject: object,
    connection_id: ConnectionId | None = None,
    *,
    facts: Mapping[str, Plain] | None = None,
) -> None:
    """Part of the caller's transaction: the entry stands if and only if the change does. No secrets in `facts`."""
    await unit.audit_log.add(
        AuditEntry(
            id=deployment.new_id(),
            at=deployment.clock.now(),
            actor=actor,
            action=action,
            connection_id=connection_id,
            subject=str(subject),
            facts=facts or {},
        )
    )
