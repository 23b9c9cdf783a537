"""The gateway over real HTTP. Every request made here is held against Fortnox's description when the test ends."""

import asyncio
import time
from decimal import Decimal

import pytest
from tests.fortnox.plans import make_article, make_customer, make_plan, make_row, make_text

from fortnox_bridge.domain.address import Address
from fortnox_bridge.domain.company_state import StatePart
from fortnox_bridge.domain.deal import DiscountKind
from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.draft_plan import ArticleUpdate, RowDiscount
from fortnox_bridge.domain.errors import (
    OutcomeUnknown,
    PermissionMissing,
    RateLimited,
    SourceDataInvalid,
    Unavailable,
    UserAction,
)
from fortnox_bridge.domain.fingerprint import differences
from fortnox_bridge.domain.fortnox_fields import ArticleField, VatType
from fortnox_bridge.domain.marker import Marker
from fortnox_bridge.domain.records import REGISTERS
from fortnox_bridge.domain.rules import ArticleKey, CustomerKey
from fortnox_bridge.http import NotSent

INVOICE, ORDER = DocumentKind.INVOICE, DocumentKind.ORDER
KINDS = pytest.mark.parametrize("kind", [INVOICE, ORDER])


def soon() -> float:
    return time.monotonic() + 10


async def create(company, plan, customer="1"):
    return await company.gateway.create_document(plan, customer, send_before=soon())


async def test_company_is_read_with_its_identity(company):
    found = await company.gateway.company()
    assert (found.database_number, found.organisation_number) == ("1234567", "556000-1111")
    assert await company.gateway.locked_until() is None


@KINDS
async def test_draft_says_what_was_planned_and_nothing_leaks_in(company, kind):
    row = make_row(discount=RowDiscount(DiscountKind.AMOUNT, Decimal("75.50")))
    created = await create(company, make_plan(row, make_text(), kind=kind))
    assert (created.net, created.vat, created.total) == (Decimal("11799.50"), Decimal("2949.88"), Decimal("14749.38"))
    assert not any((created.is_booked, created.is_sent, created.is_cancelled, created.is_not_completed))
    stored = (await company.stored(f"{kind}s"))[-1]
    assert stored["DeliveryAddress1"] == stored["DeliveryName"] == stored["DeliveryCountry"] == ""
    rows = stored["OrderRows" if kind is ORDER else "InvoiceRows"]
    assert Decimal(str(rows[0]["DeliveredQuantity"])) == Decimal("12.5")
    assert await company.gateway.get_document(kind, created.number) == created
    assert created.marker == make_plan(kind=kind).marker


async def test_fractions_of_vat_and_delivery_address_arrive(company):
    address = Address("Ekhammar", "Å-vägen 1 ” “", None, "582 20", "Linköping", country_code="se")
    created = await create(company, make_plan(make_row(vat_rate=Decimal("12.00")), delivery_address=address))
    stored = (await company.stored("invoices"))[-1]
    assert stored["DeliveryCountry"] == "Sverige"
    assert stored["DeliveryAddress2"] == ""
    assert created.vat == Decimal("1425.00")


async def test_customer_created_is_found_by_every_field_and_no_neighbour(company):
    made = await company.gateway.create_customer(make_customer())
    await company.gateway.create_customer(
        make_customer("c-2", name="Ekhammars Plåt AB Norr", organisation_number="", email="info@ekhammar.example.se")
    )
    assert made.vat_type is VatType.SWEDISH
    assert made.is_person is False
    assert made.external_reference == make_customer().marker
    gateway = company.gateway
    assert await gateway.find_customers(CustomerKey.ORGANISATION_NUMBER, "16556016-0680") == (made,)
    numbers = [hit.number for hit in await gateway.find_customers(CustomerKey.CUSTOMER_NUMBER, made.number)]
    assert numbers == [made.number]
    for key, value in ((CustomerKey.NAME, "ekhammars  plåt ab"), (CustomerKey.EMAIL, "INFO@ekhammar.example")):
        hits = await gateway.find_customers(key, value)
        assert made in hits
        assert all(hit.name == "Ekhammars Plåt AB" for hit in hits)
    assert await gateway.get_customer("no such") is None


async def test_customer_stored_without_hyphen_is_found(company):
    seeded = {"Name": "Utan Streck AB", "OrganisationNumber": "5560360793"}
    answer = await company.control.post("/_control/fortnox/seed", json={"customers": [seeded]})
    answer.raise_for_status()
    (hit,) = await company.gateway.find_customers(CustomerKey.ORGANISATION_NUMBER, "556036-0793")
    assert hit.name == "Utan Streck AB"


async def test_article_created_twice_is_the_same_article(company):
    first = await company.gateway.create_article(make_article("FB-1"))
    again = await company.gateway.create_article(make_article("FB-1", description="Annat"))
    assert first == again
    assert first.vat_rate == Decimal(25)
    assert await company.gateway.find_articles(ArticleKey.NUMBER, "fb-1") == (first,)
    assert await company.gateway.find_articles(ArticleKey.NUMBER, "FB") == ()
    assert await company.gateway.find_articles(ArticleKey.NAME, "KONSULTTIMME") == (first,)
    assert await company.gateway.get_article("a/b å") is None


async def test_update_of_an_article_changes_what_it_names_and_nothing_else(company):
    made = await company.gateway.create_article(make_article("FB-2", note="Behålls", unit="st"))

    fields = {ArticleField.DESCRIPTION: "Nytt namn", ArticleField.SALES_ACCOUNT: "3041", ArticleField.VAT_RATE: "12"}
    changed = await company.gateway.update_article(ArticleUpdate("FB-2", fields, {}))

    assert changed.fields == {**made.fields, **fields}
    assert await company.gateway.get_article("FB-2") == changed
    assert (changed.vat_rate, changed.sales_account) == (Decimal(12), "3041")


async def test_price_is_made_changed_and_left_alone(company):
    await company.gateway.create_article(make_article("FB 3/å"))
    assert await company.gateway.get_price("B", "FB 3/å") is None

    for price in ("310.5", "310.5", "320"):
        await company.gateway.set_price("B", "FB 3/å", Decimal(price))

    assert await company.gateway.get_price("B", "FB 3/å") == Decimal(320)
    assert await company.gateway.get_price("A", "FB 3/å") is None


async def test_article_number_with_slash_and_letters_survives_the_path(company):
    made = await company.gateway.create_article(make_article("BULT 8/30 å"))
    assert await company.gateway.get_article("BULT 8/30 å") == made


@KINDS
async def test_documents_are_found_by_the_whole_marker_only(company, kind):
    plan = make_plan(kind=kind)
    first = await create(company, plan)
    longer = await create(company, make_plan(kind=kind, marker=Marker(plan.marker + "-x")))
    assert longer.number != first.number
    assert await company.gateway.cancel_untouched(kind, first.number)
    second = await create(company, plan)
    found = {document.number: document for document in await company.gateway.find_documents(kind, plan.marker)}
    assert set(found) == {first.number, second.number}
    assert found[first.number].is_cancelled


@KINDS
async def test_cancel_of_own_draft_is_idempotent(company, kind):
    created = await create(company, make_plan(kind=kind))
    assert await company.gateway.cancel_untouched(kind, created.number)
    assert await company.gateway.cancel_untouched(kind, created.number)
    assert not await company.gateway.cancel_untouched(kind, "9999")


async def test_cancel_of_sent_invoice_is_left_alone(company):
    created = await create(company, make_plan())
    await company.client.put(_invoices(), created.number, {"Comments": "rörd"})
    await _externalprint(company, created.number)
    assert not await company.gateway.cancel_untouched(INVOICE, created.number)
    with pytest.raises(SourceDataInvalid) as refused:
        await company.gateway.mark_not_completed(INVOICE, created.number)
    assert refused.value.code == "fortnox_draft_touched"


@KINDS
async def test_mark_not_completed_changes_that_alone(company, kind):
    created = await create(company, make_plan(kind=kind))
    marked = await company.gateway.mark_not_completed(kind, created.number)
    assert marked.is_not_completed
    assert (marked.total, marked.marker) == (created.total, created.marker)
    assert await company.gateway.mark_not_completed(kind, created.number) == marked


@KINDS
async def test_update_replaces_every_row_field(company, kind):
    full = make_row(discount=RowDiscount(DiscountKind.PERCENT, Decimal(10)), unit="h", account_number="3001")
    created = await create(company, make_plan(full, make_row(), make_text(), kind=kind))
    plan = make_plan(
        make_row(article_number=None, description="Fri rad", quantity=Decimal(1), unit_price=Decimal(100)),
        make_text("Ny text"),
        kind=kind,
    )
    seen = []
    updated = await company.gateway.update_document(plan, "1", created.number, check=seen.append)
    assert seen == [created]
    assert (updated.net, updated.vat) == (Decimal(100), Decimal(25))
    stored = (await company.stored(f"{kind}s"))[-1]
    rows = stored["OrderRows" if kind is ORDER else "InvoiceRows"]
    assert len(rows) == 2
    assert rows[0]["ArticleNumber"] in {"", None}
    assert rows[1]["Description"] == "Ny text"
    assert company.gateway.says(plan, "1", updated.fingerprint)
    assert not company.gateway.says(plan, "1", created.fingerprint)
    # The same plan again changes nothing, although Fortnox numbers the rows anew.
    again = await company.gateway.update_document(plan, "1", created.number, check=seen.append)
    assert again == updated


@KINDS
async def test_update_that_is_checked_and_refused_writes_nothing(company, kind):
    created = await create(company, make_plan(kind=kind))

    def refuse(_now):
        raise SourceDataInvalid("draft_changed", number="1", kind="invoice", fields="x")

    for act in (
        company.gateway.update_document(make_plan(make_text("Nytt"), kind=kind), "1", created.number, check=refuse),
        company.gateway.cancel_document(kind, created.number, check=refuse),
    ):
        with pytest.raises(SourceDataInvalid):
            await act
    assert await company.gateway.get_document(kind, created.number) == created


@KINDS
async def test_update_keeps_the_account_that_the_article_was_given(company, kind):
    created = await create(company, make_plan(kind=kind))
    rows = "OrderRows" if kind is ORDER else "InvoiceRows"
    before = (await company.stored(f"{kind}s"))[-1][rows][0]["AccountNumber"]
    assert before

    plan = make_plan(make_row(quantity=Decimal(7)), kind=kind)
    await company.gateway.update_document(plan, "1", created.number, check=lambda _: None)

    assert (await company.stored(f"{kind}s"))[-1][rows][0]["AccountNumber"] == before


@KINDS
async def test_answer_to_the_post_shows_the_same_fingerprint_as_a_later_read(company, kind):
    plan = make_plan(make_row(discount=RowDiscount(DiscountKind.PERCENT, Decimal(10))), make_text(), kind=kind)
    created = await create(company, plan)

    read = await company.gateway.get_document(kind, created.number)

    assert created.fingerprint
    assert read.fingerprint == created.fingerprint


@KINDS
@pytest.mark.parametrize(
    ("edit", "field"),
    [
        ({"YourReference": "Annan"}, "your_reference"),
        ({"Comments": "Ring först"}, "comments"),
        ({"NotCompleted": True}, "not_completed"),
        ({"Freight": 29}, "freight"),
    ],
)
async def test_edit_by_a_person_shows_in_the_fingerprint_by_name(company, kind, edit, field):
    created = await create(company, make_plan(kind=kind))
    wish = {f"edit_{kind}": {"DocumentNumber": created.number, **edit}}
    (await company.control.post("/_control/fortnox/seed", json=wish)).raise_for_status()

    now = await company.gateway.get_document(kind, created.number)

    assert differences(created.fingerprint, now.fingerprint) == (field,)


@KINDS
async def test_draft_cancelled_twice_is_cancelled(company, kind):
    created = await create(company, make_plan(kind=kind))
    for _ in range(2):
        await company.gateway.cancel_document(kind, created.number, check=lambda _: None)
    now = await company.gateway.get_document(kind, created.number)
    assert now.is_cancelled


async def test_order_converted_twice_gives_one_invoice_that_is_not_empty(company):
    order = await create(company, make_plan(kind=ORDER))
    number = await company.gateway.convert_order(order.number)
    assert await company.gateway.convert_order(order.number) == number
    invoice = await company.gateway.get_document(INVOICE, number)
    assert invoice is not None
    assert invoice.total == order.total
    read = await company.gateway.get_document(ORDER, order.number)
    assert read is not None
    assert read.order_invoice_number == number
    assert not await company.gateway.cancel_untouched(ORDER, order.number)


async def test_order_whose_conversion_went_unanswered_is_read(company):
    order = await create(company, make_plan(kind=ORDER))
    await company.fault("PUT", f"/3/orders/{order.number}/createinvoice", {"kind": "apply_then_reset"})
    number = await company.gateway.convert_order(order.number)
    assert len(await company.stored("invoices")) == 1
    assert number == (await company.stored("invoices"))[0]["DocumentNumber"]


async def test_cancelled_order_is_not_converted(company):
    order = await create(company, make_plan(kind=ORDER))
    await company.gateway.cancel_untouched(ORDER, order.number)
    with pytest.raises(UserAction) as refused:
        await company.gateway.convert_order(order.number)
    assert refused.value.code == "fortnox_order_cancelled"


@KINDS
async def test_preview_is_a_pdf_and_touches_nothing(company, kind):
    created = await create(company, make_plan(kind=kind))
    assert (await company.gateway.preview(kind, created.number)).startswith(b"%PDF-")
    assert await company.gateway.get_document(kind, created.number) == created


@pytest.mark.parametrize("name", REGISTERS)
async def test_every_register_is_readable(company, name):
    entries = await company.gateway.register(name)
    assert entries
    assert all(entry.code for entry in entries)


@pytest.mark.parametrize(
    "action",
    [
        {"kind": "apply_then_reset"},
        {"kind": "apply_then_hang", "seconds": 3},
        {"kind": "apply_then_status", "status": 500, "body": '{"ErrorInformation":{"error":1,"message":"x","code":1}}'},
        {"kind": "apply_then_html", "status": 502},
        {"kind": "apply_then_empty", "status": 200},
        {"kind": "status", "status": 404, "body": "<html>", "content_type": "text/html"},
    ],
    ids=lambda action: f"{action['kind']}-{action.get('status', '')}",
)
async def test_write_without_sound_answer_is_of_unknown_outcome(company, action):
    await company.fault("POST", "/3/invoices", action)
    with pytest.raises(OutcomeUnknown):
        await create(company, make_plan())
    applied = action["kind"].startswith("apply")
    assert len(await company.gateway.find_documents(INVOICE, make_plan().marker)) == int(applied)


async def test_read_without_sound_answer_is_unavailable(company):
    for action in ({"kind": "reset"}, {"kind": "html", "status": 200}, {"kind": "html", "status": 503}):
        await company.fault("GET", "/3/customers/1", action)
        with pytest.raises(Unavailable):
            await company.gateway.get_customer("1")
    assert await company.gateway.get_customer("1") is not None


async def test_429_pauses_everybody_and_says_that_nothing_was_done(company):
    await company.fault("POST", "/3/invoices", {"kind": "status", "status": 429, "headers": {"Retry-After": "7"}})
    with pytest.raises(RateLimited) as refused:
        await create(company, make_plan())
    assert refused.value.retry_after_s == 7
    with pytest.raises(RateLimited):
        await company.limiters.of("sandbox-client", "1").acquire(0, max_wait_s=1)


async def test_token_refused_is_renewed_once_and_the_write_done(company):
    await company.fault("POST", "/3/invoices", {"kind": "status", "status": 401, "body": '{"message":"unauthorized"}'})
    before = company.store.committed.tokens
    await create(company, make_plan())
    assert company.store.committed.tokens != before
    assert len(await company.stored("invoices")) == 1


async def test_many_calls_with_a_refused_token_make_one_refresh(company):
    held = company.store.committed.tokens
    answers = await asyncio.gather(*(company.client._tokens.replace(held.access_token) for _ in range(30)))
    assert len(set(answers)) == 1
    refreshes = [one for one in await company.requests() if one["path"] == "/oauth-v1/token"]
    assert len(refreshes) == 2


async def test_late_write_is_not_sent(company):
    with pytest.raises(NotSent):
        await company.gateway.create_document(make_plan(), "1", send_before=time.monotonic() - 0.01)
    assert await company.stored("invoices") == []


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        (make_plan(make_row(article_number="FINNS-EJ")), "fortnox_row_article_missing"),
        (make_plan(make_row(unit="furlong")), "fortnox_unit_missing"),
        (make_plan(currency="XTS"), "fortnox_currency_missing"),
        (make_plan(make_row(description="😀")), "fortnox_characters_refused"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_refusal_names_its_cause(company, plan, code):
    with pytest.raises(UserAction) as refused:
        await create(company, plan)
    assert refused.value.code == code
    assert refused.value.params["message"]
    assert refused.value.params["fortnox_code"].isdigit()


async def test_missing_customer_is_said(company):
    with pytest.raises(UserAction) as refused:
        await create(company, make_plan(), "9999")
    assert refused.value.code == "fortnox_customer_missing"


async def test_scope_not_granted_names_the_permission(company):
    body = '{"ErrorInformation":{"Error":1,"Message":"Har inte behörighet för scope","Code":"2000663"}}'
    await company.fault("GET", "/3/units", {"kind": "status", "status": 403, "body": body})
    with pytest.raises(PermissionMissing) as refused:
        await company.gateway.register("units")
    assert refused.value.code == "fortnox_scope_missing"


async def test_taken_customer_number_is_refused(company):
    await company.gateway.create_customer(make_customer(customer_number="K77"))
    with pytest.raises(SourceDataInvalid) as refused:
        await company.gateway.create_customer(make_customer("c-9", customer_number="K77"))
    assert refused.value.code == "fortnox_customer_number_taken"


async def test_backlog_keeps_within_the_window_of_the_sandbox(company):
    company.client._policy = type(company.client._policy)(max_wait_s=20)
    await asyncio.gather(*(company.gateway.get_customer("1") for _ in range(30)))
    assert {request["status"] for request in await company.requests()} <= {200, 302}


def _invoices():
    from fortnox_bridge.fortnox.resources import INVOICES

    return INVOICES


async def _externalprint(company, number):
    """A person prints the invoice in Fortnox: not something our client can do."""
    token = await company.client._tokens.access_token()
    answer = await company.control.put(
        f"/fortnox/3/invoices/{number}/externalprint", headers={"authorization": f"Bearer {token}"}
    )
    answer.raise_for_status()


async def test_companys_state_is_read_part_by_part(company):
    gateway = company.gateway
    years = await gateway.company_state(StatePart.FINANCIAL_YEARS)
    assert len(years) == 5
    assert dict(years[0].facts).keys() == {"from", "to", "method"}
    accounts = await gateway.company_state(StatePart.PREDEFINED_ACCOUNTS)
    assert ("SALES", (("account", "3001"),)) in {(entry.code, entry.facts) for entry in accounts}
    assert [entry.code for entry in await gateway.company_state(StatePart.COMPANY_SETTINGS)] == ["BG"]
    assert await gateway.company_state(StatePart.LOCKED_PERIOD) == ()
    with pytest.raises(PermissionMissing):
        await gateway.company_state(StatePart.WAREHOUSE)
