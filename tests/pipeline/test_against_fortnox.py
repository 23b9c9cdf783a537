"""Whole runs against the simulated Fortnox over real HTTP: what was predicted is what Fortnox answers."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import count
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.pipeline.deals import (
    NOW,
    OTHER_ORG_NUMBER,
    WON,
    exact_total,
    make_company,
    make_deal,
    make_line,
    make_rules,
    make_run,
)
from tests.pipeline.world import FakeClock, World

from fortnox_bridge.domain.deal import Discount, DiscountKind, DiscountPer
from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.errors import OutcomeUnknown, UserAction
from fortnox_bridge.domain.money import SEK, Basis, Currency
from fortnox_bridge.domain.rules import DocumentRules, MissingArticle, TriggerRule
from fortnox_bridge.domain.run import Done
from fortnox_bridge.domain.source_total import lines_total
from fortnox_bridge.fortnox.client import CallPolicy, FortnoxClient
from fortnox_bridge.fortnox.gateway import FortnoxGateway
from fortnox_bridge.http import HostPolicy, HttpClient
from fortnox_bridge.oauth.fixed import FixedToken
from fortnox_bridge.sandbox.fortnox import FORTNOX_SIMULATOR
from fortnox_bridge.sandbox.serve import serve_sandbox

D = Decimal
REDIRECT = "http://127.0.0.1:9999/callback"
CLIENT = ("sandbox-client", "sandbox-secret")
SCOPES = "companyinformation settings customer article invoice order currency price"


class NoLimit:
    async def acquire(self, priority, *, max_wait_s):
        return None

    async def pause(self, retry_after_s):
        return None


@dataclass
class Site:
    """A bridge's pipeline on one side, Fortnox on the other, and the sandbox's control between them."""

    world: World
    control: httpx.AsyncClient
    numbers: Iterator[int] = field(default_factory=count)

    async def stored(self, collection):
        return (await self.control.get(f"/_control/fortnox/{collection}")).json()

    async def fault(self, path, action, method="POST"):
        plan = {"simulator": "fortnox", "method": method, "path": path, "action": action}
        assert (await self.control.post("/_control/faults", json=plan)).status_code == 200

    async def requests(self):
        seen = (await self.control.get("/_control/requests")).json()
        return [f"{one['method']} {one['path']}" for one in seen if "/3/" in one["path"]]


async def token(http: httpx.AsyncClient) -> str:
    query = {"client_id": CLIENT[0], "redirect_uri": REDIRECT, "scope": SCOPES, "state": "s"}
    consent = await http.get(
        "/fortnox/oauth-v1/auth", params={**query, "access_type": "offline", "response_type": "code"}
    )
    code = parse_qs(urlsplit(consent.headers["location"]).query)["code"][0]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}
    return (await http.post("/fortnox/oauth-v1/token", data=form, auth=CLIENT)).json()["access_token"]


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    clock = FakeClock()
    async with (
        serve_sandbox([FORTNOX_SIMULATOR], now=lambda: NOW, time_scale=0.01) as running,
        httpx.AsyncClient(base_url=running.base_url, timeout=5) as control,
        HttpClient(
            system="Fortnox", policy=HostPolicy((), (running.base_url,)), connect_timeout_s=1, timeout_s=5
        ) as http,
    ):
        await control.post("/_control/fortnox/configure", json={"rate_window": "off"})
        held = FixedToken(await token(control), system="Fortnox", reconnect_code="fortnox_reconnect")
        client = FortnoxClient(
            http, f"{running.base_url}/fortnox", held, NoLimit(), clock, policy=CallPolicy(write_timeout_s=1)
        )
        rules = make_rules()
        rules = replace(rules, products=replace(rules.products, when_missing=MissingArticle.CREATE))
        yield Site(World(fortnox=FortnoxGateway(client), clock=clock, rules=rules), control)


def percent(value):
    return Discount(DiscountKind.PERCENT, D(value))


def kronor(value, per=DiscountPer.LINE):
    return Discount(DiscountKind.AMOUNT, D(value), per)


DEALS = {
    "plain": make_deal(),
    "gross": make_deal(prices_include_vat=True),
    "every rate": make_deal(
        lines=tuple(
            make_line(n, code=f"R{rate}", quantity=D("3"), unit_price=D("33.33"), vat_rate=D(rate))
            for n, rate in enumerate((25, 12, 6, 0))
        )
    ),
    "line discounts": make_deal(
        lines=(
            make_line(1, discounts=(percent("12.5"),)),
            make_line(2, quantity=D(7), unit_price=D("19.99"), discounts=(kronor("3.33"),)),
            make_line(3, quantity=D("1.5"), unit_price=D("0.33"), discounts=(kronor("0.1", DiscountPer.UNIT),)),
        )
    ),
    "deal discounts, gross": make_deal(
        prices_include_vat=True,
        lines=tuple(make_line(n, quantity=D(1), unit_price=D("33.33")) for n in range(3)),
        discounts=(percent("7.77"), kronor("9.99")),
    ),
    "fine": make_deal(lines=(make_line(1, quantity=D("1.0049"), unit_price=D("0.3333"), discounts=(percent("1"),)),)),
    "returned": make_deal(lines=(make_line(1), make_line(2, quantity=D(-1), unit_price=D("99.95")))),
    "given away": make_deal(
        lines=(make_line(1, quantity=D("1.33"), unit_price=D("1.33")),), discounts=(percent("100"),)
    ),
    "euro, gross, every rate": make_deal(
        currency=Currency("EUR"),
        prices_include_vat=True,
        lines=tuple(
            make_line(n, code=f"R{rate}", quantity=D("1.5"), unit_price=D("19.99"), vat_rate=D(rate))
            for n, rate in enumerate((25, 12, 6, 0))
        ),
        discounts=(percent("3.33"),),
    ),
    "quoted per hundred": make_deal(currency=Currency("DKK"), discounts=(kronor("0.07"),)),
    "returned with a discount": make_deal(
        lines=(make_line(1), make_line(2, quantity=D(-2), unit_price=D("49.95"), discounts=(kronor("5"),)))
    ),
    "long text": make_deal(lines=(make_line(1, name="Ett | långt “namn” 🏠 " * 40), make_line(2))),
}


@pytest.mark.parametrize("included", [True, False])
@pytest.mark.parametrize(("basis", "off"), [(Basis.NET, "0.04"), (Basis.NET, "-0.04"), (Basis.GROSS, "-0.01")])
async def test_rounding_row_makes_fortnox_come_to_the_sources_own_total(site, included, basis, off):
    article = {"ArticleNumber": "ORE", "Description": "Öresutjämning", "SalesAccount": 3740}
    await site.control.post("/_control/fortnox/seed", json={"articles": [article]})
    line = make_line(quantity=D(3), unit_price=D("33.33"))
    net, gross = (D("79.99"), D("99.99")) if included else (D("99.99"), D("124.99"))
    stated = (net if basis is Basis.NET else gross) + D(off)
    site.world.source.deal = make_deal(
        lines=(line,), prices_include_vat=included, control_total=exact_total(str(stated), basis)
    )
    rules = DocumentRules(allowed_difference=D("0.05"), rounding_article="ORE")
    site.world.rules = replace(site.world.rules, document=rules)

    outcome = await site.world.run()

    assert isinstance(outcome, Done)
    (invoice,) = await site.stored("invoices")
    assert D(str(invoice["Net" if basis is Basis.NET else "Total"])) == stated
    assert "totals_differ_after" not in [notice.code for notice in outcome.notices]


@pytest.mark.parametrize("kind", DocumentKind)
@pytest.mark.parametrize("name", DEALS)
async def test_draft_comes_to_what_was_predicted(site, name, kind):
    site.world.source.deal = DEALS[name]
    site.world.rules = replace(site.world.rules, triggers=(TriggerRule("1", "14", kind),))

    outcome = await site.world.run()

    assert isinstance(outcome, Done)
    assert "totals_differ_after" not in [notice.code for notice in outcome.notices]
    assert site.world.document.is_verified
    assert all(one.content.startswith(b"%PDF") for one in site.world.source.files_held.values())


amounts = st.decimals("0.001", "2000", places=3)
line_discounts = st.one_of(
    st.decimals("0", "100", places=2).map(lambda value: Discount(DiscountKind.PERCENT, value)),
    st.decimals("0", "5", places=2).map(lambda value: Discount(DiscountKind.AMOUNT, value)),
    st.decimals("0", "0.5", places=2).map(lambda value: Discount(DiscountKind.AMOUNT, value, DiscountPer.UNIT)),
)


@st.composite
def sold_lines(draw):
    rates = draw(st.lists(st.sampled_from((25, 12, 6, 0)), min_size=1, max_size=5))
    return tuple(
        make_line(
            number,
            code=f"R{rate}",
            quantity=draw(amounts) * draw(st.sampled_from((1, 1, 1, -1))),
            unit_price=draw(amounts),
            vat_rate=D(rate),
            discounts=tuple(draw(st.lists(line_discounts, max_size=2))),
        )
        for number, rate in enumerate(rates)
    )


deals = st.builds(
    make_deal,
    lines=sold_lines(),
    currency=st.sampled_from([SEK, Currency("EUR"), Currency("DKK"), Currency("NOK")]),
    prices_include_vat=st.booleans(),
    discounts=st.lists(line_discounts, max_size=2).map(tuple),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(deals, st.sampled_from(DocumentKind), st.booleans())
async def test_any_deal_comes_to_what_was_predicted_or_parks_before_anything_is_made(site, deal, kind, is_rounded):
    await site.control.post("/_control/fortnox/configure", json={"round_off": is_rounded})
    deal = replace(deal, ref=replace(deal.ref, external_id=f"h-{next(site.numbers)}"))
    rules = replace(site.world.rules, triggers=(TriggerRule("1", "14", kind),))
    world = World(fortnox=site.world.fortnox, clock=site.world.clock, rules=rules)
    world.source.deal = deal
    run = make_run()
    before = len(await site.stored(f"{kind}s"))

    refused = None
    try:
        outcome = await world.run(replace(run, source=deal.ref, key=replace(run.key, external_id=deal.ref.external_id)))
    except UserAction as error:
        refused = error.code

    made = (await site.stored(f"{kind}s"))[before:]
    if refused is not None:
        assert refused in {"discount_exceeds_line", "discount_exceeds_total", "total_negative"}
        assert made == []
        return
    assert isinstance(outcome, Done)
    assert "totals_differ_after" not in [notice.code for notice in outcome.notices]
    (stored,) = made
    net, vat = Decimal(str(stored["Net"])), Decimal(str(stored["TotalVAT"]))
    assert (net + vat if deal.prices_include_vat else net) == lines_total(deal)


async def test_second_deal_of_a_known_customer_costs_two_calls(site):
    await site.world.run()
    await site.control.delete("/_control/requests")
    other = replace(site.world.source.deal.ref, external_id="813")
    site.world.source.deal = replace(site.world.source.deal, ref=other)
    site.world.memory.note = None
    run = make_run(2)

    await site.world.run(replace(run, source=other, key=replace(run.key, external_id="813")))

    methods = [line.split()[0] for line in await site.requests()]
    assert methods == ["POST", "GET"]


async def test_order_is_converted_into_an_invoice(site):
    rules = (TriggerRule("1", "13", DocumentKind.ORDER), TriggerRule("1", "14", DocumentKind.INVOICE))
    site.world.rules = replace(site.world.rules, triggers=rules)
    site.world.source.deal = make_deal(stage=replace(WON, id="13"))
    await site.world.run()
    site.world.source.deal = make_deal()

    outcome = await site.world.run(make_run(2))

    assert isinstance(outcome, Done)
    assert outcome.document_kind == "invoice"
    assert len(await site.stored("invoices")) == 1


@pytest.mark.parametrize(
    "action",
    [
        {"kind": "apply_then_reset"},
        {"kind": "apply_then_status", "status": 500},
        {"kind": "apply_then_empty", "status": 200},
        {"kind": "apply_then_html", "status": 502},
        {"kind": "reset"},
        {"kind": "html", "status": 502},
    ],
    ids=str,
)
@pytest.mark.parametrize("path", ["/3/invoices", "/3/customers"])
async def test_answer_that_says_nothing_makes_no_second_record(site, path, action):
    company = make_company(name="Ny Kund AB", organisation_number=OTHER_ORG_NUMBER, email="info@ny.example")
    site.world.source.deal = make_deal(company=company)
    before = len(await site.stored("customers"))
    await site.fault(path, action)

    outcome = await site.world.run_until_done(tries=20)

    assert isinstance(outcome, Done)
    assert len(await site.stored("invoices")) == 1
    assert len(await site.stored("customers")) == before + 1


async def test_draft_that_is_applied_late_is_found(site):
    await site.fault("/3/invoices", {"kind": "late_apply", "after_s": 0.05, "then": "reset"})

    with pytest.raises(OutcomeUnknown):
        await site.world.run()
    # The sandbox applies it in real time, while the world's own clock stands still.
    await asyncio.sleep(0.3)
    outcome = await site.world.run_until_done(tries=20)

    assert isinstance(outcome, Done)
    assert len(await site.stored("invoices")) == 1
