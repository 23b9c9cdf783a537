"""What stands on the draft: prices, discounts, VAT basis, currency."""

from decimal import Decimal

import pytest
from tests.e2e.crafted_answers import expect_other_total
from tests.e2e.world import Record, World, note_text, one_line


async def test_deal_without_lines_by_default_parks(world: World) -> None:
    """F42."""
    deal = await world.deal([], org_id=await world.company(), value=5000)

    parked = await world.win(deal)

    assert (parked.state, parked.code) == ("parked", "deal_without_lines")
    assert await world.documents(deal) == []


@pytest.mark.parametrize(("value_is", "net", "total"), [("net", "5000", "6250"), ("gross", "4000", "5000")])
async def test_deal_without_lines_when_one_line_is_set_becomes_one_row(
    world: World, value_is: str, net: str, total: str
) -> None:
    """F42."""

    def one_row(document: Record) -> None:
        document["products"] |= {
            "when_no_lines": "one_line",
            "no_lines_article": "KONS",
            "no_lines_value_is": value_is,
        }

    await world.settings(one_row)
    deal = await world.deal([], org_id=await world.company(), value=5000)

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    invoice = await world.invoice(deal)
    assert [row["ArticleNumber"] for row in invoice["InvoiceRows"]] == ["KONS"]
    assert (Decimal(str(invoice["Net"])), Decimal(str(invoice["Total"]))) == (Decimal(net), Decimal(total))


async def test_inclusive_prices_stay_inclusive(world: World) -> None:
    """F55."""
    deal = await world.deal(
        [one_line(quantity=3, item_price=100, tax_method="inclusive")], org_id=await world.company()
    )

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    invoice = await world.invoice(deal)
    assert invoice["VATIncluded"] is True
    assert Decimal(str(invoice["Total"])) == Decimal(300)


async def test_deal_discounts_in_percent_and_amount_are_spread_to_the_ore(world: World) -> None:
    """F43."""
    deal = await world.deal(
        [one_line(quantity=3, item_price=333.33), one_line(quantity=1, item_price=0.99)],
        org_id=await world.company(),
        discounts=[{"type": "percentage", "amount": 12.5}, {"type": "amount", "amount": 10.01}],
    )
    (value,) = [row["value"] for row in await world.rows("pipedrive", "deals") if str(row["id"]) == deal]

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    assert Decimal(str((await world.invoice(deal))["Net"])) == Decimal(str(value)).quantize(Decimal("0.01"))
    assert "Observera" not in note_text(await world.note(deal))


async def test_foreign_currency_takes_the_rate_of_fortnox(world: World) -> None:
    """F54: never a silent 1."""
    deal = await world.deal([one_line(item_price=95)], org_id=await world.company(), currency="EUR")

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    invoice = await world.invoice(deal)
    assert invoice["Currency"] == "EUR"
    assert Decimal(str(invoice["CurrencyRate"])) == Decimal("11.4215")
    assert "237,50 EUR" in note_text(await world.note(deal))


async def test_currency_missing_in_fortnox_parks_and_names_it(world: World) -> None:
    """F54."""
    await world.seed("fortnox", {"remove_registers": {"currencies": ["EUR"]}})
    deal = await world.deal([one_line(item_price=95)], org_id=await world.company(), currency="EUR")

    parked = await world.win(deal)

    assert (parked.state, parked.code) == ("parked", "currency_missing")
    assert "EUR" in note_text(await world.note(deal))
    assert await world.documents(deal) == []


async def test_customer_with_defaults_in_fortnox_leaks_none_into_the_draft(world: World) -> None:
    """F58: Café Nymånen has a discount, an administration fee and a delivery address on its card."""
    company = await world.company("Café Nymånen HB", Organisationsnummer="969700-0000")
    deal = await world.deal([one_line(quantity=1, item_price=1000)], org_id=company)

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    invoice = await world.invoice(deal)
    assert Decimal(str(invoice["Total"])) == Decimal(1250)
    assert Decimal(str(invoice["AdministrationFee"])) == 0
    assert not invoice["DeliveryName"]


async def test_emoji_in_a_product_name_is_left_out_and_said(world: World) -> None:
    """Trap: an emoji in a name rejects the whole invoice."""
    product = {"name": "Trall 🌲 extra", "code": "KONS", "tax": 25}
    seeded = await world.seed("pipedrive", {"products": [product]})
    rows = [{"product_id": seeded["products"][0]["id"], "quantity": 1, "item_price": 100, "tax": 25}]
    deal = await world.deal([], org_id=await world.company("Grön 🌲 Skog AB"), products=rows)

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    (row,) = (await world.invoice(deal))["InvoiceRows"]
    assert "🌲" not in row["Description"]
    assert "Observera" in note_text(await world.note(deal))


async def test_total_that_fortnox_computes_otherwise_marks_the_draft_unfinished_and_warns(world: World) -> None:
    """F57."""
    company = await world.company()
    await world.win(await world.deal(org_id=company))
    deal = await world.deal(org_id=company)
    await expect_other_total(world)

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    assert (await world.invoice(deal))["NotCompleted"] is True
    assert "Observera" in note_text(await world.note(deal))
