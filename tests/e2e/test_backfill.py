"""Backfills: deals of the past become drafts, after a preview, as fast as live work leaves room (F17)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from tests.e2e.bridge_process import prepared_world
from tests.e2e.world import WON, Record, World, one_line, until

HARMLESS = ("GET ", "POST /oauth")


class Filling:
    """One backfill, as an administrator sees and moves it."""

    def __init__(self, world: World, backfill_id: str) -> None:
        self.world = world
        self.place = f"{world.place}/backfills/{backfill_id}"

    @classmethod
    async def begin(cls, world: World, wish: Record) -> "Filling":
        begun = await world.api.post(f"{world.place}/backfills", wish)
        return cls(world, str(begun["id"]))

    async def seen(self) -> Record:
        return cast("Record", await self.world.api.get(self.place))

    async def wish(self, name: str) -> Record:
        return cast("Record", await self.world.api.post(f"{self.place}/{name}"))

    async def comes_to(self, state: str) -> Record:
        async def come() -> Record | None:
            seen = await self.seen()
            return seen if seen["state"] == state else None

        return await until(come, f"the backfill to be {state}")

    async def items(self) -> dict[str, Record]:
        """By the deal's id, over several pages."""
        found: list[Record] = []
        cursor = "0"
        while True:
            page = cast("Record", await self.world.api.get(f"{self.place}/items", limit="2", cursor=cursor))
            found += page["items"]
            if page["next_cursor"] is None:
                return {str(item["external_id"]): item for item in found}
            cursor = str(page["next_cursor"])


async def past_deal(world: World, lines: list[Record] | None = None, **deal: object) -> str:
    """A deal that stands in the stage of won deals, of which nobody told us."""
    company = await world.company()
    return await world.deal(lines, is_awaited=False, stage=WON, org_id=company, **deal)


def last_hour() -> Record:
    return {"changed_since": (datetime.now(UTC) - timedelta(hours=1)).isoformat()}


async def test_backfill_previews_without_a_write_then_makes_one_draft_of_each(world: World) -> None:
    """F17: by date range, as a preview first; what has its document or would wait is left out."""
    documented = await world.deal(org_id=await world.company())
    await world.win(documented)
    await world.seed("pipedrive", {"forget_webhooks": {}})
    past = [await past_deal(world) for _ in range(3)]
    unknown = await past_deal(world, [one_line("FINNS-EJ-ALLS")])
    elsewhere = await world.deal(is_awaited=False, stage="Kvalificerad", org_id=await world.company())
    mark = await world.mark()

    backfill = await Filling.begin(world, last_hour())
    ready = await backfill.comes_to("ready")
    calls = [*await world.calls(mark, "fortnox"), *await world.calls(mark, "pipedrive")]

    assert [call for call in calls if not call.startswith(HARMLESS)] == [], "a preview writes nothing, anywhere"
    items = await backfill.items()
    assert set(items) == {*past, documented, unknown}
    assert elsewhere not in items
    assert {items[deal]["state"] for deal in past} == {"previewed"}
    assert items[past[0]]["preview"]["total"] == "2375.00"
    assert (items[documented]["state"], items[documented]["reason"]["code"]) == ("excluded", "already_documented")
    assert (items[unknown]["state"], items[unknown]["reason"]["code"]) == ("excluded", "article_not_found")
    assert (ready["counts"]["previewed"], ready["counts"]["excluded"]) == (3, 2)
    assert [await world.documents(deal) for deal in past] == [[], [], []]

    await backfill.wish("start")
    done = await backfill.comes_to("done")

    assert done["counts"]["done"] == 3
    assert [len(await world.documents(deal)) for deal in [*past, documented]] == [1, 1, 1, 1]
    assert await world.documents(unknown) == []
    runs = [await world.runs(deal) for deal in past]
    assert {run["trigger"] for deal_runs in runs for run in deal_runs} == {"backfill"}
    again = await Filling.begin(world, {"external_ids": past})
    await again.comes_to("ready")
    assert {item["state"] for item in (await again.items()).values()} == {"excluded"}


async def test_backfill_of_named_deals_waits_while_paused_and_leaves_the_rest_when_cancelled(world: World) -> None:
    """F17: by list, pausable."""
    await world.seed("pipedrive", {"forget_webhooks": {}})
    past = [await past_deal(world) for _ in range(6)]
    backfill = await Filling.begin(world, {"external_ids": [*past, "999999"]})
    await backfill.comes_to("ready")
    assert (await backfill.items())["999999"]["reason"]["code"] == "source_record_missing"
    await backfill.wish("start")

    async def some_are_made() -> Record | None:
        seen = await backfill.seen()
        return seen if seen["counts"]["done"] else None

    await until(some_are_made, "the first draft")
    await backfill.wish("pause")

    async def calm() -> Record | None:
        seen = await backfill.seen()
        return seen if not seen["counts"]["queued"] else None

    paused = await until(calm, "what was under way to end")
    assert paused["state"] == "paused"
    left = paused["counts"]["previewed"]
    assert left > 0, "a pause that comes when all is made proves nothing"

    cancelled = await backfill.wish("cancel")

    assert (cancelled["state"], cancelled["counts"]["previewed"]) == ("cancelled", left)
    made = [deal for deal in past if await world.documents(deal)]
    assert len(made) == 6 - left


async def test_backfill_goes_on_after_a_restart_and_makes_each_draft_once(tmp_path: Path) -> None:
    """F17: paused, the service stopped and started again, resumed, killed and started again: one document of each."""
    async with prepared_world(tmp_path, time_factor=0.1) as prepared:
        world = prepared.world
        (folder := tmp_path / "run").mkdir()
        database = prepared.copy_to(folder)
        await world.seed("pipedrive", {"forget_webhooks": {}})
        past = [await past_deal(world) for _ in range(6)]
        async with prepared.serving(database):
            backfill = await Filling.begin(world, last_hour())
            await backfill.comes_to("ready")
            await backfill.wish("start")
            await backfill.wish("pause")
        async with prepared.serving(database):
            assert (await backfill.seen())["state"] == "paused"
            await backfill.wish("resume")

            async def begun() -> Record | None:
                seen = await backfill.seen()
                return seen if seen["counts"]["queued"] or seen["counts"]["done"] else None

            await until(begun, "the backfill to go on")
        async with prepared.serving(database):
            done = await backfill.comes_to("done")

            items = await backfill.items()
            assert {items[deal]["state"] for deal in past} == {"done"}, done
        assert [len(await world.documents(deal)) for deal in past] == [1] * 6
