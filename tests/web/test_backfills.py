"""Backfills over REST: what may be asked for, by whom, and what is refused."""

from uuid import uuid4

import pytest

from fortnox_bridge.domain.backfill import BackfillState
from fortnox_bridge.storage import SYSTEM

RANGE = {"changed_since": "2026-01-01T00:00:00Z", "changed_before": "2026-02-01T00:00:00+01:00"}


@pytest.fixture
def vendors_url(sandbox):
    return sandbox.base_url


@pytest.fixture
def place(joined):
    return f"/api/v1/connections/{joined.id}/backfills"


async def begin(http, joined, place, body=None):
    answer = await http.post(place, json=body or {"external_ids": ["7", "8", "7"]}, headers=joined.bearer)
    assert answer.status_code == 202, answer.text
    return answer.json()


async def test_named_deals_are_waiting_to_be_looked_at(http, joined, place):
    begun = await begin(http, joined, place, {"external_ids": ["7", "8", "7"], "document": "order"})
    items = (await http.get(f"{place}/{begun['id']}/items", headers=joined.bearer)).json()

    assert (begun["state"], begun["is_listed"], begun["document"]) == ("previewing", True, "order")
    assert begun["counts"] == {
        "found": 2, "previewed": 0, "excluded": 0, "queued": 0, "done": 0, "skipped": 0, "parked": 0,
    }  # fmt: skip
    assert [item["external_id"] for item in items["items"]] == ["7", "8"]
    assert items["next_cursor"] is None
    listed = (await http.get(place, headers=joined.bearer)).json()
    assert [each["id"] for each in listed["backfills"]] == [begun["id"]]


async def test_items_are_paged_and_filtered(http, joined, place):
    begun = await begin(http, joined, place, {"external_ids": [str(number) for number in range(5)]})
    seen, cursor = [], 0
    while cursor is not None:
        query = {"limit": 2, "cursor": cursor}
        page = (await http.get(f"{place}/{begun['id']}/items", params=query, headers=joined.bearer)).json()
        seen += [item["external_id"] for item in page["items"]]
        cursor = page["next_cursor"]

    assert seen == ["0", "1", "2", "3", "4"]
    none = (await http.get(f"{place}/{begun['id']}/items?state=done", headers=joined.bearer)).json()
    assert none["items"] == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"external_ids": []},
        {"external_ids": ["7"], **RANGE},
        {"changed_since": "2026-01-01T00:00:00"},
        {"changed_since": "2026-03-01T00:00:00Z", "changed_before": "2026-02-01T00:00:00Z"},
        {"external_ids": ["7 8"]},
        {"external_ids": ["7"], "surprise": 1},
        {"external_ids": [str(number) for number in range(5_001)]},
    ],
)
async def test_request_that_says_no_deals_or_both_ways_is_refused(http, joined, place, body):
    answer = await http.post(place, json=body, headers=joined.bearer)

    assert (answer.status_code, answer.json()["code"]) == (422, "request_invalid")


async def test_wishes_are_carried_out_repeated_and_refused_by_the_state(http, joined, place, bridge):
    begun = await begin(http, joined, place)

    async def wish(name):
        answer = await http.post(f"{place}/{begun['id']}/{name}", headers=joined.bearer)
        return answer.status_code, answer.json().get("state") or answer.json()["code"]

    assert await wish("start") == (422, "backfill_not_possible")
    assert (await wish("finish"))[0] == 422
    async with bridge.storage.unit(SYSTEM) as unit:
        (found,) = (await unit.backfills.list_page(joined.connection.id)).items
        await unit.backfills.move(found.id, BackfillState.PREVIEWING, BackfillState.READY, at=found.created_at)
    assert await wish("pause") == (422, "backfill_not_possible")
    assert [await wish(name) for name in ("start", "start", "pause", "pause", "resume")] == [
        (200, "running"), (200, "running"), (200, "paused"), (200, "paused"), (200, "running"),
    ]  # fmt: skip
    assert [await wish(name) for name in ("cancel", "cancel", "resume")] == [
        (200, "cancelled"), (200, "cancelled"), (422, "backfill_not_possible"),
    ]  # fmt: skip
    async with bridge.storage.unit.view(SYSTEM) as unit:
        actions = [entry.action for entry in (await unit.audit_log.list_page(limit=50)).items]
    expected = ["cancelled", "resumed", "paused", "started", "begun"]
    assert [action for action in actions if action.startswith("backfill.")] == [f"backfill.{name}" for name in expected]


async def test_key_of_another_connection_sees_and_changes_nothing(http, joined, foreign, place):
    begun = await begin(http, joined, place)
    theirs = f"/api/v1/connections/{foreign.id}/backfills"
    asked = [
        await http.get(place, headers=foreign.bearer),
        await http.post(place, json={"external_ids": ["7"]}, headers=foreign.bearer),
        await http.get(f"{place}/{begun['id']}", headers=foreign.bearer),
        await http.get(f"{place}/{begun['id']}/items", headers=foreign.bearer),
        await http.post(f"{place}/{begun['id']}/cancel", headers=foreign.bearer),
        # By way of their own connection it is not there either.
        await http.get(f"{theirs}/{begun['id']}", headers=foreign.bearer),
        await http.get(f"{theirs}/{begun['id']}/items", headers=foreign.bearer),
        await http.post(f"{theirs}/{begun['id']}/cancel", headers=foreign.bearer),
        await http.get(f"{place}/{uuid4()}", headers=joined.bearer),
    ]

    assert [answer.status_code for answer in asked] == [404] * len(asked)
    assert (await http.get(place)).status_code == 401
    assert (await http.get(f"{place}/{begun['id']}", headers=joined.bearer)).json()["state"] == "previewing"


async def test_range_needs_a_rule_that_says_which_deals(http, operator, connected):
    answer = await http.post(f"/api/v1/connections/{connected}/backfills", json=RANGE, headers=operator)

    assert (answer.status_code, answer.json()["code"]) == (422, "backfill_without_rules")
