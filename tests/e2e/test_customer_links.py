"""The first-link assistant: what it proposes, what it links, and that it never creates anybody."""

import asyncio
import os
import sys
from dataclasses import dataclass

from tests.e2e.bridging import ENCRYPTION_KEY
from tests.e2e.test_customer_copy import complete, copy_state
from tests.e2e.world import Record, World

from fortnox_bridge.http import HttpRequest, HttpResponse

EKHAMMAR, NYMANEN = "Ekhammars Plåt AB", "Café Nymånen HB"


@dataclass(frozen=True)
class Firms:
    """Pipedrive's companies, by what the assistant shall say of them."""

    sure: int
    likely: int
    unknown: int


async def firms(world: World) -> Firms:
    return Firms(
        sure=await world.company("Ekhammar Norra", Organisationsnummer="16559900-0000"),
        likely=await world.company("Nymånens Café"),
        unknown=await world.company("Obekant Handel AB"),
    )


async def suggested(world: World, kind: str = "company") -> dict[str, Record]:
    """Every source customer of the kind by its id, over all pages."""
    found: dict[str, Record] = {}
    cursor: dict[str, str] = {}
    while True:
        page = await world.api.get(f"{world.place}/customer-suggestions", kind=kind, **cursor)
        found |= {row["external_id"]: row for row in page["suggestions"]}
        if page["next_cursor"] is None:
            return found
        cursor = {"cursor": str(page["next_cursor"])}


async def post_links(world: World, *links: tuple[int, str]) -> HttpResponse:
    body = [{"kind": "company", "external_id": str(firm), "customer_number": number} for firm, number in links]
    url = f"{world.bridge_url}/api/v1{world.place}/customer-links"
    headers = {"Authorization": f"Bearer {world.api_key}", "Accept-Language": "en"}
    return await world.http.send(HttpRequest("POST", url, headers=headers, json={"links": body}))


async def number_of(world: World, name: str) -> str:
    (customer,) = await world.customers(name)
    return str(customer["CustomerNumber"])


async def test_source_customers_are_told_apart_as_sure_likely_and_none_before_anything_is_created(world: World) -> None:
    """F30."""
    known = await firms(world)
    ekhammar, nymanen = await number_of(world, EKHAMMAR), await number_of(world, NYMANEN)
    before = len(await world.rows("fortnox", "customers"))

    at_first = await world.api.get(f"{world.place}/customer-suggestions")
    assert at_first["customer_copy"]["is_complete"] is False
    await complete(world)
    mark = await world.mark()
    found = await suggested(world)

    sure, likely, unknown = (found[str(firm)] for firm in (known.sure, known.likely, known.unknown))
    assert (sure["verdict"], likely["verdict"], unknown["verdict"]) == ("sure", "likely", "none")
    assert [(each["customer_number"], each["because"]) for each in sure["candidates"]] == [
        (ekhammar, "organisation_number")
    ]
    assert [each["customer_number"] for each in likely["candidates"]] == [nymanen]
    assert unknown["candidates"] == []
    assert await world.calls(mark, "fortnox") == []
    assert len(await world.rows("fortnox", "customers")) == before
    assert all(row["verdict"] in {"sure", "likely", "none"} for row in (await suggested(world, "contact")).values())


async def test_accepted_links_are_used_by_the_next_run_and_answered_as_such_when_sent_again(world: World) -> None:
    """F30: bulk accept, remembered as a pick is (F23)."""
    known = await firms(world)
    ekhammar, nymanen = await number_of(world, EKHAMMAR), await number_of(world, NYMANEN)

    accepted = await post_links(world, (known.sure, ekhammar), (known.likely, nymanen))
    again = await post_links(world, (known.sure, nymanen), (known.likely, nymanen))

    assert [row["outcome"] for row in accepted.json()["links"]] == ["linked", "linked"]
    assert [(row["outcome"], row["customer_number"]) for row in again.json()["links"]] == [
        ("already_linked", ekhammar),
        ("already_linked", nymanen),
    ]
    deal = await world.deal(org_id=known.likely)
    mark = await world.mark()
    done = await world.win(deal)
    assert done.state == "done", done.run["reason"]
    assert (await world.invoice(deal))["CustomerNumber"] == nymanen
    assert not [call for call in await world.calls(mark, "fortnox") if "/3/customers" in call]
    assert (await suggested(world))[str(known.likely)]["verdict"] == "linked"


async def test_links_that_cannot_be_made_are_named_all_at_once_and_none_is_made(world: World) -> None:
    """F30."""
    known = await firms(world)
    ekhammar, nymanen = await number_of(world, EKHAMMAR), await number_of(world, NYMANEN)
    await world.seed("fortnox", {"edit_customer": {"CustomerNumber": nymanen, "Active": False}})

    refused = await post_links(
        world, (known.sure, ekhammar), (known.likely, nymanen), (known.unknown, "4711"), (known.sure, ekhammar)
    )

    assert refused.status == 422
    problem = refused.json()
    assert problem["code"] == "customer_links_refused"
    assert [fault["place"] for fault in problem["faults"]] == ["links.1", "links.2", "links.3"]
    assert NYMANEN in problem["faults"][0]["message"]
    assert "4711" in problem["faults"][1]["message"]
    assert "linked" not in {row["verdict"] for row in (await suggested(world)).values()}


async def test_command_line_shows_the_table_and_links_the_sure_ones(world: World, sqlite_url: str) -> None:
    """F30."""
    known = await firms(world)
    await world.api.get(f"{world.place}/customer-suggestions")
    await complete(world)

    verdicts = {external_id: row["verdict"] for external_id, row in (await suggested(world)).items()}
    accepted = await command(world, sqlite_url, "--accept", "sure")

    assert "Ekhammar Norra" in accepted
    assert "organisation_number 100 %" in accepted
    assert "linked" not in verdicts.values()
    assert "1 linked." in accepted
    after = {external_id: row["verdict"] for external_id, row in (await suggested(world)).items()}
    assert after == {**verdicts, str(known.sure): "linked"}
    assert (await copy_state(world))["is_complete"]


async def command(world: World, database_url: str, *options: str) -> str:
    """What `fortnox-bridge customers link` prints, beside the running service."""
    settings = {
        "FORTNOX_BRIDGE_DATABASE_URL": database_url,
        "FORTNOX_BRIDGE_ENCRYPTION_KEYS": f'{{"e2e": "{ENCRYPTION_KEY}"}}',
        "FORTNOX_BRIDGE_SANDBOX_URL": world.sandbox_url,
        "COLUMNS": "160",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "fortnox_bridge.cli", "customers", "link", world.connection_id, *options),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, **settings},
    )
    async with asyncio.timeout(60):
        output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()
    return output.decode()
