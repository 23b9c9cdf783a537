"""Property values: exact decimals, times, choices, and rich text as a reader sees it (facts 7.1 and 15.1)."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fortnox_bridge.sdk import Choice
from fortnox_bridge_hubspot.values import NotADecimal, plain_text, to_decimal, to_instant, to_value
from fortnox_bridge_hubspot.wire import WireProperty


def of_type(kind, field_type="text", **more):
    return WireProperty.model_validate({"name": "p", "label": "P", "type": kind, "fieldType": field_type, **more})


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12))
def test_decimals_of_up_to_twelve_places_come_back_exactly(value):
    assert to_decimal(format(value, "f")) == value


def test_what_binary_fractions_left_behind_is_rounded_away():
    assert to_decimal("0.2000000000000000111022302462515654") == Decimal("0.2")
    assert to_decimal("99.99999999999999999") == Decimal(100)


@pytest.mark.parametrize("text", ["", " ", "1,5", "1 000", "1e5", "NaN", "Infinity", "١٢", "--1", "1.", "9" * 401])
def test_text_that_is_no_plain_decimal_is_not_guessed_at(text):
    with pytest.raises(NotADecimal):
        to_decimal(text)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-26T10:00:00Z", datetime(2026, 11, 26, 10, tzinfo=UTC)),
        ("2026-11-26T11:00:00.250+01:00", datetime(2026, 11, 26, 10, 0, 0, 250_000, tzinfo=UTC)),
        ("1790000001234", datetime.fromtimestamp(1790000001.234, UTC)),
        ("2026-12-01", datetime(2026, 12, 1, tzinfo=UTC)),
        ("", None),
        (None, None),
        ("yesterday", None),
        ("99999999999999", datetime(5138, 11, 16, 9, 46, 39, 999_000, tzinfo=UTC)),
    ],
)
def test_instants_are_read_in_both_forms_and_are_utc(text, instant):
    assert to_instant(text) == instant


OPTIONS = [{"label": "Faktura", "value": "inv"}, {"label": "Order", "value": "ord"}]


@pytest.mark.parametrize(
    ("wire", "text", "value"),
    [
        (of_type("number"), "12.50", Decimal("12.50")),
        (of_type("number"), "about ten", "about ten"),
        (of_type("bool"), "true", True),
        (of_type("bool"), "ja", "ja"),
        (of_type("date"), "2026-11-26", date(2026, 11, 26)),
        (of_type("date"), "1795651200000", date(2026, 11, 26)),
        (of_type("date"), "soon", "soon"),
        (of_type("enumeration", "select", options=OPTIONS), "inv", Choice("inv", "Faktura")),
        (of_type("enumeration", "select", options=OPTIONS), "gone", Choice("gone", "gone")),
        (
            of_type("enumeration", "checkbox", options=OPTIONS),
            "inv;ord",
            (Choice("inv", "Faktura"), Choice("ord", "Order")),
        ),
        (of_type("string", "html"), "<p>Rad&nbsp;1</p><script>x()</script><p>Rad <b>2</b></p>", "Rad 1\nRad 2"),
        (of_type("something_new"), "kept", "kept"),
    ],
)
def test_value_follows_its_definition_and_stays_text_where_it_does_not_fit(wire, text, value):
    assert to_value(wire, text) == value


@given(st.text())
def test_any_markup_becomes_text_without_its_scripts(text):
    seen = plain_text(f"<p>{text}</p><script>alert(1)</script>")

    assert "alert(1)" not in seen or "alert(1)" in text
