"""Guarded changes when Fortnox's answer is lost or is a refusal: the document's own state decides."""

import time

import pytest
from tests.fortnox.plans import make_customer, make_plan

from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.errors import OutcomeUnknown, PermissionMissing, UserAction
from fortnox_bridge.domain.rules import CustomerKey

INVOICE, ORDER = DocumentKind.INVOICE, DocumentKind.ORDER


def refusal(code: int, message: str = "Nej.", status: int = 400) -> dict:
    body = f'{{"ErrorInformation":{{"Error":1,"Message":"{message}","Code":{code}}}}}'
    return {"kind": "status", "status": status, "body": body}


@pytest.fixture
async def draft(company):
    return await company.gateway.create_document(make_plan(), "1", send_before=time.monotonic() + 10)


@pytest.fixture
async def order(company):
    return await company.gateway.create_document(make_plan(kind=ORDER), "1", send_before=time.monotonic() + 10)


async def test_cancel_that_went_unanswered_is_read_back(company, draft):
    await company.fault("PUT", f"/3/invoices/{draft.number}/cancel", {"kind": "apply_then_reset"})
    assert await company.gateway.cancel_untouched(INVOICE, draft.number)


async def test_cancel_that_got_lost_stays_unknown_until_it_is_seen(company, draft):
    await company.fault("PUT", f"/3/invoices/{draft.number}/cancel", {"kind": "reset"})
    with pytest.raises(OutcomeUnknown):
        await company.gateway.cancel_untouched(INVOICE, draft.number)
    assert await company.gateway.cancel_untouched(INVOICE, draft.number)


async def test_cancel_refused_as_locked_leaves_the_document_alone(company, draft):
    await company.fault("PUT", f"/3/invoices/{draft.number}/cancel", refusal(2001383))
    assert not await company.gateway.cancel_untouched(INVOICE, draft.number)


async def test_cancel_without_the_right_says_so(company, draft):
    await company.fault("PUT", f"/3/invoices/{draft.number}/cancel", refusal(2003275, status=403))
    with pytest.raises(PermissionMissing):
        await company.gateway.cancel_untouched(INVOICE, draft.number)


async def test_conversion_that_got_lost_stays_unknown(company, order):
    await company.fault("PUT", f"/3/orders/{order.number}/createinvoice", {"kind": "reset"})
    with pytest.raises(OutcomeUnknown):
        await company.gateway.convert_order(order.number)
    assert await company.stored("invoices") == []


async def test_conversion_refused_as_cancelled_meanwhile_names_the_order(company, order):
    await company.fault("PUT", f"/3/orders/{order.number}/createinvoice", refusal(2000397))
    with pytest.raises(UserAction) as refused:
        await company.gateway.convert_order(order.number)
    assert (refused.value.code, refused.value.params) == ("fortnox_order_cancelled", {"number": order.number})


async def test_conversion_refused_for_another_reason_keeps_that_reason(company, order):
    await company.fault("PUT", f"/3/orders/{order.number}/createinvoice", refusal(2000401, "har låst perioden"))
    with pytest.raises(UserAction) as refused:
        await company.gateway.convert_order(order.number)
    assert refused.value.code == "fortnox_period_locked"


async def test_order_that_does_not_exist_is_said(company):
    with pytest.raises(UserAction) as refused:
        await company.gateway.convert_order("4711")
    assert refused.value.code == "fortnox_document_missing"


async def test_payload_shown_is_the_payload_sent(company, draft):
    import json

    (sent,) = [request for request in await company.requests() if request["path"] == "/3/invoices"]
    shown = company.gateway.payload(make_plan(), "1")
    assert json.loads(sent["body"]) == json.loads(json.dumps(shown, default=float))


async def test_very_many_equal_customers_cost_ten_reads_and_all_count_as_hits(company):
    seeded = [{"Name": "Samma Namn AB", "City": f"Stad {index}"} for index in range(13)]
    (await company.control.post("/_control/fortnox/seed", json={"customers": seeded})).raise_for_status()
    await company.forget_requests()
    hits = await company.gateway.find_customers(CustomerKey.NAME, "samma namn ab")
    assert len({hit.number for hit in hits}) == 13
    assert all(hit.is_active for hit in hits)
    assert len(await company.requests()) == 11


async def test_inactive_customer_is_a_hit_that_says_so(company):
    made = await company.gateway.create_customer(make_customer(name="Vilande AB", organisation_number=""))
    (await company.control.post("/_control/fortnox/seed", json={"customers": []})).raise_for_status()
    from fortnox_bridge.fortnox.resources import CUSTOMERS

    await company.client.put(CUSTOMERS, made.number, {"Active": False})
    (hit,) = await company.gateway.find_customers(CustomerKey.NAME, "Vilande AB")
    assert not hit.is_active
