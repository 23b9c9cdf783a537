"""One company's world for stage tests: a source, a Fortnox, our ledgers and a clock that tests move."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from tests.pipeline.deals import ACCOUNT, NOW, make_article, make_card, make_company, make_deal, make_rules, make_run
from tests.pipeline.fortnox_fake import APPLIED_UNANSWERED, LOST, FakeFortnox
from tests.pipeline.ledger_fakes import (
    AttachmentLedgerFake,
    CustomerCopyFake,
    DocumentLedgerFake,
    LinkLedgerFake,
    Memory,
    NoteLedgerFake,
    RegisterCacheFake,
    StepLogFake,
)

from fortnox_bridge.domain.connection import AccessState, Connection, FortnoxCompany
from fortnox_bridge.domain.deal import Deal, DealHead
from fortnox_bridge.domain.errors import LockHeld, OutcomeUnknown
from fortnox_bridge.domain.ids import ConnectionId, FortnoxCompanyId
from fortnox_bridge.domain.link import LinkKind
from fortnox_bridge.domain.rules import SyncRules
from fortnox_bridge.domain.run import Run
from fortnox_bridge.domain.timing import Timing
from fortnox_bridge.domain.vat import RegisterAnswer
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.runner import run
from fortnox_bridge.sdk import Session


class Killed(BaseException):
    """The process ends here, at once."""


@dataclass
class FakeClock:
    at: datetime = NOW
    ticks: float = 1000.0

    def now(self):
        return self.at

    def monotonic(self):
        return self.ticks

    def advance(self, seconds: float):
        self.at += timedelta(seconds=seconds)
        self.ticks += seconds


@dataclass
class FakeSource:
    """A CRM: deals to read, notes, files and fields to write, each write perhaps unanswered."""

    deal: Deal
    notes_held: dict = field(default_factory=dict)
    files_held: dict = field(default_factory=dict)
    own_files: tuple = ()
    fields_written: list = field(default_factory=list)
    calls: list = field(default_factory=list)
    faults: dict = field(default_factory=dict)

    def _fault(self, call):
        self.calls.append(call)
        queue = self.faults.get(call, [])
        fault = queue.pop(0) if queue else None
        if isinstance(fault, BaseException):
            raise fault
        if fault == LOST:
            raise OutcomeUnknown("unanswered")
        return fault

    async def read_head(self, ref):
        self._fault("read_head")
        deal = self.deal
        head = DealHead(deal.ref, deal.title, deal.status, deal.stage, deal.currency, url=deal.url)
        return replace(head, former_ids=deal.former_ids)

    async def read_deal(self, head):
        self._fault("read_deal")
        return self.deal

    async def find_note(self, ref, reference):
        self._fault("find_note")
        found = [note_id for note_id, note in self.notes_held.items() if note.reference == reference]
        return found[-1] if found else None

    async def create_note(self, ref, note):
        fault = self._fault("create_note")
        note_id = f"n{len(self.calls)}"
        self.notes_held[note_id] = note
        if fault == APPLIED_UNANSWERED:
            raise OutcomeUnknown("unanswered")
        return note_id

    async def update_note(self, note_id, note):
        self._fault("update_note")
        if note_id not in self.notes_held:
            return False
        self.notes_held[note_id] = note
        return True

    async def find_file(self, ref, file_name):
        self._fault("find_file")
        return next((file_id for file_id, one in self.files_held.items() if one.file_name == file_name), None)

    async def attach_file(self, ref, upload):
        fault = self._fault("attach_file")
        file_id = f"f{len(self.calls)}"
        self.files_held[file_id] = upload
        if fault == APPLIED_UNANSWERED:
            raise OutcomeUnknown("unanswered")
        return file_id

    async def list_files(self, ref):
        self._fault("list_files")
        return self.own_files

    async def read_file(self, file, *, limit_bytes):
        self._fault("read_file")
        return b"%PDF-1.4"

    async def write_fields(self, ref, values):
        self._fault("write_fields")
        self.fields_written.append((ref, dict(values)))

    async def identify(self):
        raise AssertionError("not asked for by the pipeline")


@dataclass
class FakeVatRegister:
    """The EU's register; a number it was not told of gets no answer."""

    answers: dict = field(default_factory=dict)
    asked: list = field(default_factory=list)

    async def check(self, number):
        self.asked.append(number.text)
        return self.answers.get(number.text, RegisterAnswer.UNAVAILABLE)


class FakeUserLinks:
    async def run_page(self, run_id):
        return f"https://bridge.example/replay/{run_id}"


@dataclass
class FakeFollowers:
    """Keeps one queued run for each source, as the storage does."""

    queued: list

    async def start(self, source, kind):
        if (source, kind) not in self.queued:
            self.queued.append((source, kind))

    async def hand_over(self, source):
        await self.start(source, None)


@dataclass
class World:
    source: FakeSource = field(default_factory=lambda: FakeSource(make_deal()))
    fortnox: FakeFortnox = field(default_factory=FakeFortnox)
    memory: Memory = field(default_factory=Memory)
    clock: FakeClock = field(default_factory=FakeClock)
    rules: SyncRules = field(default_factory=make_rules)
    vat_register: FakeVatRegister = field(default_factory=FakeVatRegister)
    customer_copy: CustomerCopyFake = field(default_factory=CustomerCopyFake)
    reached: list = field(default_factory=list)
    followed: list = field(default_factory=list)
    die_at: str | None = None
    lease_ends_after: int | None = None
    is_looked_up_first: bool = False

    def checkpoint(self, name):
        self.reached.append(name)
        if name == self.die_at:
            self.die_at = None
            raise Killed(name)

    def context(self, of: Run | None = None) -> StageContext:
        of = of or make_run()
        ledger = (self.memory, self.clock, of.id)
        source = self.source
        company_id = FortnoxCompanyId(UUID(int=3))
        return StageContext(
            run=of,
            connection=Connection(ConnectionId(UUID(int=2)), ACCOUNT, company_id, "Plåt"),
            company=FortnoxCompany(
                company_id,
                "123456",
                "Plåt AB",
                None,
                AccessState.CONNECTED,
                is_looked_up_first=self.is_looked_up_first,
            ),
            rules=self.rules,
            source=Session(source, source, notes=source, files=source, field_writer=source, file_reader=source),
            source_title="Pipedrive",
            fortnox=self.fortnox,
            documents=DocumentLedgerFake(*ledger, lease_ends_after=self.lease_ends_after),
            attachments=AttachmentLedgerFake(*ledger),
            links=LinkLedgerFake(*ledger),
            notes=NoteLedgerFake(*ledger),
            registers=RegisterCacheFake(*ledger),
            vat_numbers=self.vat_register,
            customer_copy=self.customer_copy,
            steps=StepLogFake(*ledger),
            user_links=FakeUserLinks(),
            followers=FakeFollowers(self.followed),
            clock=self.clock,
            timing=Timing(),
            checkpoint=self.checkpoint,
        )

    async def run(self, of: Run | None = None):
        return await run(self.context(of))

    async def run_until_done(self, of: Run | None = None, tries: int = 12):
        """As the worker would: wait as long as asked, then take the same run up again."""
        for _ in range(tries):
            try:
                return await self.run(of)
            except (OutcomeUnknown, LockHeld) as error:
                self.clock.advance(error.retry_after_s or 0)
            except Killed:
                self.clock.advance(61)
        raise AssertionError("the run does not come to an end")

    @property
    def document(self):
        (row,) = self.memory.documents.values()
        return row

    @property
    def note(self):
        (note,) = self.source.notes_held.values()
        return note


def steady_world(**overrides) -> World:
    """A known customer, verified an hour ago, and a known article."""
    world = new_customer_world(**overrides)
    card = make_card()
    world.fortnox.customers[card.number] = card
    world.source.deal = make_deal(company=make_company(custom_fields={"fortnox": card.number}))
    remember(world, card, hours=1)
    world.memory.articles["number", "kons"] = make_article()
    return world


def new_customer_world(**overrides) -> World:
    world = World(**overrides)
    world.fortnox.articles["KONS"] = make_article()
    return world


def remember(world: World, card, hours: float):
    from fortnox_bridge.domain.link import Link, LinkState

    verified_at = world.clock.now() - timedelta(hours=hours)
    source = world.source.deal.company.ref
    link = Link(LinkKind.CUSTOMER, source, LinkState.LINKED, card.number, card, verified_at)
    world.memory.links[LinkKind.CUSTOMER, source] = link
