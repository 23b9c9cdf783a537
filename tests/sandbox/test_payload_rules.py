from decimal import Decimal

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from fortnox_bridge.sandbox.fortnox.errors import FortnoxError
from fortnox_bridge.sandbox.fortnox.fields import CUSTOMER, INVOICE
from fortnox_bridge.sandbox.fortnox.payloads import read_change
from fortnox_bridge.sandbox.fortnox.text_rules import has_forbidden_characters


@pytest.mark.parametrize(
    "text",
    ["Åsa Öberg", "Плот", "汉字", "1 234,50 kr", "50 % ² ³ ½ @ a/b (c) [x]"[:20], "tvärs – streck", "rad\nrad", "’"],
)
def test_text_inside_the_alphabet_is_accepted(text):
    assert not has_forbidden_characters(text)


@pytest.mark.parametrize(
    "text", ["😀", "a|b", 'sa "hej"', "it's", "<b>", "[x]", "{x}", "~", "—", "\t", "\x00", "\ud800"]
)
def test_text_outside_the_alphabet_is_refused(text):
    assert has_forbidden_characters(text)


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"CustomerNumber": "1", "Emoji": 1}, 2001399),
        ({"CustomerNumber": "1", "VATType": "SEVAT"}, 2001399),
        ({"CustomerNumber": "1", "Total": 100}, 2001399),
        ({"CustomerNumber": "1", "customernumber": "1"}, 2001399),
        ({"CustomerNumber": 1}, 2000106),
        ({"CustomerNumber": "1", "OurReference": ["x"]}, 2000106),
        ({"CustomerNumber": "1", "Freight": "49"}, 2000108),
        ({"CustomerNumber": "1", "Freight": True}, 2000108),
        ({"CustomerNumber": "1", "Freight": 1e300}, 2000108),
        ({"CustomerNumber": "1", "VATIncluded": "true"}, 2000134),
        ({"CustomerNumber": "1", "OurReference": "😀"}, 2000359),
        ({"CustomerNumber": "1", "YourReference": "x" * 51}, 2001600),
        ({"CustomerNumber": "1", "Comments": "x" * 1025}, 2001896),
        ({"CustomerNumber": "1", "InvoiceDate": None}, 2000699),
        ({"CustomerNumber": "1", "InvoiceRows": {"Description": "x"}}, 2001392),
        ({"CustomerNumber": "1", "InvoiceRows": [{"Quantity": "1"}]}, 2001399),
        ({"CustomerNumber": "1", "InvoiceRows": [{"Unit": None}]}, 2000699),
        ({"CustomerNumber": "1", "InvoiceRows": [{"DeliveredQuantity": "many"}]}, 2000108),
        ({"CustomerNumber": "1", "InvoiceRows": [{"Price": "100"}]}, 2000108),
        ({"CustomerNumber": "1", "EmailInformation": {"Subject": "x"}}, 2001399),
        ({"InvoiceRows": []}, 2000204),
        ({"CustomerNumber": "nobody"}, 2000204),
    ],
)
async def test_invoice_payload_outside_the_description_is_refused_by_code(fortnox, payload, code):
    assert await fortnox.refused("POST", "/invoices", {"Invoice": payload}) == code


@pytest.mark.parametrize("field", ["Quantity", "RowId", "Total"])
async def test_order_row_with_a_field_it_does_not_know_is_refused(fortnox, field):
    assert await fortnox.refused_order({"Description": "x", field: 1}) == 2001399


@pytest.mark.parametrize(
    ("content", "content_type", "code"),
    [
        (b'{"Customer":{"Name":"x"}}', "text/plain", 1000031),
        (b'{"Customer":', "application/json", 2002115),
        (b"\xff", "application/json", 2002115),
        (b'{"Customer":{"Name":NaN}}', "application/json", 2002115),
        (b"[" * 100_000, "application/json", 2002115),
        (b'{"Customer":{"InvoiceDiscount":1e99999999999999999999}}', "application/json", 2002115),
        (b'{"Customer":{"InvoiceDiscount":1e9999}}', "application/json", 2000108),
        (b"", "application/json", 2002115),
        (b"[]", "application/json", 2001392),
        (b'{"Invoice":{}}', "application/json", 2001392),
        (b'{"Customer":[]}', "application/json", 2001392),
        (b'{"Customer":null}', "application/json", 2001392),
        (b'{"Customer":{"Name":"\\ud800"}}', "application/json", 2000359),
        (b'{"Customer":{"\\ud800":1}}', "application/json", 2001399),
    ],
)
async def test_body_that_is_no_payload_is_refused_by_code(fortnox, content, content_type, code):
    headers = {"content-type": content_type}
    assert await fortnox.refused("POST", "/customers", headers=headers, content=content) == code


@pytest.mark.parametrize("accept", ["application/pdf", "application/octet-stream", "text/html"])
async def test_accept_without_json_is_refused_on_pdf_endpoints_too(fortnox, accept):
    await fortnox.invoice({"Description": "x"})
    for path in ("/invoices/1001/preview", "/customers"):
        assert await fortnox.refused("GET", path, headers={"accept": accept}) == 1000030


@pytest.mark.parametrize(
    ("knobs", "scope", "path", "code"),
    [
        ({}, "invoice", "/customers", 2000663),
        ({}, "invoice", "/accounts", 2002455),
        ({"missing_licences": ["Order"]}, "order", "/orders", 2001101),
        ({"missing_licences": ["Order", "Kundfaktura"]}, "invoice", "/invoices", 2001101),
        ({"is_api_licence_missing": True}, "settings", "/units", 2001103),
        ({"missing_rights": ["invoices"]}, "invoice", "/invoices", 2003275),
    ],
)
async def test_missing_permission_is_403_in_upper_case(stranger, knobs, scope, path, code):
    await stranger.connect(scope=scope)
    await stranger.configure(**knobs)
    answer = await stranger.call("GET", path)
    assert answer.status_code == 403
    assert answer.json()["ErrorInformation"]["Code"] == code


async def test_validation_speaks_lower_case_and_not_found_upper_case(fortnox):
    validation = await fortnox.call("POST", "/customers", {"Customer": {"Mobile": "x"}})
    assert set(validation.json()["ErrorInformation"]) == {"error", "message", "code"}
    missing = await fortnox.call("GET", "/customers/nobody")
    assert missing.status_code == 404
    assert set(missing.json()["ErrorInformation"]) == {"Error", "Message", "Code"}


async def test_wrong_address_is_an_html_page(fortnox):
    for method, path in (("GET", "/unicorns"), ("DELETE", "/invoices/1"), ("PUT", "/invoices/1/explode")):
        answer = await fortnox.call(method, path)
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("text/html")


async def test_every_answer_carries_the_support_headers(fortnox):
    answer = await fortnox.call("GET", "/units")
    assert {"x-uid", "x-build", "x-rack-responsetime"} <= set(answer.headers)


some_text = st.text(st.sampled_from('aÅ1- .,"<😀\n\x00\ud800'), max_size=12) | st.just("API_BLANK")
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False) | some_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(some_text, inner, max_size=3),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from(sorted(INVOICE)), json_values, max_size=4), st.sampled_from([INVOICE, CUSTOMER]))
def test_read_change_either_refuses_by_code_or_yields_clean_values(payload, table):
    try:
        change = read_change(payload, table)
    except FortnoxError as refusal:
        event(f"refused by {refusal.code}")
        return
    assert set(change.values) | change.blanks <= set(table)
    for value in change.values.values():
        assert value not in ("", "API_BLANK", None)
        if isinstance(value, Decimal):
            assert value.is_finite()


async def test_more_digits_than_a_double_holds_are_lost_as_at_the_vendor(fortnox):
    content = '{"Customer":{"Name":"x","InvoiceDiscount":33.33333333333333333333}}'
    answer = await fortnox.call("POST", "/customers", content=content, headers={"content-type": "application/json"})
    assert answer.json()["Customer"]["InvoiceDiscount"] == pytest.approx(33.333333333333336, abs=0)
