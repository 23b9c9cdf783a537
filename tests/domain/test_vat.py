from decimal import Decimal

import pytest

from fortnox_bridge.domain.fortnox_fields import VatType
from fortnox_bridge.domain.records import CustomerRecord
from fortnox_bridge.domain.rules import RowRate, VatRules
from fortnox_bridge.domain.vat import RateOrigin, decide_existing_sale, decide_new_sale, decide_rate

D = Decimal


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


@pytest.mark.parametrize(
    ("countries", "default", "is_swedish", "is_assumed"),
    [
        (("SE",), None, True, False),
        (("se ", None), None, True, False),
        ((None, None), "SE", True, True),
        ((None,), None, True, True),
        (("NO",), "SE", False, False),
        (("SE", "DE"), "SE", False, False),
        ((None,), "NO", False, True),
    ],
)
def test_sale_to_a_new_customer_is_decided_only_for_sweden(countries, default, is_swedish, is_assumed):
    decision = decide_new_sale(countries, default)

    assert (decision.vat_type is VatType.SWEDISH, decision.is_country_assumed) == (is_swedish, is_assumed)


@pytest.mark.parametrize(
    ("vat_type", "country", "delivery", "is_swedish"),
    [
        (VatType.SWEDISH, "SE", None, True),
        (VatType.SWEDISH, None, "SE", True),
        (VatType.SWEDISH, "SE", "NO", False),
        (VatType.SWEDISH, "DE", None, False),
        (VatType.EXPORT, "SE", None, False),
        (VatType.SWEDISH_REVERSE_CHARGE, "SE", None, False),
        (None, "SE", None, False),
    ],
)
def test_sale_to_an_existing_customer_follows_the_card(vat_type, country, delivery, is_swedish):
    card = CustomerRecord("1", "A", None, None, vat_type, country, "SEK", is_active=True)

    assert (decide_existing_sale(card, delivery).vat_type is VatType.SWEDISH) is is_swedish
