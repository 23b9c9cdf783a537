"""Every shape of facts 14.3, and that no shape at all can stop a deal."""

from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fortnox_bridge.sdk import Address, Choice, DateRange, Money, TimeRange, as_text, currency, decode_json, encode_json
from fortnox_bridge_pipedrive.addresses import country_code
from fortnox_bridge_pipedrive.custom_fields import to_values


class Silent:
    def __init__(self):
        self.warnings = []

    def info(self, event, /, **facts):
        raise AssertionError(event)

    def warning(self, event, /, **facts):
        self.warnings.append((event, facts))


SEK = currency("SEK")
NULL_PARTS = {"route": None, "locality": None, "country": None, "postal_code": None}


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("PO-7781", "PO-7781"),
        ("556012-5790", "556012-5790"),
        (12.5, Decimal("12.5")),
        (7, Decimal(7)),
        (True, True),
        ({"value": 1500, "currency": "SEK"}, Money(Decimal(1500), SEK)),
        ({"value": 0.1, "currency": "SEK"}, Money(Decimal("0.1"), SEK)),
        ({"value": 5, "currency": None}, Decimal(5)),
        ({"value": 5, "currency": "POÄNG"}, "5 POÄNG"),
        ({"id": 41, "label": "Stor"}, Choice("41", "Stor")),
        ([{"id": 3, "label": "Röd"}, {"id": 7, "label": "Blå"}], (Choice("3", "Röd"), Choice("7", "Blå"))),
        ([3, 7], (Choice("3"), Choice("7"))),
        ("2026-05-31", date(2026, 5, 31)),
        ("2026-02-31", "2026-02-31"),
        ({"value": "2026-05-01", "until": "2026-05-31"}, DateRange(date(2026, 5, 1), date(2026, 5, 31))),
        ({"value": "2026-05-01", "until": None}, DateRange(date(2026, 5, 1))),
        ({"value": "09:00:00", "timezone_id": 374, "timezone_name": "Europe/Stockholm"}, time(9)),
        (
            {"value": "09:00:00", "until": "10:30:00", "timezone_id": 374, "timezone_name": "Europe/Stockholm"},
            TimeRange(time(9), time(10, 30)),
        ),
        ({"value": "Lindvägen 4, Umeå"}, Address(text="Lindvägen 4, Umeå")),
        ({"value": "Lindvägen 4", **NULL_PARTS}, Address(text="Lindvägen 4")),
        (
            {"value": "L", "route": "Lindvägen", "street_number": "4", "country": "Norway"},
            Address(line1="Lindvägen 4", country_code="NO", country_name="Norway", text="L"),
        ),
        (1234, Decimal(1234)),
    ],
)
def test_value_of_a_documented_shape_is_neutral(raw, value):
    log = Silent()
    answer = decode_json(encode_json({"key": raw}))
    assert isinstance(answer, dict)
    assert to_values(answer, log) == {"key": value}
    assert log.warnings == []


@pytest.mark.parametrize(
    "raw",
    [
        None,
        "",
        [],
        {"value": None, "currency": None},
        {"value": None, "until": None},
        {"value": None, "timezone_id": None, "timezone_name": None},
        {"value": None, **NULL_PARTS},
        {"value": ""},
    ],
)
def test_unset_value_is_left_out(raw):
    log = Silent()
    assert to_values({"key": raw}, log) == {}
    assert log.warnings == []


@pytest.mark.parametrize("raw", [{"odd": 1}, [[1]], {"value": 5}, {"value": {}, "currency": "SEK"}, [{"label": "x"}]])
def test_value_of_no_documented_shape_is_left_out_with_a_warning(raw):
    log = Silent()
    assert to_values({"odd": raw, "sound": "x"}, log) == {"sound": "x"}
    assert log.warnings == [("pipedrive_field_shape_unknown", {"field": "odd"})]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["value", "until", "currency", "id", "label", "timezone_id", "route", "country", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=5), JSON, max_size=4))
def test_any_json_gives_values_that_can_be_shown(fields):
    for value in to_values(fields, Silent()).values():
        assert isinstance(as_text(value), str)


@given(st.text(max_size=40))
def test_any_text_reads_the_same_in_text(text):
    values = to_values({"key": text}, Silent())
    assert as_text(values.get("key", "")) == text.strip()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Sverige", "SE"),
        ("Sweden", "SE"),
        ("  norge ", "NO"),
        ("TYSKLAND", "DE"),
        ("Germany", "DE"),
        ("USA", "US"),
        ("United Kingdom", "GB"),
        ("Storbritannien", "GB"),
        ("Nederländerna", "NL"),
        ("se", "SE"),
        ("Åland", "AX"),
        ("Narnia", None),
        ("", None),
    ],
)
def test_country_by_its_swedish_or_english_name(name, code):
    assert country_code(name) == code
