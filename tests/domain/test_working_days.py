"""Swedish working days: a table of the awkward weeks, and what holds for any day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fortnox_bridge.domain.working_days import add_working_days, is_working_day

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        ("2026-11-23", 0, "2026-11-23"),
        ("2026-11-23", 1, "2026-11-24"),
        ("2026-11-27", 1, "2026-11-30"),
        ("2026-11-28", 0, "2026-11-30"),
        ("2026-11-28", 1, "2026-11-30"),
        ("2026-04-02", 1, "2026-04-07"),
        ("2026-04-02", 2, "2026-04-08"),
        ("2026-04-30", 1, "2026-05-04"),
        ("2026-05-13", 1, "2026-05-15"),
        ("2025-06-05", 1, "2025-06-09"),
        ("2026-06-18", 1, "2026-06-19"),
        ("2026-06-19", 1, "2026-06-22"),
        ("2026-10-30", 1, "2026-11-02"),
        ("2026-12-23", 1, "2026-12-24"),
        ("2026-12-24", 1, "2026-12-28"),
        ("2026-12-30", 1, "2026-12-31"),
        ("2026-12-31", 1, "2027-01-04"),
        ("2027-01-05", 1, "2027-01-07"),
    ],
)
def test_day_after_so_many_working_days(day, count, expected):
    """Good Friday and Easter Monday, May Day, Ascension, National Day; the eves are working days."""
    assert add_working_days(date.fromisoformat(day), count) == date.fromisoformat(expected)


@given(DAYS, st.integers(0, 250))
def test_result_is_a_working_day_with_as_many_between(day, count):
    found = add_working_days(day, count)

    assert is_working_day(found)
    passed = [day + timedelta(days=n) for n in range(1, (found - day).days + 1)]
    between = sum(is_working_day(one) for one in passed)
    assert between == (count if count else int(not is_working_day(day)))


@given(DAYS)
def test_no_weekend_is_worked(day):
    if day.weekday() >= 5:
        assert not is_working_day(day)


def test_calendar_has_an_end():
    with pytest.raises(OverflowError):
        add_working_days(date(9999, 12, 30), 5)
