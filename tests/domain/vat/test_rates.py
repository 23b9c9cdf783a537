from datetime import date
from decimal import Decimal

import pytest

from fortnox_bridge.domain.rules import OssRate, RowRate, VatRules
from fortnox_bridge.domain.vat import RateOrigin, changed_supply, decide_rate, swedish_rates
from fortnox_bridge.domain.vat.rates import oss_rate

D = Decimal
DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("row_rate", "article", "source", "fallback", "expected"),
    [
        (RowRate.ARTICLE, "25", None, None, ("25", RateOrigin.ARTICLE, None)),
        (RowRate.ARTICLE, "25", "12", None, ("25", RateOrigin.ARTICLE, "12")),
        (RowRate.ARTICLE, "0", "25", None, ("0", RateOrigin.ARTICLE, "25")),
        (RowRate.ARTICLE, None, "12", "25", ("12", RateOrigin.SOURCE, None)),
        (RowRate.ARTICLE, None, "0", "25", ("0", RateOrigin.SOURCE, None)),
        (RowRate.ARTICLE, None, None, "25", ("25", RateOrigin.FALLBACK, None)),
        (RowRate.SOURCE, "25", "12", None, ("12", RateOrigin.SOURCE, "25")),
        (RowRate.SOURCE, "25", None, "6", ("25", RateOrigin.ARTICLE, None)),
        (RowRate.SOURCE, "25", "25.00", None, ("25", RateOrigin.SOURCE, None)),
        (RowRate.FORTNOX, "25", "12", None, ("25", RateOrigin.ARTICLE, "12")),
    ],
)
def test_rate_follows_the_configured_order(row_rate, article, source, fallback, expected):
    rules = VatRules(row_rate, D(fallback) if fallback else None)

    decision = decide_rate(rules, article=D(article) if article else None, source=D(source) if source else None)

    rate, origin, contradicted = expected
    assert (decision.rate, decision.origin) == (D(rate), origin)
    assert decision.contradicted == (D(contradicted) if contradicted else None)


@pytest.mark.parametrize("row_rate", RowRate)
def test_rate_that_nobody_states_is_unknown_and_never_zero(row_rate):
    assert decide_rate(VatRules(row_rate), article=None, source=None) is None


@pytest.mark.parametrize("day", [date(2020, 1, 1), date(2026, 3, 31), DAY, date(2028, 1, 1), date(2040, 1, 1)])
def test_the_four_swedish_rates_exist_every_day(day):
    assert swedish_rates(day) == (D(0), D(6), D(12), D(25))


@pytest.mark.parametrize(
    ("day", "old", "new", "since"),
    [
        (date(2026, 3, 31), 12, 6, None),
        (date(2026, 4, 1), 12, 6, date(2026, 4, 1)),
        (date(2027, 12, 31), 12, 6, date(2026, 4, 1)),
        (date(2028, 1, 1), 12, 6, None),
        (date(2028, 1, 1), 6, 12, date(2028, 1, 1)),
        (DAY, 6, 12, None),
        (DAY, 25, 6, None),
    ],
)
def test_food_changes_its_rate_twice(day, old, new, since):
    found = changed_supply(D(old), D(new), day)

    assert (found.since if found else None) == since


OSS = (
    OssRate("DE", D(19), "3125"),
    OssRate("DE", D(7), "3126", swedish_rate=D(12)),
    OssRate("DE", D(21), "3127", valid_from=date(2027, 1, 1)),
    OssRate("FI", D("24"), "3130", valid_from=date(2020, 1, 1)),
    OssRate("FI", D("25.5"), "3131", valid_from=date(2024, 9, 1)),
)


@pytest.mark.parametrize(
    ("country", "swedish", "day", "rate"),
    [
        ("DE", 25, DAY, "19"),
        ("DE", None, DAY, "19"),
        ("DE", 12, DAY, "7"),
        ("DE", 25, date(2027, 1, 1), "21"),
        ("DE", 12, date(2027, 1, 1), "7"),
        ("FI", 25, date(2024, 8, 31), "24"),
        ("FI", 25, date(2024, 9, 1), "25.5"),
        ("FI", 25, date(2019, 12, 31), None),
        ("NL", 25, DAY, None),
    ],
)
def test_oss_table_is_read_by_country_swedish_rate_and_day(country, swedish, day, rate):
    found = oss_rate(OSS, country, None if swedish is None else D(swedish), day)

    assert (found.rate if found else None) == (D(rate) if rate else None)
