"""Random documents over real HTTP: what was predicted is what the simulator's own arithmetic answers, to the öre."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.fortnox.conftest import Company, RealClock
from tests.fortnox.plans import make_customer, make_plan

from fortnox_bridge.domain.deal import DiscountKind
from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.document_arithmetic import document_totals
from fortnox_bridge.domain.draft_plan import PlannedRow, RowDiscount
from fortnox_bridge.domain.fortnox_fields import VatType
from fortnox_bridge.domain.money import SEK, Currency
from fortnox_bridge.domain.product import ProductKind
from fortnox_bridge.domain.rules import RowRate, SaleAccounts, VatRules
from fortnox_bridge.domain.vat import RowFacts, RowVat, SaleDecision, by_card, decide_row
from fortnox_bridge.fortnox.client import CallPolicy, FortnoxClient
from fortnox_bridge.fortnox.gateway import FortnoxGateway
from fortnox_bridge.http import HostPolicy, HttpClient
from fortnox_bridge.oauth.fixed import FixedToken

D = Decimal
DAY = date(2026, 11, 23)
# The seeded articles and the rates that Fortnox has on them.
ARTICLES = {"KONS": D(25), "SKRUV-8": D(25), "KAFFE": D(12), "BOK-1": D(6)}
FINNISH, OSS_ACCOUNT = D("25.5"), "3131"
TYPES = list(VatType)
MANY = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


class NoLimit:
    async def acquire(self, priority, *, max_wait_s):
        return None

    async def pause(self, retry_after_s):
        return None


@dataclass
class Ledger:
    """A company with a customer of every VAT type; one card has fees and a discount that must not leak in."""

    company: Company
    gateway: FortnoxGateway
    customers: dict[VatType, str] = field(default_factory=dict)
    with_fees: str = "2"

    async def post(self, plan, number):
        return await self.gateway.create_document(plan, number, send_before=time.monotonic() + 10)


@pytest.fixture
async def ledger(company: Company) -> AsyncIterator[Ledger]:
    await company.configure(rate_window="off")
    seed = {
        "vat_codes": {"OSSFI": "25.5"},
        "registers": {"accounts": [{"Number": 3131, "Description": "OSS Finland", "VATCode": "OSSFI"}]},
    }
    (await company.control.post("/_control/fortnox/seed", json=seed)).raise_for_status()
    tokens = (await company.store.read()).tokens
    origin = str(company.control.base_url).rstrip("/")
    policy = HostPolicy((), (origin,))
    async with HttpClient(system="Fortnox", policy=policy, connect_timeout_s=2, timeout_s=5) as http:
        held = FixedToken(tokens.access_token, system="Fortnox", reconnect_code="fortnox_reconnect")
        calls = CallPolicy(read_timeout_s=5, write_timeout_s=5)
        gateway = FortnoxGateway(FortnoxClient(http, f"{origin}/fortnox", held, NoLimit(), RealClock(), policy=calls))
        books = Ledger(company, gateway)
        for vat_type in TYPES:
            wish = make_customer(f"c-{vat_type}", name=f"Kund {vat_type}", organisation_number="")
            books.customers[vat_type] = (await gateway.create_customer(_of_type(wish, vat_type))).number
        yield books


def _of_type(customer, vat_type):
    return replace(customer, vat_type=vat_type)


quantities = st.decimals("-500", "500", places=2)
prices = st.decimals("0", "9999.99", places=2)
percents = st.decimals("0", "100", places=2).map(lambda value: RowDiscount(DiscountKind.PERCENT, value))
amounts = st.decimals("0", "500", places=2).map(lambda value: RowDiscount(DiscountKind.AMOUNT, value))
currencies = st.sampled_from([SEK, Currency("EUR"), Currency("NOK"), Currency("DKK")])
texts = st.builds(PlannedRow, description=st.just("Text"), is_text=st.just(True))
sold = st.builds(
    PlannedRow,
    description=st.just("Vara"),
    article_number=st.sampled_from(sorted(ARTICLES)),
    quantity=quantities,
    unit_price=prices,
    vat_rate=st.sampled_from([D(25), D(12), D(6), D(0)]),
    discount=st.none() | percents | amounts,
)
finnish = st.builds(
    PlannedRow,
    description=st.just("Vara till Finland"),
    article_number=st.just("SKRUV-8"),
    quantity=quantities,
    unit_price=prices,
    vat_rate=st.just(FINNISH),
    account_number=st.just(OSS_ACCOUNT),
    discount=st.none() | percents | amounts,
)


def documents(*rows):
    """Priced rows, with a text row here and there: never two texts in a row, which Fortnox reads otherwise."""
    priced = st.lists(st.tuples(st.one_of(*rows), st.none() | texts), min_size=1, max_size=7)
    return priced.map(lambda pairs: tuple(row for pair in pairs for row in pair if row is not None))


def assert_equal(created, plan_rows, currency, *, included, rounded=False):
    expected = document_totals(plan_rows, currency=currency, vat_included=included, is_rounded_to_kronor=rounded)
    assert (created.net, created.vat, created.total) == (expected.net, expected.vat, expected.total)
    assert (created.round_off, created.payable) == (expected.round_off, expected.payable)
    assert created.currency == currency


@MANY
@given(documents(sold, finnish), currencies, st.booleans(), st.sampled_from(DocumentKind), st.booleans())
async def test_any_document_comes_to_what_was_predicted(ledger, rows, currency, included, kind, has_fees):
    number = ledger.with_fees if has_fees else ledger.customers[VatType.EU_CONSUMER]
    plan = make_plan(*rows, kind=kind, currency=currency, vat_included=included)

    created = await ledger.post(plan, number)

    assert_equal(created, rows, currency, included=included)


@MANY
@given(documents(sold), currencies, st.booleans())
async def test_oresavrundning_moves_only_what_is_left_to_pay_and_only_in_kronor(ledger, rows, currency, included):
    await ledger.company.configure(round_off=True)
    plan = make_plan(*rows, currency=currency, vat_included=included)

    created = await ledger.post(plan, ledger.customers[VatType.SWEDISH])

    assert_equal(created, rows, currency, included=included, rounded=currency == SEK)


@MANY
@given(
    st.lists(st.tuples(st.sampled_from(sorted(ARTICLES)), quantities, prices), min_size=1, max_size=5),
    st.sampled_from(TYPES),
    st.sampled_from(RowRate),
    st.booleans(),
)
async def test_rates_of_every_vat_type_are_foretold_whoever_decides_them(ledger, sales, vat_type, row_rate, included):
    """The decision's own rows: sent by us, or left to Fortnox, which then chooses what was expected."""
    rules = VatRules(row_rate, accounts=SaleAccounts("3108", "3308", "3105", "3305"))
    sale = by_card(SaleDecision(None), vat_type)
    rows = []
    for article, quantity, price in sales:
        vat = decide_row(sale, RowFacts(ProductKind.GOODS, article=ARTICLES[article]), rules, DAY)
        assert isinstance(vat, RowVat)
        sent, expected = (vat.rate, None) if vat.is_sent else (None, vat.rate)
        rows.append(
            PlannedRow(
                description="Vara",
                article_number=article,
                quantity=quantity,
                unit_price=price,
                vat_rate=sent,
                expected_vat_rate=expected,
                account_number=vat.account,
            )
        )

    created = await ledger.post(make_plan(*rows, vat_included=included), ledger.customers[vat_type])

    assert_equal(created, rows, SEK, included=included)
