"""Customers without a document, as REST takes them: queued once, all or none, within the caller's connection."""

from uuid import UUID

import pytest

from fortnox_bridge.domain.run import RunTask
from fortnox_bridge.storage import SYSTEM


def wish(*records):
    return {"records": [{"kind": kind, "external_id": external_id} for kind, external_id in records]}


async def test_sync_queues_one_run_for_each_record_and_answers_those_that_are_queued(http, joined, storage):
    place = f"/api/v1/connections/{joined.id}/customers/sync"
    records = wish(("company", "12"), ("contact", "12"), ("company", "12"))

    first = await http.post(place, json=records, headers=joined.bearer)
    again = await http.post(place, json=records, headers=joined.bearer)

    assert (first.status_code, again.status_code) == (202, 202)
    runs = first.json()["runs"]
    assert [(run["object_kind"], run["external_id"], run["task"], run["state"]) for run in runs] == [
        ("company", "12", "customer", "queued"),
        ("contact", "12", "customer", "queued"),
    ]
    assert [run["id"] for run in again.json()["runs"]] == [run["id"] for run in runs]
    async with storage.unit.view(SYSTEM) as unit:
        stored = await unit.runs.get(UUID(runs[0]["id"]))
    assert stored.key.task is RunTask.CUSTOMER
    assert stored.connection_id == joined.id


@pytest.mark.parametrize(
    "body",
    [
        wish(),
        wish(*(("company", str(serial)) for serial in range(201))),
        wish(("deal", "12")),
        wish(("company", "")),
        {"records": [{"kind": "company", "external_id": "12", "number": "7"}]},
    ],
)
async def test_request_that_makes_no_sense_is_refused_whole(http, joined, body):
    answer = await http.post(f"/api/v1/connections/{joined.id}/customers/sync", json=body, headers=joined.bearer)

    assert (answer.status_code, answer.json()["code"]) == (422, "request_invalid")
    assert (await http.get("/api/v1/runs", headers=joined.bearer)).json()["runs"] == []


async def test_another_connection_s_customers_are_out_of_reach(http, joined, foreign):
    place = f"/api/v1/connections/{foreign.id}/customers/sync"

    assert (await http.post(place, json=wish(("company", "12")), headers=joined.bearer)).status_code == 404
    assert (await http.get("/api/v1/runs", headers=foreign.bearer)).json()["runs"] == []
