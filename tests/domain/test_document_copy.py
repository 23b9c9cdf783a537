"""What a customer owes and buys, from invoices as Fortnox shows them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from fortnox_bridge.domain.card import CardDocumentState
from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.document_copy import DocumentCopy, figures_of, latest, shown, uncounted
from fortnox_bridge.domain.money import SEK, currency

TODAY = date(2026, 11, 26)
EUR = currency("EUR")
INVOICE = DocumentCopy(
    kind=DocumentKind.INVOICE,
    number="1",
    customer_number="7",
    currency=SEK,
    total=Decimal(1250),
    document_date=date(2026, 11, 1),
    due_date=date(2026, 12, 1),
    balance=Decimal(1250),
    is_booked=True,
    net=Decimal(1000),
)


@pytest.mark.parametrize(
    ("stated", "left", "is_assumed"),
    [
        ("100.00", "100.00", False),
        ("1100.00", "100.00", False),
        ("550.00", "50.00", False),
        ("40.00", "40.00", True),
    ],
    ids=["whole, in euro", "whole, in kronor", "half, can only be kronor", "part: nobody knows"],
)
def test_balance_of_a_foreign_invoice_is_read_by_what_is_certain(stated, left, is_assumed):
    invoice = replace(
        INVOICE,
        currency=EUR,
        total=Decimal("100.00"),
        balance=Decimal(stated),
        currency_rate=Decimal(11),
        net=Decimal(80),
    )

    (figures,) = figures_of([invoice], TODAY)

    assert (str(figures.outstanding), figures.is_balance_assumed) == (f"{left} EUR", is_assumed)


def test_turnover_takes_credits_off_whichever_sign_they_have_and_waits_for_what_is_not_known():
    plain = replace(INVOICE, number="2", is_credit=True, net=Decimal(200), balance=Decimal(0))
    negative = replace(INVOICE, number="3", is_credit=True, net=Decimal(-100), balance=Decimal(0))
    old = replace(INVOICE, number="4", document_date=date(2025, 3, 1), net=None, balance=Decimal(0))
    ancient = replace(INVOICE, number="5", document_date=date(2020, 3, 1), net=None, balance=Decimal(0))

    (figures,) = figures_of([INVOICE, plain, negative, old, ancient], TODAY)

    assert figures.turnover_this_year is not None
    assert figures.turnover_this_year.amount == Decimal(700)
    assert figures.turnover_last_year is None
    assert uncounted([INVOICE, old, ancient], TODAY) == [old]


def test_kronor_come_first_and_a_customer_without_invoices_owes_nothing():
    euro = replace(INVOICE, number="9", currency=EUR)

    assert [each.outstanding.currency for each in figures_of([euro, INVOICE], TODAY)] == ["SEK", "EUR"]
    (nothing,) = figures_of([replace(INVOICE, is_booked=False)], TODAY)
    assert (nothing.outstanding.amount, nothing.turnover_this_year and nothing.turnover_this_year.amount) == (0, 0)


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({"is_booked": False}, CardDocumentState.DRAFT),
        ({"is_cancelled": True}, CardDocumentState.CANCELLED),
        ({}, CardDocumentState.OPEN),
        ({"balance": Decimal(10)}, CardDocumentState.PARTLY_PAID),
        ({"due_date": date(2026, 11, 25)}, CardDocumentState.OVERDUE),
        ({"due_date": TODAY}, CardDocumentState.OPEN),
        ({"balance": Decimal(0)}, CardDocumentState.PAID),
        ({"kind": DocumentKind.ORDER, "is_booked": False}, CardDocumentState.OPEN),
        ({"kind": DocumentKind.ORDER, "is_booked": False, "is_invoiced": True}, CardDocumentState.INVOICED),
    ],
)
def test_state_is_the_one_that_matters_most(change, state):
    assert shown(replace(INVOICE, **change), TODAY).state is state


def test_newest_documents_come_first_and_numbers_decide_within_a_day():
    documents = [replace(INVOICE, number=number) for number in ("9", "10", "8")]

    assert [each.number for each in latest(documents, TODAY, 2)] == ["10", "9"]
