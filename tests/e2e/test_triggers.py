"""What starts a run, how often, and what a preview and a person's request do."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from tests.e2e.bridging import running_world
from tests.e2e.world import World, note_text


@pytest.fixture
async def own_pace_world(database_url: str) -> AsyncIterator[World]:
    """On each database, near the pace of production: many deliveries at once need the real deadlines."""
    async with running_world(database_url, time_factor=0.9) as running:
        yield running


async def test_deal_created_in_the_stage_becomes_one_document(world: World) -> None:
    """F11."""
    deal = await world.deal([], org_id=await world.company())
    created = await world.deal(org_id=await world.company(), stage="Vunnen")

    assert [run["state"] for run in await world.runs(created)] == ["done"]
    await world.invoice(created)
    assert [run["state"] for run in await world.runs(deal)] == ["skipped"]


async def test_stage_flapping_makes_one_document_and_one_note(world: World) -> None:
    """F11: many moves out and back, some while a run is under way."""
    deal = await world.deal(org_id=await world.company())
    for _ in range(6):
        await world.move(deal, "Vunnen")
        await world.move(deal, "Förhandling")
    await world.move(deal, "Vunnen")

    ended = await world.settled(deal)

    assert ended.state in {"done", "skipped"}
    await world.invoice(deal)
    await world.note(deal)
    assert len(await world.pdfs(deal)) == 1


async def test_deal_edited_within_the_stage_starts_nothing(world: World) -> None:
    deal = await world.deal(org_id=await world.company())
    await world.win(deal)
    before = await world.runs(deal)
    await world.seed("pipedrive", {"update_deal": {"id": int(deal), "title": "Ny titel"}})

    await world.delivered(deal)

    assert await world.runs(deal) == before
    await world.invoice(deal)


async def test_same_delivery_fifty_times_in_parallel_is_one_event_one_run_one_document(
    own_pace_world: World,
) -> None:
    """Reliability 3, fault 1: through the simulator's copies of one delivery."""
    world = own_pace_world
    deal = await world.deal(org_id=await world.company())
    await world.configure("pipedrive", webhook_copies=50)

    done = await world.win(deal)

    copies = (await world.deliveries(deal))[-1]
    assert [attempt["status"] for attempt in copies["attempts"]] == [202] * 50
    assert done.state == "done"
    created, moved = sorted(await world.runs(deal), key=lambda run: str(run["created_at"]))
    assert (created["state"], moved["state"]) == ("skipped", "done")
    await world.invoice(deal)
    await world.note(deal)


async def test_five_deals_of_one_new_customer_in_parallel_create_one_customer(own_pace_world: World) -> None:
    """Reliability 4.3: the link row is the right to create; the others wait for it."""
    world = own_pace_world
    company = await world.company("Femlingarna AB")
    deals = [await world.deal(org_id=company, title=f"Affär {number}") for number in range(5)]

    ended = await asyncio.gather(*(world.win(deal, patience_s=60) for deal in deals))

    assert {watched.state for watched in ended} == {"done"}
    (customer,) = await world.customers("Femlingarna AB")
    invoices = [await world.invoice(deal) for deal in deals]
    assert {invoice["CustomerNumber"] for invoice in invoices} == {customer["CustomerNumber"]}
    assert len({invoice["DocumentNumber"] for invoice in invoices}) == 5


async def test_create_now_for_a_deal_outside_every_stage_makes_its_draft(world: World) -> None:
    """F14, and idempotent: asking again makes no second document."""
    deal = await world.deal(org_id=await world.company())
    asked = await world.api.post(f"{world.place}/runs", {"external_id": deal, "document": "order"})

    done = await world.settled(deal)
    assert (done.run["id"], done.state, done.run["trigger"]) == (asked["id"], "done", "manual")
    order = await world.invoice(deal, "order")
    assert f"Orderutkast {order['DocumentNumber']}" in note_text(await world.note(deal))

    await world.api.post(f"{world.place}/runs", {"external_id": deal, "document": "order"})
    again = await world.settled(deal, after=done.run["id"])

    assert again.state == "done"
    await world.invoice(deal, "order")
    await world.note(deal)


async def test_replay_of_a_finished_run_rewrites_the_note_and_makes_nothing_new(world: World) -> None:
    """F81."""
    deal = await world.deal(org_id=await world.company())
    done = await world.win(deal)
    before = await world.mark()

    await world.api.post(f"/runs/{done.run['id']}/replay")
    again = await world.settled(deal, after=done.run["id"])

    assert again.state == "done"
    assert [call for call in await world.calls(before, "fortnox") if not call.startswith("GET ")] == []
    await world.invoice(deal)
    await world.note(deal)
