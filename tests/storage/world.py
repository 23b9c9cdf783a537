"""What tests of the storage start from: accounts that are joined, their events, and runs under way."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from fortnox_bridge.domain.connection import AccessState, Connection, FortnoxCompany, SourceAccount
from fortnox_bridge.domain.event import IncomingEvent
from fortnox_bridge.domain.ids import ConnectionId, EventId, FortnoxCompanyId, RunId, SourceAccountId, SourceRef
from fortnox_bridge.domain.run import BusinessKey, Run, TriggerKind
from fortnox_bridge.storage import SYSTEM, Storage

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
KEYS = {"k1": b"1" * 32}


class HandClock:
    """Time that stands until it is moved."""

    def __init__(self) -> None:
        self.instant = START

    def now(self) -> datetime:
        return self.instant

    def monotonic(self) -> float:
        return self.instant.timestamp()

    def advance(self, seconds: float) -> None:
        self.instant += timedelta(seconds=seconds)


@dataclass(frozen=True)
class Joined:
    """A source account, a company, and their connection."""

    account: SourceAccount
    company: FortnoxCompany
    connection: Connection

    def event(self, external_id: str | None = "812", **changes) -> IncomingEvent:
        made = IncomingEvent(
            id=EventId(uuid4()),
            source_account_id=self.account.id,
            trigger=TriggerKind.WEBHOOK,
            dedupe_key=str(uuid4()),
            object_kind=None if external_id is None else "deal",
            external_id=external_id,
            reason="stage_changed",
            occurred_at=START,
            received_at=START,
            body=b'{"meta": 1}',
        )
        return replace(made, **changes)

    def key(self, external_id: str = "812", generation: int = 1) -> BusinessKey:
        return BusinessKey(self.account.id, "deal", external_id, generation=generation)

    def source(self, external_id: str = "812", kind: str = "deal") -> SourceRef:
        return SourceRef("pipedrive", self.account.external_id or "", kind, external_id)


async def join(storage: Storage, number: str, connector: str = "pipedrive") -> Joined:
    account = SourceAccount(
        id=SourceAccountId(uuid4()),
        connector=connector,
        external_id=f"account-{number}",
        name="Nordlund Snickeri",
        access=AccessState.CONNECTED,
        credential_kind="oauth",
        extra={"api_domain": "https://nordlund.example"},
        config={"has_instalments": False},
    )
    company = FortnoxCompany(
        id=FortnoxCompanyId(uuid4()),
        database_number=number,
        name="Nordlund AB",
        organisation_number="556677-8899",
        access=AccessState.CONNECTED,
    )
    connection = Connection(ConnectionId(uuid4()), account.id, company.id, "Nordlund")
    async with storage.unit(SYSTEM) as uow:
        return Joined(
            await uow.source_accounts.add(account),
            await uow.companies.add(company),
            await uow.connections.add(connection),
        )


async def start_run(storage: Storage, joined: Joined, external_id: str = "812", lease_s: float = 60) -> Run:
    """A run that came by webhook, was claimed and routed."""
    await storage.events.append([joined.event(external_id)])
    async with storage.unit(SYSTEM) as uow:
        claimed = await uow.run_queue.claim(10, lease_s)
        run = next(one for one in claimed if one.key == joined.key(external_id))
        return await uow.run_queue.set_connection(run.id, run.fence, joined.connection.id, 1)


async def get_run(storage: Storage, run_id: RunId) -> Run:
    async with storage.unit.view(SYSTEM) as uow:
        run = await uow.runs.get(run_id)
    assert run is not None
    return run
