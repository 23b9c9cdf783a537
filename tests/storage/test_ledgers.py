import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from tests.storage.world import KEYS, START, join, start_run

from fortnox_bridge.domain.attachment import AttachedFile
from fortnox_bridge.domain.connection import Connection
from fortnox_bridge.domain.document import CreatedDocument, Document, DocumentKind, DocumentState
from fortnox_bridge.domain.errors import InvariantBroken, LockHeld
from fortnox_bridge.domain.fortnox_fields import ArticleField, VatType
from fortnox_bridge.domain.ids import ConnectionId, DocumentId, FortnoxCompanyId
from fortnox_bridge.domain.link import LinkKind, LinkState
from fortnox_bridge.domain.marker import Marker
from fortnox_bridge.domain.money import SEK
from fortnox_bridge.domain.records import ArticleRecord, CustomerRecord, RegisterEntry
from fortnox_bridge.domain.rules import ArticleKey
from fortnox_bridge.domain.run import Done, LeaseLost, Notice, Retry, StageName, Step
from fortnox_bridge.domain.vat import RegisterAnswer
from fortnox_bridge.storage import SYSTEM, Cipher, Storage
from fortnox_bridge.storage.lease_clock import DatabaseClock

MARKER = Marker("fb-" + "a" * 26)
ANNA = CustomerRecord("17", "Anna & Co\x00", "556677-8899", "a@b.se", VatType.SWEDISH, "SE", "SEK", is_active=True)
SCREW = ArticleRecord(
    "A1",
    "Skruv",
    is_active=True,
    vat_rate=Decimal("25"),
    unit="st",
    fields={ArticleField.UNIT: "st"},
    prices={"A": Decimal("89.50"), "B": None},
)
NOTICE = Notice("vat_rates_differ", {"article": "A1"})


def intent(joined, **changes):
    made = Document(
        id=DocumentId(uuid4()),
        connection_id=joined.connection.id,
        company_id=joined.company.id,
        source=joined.source(),
        kind=DocumentKind.INVOICE,
        generation=1,
        marker=MARKER,
        state=DocumentState.INTENDED,
    )
    return replace(made, **changes)


def created(number="1042", total="1250.505"):
    return CreatedDocument(
        kind=DocumentKind.INVOICE,
        number=number,
        marker=MARKER,
        customer_number="17",
        customer_name="Anna & Co",
        organisation_number=None,
        currency="SEK",
        net=Decimal("1000"),
        vat=Decimal("250"),
        total=Decimal(total),
        round_off=Decimal(0),
        payable=Decimal("1250"),
        is_cancelled=False,
        is_booked=False,
        is_sent=False,
        is_not_completed=False,
    )


@pytest.fixture
async def run(storage, joined):
    return await start_run(storage, joined)


@pytest.fixture
def ledgers(storage, joined, run):
    return storage.ledgers(run, joined.connection, joined.company)


async def end(storage, run, outcome=None):
    async with storage.unit(SYSTEM) as uow:
        await uow.run_queue.finish(run.id, run.fence, outcome or Done("invoice", "1"))


async def test_document_from_intent_to_verified_is_stored_at_every_step(ledgers, joined, run, clock):
    reserved = await ledgers.documents.reserve(intent(joined))
    assert (reserved.state, reserved.attempt, reserved.run_id) == (DocumentState.INTENDED, 0, run.id)

    sending = await ledgers.documents.mark_sending(reserved.id)
    assert (sending.state, sending.attempt, sending.sent_at) == (DocumentState.SENDING, 1, clock.now())

    clock.advance(150)
    assert (await ledgers.documents.mark_missed(reserved.id)).first_missed_at == clock.now()
    again = await ledgers.documents.mark_sending(reserved.id)
    assert (again.attempt, again.first_missed_at) == (2, None)

    made = await ledgers.documents.mark_created(reserved.id, created(), (NOTICE,))
    assert (made.state, made.number, made.total, made.currency) == (
        DocumentState.CREATED,
        "1042",
        Decimal("1250.505"),
        SEK,
    )
    assert (made.notices, made.is_verified) == ((NOTICE,), False)
    verified = await ledgers.documents.mark_verified(reserved.id, (NOTICE, NOTICE))
    assert (verified.is_verified, verified.notices) == (True, (NOTICE, NOTICE))
    assert await ledgers.documents.documents_of(joined.source(), 1) == (verified,)


async def test_document_reserved_twice_answers_the_row_that_stands(ledgers, joined):
    first = await ledgers.documents.reserve(intent(joined))
    await ledgers.documents.mark_sending(first.id)
    again = await ledgers.documents.reserve(intent(joined))
    assert (again.id, again.state) == (first.id, DocumentState.SENDING)
    other_kind = await ledgers.documents.reserve(intent(joined, kind=DocumentKind.ORDER))
    other_generation = await ledgers.documents.reserve(intent(joined, generation=2))
    assert len({first.id, other_kind.id, other_generation.id}) == 3
    assert len(await ledgers.documents.documents_of(joined.source(), 1)) == 2


async def standing(ledgers, joined, fingerprint="one", **changes):
    reserved = await ledgers.documents.reserve(intent(joined, **changes))
    await ledgers.documents.mark_sending(reserved.id, "plan 1")
    made = await ledgers.documents.mark_created(reserved.id, replace(created(), fingerprint=fingerprint), ())
    return await ledgers.documents.mark_verified(made.id, (NOTICE,))


async def test_document_keeps_what_was_sent_and_what_was_shown(ledgers, joined):
    made = await standing(ledgers, joined)
    assert (made.plan_hash, made.fingerprint, made.pending_plan_hash, made.revision) == ("plan 1", "one", None, 1)

    marked = await ledgers.documents.mark_verified(made.id, (), "two")
    assert (marked.fingerprint, marked.plan_hash) == ("two", "plan 1")


async def test_document_found_again_keeps_what_it_showed_when_we_wrote_it(ledgers, joined):
    made = await standing(ledgers, joined)
    again = await ledgers.documents.mark_created(made.id, replace(created(), fingerprint="edited"), ())
    assert again.fingerprint == "one"


async def test_document_updated_is_one_revision_more_and_yet_to_be_verified(ledgers, joined):
    made = await standing(ledgers, joined)
    pending = await ledgers.documents.mark_updating(made.id, "plan 2")
    assert (pending.pending_plan_hash, pending.plan_hash, pending.is_verified) == ("plan 2", "plan 1", True)
    given_up = await ledgers.documents.mark_not_updated(made.id)
    assert (given_up.pending_plan_hash, given_up.plan_hash) == (None, "plan 1")

    await ledgers.documents.mark_updating(made.id, "plan 2")
    answer = replace(created(total="900"), fingerprint="two")
    updated = await ledgers.documents.mark_updated(made.id, answer, "plan 2")

    assert (updated.plan_hash, updated.pending_plan_hash, updated.fingerprint) == ("plan 2", None, "two")
    assert (updated.total, updated.revision, updated.is_verified, updated.notices) == (Decimal(900), 2, False, ())


async def test_document_withdrawn_stands_again_when_kept_and_is_free_when_cancelled(ledgers, joined):
    made = await standing(ledgers, joined)
    await ledgers.attachments.mark_uploading(made.id, "f1", "avtal.pdf")
    await ledgers.attachments.mark_uploaded(made.id, "f1", "a1")
    await ledgers.attachments.mark_attached(made.id, ["f1"])
    await ledgers.documents.mark_withdrawn(made.id)
    (withdrawn,) = await ledgers.documents.documents_of(joined.source(), 1)
    assert withdrawn.is_being_withdrawn
    assert await ledgers.documents.mark_kept(made.id) == made

    await ledgers.documents.mark_withdrawn(made.id)
    cancelled = await ledgers.documents.mark_cancelled(made.id)

    assert (cancelled.state, cancelled.is_being_withdrawn, cancelled.number) == (DocumentState.WITHDRAWN, False, "1042")
    (file,) = await ledgers.attachments.of(made.id)
    assert (file.archive_id, file.attached_at) == ("a1", None)
    with pytest.raises(InvariantBroken):
        await ledgers.documents.mark_updating(made.id, "plan 2")
    assert (await ledgers.documents.mark_sending(made.id, "plan 3")).plan_hash == "plan 3"


async def test_documents_of_the_deal_in_other_companies_are_seen_while_they_stand(storage, ledgers, joined, run):
    other = replace(joined.company, id=FortnoxCompanyId(uuid4()), database_number="99", name="Söder AB")
    second = Connection(ConnectionId(uuid4()), joined.account.id, other.id, "second")
    async with storage.unit(SYSTEM) as uow:
        await uow.companies.add(other)
        await uow.connections.add(second)
    there = storage.ledgers(run, second, other)
    assert await ledgers.documents.documents_elsewhere(joined.source()) == ()

    made = await standing(there, joined, connection_id=second.id, company_id=other.id)

    (seen,) = await ledgers.documents.documents_elsewhere(joined.source())
    assert (seen.company, seen.number) == ("Söder AB", "1042")
    assert await there.documents.documents_elsewhere(joined.source()) == ()
    await there.documents.mark_removed(made.id)
    assert await ledgers.documents.documents_elsewhere(joined.source()) == ()


async def test_document_with_a_number_is_never_sent_again(ledgers, joined):
    reserved = await ledgers.documents.reserve(intent(joined))
    await ledgers.documents.mark_sending(reserved.id)
    await ledgers.documents.mark_created(reserved.id, created(), ())
    with pytest.raises(InvariantBroken):
        await ledgers.documents.mark_sending(reserved.id)
    with pytest.raises(InvariantBroken):
        await ledgers.documents.mark_created(reserved.id, created("1043"), ())
    with pytest.raises(InvariantBroken):
        await ledgers.documents.mark_rejected(reserved.id)
    assert (await ledgers.documents.mark_created(reserved.id, created(), ())).number == "1042"


async def test_document_withdrawn_by_ourselves_gives_way_to_another_number(ledgers, joined):
    reserved = await ledgers.documents.reserve(intent(joined))
    await ledgers.documents.mark_sending(reserved.id)
    await ledgers.documents.mark_created(reserved.id, created(), ())
    await ledgers.documents.mark_verified(reserved.id, ())
    await ledgers.documents.mark_withdrawn(reserved.id)
    sending = await ledgers.documents.mark_sending(reserved.id)
    assert (sending.number, sending.is_verified) == ("1042", False)
    anew = await ledgers.documents.mark_created(reserved.id, created("1043"), ())
    assert (anew.state, anew.number) == (DocumentState.CREATED, "1043")


async def test_document_rejected_may_be_sent_again_and_removed_may_not(ledgers, joined):
    reserved = await ledgers.documents.reserve(intent(joined))
    await ledgers.documents.mark_sending(reserved.id)
    await ledgers.documents.mark_rejected(reserved.id)
    assert (await ledgers.documents.mark_sending(reserved.id)).attempt == 2
    await ledgers.documents.mark_removed(reserved.id)
    with pytest.raises(InvariantBroken):
        await ledgers.documents.mark_sending(reserved.id)


async def test_document_number_of_another_deal_is_refused(storage, ledgers, joined):
    reserved = await ledgers.documents.reserve(intent(joined))
    await ledgers.documents.mark_created(reserved.id, created(), ())
    other_run = await start_run(storage, joined, "813")
    other = storage.ledgers(other_run, joined.connection, joined.company)
    second = await other.documents.reserve(intent(joined, source=joined.source("813")))
    with pytest.raises(InvariantBroken):
        await other.documents.mark_created(second.id, created(), ())
    assert (await other.documents.documents_of(joined.source("813"), 1))[0].number is None


async def test_document_of_another_company_is_out_of_reach(storage, ledgers, joined, foreign):
    reserved = await ledgers.documents.reserve(intent(joined))
    foreign_run = await start_run(storage, foreign)
    theirs = storage.ledgers(foreign_run, foreign.connection, foreign.company)
    assert await theirs.documents.documents_of(joined.source(), 1) == ()
    for write in (theirs.documents.mark_sending, theirs.documents.mark_removed, theirs.documents.mark_missed):
        with pytest.raises(InvariantBroken):
            await write(reserved.id)
    with pytest.raises(InvariantBroken):
        await theirs.documents.reserve(intent(joined))


def writes(ledgers, joined, document_id):
    step = Step(StageName.READ, 1, "h", {}, {}, START, 1)
    person = joined.source("9", "organization")
    return {
        "reserve": lambda: ledgers.documents.reserve(intent(joined, generation=9)),
        "mark_sending": lambda: ledgers.documents.mark_sending(document_id),
        "mark_missed": lambda: ledgers.documents.mark_missed(document_id),
        "mark_rejected": lambda: ledgers.documents.mark_rejected(document_id),
        "mark_created": lambda: ledgers.documents.mark_created(document_id, created(), ()),
        "mark_verified": lambda: ledgers.documents.mark_verified(document_id, ()),
        "mark_removed": lambda: ledgers.documents.mark_removed(document_id),
        "link.claim": lambda: ledgers.links.claim(LinkKind.CUSTOMER, person, MARKER),
        "link.mark_sending": lambda: ledgers.links.mark_sending(LinkKind.CUSTOMER, person),
        "link.mark_missed": lambda: ledgers.links.mark_missed(LinkKind.CUSTOMER, person),
        "link.release": lambda: ledgers.links.release(LinkKind.CUSTOMER, person),
        "link.link": lambda: ledgers.links.link(LinkKind.CUSTOMER, person, ANNA),
        "link.forget": lambda: ledgers.links.forget(LinkKind.CUSTOMER, person),
        "note.mark_sending": lambda: ledgers.notes.mark_sending("FB-1", "h"),
        "note.mark_written": lambda: ledgers.notes.mark_written("5", "h"),
        "note.mark_file": lambda: ledgers.notes.mark_file("FB-1", "a.pdf", None),
        "steps.record": lambda: ledgers.steps.record(step),
    }


@pytest.mark.parametrize("how", ["expired", "claimed again", "ended", "never stored"])
async def test_every_write_after_the_lease_was_lost_is_refused_and_changes_nothing(
    storage, ledgers, joined, run, clock, how
):
    reserved = await ledgers.documents.reserve(intent(joined))
    sending = await ledgers.documents.mark_sending(reserved.id)
    if how == "ended":
        await end(storage, run)
    elif how == "never stored":
        ledgers = storage.ledgers(replace(run, id=uuid4()), joined.connection, joined.company)
    else:
        clock.advance(61)
        async with storage.unit(SYSTEM) as uow:
            await uow.run_queue.expire_leases()
            if how == "claimed again":
                await uow.run_queue.claim(1, 60)

    async def is_let_through(write):
        try:
            await write()
        except LeaseLost:
            return False
        return True

    passed = [name for name, write in writes(ledgers, joined, reserved.id).items() if await is_let_through(write)]
    assert passed == []

    assert await ledgers.documents.documents_of(joined.source(), 1) == (sending,)
    assert await ledgers.links.find(LinkKind.CUSTOMER, joined.source("9", "organization")) is None
    assert await ledgers.notes.find() is None


async def test_link_claimed_by_parallel_runs_has_one_owner(storage, joined):
    runs = [await start_run(storage, joined, str(number)) for number in range(6)]
    person = joined.source("9", "organization")

    async def claim(run):
        return await storage.ledgers(run, joined.connection, joined.company).links.claim(
            LinkKind.CUSTOMER, person, MARKER
        )

    links = await asyncio.gather(*(claim(run) for run in runs))
    assert len({link.owner for link in links}) == 1
    assert all(link.state is LinkState.INTENDED for link in links)


async def test_link_right_passes_on_when_its_holder_has_ended(storage, ledgers, joined, run, clock):
    person = joined.source("9", "organization")
    await ledgers.links.claim(LinkKind.CUSTOMER, person, MARKER)
    await ledgers.links.mark_sending(LinkKind.CUSTOMER, person)
    second = await start_run(storage, joined, "813")
    theirs = storage.ledgers(second, joined.connection, joined.company).links

    assert (await theirs.claim(LinkKind.CUSTOMER, person, MARKER)).owner == run.id
    with pytest.raises(LockHeld):
        await theirs.mark_sending(LinkKind.CUSTOMER, person)
    await end(storage, run, Retry(clock.now() + timedelta(seconds=5), "outcome_unknown", {}))
    assert (await theirs.claim(LinkKind.CUSTOMER, person, MARKER)).owner == run.id

    clock.advance(5)
    async with storage.unit(SYSTEM) as uow:
        [again] = await uow.run_queue.claim(1, 60)
    await end(storage, again)
    taken = await theirs.claim(LinkKind.CUSTOMER, person, MARKER)
    assert (taken.owner, taken.state, taken.sent_at) == (second.id, LinkState.SENDING, START)


async def test_link_released_is_free_for_the_next(storage, ledgers, joined):
    person = joined.source("9", "organization")
    await ledgers.links.claim(LinkKind.CUSTOMER, person, MARKER)
    second = await start_run(storage, joined, "813")
    theirs = storage.ledgers(second, joined.connection, joined.company).links
    await theirs.release(LinkKind.CUSTOMER, person)
    assert await ledgers.links.find(LinkKind.CUSTOMER, person) is not None
    await ledgers.links.release(LinkKind.CUSTOMER, person)
    assert (await theirs.claim(LinkKind.CUSTOMER, person, MARKER)).owner == second.id


async def test_link_linked_keeps_the_record_and_the_users_pick(ledgers, joined, clock):
    person = joined.source("9", "organization")
    linked = await ledgers.links.link(LinkKind.CUSTOMER, person, ANNA, is_picked=True)
    assert (linked.state, linked.number, linked.record) == (LinkState.LINKED, "17", ANNA)
    clock.advance(10)
    seen = await ledgers.links.link(LinkKind.CUSTOMER, person, ANNA)
    assert (seen.is_picked_by_user, seen.verified_at) == (True, clock.now())
    other = await ledgers.links.link(LinkKind.CUSTOMER, person, replace(ANNA, number="18"))
    assert other.is_picked_by_user is False

    product = joined.source("5", "product")
    assert (await ledgers.links.link(LinkKind.ARTICLE, product, SCREW)).record == SCREW
    await ledgers.links.forget(LinkKind.ARTICLE, product)
    assert await ledgers.links.find(LinkKind.ARTICLE, product) is None


async def test_links_stay_with_the_company_they_were_made_in(storage, ledgers, joined, foreign, run):
    person = joined.source("9", "organization")
    await ledgers.links.link(LinkKind.CUSTOMER, person, ANNA)
    moved = storage.ledgers(run, joined.connection, foreign.company).links
    assert await moved.find(LinkKind.CUSTOMER, person) is None
    await moved.link(LinkKind.CUSTOMER, person, replace(ANNA, number="99"))
    found = await ledgers.links.find(LinkKind.CUSTOMER, person)
    assert found is not None
    assert found.number == "17"


async def test_note_is_one_per_business_key_over_runs(storage, ledgers, joined, run, clock):
    announced = await ledgers.notes.mark_file("FB-1", "Faktura-utkast.pdf", None)
    assert (announced.state, announced.file_id) == (LinkState.INTENDED, None)
    await ledgers.notes.mark_file("FB-1", "Faktura-utkast.pdf", "77")
    sending = await ledgers.notes.mark_sending("FB-1", "hash-1")
    assert (sending.state, sending.sent_at, sending.file_id) == (LinkState.SENDING, clock.now(), "77")
    written = await ledgers.notes.mark_written("5", "hash-1")
    assert (written.state, written.note_id, written.content_hash) == (LinkState.LINKED, "5", "hash-1")
    await end(storage, run)

    replay = await start_run(storage, joined)
    theirs = storage.ledgers(replay, joined.connection, joined.company).notes
    assert await theirs.find() == written
    changed = await theirs.mark_sending("FB-1", "hash-2")
    assert (changed.state, changed.note_id) == (LinkState.SENDING, "5")


async def test_note_written_without_announcement_is_a_defect(ledgers):
    with pytest.raises(InvariantBroken):
        await ledgers.notes.mark_written("5", "h")


async def test_steps_are_kept_in_order_with_their_facts(storage, ledgers, run):
    facts = {"price": "12.50", "text": "a\x00b\ud800", "lines": [1, None, True]}
    steps = [
        Step(stage, 1, f"h-{stage}", facts, {"next": stage}, START, 12, None if stage is StageName.READ else "x")
        for stage in StageName
    ]
    for step in steps:
        await ledgers.steps.record(step)
    async with storage.unit.view(SYSTEM) as uow:
        assert await uow.runs.steps(run.id) == tuple(steps)


async def test_connections_that_have_used_a_record_are_known(storage, joined, foreign, ledgers):
    product = joined.source("77", "product")
    await ledgers.links.link(LinkKind.ARTICLE, product, SCREW)

    async with storage.unit.view(SYSTEM) as uow:
        assert await uow.links.connections_linking(product) == {joined.connection.id}
        assert await uow.links.connections_linking(joined.source("78", "product")) == frozenset()
        assert await uow.links.connections_linking(foreign.source("77", "product")) == frozenset()


async def test_register_cache_forgets_after_a_day_and_per_company(storage, joined, foreign, clock):
    cache = storage.registers(joined.company.id)
    units = (RegisterEntry("st", "Styck", (("decimals", "2"),)),)
    await cache.keep_register("units", units)
    await cache.keep_vat_number("DE136695976", RegisterAnswer.REGISTERED)
    await cache.keep_article(ArticleKey.NUMBER, "a1", SCREW)
    await cache.keep_article(ArticleKey.NAME, "Skruv", SCREW)

    assert await cache.register("units") == units
    assert await cache.vat_number("DE136695976") is RegisterAnswer.REGISTERED
    assert await storage.registers(foreign.company.id).vat_number("DE136695976") is None
    assert await cache.article(ArticleKey.NUMBER, "A1") == SCREW
    assert await cache.article(ArticleKey.EAN, "A1") is None
    assert await storage.registers(foreign.company.id).article(ArticleKey.NUMBER, "A1") is None

    await cache.keep_article(ArticleKey.NUMBER, "A1", replace(SCREW, is_active=False))
    seen = await cache.article(ArticleKey.NUMBER, "a1")
    assert seen is not None
    assert seen.is_active is False
    await cache.drop_article("A1")
    assert await cache.article(ArticleKey.NAME, "skruv") is None

    clock.advance(86_401)
    assert await cache.register("units") is None
    assert await cache.vat_number("DE136695976") is None


@pytest.mark.integration
async def test_leases_follow_the_clock_of_postgresql_whatever_the_process_believes(postgres_url, clock):
    storage = Storage.open(postgres_url, Cipher(KEYS), clock)
    try:
        joined = await join(storage, "1")
        clock.advance(10 * 365 * 86_400)
        run = await start_run(storage, joined, lease_s=60)
        async with storage.unit(SYSTEM) as uow:
            now = await uow.now()
            assert await uow.run_queue.expire_leases() == ()
        assert run.lease_until is not None
        assert timedelta(seconds=50) < run.lease_until - now <= timedelta(seconds=60)
        assert isinstance(storage._database._clock, DatabaseClock)
    finally:
        await storage.close()


async def test_file_on_its_way_to_a_document_is_stored_at_every_step(ledgers, joined, clock):
    document = await ledgers.documents.reserve(intent(joined))
    await ledgers.attachments.mark_uploading(document.id, "7", "Offert.pdf")
    await ledgers.attachments.mark_uploading(document.id, "7", "Offert, ny.pdf")
    (announced,) = await ledgers.attachments.of(document.id)
    assert announced == AttachedFile("7", "Offert, ny.pdf")

    await ledgers.attachments.mark_uploaded(document.id, "7", "arkiv-1")
    await ledgers.attachments.mark_attached(document.id, ["7"])

    (attached,) = await ledgers.attachments.of(document.id)
    assert (attached.archive_id, attached.attached_at) == ("arkiv-1", clock.now())


async def test_register_may_be_asked_for_younger_than_a_day(storage, joined, clock):
    cache = storage.registers(joined.company.id)
    await cache.keep_register("financial_years", ())

    clock.advance(5 * 3600)

    assert await cache.register("financial_years", within=timedelta(hours=4)) is None
    assert await cache.register("financial_years") == ()
