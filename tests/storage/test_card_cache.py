"""What cards are answered from, on each kind of database."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.document_copy import DocumentCopy
from fortnox_bridge.domain.money import SEK
from fortnox_bridge.storage import SYSTEM, CardRecord, Failure

OPEN = DocumentCopy(
    kind=DocumentKind.INVOICE,
    number="1001",
    customer_number="7",
    currency=SEK,
    total=Decimal("1250.50"),
    document_date=date(2026, 11, 1),
    due_date=date(2026, 12, 1),
    balance=Decimal("1250.50"),
    currency_rate=Decimal("1.000001"),
    is_booked=True,
)
WHOLE = replace(OPEN, net=Decimal("1000.40"), is_credit=False)


async def test_what_was_read_whole_outlives_the_list_row_until_the_sum_changes(storage, joined, clock):
    cache, now = storage.card_cache(joined.company.id), clock.now()
    await cache.keep_customer("7", [OPEN], unpaid={"1001"}, asked_at=now, is_all=True)
    await cache.keep_document(WHOLE, asked_at=now)

    kept = await cache.keep_customer("7", [OPEN], unpaid={"1001"}, asked_at=now, is_all=False)
    assert kept.documents == (WHOLE,)
    assert (kept.as_of, kept.listed_at) == (now, now)

    dearer = replace(OPEN, total=Decimal(2000))
    changed = await cache.keep_customer("7", [dearer], unpaid={"1001"}, asked_at=now, is_all=False)
    assert changed.documents == (dearer,)


async def test_invoice_that_is_unpaid_no_more_is_settled(storage, joined, clock):
    cache = storage.card_cache(joined.company.id)
    await cache.keep_customer("7", [OPEN], unpaid={"1001"}, asked_at=clock.now(), is_all=True)

    kept = await cache.keep_customer("7", [], unpaid=set(), asked_at=clock.now(), is_all=False)

    assert kept.documents == (replace(OPEN, balance=Decimal("0.00"), is_paid=True),)


async def test_failure_keeps_the_figures_and_ends_with_the_next_success(storage, joined, clock):
    cache, now = storage.card_cache(joined.company.id), clock.now()
    await cache.keep_customer("7", [OPEN], unpaid={"1001"}, asked_at=now, is_all=True)

    trouble = Failure("fortnox_unavailable", {"a": "b"})
    await cache.keep_failure("7", trouble, at=now)
    failed = await cache.customer("7")
    assert (failed.documents, failed.as_of, failed.failure) == ((OPEN,), now, trouble)

    await cache.keep_customer("7", [OPEN], unpaid={"1001"}, asked_at=now, is_all=False)
    assert (await cache.customer("7")).failure is None


async def test_companies_with_the_same_numbers_do_not_meet(storage, joined, foreign, clock):
    ours, theirs = storage.card_cache(joined.company.id), storage.card_cache(foreign.company.id)
    await ours.keep_customer("7", [OPEN], unpaid={"1001"}, asked_at=clock.now(), is_all=True)

    assert (await theirs.customer("7")).documents == ()
    assert await theirs.documents([(DocumentKind.INVOICE, "1001")]) == ()
    assert len(await ours.documents([(DocumentKind.INVOICE, "1001"), (DocumentKind.ORDER, "1001")])) == 1


async def test_press_is_claimed_once_until_it_is_released_or_abandoned(storage, joined, clock):
    account, now = joined.account.id, clock.now()
    async with storage.unit(SYSTEM) as unit:
        assert await unit.card_presses.claim(account, "click-1", now)
        assert not await unit.card_presses.claim(account, "click-1", now)
        assert await unit.card_presses.claim(account, "click-1", now + timedelta(minutes=2)), "its process died"
        await unit.card_presses.release(account, "click-1")
        assert await unit.card_presses.claim(account, "click-1", now)


async def test_record_is_known_to_its_account_alone(storage, joined, foreign, clock):
    record = CardRecord("Bolaget AB", "https://example.test/1", "7", clock.now())
    async with storage.unit(SYSTEM) as unit:
        await unit.card_records.keep(joined.account.id, "company", "5", record)
        assert await unit.card_records.get(joined.account.id, "company", "5") == record
        assert await unit.card_records.get(foreign.account.id, "company", "5") is None
        await unit.card_records.forget(joined.account.id, "company", "5")
        assert await unit.card_records.get(joined.account.id, "company", "5") is None
