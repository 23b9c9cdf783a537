"""Reading quirks of facts 6.4."""

from decimal import Decimal

import pytest

from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.errors import ContractViolation, OutcomeUnknown
from fortnox_bridge.domain.fortnox_fields import VatType
from fortnox_bridge.fortnox import reading, wire
from fortnox_bridge.fortnox.customer_card import record_of

D = Decimal


def read_customer(**members: str):
    return record_of(wire.Customer.model_validate({"CustomerNumber": "1", **members}))


def test_invoice_with_numbers_as_text_and_blanks_is_read_exactly():
    content = {
        "DocumentNumber": 1042,
        "CustomerNumber": "7",
        "CustomerName": None,
        "Net": "100.10",
        "TotalVAT": D("25.03"),
        "Total": 125,
        "TotalToPay": "125",
        "RoundOff": D("-0.13"),
        "Cancelled": "false",
        "Sent": None,
        "Booked": "true",
        "FinalPayDate": "",
        "InvoiceDate": "2026-11-23",
        "ExternalInvoiceReference1": "",
        "Unheard": {"of": []},
    }
    found = reading.document(DocumentKind.INVOICE, content)
    assert (found.number, found.net, found.vat, found.total) == ("1042", D("100.10"), D("25.03"), D("125.13"))
    assert (found.payable, found.round_off) == (D(125), D("-0.13"))
    assert found.is_booked
    assert not found.is_cancelled
    assert found.marker is None


def test_document_without_net_falls_back_on_its_total():
    found = reading.document(DocumentKind.ORDER, {"DocumentNumber": "1", "Total": "125", "TotalVAT": "25"})
    assert (found.net, found.total, found.payable) == (100, 125, 125)


@pytest.mark.parametrize(
    ("reference", "number"),
    [("0", None), (0, None), ("", None), (None, None), ("17", "17"), (17, "17")],
    ids=["zero", "zero as number", "empty", "null", "number as text", "number"],
)
def test_order_s_invoice_is_zero_for_none(reference, number):
    found = reading.document(DocumentKind.ORDER, {"DocumentNumber": "1", "InvoiceReference": reference})
    assert found.order_invoice_number == number


@pytest.mark.parametrize(
    ("changes", "is_untouched"),
    [
        ({}, True),
        ({"NotCompleted": True}, True),
        ({"Sent": True}, False),
        ({"Booked": True}, False),
        ({"Cancelled": "true"}, False),
        ({"FinalPayDate": "2026-11-24"}, False),
    ],
    ids=["draft", "not completed", "sent", "booked", "cancelled", "paid"],
)
def test_untouched_is_neither_sent_booked_paid_nor_cancelled(changes, is_untouched):
    found = reading.parse(wire.Invoice, {"DocumentNumber": "1", **changes})
    assert reading.is_untouched(found) is is_untouched


@pytest.mark.parametrize(
    "content",
    [{}, {"DocumentNumber": ""}, {"DocumentNumber": "1", "Net": True}, {"DocumentNumber": "1", "Net": "x"}],
    ids=["nothing", "no number", "flag for a sum", "word for a sum"],
)
def test_unreadable_answer_is_a_broken_contract_or_an_unknown_write(content):
    with pytest.raises(ContractViolation):
        reading.document(DocumentKind.INVOICE, content)
    with pytest.raises(OutcomeUnknown):
        reading.document(DocumentKind.INVOICE, content, is_write=True)


def test_customer_of_unknown_type_and_vat_type_is_read_as_unknown():
    found = read_customer(Type="UNDEFINED", VATType="NEW")
    assert (found.is_person, found.vat_type, found.country_code, found.is_active) == (None, None, None, True)
    known = read_customer(VATType="EUVAT", CountryCode="de")
    assert (known.vat_type, known.country_code) == (VatType.EU_CONSUMER, "DE")
