"""What the local copy needs next, when it may be relied on, and what customers are looked up by."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fortnox_bridge.domain.customer_copy import (
    FRESH_FOR,
    CopyStanding,
    brought_up_to,
    claim_of,
    keys_of,
    next_step,
    report_of,
)
from fortnox_bridge.domain.fortnox_fields import CustomerField
from fortnox_bridge.domain.records import CustomerRecord
from fortnox_bridge.domain.rules import CustomerKey

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DONE = CopyStanding(
    NOW, known=3, detailed=3, total=3, list_began_at=NOW, listed_at=NOW - timedelta(hours=1), changes_from=NOW
)
ROW = CustomerRecord("7", "Ekhammar", "559900-0000", None, None, None, None, is_active=True, city="Umeå")


@pytest.mark.parametrize(
    ("standing", "step"),
    [
        (CopyStanding(NOW), "list"),
        (CopyStanding(NOW, next_page=4, list_began_at=NOW, total=2000, known=1500), "list"),
        (DONE, "details"),
        (replace(DONE, changes_from=NOW - timedelta(minutes=5)), "changes"),
        (replace(DONE, changes_from=NOW - timedelta(minutes=4, seconds=59)), "details"),
        (replace(DONE, listed_at=NOW - timedelta(hours=24)), "list"),
        (replace(DONE, next_page=2), "list"),
        # A list under way does not keep the copy from hearing of changes.
        (replace(DONE, next_page=2, changes_from=NOW - timedelta(minutes=6)), "changes"),
    ],
)
def test_next_step(standing, step):
    assert next_step(standing, NOW, changes_every=timedelta(minutes=5), list_every=timedelta(hours=24)) == step


@pytest.mark.parametrize(
    ("standing", "for_rows", "for_details"),
    [
        (CopyStanding(NOW), False, False),
        (replace(DONE, listed_at=None), False, False),
        (DONE, True, True),
        (replace(DONE, detailed=2), True, False),
        (replace(DONE, changes_from=NOW - FRESH_FOR), True, True),
        (replace(DONE, changes_from=NOW - FRESH_FOR - timedelta(seconds=1)), False, False),
        # One was deleted since the list counted them.
        (replace(DONE, known=2, detailed=2), True, True),
    ],
)
def test_copy_is_relied_on_only_when_nobody_can_be_missing(standing, for_rows, for_details):
    assert standing.is_complete(NOW, CustomerKey.NAME) is for_rows
    assert standing.is_complete(NOW, CustomerKey.VAT_NUMBER) is for_details
    assert report_of(standing, NOW).is_complete is for_details


def test_first_list_tells_how_many_are_missing_by_fortnox_s_own_count():
    assert CopyStanding(NOW, known=500, detailed=20, total=50_000, next_page=2).missing == 49_980


@pytest.mark.parametrize(
    ("key", "text", "claim"),
    [
        (CustomerKey.VAT_NUMBER, "SE 559900-0000 01", (CustomerKey.ORGANISATION_NUMBER, "5599000000")),
        (CustomerKey.VAT_NUMBER, "de 123.456", (CustomerKey.VAT_NUMBER, "DE123456")),
        (CustomerKey.VAT_NUMBER, "SE-half", (CustomerKey.VAT_NUMBER, "SEHALF")),
        (CustomerKey.ORGANISATION_NUMBER, "16559900-0000", (CustomerKey.ORGANISATION_NUMBER, "5599000000")),
    ],
)
def test_swedish_vat_number_is_looked_up_as_organisation_number(key, text, claim):
    assert claim_of(key, text) == claim


def test_customer_is_found_by_a_swedish_vat_number_both_ways():
    record = replace(ROW, organisation_number=None, vat_number="SE559900000001")

    assert {(CustomerKey.VAT_NUMBER, "SE559900000001"), (CustomerKey.ORGANISATION_NUMBER, "5599000000")} <= {
        *keys_of(record)
    }


def test_newer_list_row_changes_what_it_shows_and_keeps_the_rest():
    whole = replace(ROW, vat_number="DE1", card={CustomerField.GLN: "7310000000015"}, is_active=False)

    newer = brought_up_to(replace(ROW, name="Ekhammar Nya", city=None), whole)

    assert newer == replace(whole, name="Ekhammar Nya", city=None)
