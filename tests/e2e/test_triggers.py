"""What starts a run, how often, and what a preview and a person's request do."""

import asyncio
import json
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest
from tests.e2e.bridging import running_world
from tests.e2e.world import World, note_text, one_line


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


async def test_preview_writes_nothing_and_equals_what_create_then_sends(world: World) -> None:
    """F112."""
    deal = await world.deal(
        [one_line(quantity=3, discount=5, discount_type="percentage")],
        org_id=await world.company("Förhandsvisning AB"),
        discounts=[{"type": "percentage", "amount": 10}],
    )
    before = await world.mark()
    runs = len(await world.runs(deal))

    seen = await world.api.post(f"{world.place}/preview", {"external_id": deal, "document": "invoice"})

    assert seen["outcome"] == "draft"
    assert {row["method"] for row in await world.requests(after=before)} == {"GET"}
    assert len(await world.runs(deal)) == runs
    assert await world.notes(deal) == []

    before = await world.mark()
    await world.win(deal)
    sent = next(
        row["body"]
        for row in await world.requests(after=before, simulator="fortnox")
        if (row["method"], row["path"]) == ("POST", "/3/invoices")
    )
    payload = dict(seen["payload"])  # type: ignore[call-overload]
    assert _without_number(_decoded(sent)) == _without_number(payload)


async def test_preview_of_a_deal_that_would_park_says_why_and_writes_nothing(world: World) -> None:
    """F112."""
    deal = await world.deal([one_line("OKÄND-1")], org_id=await world.company())
    before = await world.mark()

    seen = await world.api.post(f"{world.place}/preview", {"external_id": deal, "document": "invoice"})

    assert (seen["outcome"], seen["reason"]["code"]) == ("parked", "article_not_found")  # type: ignore[index]
    assert {row["method"] for row in await world.requests(after=before)} <= {"GET"}
    assert await world.notes(deal) == []


def _decoded(body: object) -> dict:
    decoded: dict = json.loads(str(body), parse_float=Decimal)
    return decoded


def _without_number(payload: dict) -> dict:
    """Without the customer number, which a preview cannot know; numbers as text, as our own JSON has them."""
    (content,) = payload.values() if len(payload) == 1 else (payload,)
    return {name: _plain(value) for name, value in content.items() if name != "CustomerNumber"}


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    try:
        return Decimal(str(value)).normalize()
    except ArithmeticError:
        return value
