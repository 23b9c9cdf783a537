"""Products without a document: on demand, and at once when they change in the source (F16, F49)."""

from typing import cast

from tests.e2e.test_products import article, product, products
from tests.e2e.world import FINAL, Record, World, one_line, until

NAME = {"target": "description", "sources": ["product.name"], "overwrite": "always"}


async def ended(world: World, external_id: str, *, more_than: int = 0) -> Record:
    """The newest run of the record, once it has ended."""

    async def look() -> Record | None:
        runs = await world.runs(external_id)
        is_over = len(runs) > more_than and all(run["state"] in FINAL for run in runs)
        return runs[0] if is_over else None

    return await until(look, f"a run of {external_id} to end")


async def heard_of(world: World) -> list[str]:
    hooks = await world.rows("pipedrive", "webhooks")
    return sorted(hook["event_object"] for hook in hooks if hook["is_active"])


async def writes(world: World, after: int) -> list[str]:
    return [call for call in await world.calls(after, "fortnox") if call.startswith(("POST /3/", "PUT /3/"))]


async def test_products_are_synced_on_demand_and_make_no_document(world: World) -> None:
    """F16: created or brought up to date; asking again writes nothing."""
    await world.settings(products(when_missing="create", mapping=[NAME]))
    await world.seed("fortnox", {"articles": [{"ArticleNumber": "S-1", "Description": "Gammalt"}]})
    old = await product(world, code="S-1", name="Skruvdragare")
    new = await product(world, code="S-2", name="Skruvbits")
    before = await world.mark()

    answer = await world.api.post(f"{world.place}/products/sync", {"external_ids": [old, new, old]})

    assert [run["external_id"] for run in cast("list[Record]", answer["runs"])] == [old, new]
    first, second = await ended(world, old), await ended(world, new)
    assert [run["state"] for run in (first, second)] == ["done", "done"], (first, second)
    assert (await article(world, "S-1"))["Description"] == "Skruvdragare"
    assert (await article(world, "S-2"))["Description"] == "Skruvbits"
    assert len(await writes(world, before)) == 2
    before = await world.mark()
    await world.api.post(f"{world.place}/products/sync", {"external_ids": [old, new]})
    assert (await ended(world, old, more_than=1))["state"] == "done"
    assert (await ended(world, new, more_than=1))["state"] == "done"
    assert await writes(world, before) == []
    assert await world.rows("fortnox", "invoices") == []


async def test_product_that_cannot_be_synced_parks_and_says_why(world: World) -> None:
    """F16, F41."""
    missing = await product(world, code="FINNS-EJ", name="Okänd")

    await world.api.post(f"{world.place}/products/sync", {"external_ids": [missing]})

    run = await ended(world, missing)
    assert (run["state"], run["reason"]["code"]) == ("parked", "article_not_found")


async def test_changed_product_reaches_its_article_at_once_if_it_was_used_before(world: World) -> None:
    """F49: a product never used in Fortnox makes nothing by being edited."""
    await world.settings(products(when_changed="at_once", mapping=[NAME]))
    assert await heard_of(world) == ["deal", "product"]
    await world.seed(
        "fortnox",
        {"articles": [{"ArticleNumber": "A-1", "Description": "A"}, {"ArticleNumber": "A-2", "Description": "B"}]},
    )
    used = await product(world, code="A-1", name="A")
    unused = await product(world, code="A-2", name="B")
    deal = await world.deal([one_line("A-1")], org_id=await world.company())
    assert (await world.win(deal)).state == "done"
    before = await world.mark()

    await world.seed("pipedrive", {"update_product": {"id": int(used), "name": "A, ny utgåva"}})
    await world.seed("pipedrive", {"update_product": {"id": int(unused), "name": "B, ny utgåva"}})

    assert (await ended(world, used))["state"] == "done"
    skipped = await ended(world, unused)
    assert (skipped["state"], skipped["reason"]["code"]) == ("skipped", "not_linked")
    assert (await article(world, "A-1"))["Description"] == "A, ny utgåva"
    assert (await article(world, "A-2"))["Description"] == "B"
    assert len(await writes(world, before)) == 1

    await world.settings(products(when_changed="next_use"))
    assert await heard_of(world) == ["deal"]


async def test_changed_customer_reaches_fortnox_at_once_and_does_not_loop(world: World) -> None:
    """F49, F25: the customer number that we write back is a change too, and changes nothing."""
    number_field = await world.field("company", "Fortnox kundnummer")

    def follow(document: Record) -> None:
        document["customers"]["when_changed"] = "at_once"
        document["customers"]["company"]["number"]["write_to"] = number_field
        for mapping in document["customers"]["company"]["mapping"]:
            if mapping["target"] == "name":
                mapping["overwrite"] = "always"

    await world.settings(follow)
    company = await world.company("Följsamma Bolaget AB")
    assert (await world.win(await world.deal(org_id=company))).state == "done"
    before = await world.mark()

    await world.seed("pipedrive", {"update_organization": {"id": company, "name": "Följsamma Bolaget i Väst AB"}})

    async def renamed() -> list[Record] | None:
        return await world.customers("Följsamma Bolaget i Väst AB") or None

    await until(renamed, "the customer to be renamed")
    run = await ended(world, str(company))
    assert run["state"] == "done", run["reason"]
    assert len(await writes(world, before)) == 1


async def test_known_products_are_brought_up_to_date_by_schedule(world: World) -> None:
    """F16: by a setting, every product whose article is known; others are left alone."""
    await world.settings(products(when_missing="create", mapping=[NAME]))
    known, unknown = await product(world, code="P-1", name="Planka"), await product(world, code="P-2", name="Plugg")
    await world.api.post(f"{world.place}/products/sync", {"external_ids": [known]})
    await ended(world, known)
    await world.seed("pipedrive", {"update_product": {"id": int(known), "name": "Planka, hyvlad"}})

    await world.settings(products(scheduled_sync="daily"))

    async def arrived() -> bool:
        return bool((await article(world, "P-1"))["Description"] == "Planka, hyvlad")

    await until(arrived, "the known product's article to be brought up to date")
    assert (await world.runs(known))[0]["trigger"] == "schedule"
    assert await world.runs(unknown) == []
