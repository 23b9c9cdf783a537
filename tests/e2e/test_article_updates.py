"""Articles made and kept up to date by the product mapping (F49)."""

from decimal import Decimal

import pytest
from tests.e2e.test_products import article, product, products
from tests.e2e.world import Record, World, note_text, one_line

D = Decimal


def row(target: str, source: str, overwrite: str = "on_creation") -> Record:
    return {"target": target, "sources": [source], "overwrite": overwrite}


async def price(world: World, number: str, price_list: str = "A") -> Decimal | None:
    rows = await world.rows("fortnox", "prices")
    found = [row for row in rows if (row["PriceList"], row["ArticleNumber"]) == (price_list, number)]
    return D(str(found[0]["Price"])) if found else None


async def test_missing_article_is_made_as_the_mapping_says(world: World) -> None:
    """F41, F49: with unit, price by its price list, kind, VAT, account, EAN and note."""
    ean = "7310000000022"
    mapping = [
        row("price", "product.price"),
        row("ean", "product.description"),
        {"target": "type", "template": "tjänst"},
        {"target": "sales_account", "template": "3041"},
        {"target": "note", "template": "Från {{ deal.title }}: {{ product.name }}"},
        {"target": "description", "template": "{{ product.name | upper }}"},
    ]
    await world.settings(
        products(
            when_missing="create",
            mapping=mapping,
            price_list="B",
            units=[{"source": "Kvadrat", "unit": "m²"}],
        )
    )
    prices = [{"price": 310.5, "currency": "SEK"}, {"price": 29, "currency": "EUR"}]
    await product(world, code="NY-1", name="Trall", unit="kvadrat", tax=12, description=ean, prices=prices)
    deal = await world.deal([one_line("NY-1", tax=12)], org_id=await world.company(), title="Altan")

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    made = await article(world, "NY-1")
    assert (made["Description"], made["Unit"], made["Type"], made["EAN"]) == ("TRALL", "m²", "SERVICE", ean)
    assert (D(str(made["VAT"])), made["SalesAccount"], made["Note"]) == (D(12), 3041, "Från Altan: Trall")
    assert (await price(world, "NY-1", "B"), await price(world, "NY-1")) == (D("310.5"), None)


async def test_each_field_of_a_known_article_follows_its_own_overwrite_policy(world: World) -> None:
    """F49: always, only if empty, only on creation; and the steady state costs two calls again."""
    known = {"ArticleNumber": "KÄND", "Description": "Gammalt namn", "Note": "Skriven av Maja", "price": 100}
    await world.seed("fortnox", {"articles": [known]})
    await world.settings(
        products(
            mapping=[
                row("description", "product.name", "always"),
                row("price", "product.price", "always"),
                row("note", "product.description", "if_empty"),
                {"target": "manufacturer", "template": "Bolaget", "overwrite": "if_empty"},
                {"target": "stock_place", "template": "Hylla 4"},
            ]
        )
    )
    await product(world, code="KÄND", name="Nytt namn", description="Annan", prices=[{"price": 120, "currency": "SEK"}])
    company = await world.company()
    deal = await world.deal([one_line("KÄND")], org_id=company)

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    now = await article(world, "KÄND")
    assert (now["Description"], now["Note"]) == ("Nytt namn", "Skriven av Maja")
    assert (now["Manufacturer"], now["StockPlace"]) == ("Bolaget", "")
    assert await price(world, "KÄND") == D(120)
    assert "Artikeln KÄND uppdaterades" in note_text(await world.note(deal))

    again = await world.deal([one_line("KÄND")], org_id=company)
    before = await world.mark()
    assert (await world.win(again)).state == "done"
    calls = [call for call in await world.calls(before, "fortnox") if "/3/" in call]
    assert [call.split()[0] for call in calls] == ["POST", "GET"], calls


async def test_what_a_person_wrote_meanwhile_is_not_overwritten_by_an_old_copy(world: World) -> None:
    """F49: an article is read afresh before anything of it is overwritten."""
    await world.seed("fortnox", {"articles": [{"ArticleNumber": "FÄRSK", "Description": "Färsk"}]})
    mapping = [row("note", "product.description", "if_empty")]
    await world.settings(products(mapping=mapping))
    made = await product(world, code="FÄRSK", name="Färsk")
    company = await world.company()
    assert (await world.win(await world.deal([one_line("FÄRSK")], org_id=company))).state == "done"
    await world.seed("fortnox", {"edit_article": {"ArticleNumber": "FÄRSK", "Note": "Majas anteckning"}})
    await world.seed("pipedrive", {"update_product": {"id": int(made), "description": "Källans text"}})

    done = await world.win(await world.deal([one_line("FÄRSK")], org_id=company))

    assert done.state == "done", done.run["reason"]
    assert (await article(world, "FÄRSK"))["Note"] == "Majas anteckning"


@pytest.mark.parametrize(
    ("target", "value", "code"),
    [
        ("sales_account", "tretusen", "article_field_invalid"),
        ("sales_account", "3999", "register_code_missing"),
        ("unit", "dussin", "register_code_missing"),
        ("vat_rate", "moms", "article_field_invalid"),
        ("type", "abonnemang", "article_field_invalid"),
    ],
)
async def test_value_that_no_article_can_have_parks_before_any_write(
    world: World, target: str, value: str, code: str
) -> None:
    """F48, F49."""
    mapping = [row(target, "product.description", "always")]
    await world.settings(products(when_missing="create", mapping=mapping))
    await product(world, code="FEL-1", name="Felaktig", description=value)
    deal = await world.deal([one_line("FEL-1")], org_id=await world.company())
    before = await world.mark()

    parked = await world.win(deal)

    assert (parked.state, parked.code) == ("parked", code)
    assert "Felaktig" in note_text(await world.note(deal))
    assert not [call for call in await world.calls(before, "fortnox") if call.startswith(("POST /3/", "PUT /3/"))]
