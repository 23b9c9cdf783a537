"""A row's rate and account under every kind of sale and every setting."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from fortnox_bridge.domain.fortnox_fields import VatType
from fortnox_bridge.domain.product import ProductKind
from fortnox_bridge.domain.rules import OssRate, RowRate, SaleAccounts, VatRules
from fortnox_bridge.domain.vat import RateOrigin, RowFacts, RowUnknown, SaleDecision, Taxation, decide_row

D = Decimal
DAY = date(2026, 11, 23)
GOODS, SERVICE = ProductKind.GOODS, ProductKind.SERVICE
IN_SWEDEN = SaleDecision(VatType.SWEDISH, destination="SE", rates_of="SE")
REVERSED = SaleDecision(VatType.EU_REVERSE_CHARGE, Taxation.NONE, Taxation.NONE, "DE", "DE")
EXPORTED = replace(REVERSED, vat_type=VatType.EXPORT, destination="NO", rates_of="NO")
BUILDING = replace(REVERSED, vat_type=VatType.SWEDISH_REVERSE_CHARGE, destination="SE", rates_of="SE")
BY_OSS = SaleDecision(VatType.EU_CONSUMER, Taxation.OSS, Taxation.SWEDISH, "FI", "FI")
OSS = (OssRate("FI", D("25.5"), "3131"), OssRate("FI", D(14), None, swedish_rate=D(12)))
RULES = VatRules(oss=OSS, accounts=SaleAccounts("3108", "3308", "3105", "3305"))


def row(sale, rules=RULES, kind=GOODS, article=None, source=None):
    facts = RowFacts(kind, None if article is None else D(article), None if source is None else D(source))
    return decide_row(sale, facts, rules, DAY)


@pytest.mark.parametrize(
    ("sale", "kind", "account", "by"),
    [
        (REVERSED, GOODS, "3108", "vat.accounts.eu_goods"),
        (REVERSED, SERVICE, "3308", "vat.accounts.eu_services"),
        (EXPORTED, GOODS, "3105", "vat.accounts.export_goods"),
        (EXPORTED, SERVICE, "3305", "vat.accounts.export_services"),
        (BUILDING, GOODS, None, ""),
        (BUILDING, SERVICE, None, ""),
    ],
)
def test_sale_without_vat_has_zero_rows_on_the_accounts_of_goods_and_of_services(sale, kind, account, by):
    vat = row(sale, kind=kind, article=25, source=25)

    assert (vat.rate, vat.origin, vat.account, vat.account_by) == (D(0), RateOrigin.SALE, account, by)
    assert vat.contradicted is None


def test_account_that_is_not_set_is_left_to_the_article():
    assert row(REVERSED, VatRules(), article=25).account is None


@pytest.mark.parametrize("row_rate", RowRate)
def test_nobody_states_a_rate_and_it_is_unknown_never_zero(row_rate):
    assert row(IN_SWEDEN, VatRules(row_rate)) is RowUnknown.RATE


@pytest.mark.parametrize(
    ("row_rate", "article", "source", "fallback", "rate", "is_sent"),
    [
        (RowRate.ARTICLE, 25, 12, None, 25, True),
        (RowRate.SOURCE, 25, 12, None, 12, True),
        (RowRate.SOURCE, 25, 0, None, 0, True),
        (RowRate.FORTNOX, 25, 12, None, 25, False),
        (RowRate.FORTNOX, None, 12, None, 12, True),
        (RowRate.FORTNOX, None, None, 6, 6, True),
    ],
)
def test_rate_is_left_to_fortnox_only_where_its_choice_is_known(row_rate, article, source, fallback, rate, is_sent):
    rules = VatRules(row_rate, None if fallback is None else D(fallback))

    vat = row(IN_SWEDEN, rules, article=article, source=source)

    assert (vat.rate, vat.is_sent) == (D(rate), is_sent)


@pytest.mark.parametrize("sale", [REVERSED, EXPORTED, BUILDING])
def test_zero_of_the_sale_is_left_to_fortnox_where_it_decides(sale):
    assert row(sale, replace(RULES, row_rate=RowRate.FORTNOX), article=25).is_sent is False


@pytest.mark.parametrize(
    ("article", "source", "rate", "account", "contradicted"),
    [
        (25, None, "25.5", "3131", None),
        (25, "25.5", "25.5", "3131", None),
        (25, 25, "25.5", "3131", None),
        (25, 24, "25.5", "3131", "24"),
        (12, None, "14", None, None),
        (None, None, "25.5", "3131", None),
    ],
)
@pytest.mark.parametrize("row_rate", RowRate)
def test_one_stop_shop_row_is_as_in_the_table(row_rate, article, source, rate, account, contradicted):
    vat = row(BY_OSS, replace(RULES, row_rate=row_rate), article=article, source=source)

    assert (vat.rate, vat.account, vat.is_sent, vat.origin) == (D(rate), account, True, RateOrigin.OSS)
    assert vat.contradicted == (None if contradicted is None else D(contradicted))


def test_service_to_a_consumer_keeps_its_swedish_rate_beside_goods_of_the_one_stop_shop():
    assert row(BY_OSS, kind=SERVICE, article=25).rate == D(25)


def test_row_without_a_fitting_line_in_the_table_is_unknown():
    rules = replace(RULES, oss=(OssRate("FI", D(14), "3132", swedish_rate=D(12)),))

    assert row(BY_OSS, rules, article=25) is RowUnknown.OSS


def test_foreign_rate_of_the_source_takes_the_account_that_carries_it():
    sale = replace(BY_OSS, goods=Taxation.SWEDISH)

    vat = row(sale, replace(RULES, row_rate=RowRate.SOURCE), article=25, source="25.5")

    assert (vat.rate, vat.account, vat.contradicted) == (D("25.5"), "3131", D(25))
