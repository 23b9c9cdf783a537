"""Customers found by fields that Fortnox cannot search: through the local copy of its register."""

from tests.e2e.world import Record, World, until

VAT_FIELD = "VAT-nummer"


async def match_by_vat_number(world: World) -> None:
    """Companies are found by VAT number alone, which makes the copy wanted."""
    await world.seed("pipedrive", {"fields": {"organization": [{"name": VAT_FIELD, "type": "varchar"}]}})
    source = await world.field("company", VAT_FIELD)

    def by_vat_number(document: Record) -> None:
        company = document["customers"]["company"]
        company["match"] = [{"source": source, "key": "vat_number"}]
        company["mapping"].append({"target": "vat_number", "sources": [source]})

    await world.settings(by_vat_number)


async def copy_state(world: World) -> Record:
    state: Record = await world.api.get(f"{world.place}/customer-copy")
    return state


async def complete(world: World) -> Record:
    async def looked() -> Record | None:
        state = await copy_state(world)
        return state if state["is_complete"] else None

    return await until(looked, "the customer copy to be complete")


async def foreign_customer(world: World, vat_number: str = "DE123456789") -> str:
    card = {"Name": "Kieler Bleche", "VATNumber": vat_number, "CountryCode": "DE"}
    return str((await world.seed("fortnox", {"customers": [card]}))["customers"][0])


async def test_company_is_found_by_vat_number_through_the_copy_and_the_hit_is_confirmed(world: World) -> None:
    """F20."""
    number = await foreign_customer(world)
    await match_by_vat_number(world)
    state = await complete(world)
    assert (state["known"], state["detailed"], state["missing"]) == (3, 3, 0)
    assert state["listed_at"]
    deal = await world.deal(org_id=await world.company("Kieler Bleche GmbH", **{VAT_FIELD: "de 123.456.789"}))
    before = await world.mark()

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    assert (await world.invoice(deal))["CustomerNumber"] == number
    assert f"GET /3/customers/{number}" in await world.calls(before, "fortnox")


async def test_customer_who_changed_since_the_copy_was_read_is_not_used(world: World) -> None:
    """F20: a hit in the copy proves nothing before Fortnox has confirmed it."""
    number = await foreign_customer(world)
    await match_by_vat_number(world)
    await complete(world)
    await world.seed("fortnox", {"edit_customer": {"CustomerNumber": number, "VATNumber": "DE999999999"}})
    deal = await world.deal(org_id=await world.company("Kieler Bleche GmbH", **{VAT_FIELD: "DE123456789"}))
    before = await world.mark()

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    assert f"GET /3/customers/{number}" in await world.calls(before, "fortnox")
    (made,) = await world.customers("Kieler Bleche GmbH")
    assert (await world.invoice(deal))["CustomerNumber"] == made["CustomerNumber"] != number


async def test_customer_made_a_moment_ago_is_known_to_the_copy_without_a_further_list(world: World) -> None:
    """F20: two records with one VAT number become one customer, however soon the second comes."""
    await match_by_vat_number(world)
    await complete(world)
    first = await world.deal(org_id=await world.company("Kieler Bleche GmbH", **{VAT_FIELD: "DE123456789"}))
    second = await world.deal(org_id=await world.company("Kieler Bleche (Köln)", **{VAT_FIELD: "DE 123456789"}))

    for deal in (first, second):
        done = await world.win(deal)
        assert done.state == "done", done.run["reason"]

    (made,) = await world.customers("Kieler Bleche GmbH")
    assert (await world.invoice(second))["CustomerNumber"] == made["CustomerNumber"]
    assert await world.customers("Kieler Bleche (Köln)") == []


async def test_customer_whom_somebody_made_in_fortnox_a_moment_ago_is_found_and_not_doubled(world: World) -> None:
    """F20: before the copy says that there is nobody, it asks who came lately."""
    await match_by_vat_number(world)
    await complete(world)
    number = await foreign_customer(world)
    deal = await world.deal(org_id=await world.company("Kieler Bleche GmbH", **{VAT_FIELD: "DE123456789"}))

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    assert (await world.invoice(deal))["CustomerNumber"] == number
    assert await world.customers("Kieler Bleche GmbH") == []


async def test_run_waits_for_an_incomplete_copy_and_goes_on_by_itself(hasty_world: World) -> None:
    """F20: nobody is created while the customer may be among those not read yet."""
    world = hasty_world
    number = await foreign_customer(world)
    await world.fault("fortnox", "GET", f"/3/customers/{number}", kind="status", status=503, times=2)
    await match_by_vat_number(world)
    deal = await world.deal(org_id=await world.company("Kieler Bleche GmbH", **{VAT_FIELD: "DE123456789"}))
    last = (await world.runs(deal))[0]["id"]
    await world.move(deal)

    waiting = await world.shows(deal, "customer_copy_incomplete")
    done = await world.settled(deal, after=last)

    assert waiting["state"] == "queued"
    assert done.state == "done", done.run["reason"]
    assert (await world.invoice(deal))["CustomerNumber"] == number
    assert await world.customers("Kieler Bleche GmbH") == []
    # By now it may be at its next list already.
    await complete(world)


async def test_changed_customer_is_read_again(hasty_world: World) -> None:
    """F20: the copy follows the register."""
    world = hasty_world
    number = await foreign_customer(world)
    await match_by_vat_number(world)
    await complete(world)
    await world.seed("fortnox", {"edit_customer": {"CustomerNumber": number, "VATNumber": "DE333333333"}})
    edited = await world.mark()
    deal = await world.deal(org_id=await world.company("Kieler Bleche GmbH", **{VAT_FIELD: "DE333333333"}))

    async def told() -> bool:
        later = await world.requests(after=edited, simulator="fortnox")
        return any("lastmodified" in row["query"] for row in later) and (await copy_state(world))["is_complete"]

    await until(told, "changes to be asked for and read")
    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    assert (await world.invoice(deal))["CustomerNumber"] == number
