"""Document payloads: nothing is left out that Fortnox would fill in (F58)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fortnox.plans import make_plan, make_row, make_text
from tests.vendor_specs import fortnox as description

from fortnox_bridge.domain.address import Address
from fortnox_bridge.domain.deal import DiscountKind
from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.draft_plan import RowDiscount
from fortnox_bridge.domain.fortnox_fields import DocumentField
from fortnox_bridge.domain.wire_json import decode_json, encode_json
from fortnox_bridge.fortnox.document_writing import document_payload

needs_description = pytest.mark.skipif(not description.is_here(), reason=description.WHY_SKIPPED)
DELIVERY = ("Name", "Address1", "Address2", "ZipCode", "City", "Country")


def test_document_states_every_field_that_would_change_a_sum_or_an_address():
    payload = document_payload(make_plan(), "1042")
    assert payload["CustomerNumber"] == "1042"
    assert payload["Freight"] == payload["AdministrationFee"] == 0
    assert {payload[f"Delivery{part}"] for part in DELIVERY} == {"API_BLANK"}
    assert payload["VATIncluded"] is False
    assert payload["NotCompleted"] is False
    assert not {"CurrencyRate", "CurrencyUnit", "OurReference", "VATType", "DocumentNumber"} & set(payload)


def test_rows_are_stated_in_full():
    article, text = document_payload(make_plan(), "1")["InvoiceRows"]
    assert article == {
        "ArticleNumber": "KONS", "Description": "Rådgivning november", "DeliveredQuantity": "12.5",
        "Price": Decimal(950), "VAT": Decimal(25), "Discount": 0, "DiscountType": "PERCENT",
    }  # fmt: skip
    assert text == {
        "ArticleNumber": "API_BLANK", "Description": "Enligt avtal 2026 17", "DeliveredQuantity": "API_BLANK",
        "Price": "API_BLANK", "AccountNumber": "API_BLANK",
    }  # fmt: skip


def test_order_delivers_what_is_ordered():
    payload = document_payload(make_plan(kind=DocumentKind.ORDER), "1")
    assert "OrderDate" in payload
    assert "InvoiceDate" not in payload
    assert all(row["OrderedQuantity"] == row["DeliveredQuantity"] for row in payload["OrderRows"])


def test_update_names_every_field_of_every_row():
    bare = make_row(article_number=None, vat_rate=None)
    rows = document_payload(make_plan(bare, make_text()), "1", is_update=True)["InvoiceRows"]
    names = {
        "ArticleNumber", "Description", "DeliveredQuantity", "Unit", "Price", "VAT", "Discount", "DiscountType",
        "AccountNumber", "CostCenter", "Project",
    }  # fmt: skip
    assert all(set(row) == names for row in rows)
    assert rows[0]["ArticleNumber"] == rows[0]["Unit"] == rows[0]["AccountNumber"] == "API_BLANK"


def test_update_clears_what_an_earlier_plan_said():
    fields = {DocumentField.COMMENTS: "Nytt", DocumentField.REMARKS: "Tack"}
    payload = document_payload(make_plan(fields=fields), "1", is_update=True)
    assert (payload["YourOrderNumber"], payload["Comments"], payload["Remarks"]) == ("API_BLANK", "Nytt", "Tack")
    assert "YourOrderNumber" not in document_payload(make_plan(fields=fields), "1")


def test_mapped_header_fields_and_a_billing_address_arrive_by_fortnoxs_names():
    fields = {DocumentField.CURRENCY_RATE: "11.05", DocumentField.DUE_DATE: "2026-12-23", DocumentField.PHONE: "0470"}
    payload = document_payload(make_plan(fields=fields, billing_address=Address(line1="Box 7", city="Lund")), "1")
    assert (payload["CurrencyRate"], payload["DueDate"], payload["Phone1"]) == (Decimal("11.05"), "2026-12-23", "0470")
    billed = ("Address1", "Address2", "ZipCode", "City", "Country")
    assert [payload[name] for name in billed] == ["Box 7", "API_BLANK", "API_BLANK", "Lund", "API_BLANK"]
    assert "CustomerName" not in payload, "a document without a name would be nobody's"


def test_address_that_the_source_did_not_take_apart_is_kept_whole():
    payload = document_payload(make_plan(delivery_address=Address(text="Hamngatan 1, Lund")), "1")
    assert payload["DeliveryAddress1"] == "Hamngatan 1, Lund"


def test_delivery_address_is_whole_with_country_by_name_and_cleaned_texts():
    address = Address("“Lagret” 📦", "x" * 30 + " " + "y" * 40, "Port 2", "582 20", None, country_code="NO")
    payload = document_payload(make_plan(delivery_address=address), "1")
    assert [payload[f"Delivery{part}"] for part in DELIVERY] == [
        "’’Lagret’’", "x" * 30, "y" * 40 + ", Port 2", "582 20", "API_BLANK", "Norge",
    ]  # fmt: skip


def test_unknown_country_keeps_the_source_s_name():
    payload = document_payload(make_plan(delivery_address=Address(country_name="Utopia")), "1")
    assert payload["DeliveryCountry"] == "Utopia"


money = st.decimals(-1_000_000, 1_000_000, places=2)


@needs_description
@given(
    price=money,
    quantity=st.decimals(-10_000, 10_000, places=2),
    rate=st.sampled_from([Decimal(25), Decimal("12.00"), Decimal("25.5"), Decimal(0), None]),
    discount=st.none() | st.tuples(st.sampled_from(DiscountKind), st.decimals(0, 100, places=2)),
    kind=st.sampled_from(DocumentKind),
    is_update=st.booleans(),
)
def test_any_row_arrives_exactly_and_as_described(price, quantity, rate, discount, kind, is_update):
    row = make_row(
        unit_price=price, quantity=quantity, vat_rate=rate, discount=RowDiscount(*discount) if discount else None
    )
    payload = document_payload(make_plan(row, kind=kind), "1", is_update=is_update)
    single, path = ("Order", "/3/orders") if kind is DocumentKind.ORDER else ("Invoice", "/3/invoices")
    assert _violations("POST", path, {single: payload}) == []
    (sent,) = decode_json(encode_json(payload))[f"{single}Rows"]
    assert Decimal(str(sent["Price"])) == price
    assert Decimal(sent["DeliveredQuantity"]) == quantity
    assert "E" not in sent["DeliveredQuantity"]
    assert Decimal(str(sent["Discount"])) == (discount[1] if discount else 0)


@needs_description
def test_validator_refuses_what_fortnox_would():
    row = {"Description": "x", "Quantity": 1, "DiscountType": "RABATT", "Price": "12"}
    found = _violations("POST", "/3/orders", {"Order": {"VATType": "SEVAT", "OrderRows": [row]}})
    text = " ".join(found)
    assert all(name in text for name in ("VATType", "Quantity", "RABATT", "CustomerNumber", "'12'"))
    assert description.violations("GET", "/3/customers", [("organizationnumber", "5")], "", b"")
    assert description.violations("GET", "/3/customers", [("limit", "501")], "", b"")
    assert description.violations("GET", "/3/nothing", [], "", b"")
    assert description.violations("PUT", "/3/invoices/1/cancel", [], "application/json", b"{}")
    assert description.violations("GET", "/3/invoices", [("filter", "drafts")], "", b"")


def _violations(method: str, path: str, body: object) -> list[str]:
    return description.violations(method, path, [], "application/json", encode_json(body))
