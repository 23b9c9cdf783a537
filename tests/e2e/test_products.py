"""Which article a line becomes, and what its row says: number, text, unit, cost centre, project."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from tests.e2e.world import Record, World, note_text, one_line, replay_link

LONG = "Altanbygge med trall, räcke och trappa enligt ritning " * 12


def products(**changes: object) -> Callable[[Record], None]:
    def change(document: Record) -> None:
        document["products"] |= changes

    return change


async def product(world: World, **wish: object) -> str:
    """The id of a new product in Pipedrive."""
    made = await world.seed("pipedrive", {"products": [{"name": "Provprodukt", "tax": 25, **wish}]})
    return str(made["products"][0]["id"])


async def article(world: World, number: str) -> Record:
    (found,) = [row for row in await world.rows("fortnox", "articles") if row["ArticleNumber"] == number]
    return found


@pytest.mark.parametrize(
    ("key", "source", "wish"),
    [
        ("number", "product.code", {"code": "  skruv-8 "}),
        ("name", "product.name", {"code": "P-NAMN", "name": "skruv  m8"}),
        ("ean", "product.description", {"code": "P-EAN", "description": "7310000000015"}),
    ],
)
async def test_one_source_field_equals_number_name_or_ean(world: World, key: str, source: str, wish: Record) -> None:
    """F40, F46: whatever the case and the spaces around it."""
    await world.settings(products(key=key, source=source))
    await product(world, **wish)
    deal = await world.deal([one_line(str(wish["code"]))], org_id=await world.company())

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    assert [row["ArticleNumber"] for row in (await world.invoice(deal))["InvoiceRows"]] == ["SKRUV-8"]


async def test_table_sends_several_products_to_one_article(world: World) -> None:
    """F40."""
    table = [{"value": "Timme senior", "article": "KONS"}, {"value": "TIMME JUNIOR", "article": "KONS"}]
    await world.settings(products(mode="table", source="product.name", table=table))
    await product(world, code="T-1", name="Timme Senior")
    await product(world, code="T-2", name="Timme junior")
    deal = await world.deal([one_line("T-1"), one_line("T-2", item_price=450)], org_id=await world.company())

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    rows = (await world.invoice(deal))["InvoiceRows"]
    assert [row["ArticleNumber"] for row in rows] == ["KONS", "KONS"]
    assert [row["Description"] for row in rows] == ["Timme Senior", "Timme junior"]


async def test_table_row_whose_article_went_out_of_use_parks_naming_row_and_product(world: World) -> None:
    """F40, F48: at first by Fortnox's refusal, since the article is remembered; then by the row of the table."""
    await world.settings(products(mode="table", table=[{"value": "t-3", "article": "SKRUV-8"}]))
    await world.seed("fortnox", {"edit_article": {"ArticleNumber": "SKRUV-8", "Active": False}})
    await product(world, code="T-3", name="Skruvlåda")
    deal = await world.deal([one_line("T-3")], org_id=await world.company())

    parked = await world.win(deal)
    assert (parked.state, parked.code) == ("parked", "article_inactive")
    await world.send("POST", replay_link(await world.note(deal)))
    again = await world.settled(deal, after=parked.run["id"])

    assert (again.state, again.code) == ("parked", "table_article_inactive")
    note = note_text(await world.note(deal))
    assert "Skruvlåda" in note
    assert "SKRUV-8" in note
    assert "T-3" in note
    assert await world.documents(deal) == []


async def test_missing_article_takes_the_default_article_and_the_note_says_so(world: World) -> None:
    """F41."""
    await world.settings(products(when_missing="default", default_article="KONS"))
    await product(world, code="OKÄND-1", name="Specialarbete")
    deal = await world.deal([one_line("OKÄND-1")], org_id=await world.company())

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    assert [row["ArticleNumber"] for row in (await world.invoice(deal))["InvoiceRows"]] == ["KONS"]
    assert "standardartikeln KONS användes" in note_text(await world.note(deal))


async def test_product_not_in_the_table_by_default_parks(world: World) -> None:
    """F40, F41."""
    await world.settings(products(mode="table", table=[{"value": "annat", "article": "KONS"}]))
    deal = await world.deal([one_line("SKRUV-8")], org_id=await world.company())

    parked = await world.win(deal)

    assert (parked.state, parked.code) == ("parked", "article_not_in_table")


async def test_code_is_cleaned_to_fortnox_alphabet_and_the_change_is_shown(world: World) -> None:
    """F46: what was changed is shown; the row's text goes on in one text row, then is cut visibly."""
    await world.settings(products(when_missing="create"))
    await product(world, code="TRALL[28]", name=LONG)
    deal = await world.deal([one_line("TRALL[28]")], org_id=await world.company())

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    row, text = (await world.invoice(deal))["InvoiceRows"]
    assert (row["ArticleNumber"], len(row["Description"]) <= 255) == ("TRALL(28)", True)
    assert text["Description"].endswith("...")
    assert (text["ArticleNumber"], Decimal(str(text["Total"]))) == ("", 0)
    note = note_text(await world.note(deal))
    assert "TRALL[28]" in note
    assert "TRALL(28)" in note
    assert "kortades" in note


async def test_two_products_cleaned_to_one_number_park(world: World) -> None:
    """F46."""
    await world.settings(products(when_missing="create"))
    await product(world, code="RÖR[1]", name="Rör, rakt")
    await product(world, code="RÖR(1)", name="Rör, böjt")
    deal = await world.deal([one_line("RÖR[1]"), one_line("RÖR(1)")], org_id=await world.company())

    parked = await world.win(deal)

    assert (parked.state, parked.code) == ("parked", "article_number_collision")
    note = note_text(await world.note(deal))
    assert "Rör, rakt" in note
    assert "Rör, böjt" in note


async def test_unit_cost_centre_and_project_go_onto_each_row(world: World) -> None:
    """F47: the source's unit goes by the table."""
    await world.seed("fortnox", {"registers": {"costcenters": [{"Code": "FOR", "Description": "Försäljning"}]}})

    def rows(document: Record) -> None:
        document["document"]["row_mapping"] = [
            {"target": "unit", "sources": ["line.unit"]},
            {"target": "cost_centre", "template": "FOR"},
            {"target": "project", "sources": ["product.description"]},
            {"target": "description", "template": "{{ line.name }} för {{ company.name }}"},
            {"target": "account", "template": "3001"},
        ]
        document["products"]["units"] = [{"source": "Timmar", "unit": "h"}]

    await world.settings(rows)
    await world.seed("fortnox", {"articles": [{"ArticleNumber": "RÅD", "Description": "Råd", "Unit": "st"}]})
    await product(world, code="RÅD", unit="timmar", description="p1", name="Rådgivning")
    deal = await world.deal([one_line("RÅD")], org_id=await world.company("Byggarna AB"))

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    (row,) = (await world.invoice(deal))["InvoiceRows"]
    assert (row["Unit"], row["CostCenter"], row["Project"]) == ("h", "FOR", "P1")
    assert row["AccountNumber"] == 3001
    assert row["Description"].endswith(" för Byggarna AB")


@pytest.mark.parametrize(
    ("target", "code", "register", "reason"),
    [
        ("unit", "dussin", "Enheter", "register_code_missing"),
        ("cost_centre", "GAMMAL", "Kostnadsställen", "register_code_inactive"),
        ("project", "P77", "Projekt", "register_code_missing"),
    ],
)
async def test_code_missing_in_a_register_parks_before_any_write(
    world: World, target: str, code: str, register: str, reason: str
) -> None:
    """F47, F48: the note names the register."""
    cost_centre = {"Code": "GAMMAL", "Description": "Nedlagt", "Active": False}
    await world.seed("fortnox", {"registers": {"costcenters": [cost_centre]}})

    def rows(document: Record) -> None:
        document["document"]["row_mapping"] = [{"target": target, "sources": ["product.unit"]}]

    await world.settings(rows)
    await product(world, code="U-1", unit=code, name="Ägg")
    await world.settings(products(mode="table", table=[{"value": "u-1", "article": "KONS"}]))
    deal = await world.deal([one_line("U-1")], org_id=await world.company())
    before = await world.mark()

    parked = await world.win(deal)

    assert (parked.state, parked.code) == ("parked", reason)
    assert register in note_text(await world.note(deal))
    assert not [call for call in await world.calls(before, "fortnox") if call.startswith(("POST /3/", "PUT /3/"))]


async def test_inactive_article_parks_before_any_write(world: World) -> None:
    """F48."""
    await world.seed("fortnox", {"articles": [{"ArticleNumber": "UTGÅTT", "Description": "Utgått", "Active": False}]})
    deal = await world.deal([one_line("UTGÅTT")], org_id=await world.company())
    before = await world.mark()

    parked = await world.win(deal)

    assert (parked.state, parked.code) == ("parked", "article_inactive")
    assert not [call for call in await world.calls(before, "fortnox") if call.startswith(("POST /3/", "PUT /3/"))]


async def test_article_with_housework_parks_and_is_never_altered(world: World) -> None:
    """F65."""
    await world.settings(
        products(mapping=[{"target": "description", "sources": ["product.name"], "overwrite": "always"}])
    )
    housework = {
        "ArticleNumber": "ROT-1",
        "Description": "Snickeri",
        "Housework": True,
        "HouseworkType": "CONSTRUCTION",
    }
    await world.seed("fortnox", {"articles": [housework]})
    before = await article(world, "ROT-1")
    await product(world, code="ROT-1", name="Snickeri hemma")
    deal = await world.deal([one_line("ROT-1")], org_id=await world.company())

    parked = await world.win(deal)

    assert (parked.state, parked.code) == ("parked", "article_housework")
    assert await article(world, "ROT-1") == before


async def test_traps_of_products_are_stepped_over(world: World) -> None:
    """F43, F46, F57: quantity and rate keep their decimals, each row its own rate, and an emoji harms nothing."""
    await world.seed("fortnox", {"articles": [{"ArticleNumber": "BÖNOR", "Description": "Bönor", "VAT": 12}]})
    await product(world, code="BÖNOR", name="Kaffe ☕ hela bönor 🚀", tax=12)
    lines = [
        one_line("BÖNOR", quantity=1.5, item_price=189, tax=12),
        one_line("BOK-1", quantity=3, item_price=249, tax=6),
        one_line("KONS", quantity=0.25, item_price=950, tax=25),
    ]
    deal = await world.deal(lines, org_id=await world.company())

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    invoice = await world.invoice(deal)
    rows = invoice["InvoiceRows"]
    assert [Decimal(str(row["DeliveredQuantity"])) for row in rows] == [Decimal("1.5"), Decimal(3), Decimal("0.25")]
    assert [Decimal(str(row["VAT"])) for row in rows] == [12, 6, 25]
    assert rows[0]["Description"] == "Kaffe hela bönor"
    assert Decimal(str(invoice["TotalVAT"])) == Decimal("34.02") + Decimal("44.82") + Decimal("59.38")
