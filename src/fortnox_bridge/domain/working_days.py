"""Swedish working days: neither Saturday, Sunday nor public holiday (F52).

Eves are working days: Midsummer, Christmas and New Year's Eve are no public holidays by law, though many are free.
"""

from datetime import date, timedelta
from functools import cache
from typing import Final

from holidays.countries.sweden import Sweden

_SATURDAY: Final = 5
_DAY: Final = timedelta(days=1)


def is_working_day(day: date) -> bool:
    return day.weekday() < _SATURDAY and day not in _public_holidays(day.year)


def add_working_days(day: date, count: int) -> date:
    """The `count`-th working day after `day`; for 0 the day itself, or the first working day after it.

    Raises:
        OverflowError: beyond the last day of the calendar.
    """
    if count < 0:
        raise ValueError("working days are counted forwards")
    while count == 0 and not is_working_day(day):
        day += _DAY
    for _ in range(count):
        day += _DAY
        while not is_working_day(day):
            day += _DAY
    return day


@cache
def _public_holidays(year: int) -> frozenset[date]:
    # Without Sundays, which the library would count as holidays for a country where the law does.
    return frozenset(Sweden(years=year, include_sundays=False))
