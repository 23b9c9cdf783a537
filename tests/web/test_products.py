"""Products by themselves over REST and the command line: queued, coalesced, refused."""

import pytest

from fortnox_bridge.domain.run import RunTask
from fortnox_bridge.services.records.record_sync import MOST_AT_ONCE


async def test_products_are_queued_once_each(http, joined):
    url = f"/api/v1/connections/{joined.id}/products/sync"

    first = await http.post(url, json={"external_ids": ["77", "78", "77"]}, headers=joined.bearer)
    again = await http.post(url, json={"external_ids": ["78"]}, headers=joined.bearer)

    assert (first.status_code, again.status_code) == (202, 202)
    runs = first.json()["runs"]
    assert [(run["object_kind"], run["external_id"], run["task"]) for run in runs] == [
        ("product", "77", RunTask.PRODUCT),
        ("product", "78", RunTask.PRODUCT),
    ]
    assert [run["id"] for run in again.json()["runs"]] == [runs[1]["id"]]


@pytest.mark.parametrize(
    "body",
    [{}, {"external_ids": []}, {"external_ids": [""]}, {"external_ids": ["1"] * (MOST_AT_ONCE + 1)}, {"ids": ["1"]}],
)
async def test_what_names_no_products_is_refused(http, joined, body):
    answer = await http.post(f"/api/v1/connections/{joined.id}/products/sync", json=body, headers=joined.bearer)

    assert answer.status_code == 422


async def test_another_connections_key_reaches_nothing(http, joined, foreign):
    answer = await http.post(
        f"/api/v1/connections/{joined.id}/products/sync", json={"external_ids": ["77"]}, headers=foreign.bearer
    )

    assert answer.status_code == 404
