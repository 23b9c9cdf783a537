"""Every form of discount that Pipedrive has, through to Fortnox's own sums (facts: pipedrive 7)."""

from decimal import Decimal

import pytest
from tests.e2e.world import Record, World, note_text, one_line, replay_link

D = Decimal


def percent(value: float) -> Record:
    return {"type": "percentage", "amount": value}


def kronor(value: float) -> Record:
    return {"type": "amount", "amount": value}


# Two hours at 950 with 25 % VAT and three books at 100 with 6 %: 2 200 before discounts.
FORMS = {
    "line percent": ({"discount": 5, "discount_type": "percentage"}, [], "2105"),
    "line amount": ({"discount": 100, "discount_type": "amount"}, [], "2100"),
    "fine line percent": ({"discount": 33.333, "discount_type": "percentage"}, [], "1566.67"),
    "deal percent": ({}, [percent(10)], "1980"),
    "deal amount": ({}, [kronor(200)], "2000"),
    "deal several": ({}, [percent(10), percent(5), kronor(0.01)], "1869.99"),
    "line and deal": ({"discount": 5, "discount_type": "percentage"}, [percent(10), kronor(200)], "1694.50"),
}
LINE_FORMS = {
    "line percent": (D(5), "PERCENT"),
    "line amount": (D(100), "AMOUNT"),
    "fine line percent": (D("633.33"), "AMOUNT"),
}


async def deal_with(world: World, line: Record, discounts: list[Record], tax_method: str) -> str:
    lines = [
        one_line("KONS", quantity=2, item_price=950, tax=25, tax_method=tax_method, **line),
        one_line("BOK-1", quantity=3, item_price=100, tax=6, tax_method=tax_method),
    ]
    return await world.deal(lines, org_id=await world.company(), discounts=discounts)


async def on_own_lines(world: World) -> None:
    await world.seed("fortnox", {"articles": [{"ArticleNumber": "RABATT", "Description": "Rabatt"}]})

    def own_line(document: Record) -> None:
        document["products"] |= {"deal_discount": "own_line", "discount_article": "RABATT"}

    await world.settings(own_line)


@pytest.mark.parametrize("tax_method", ["exclusive", "inclusive"])
@pytest.mark.parametrize("form", FORMS)
async def test_discount_comes_out_to_the_ore(world: World, form: str, tax_method: str) -> None:
    """F43: spread into the lines, or a discount of the line's own in Fortnox."""
    line, discounts, wanted = FORMS[form]
    deal = await deal_with(world, line, discounts, tax_method)

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    invoice = await world.invoice(deal)
    assert D(str(invoice["Net" if tax_method == "exclusive" else "Total"])) == D(wanted)
    assert len(invoice["InvoiceRows"]) == 2
    if form in LINE_FORMS:
        first = invoice["InvoiceRows"][0]
        assert (D(str(first["Discount"])), first["DiscountType"]) == LINE_FORMS[form]


@pytest.mark.parametrize("tax_method", ["exclusive", "inclusive"])
@pytest.mark.parametrize(
    ("form", "own"),
    [
        ("deal percent", {D(25): D(-190), D(6): D(-30)}),
        ("deal amount", {D(25): D("-172.73"), D(6): D("-27.27")}),
        ("deal several", {D(25): D("-285.01"), D(6): D(-45)}),
        ("line and deal", {D(25): D(-352), D(6): D("-58.50")}),
    ],
)
async def test_deal_discount_on_own_lines_is_one_row_for_each_rate(
    world: World, form: str, own: dict[Decimal, Decimal], tax_method: str
) -> None:
    """F43: in proportion to what is sold at each rate; never one VAT rate for the whole document."""
    line, discounts, wanted = FORMS[form]
    await on_own_lines(world)
    deal = await deal_with(world, line, discounts, tax_method)

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    invoice = await world.invoice(deal)
    assert D(str(invoice["Net" if tax_method == "exclusive" else "Total"])) == D(wanted)
    rows = [row for row in invoice["InvoiceRows"] if row["ArticleNumber"] == "RABATT"]
    assert {D(str(row["VAT"])): D(str(row["Price"])) for row in rows} == own
    assert all(D(str(row["DeliveredQuantity"])) == 1 for row in rows)


async def test_discount_article_that_went_out_of_use_parks_naming_it(world: World) -> None:
    """F43, F48: at first by Fortnox's refusal, since the article is remembered; then before anything is sent."""
    await on_own_lines(world)
    await world.seed("fortnox", {"edit_article": {"ArticleNumber": "RABATT", "Active": False}})
    deal = await deal_with(world, {}, [kronor(200)], "exclusive")

    parked = await world.win(deal)
    assert (parked.state, parked.code) == ("parked", "article_inactive")
    await world.send("POST", replay_link(await world.note(deal)))
    again = await world.settled(deal, after=parked.run["id"])

    assert (again.state, again.code) == ("parked", "discount_article_missing")
    assert "RABATT" in note_text(await world.note(deal))
    assert await world.documents(deal) == []


@pytest.mark.parametrize(("amount", "mode"), [(2200.01, "spread"), (2200.01, "own_line")])
async def test_discount_larger_than_the_deal_parks(world: World, amount: float, mode: str) -> None:
    """F43."""
    if mode == "own_line":
        await on_own_lines(world)
    deal = await deal_with(world, {}, [kronor(amount)], "exclusive")

    parked = await world.win(deal)

    assert (parked.state, parked.code) == ("parked", "discount_exceeds_total")
