"""Who may ask what: no key, a bad key, and a key of one connection at every route (facts: reliability 5, items 1-2)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from tests.web.conftest import join, park_run

from fortnox_bridge.domain.run import Parked
from fortnox_bridge.sdk import DefaultSettings
from fortnox_bridge.storage import SYSTEM
from fortnox_bridge.sync_settings.defaults import initial_settings
from fortnox_bridge.sync_settings.upgrade import dump_settings

DEAL = {"external_id": "1042"}
DOCUMENT = {"revision": 1, "document": dump_settings(initial_settings(DefaultSettings()))}
# What a key of one connection meets when it asks for another's: every route of the API, so that none is forgotten.
SOME_ID = "6f0b6b3e-52c1-4d0e-9a65-5a3c2f1f7d10"
LINK = {"kind": "company", "external_id": "5", "customer_number": "1"}
RECORD = {"kind": "company", "external_id": "5"}
MAPPING_FIELD = {"section": "company", "target": "gln", "object": "company", "label": "GLN", "based_on": 1}
FOREIGN = {
    ("POST", "/authorizations"): (403, {"provider": "fortnox"}),
    ("POST", "/source-accounts"): (403, {"connector": "pipedrive", "api_token": "x" * 40}),
    ("GET", "/source-accounts"): (403, None),
    ("POST", "/source-accounts/{account_id}/disconnect"): (403, None),
    ("POST", "/fortnox-companies/{company_id}/disconnect"): (403, None),
    ("GET", "/fortnox-companies"): (403, None),
    ("POST", "/connections"): (403, {}),
    ("GET", "/connections"): (200, None),
    ("GET", "/connections/{connection_id}"): (404, None),
    ("GET", "/connections/{connection_id}/settings"): (404, None),
    ("PUT", "/connections/{connection_id}/settings"): (404, DOCUMENT),
    ("GET", "/connections/{connection_id}/fields"): (404, None),
    ("POST", "/connections/{connection_id}/fields"): (404, {"object": "deal", "label": "Fakturanummer"}),
    ("GET", "/connections/{connection_id}/pipelines"): (404, None),
    ("GET", "/connections/{connection_id}/registers/{register}"): (404, None),
    ("GET", "/connections/{connection_id}/documents"): (404, None),
    ("GET", "/connections/{connection_id}/cards/{kind}/{external_id}"): (404, None),
    ("GET", "/connections/{connection_id}/preflight"): (404, None),
    ("PUT", "/connections/{connection_id}/customer-links/{object_kind}/{external_id}"): (404, {"customer_number": "1"}),
    ("POST", "/connections/{connection_id}/hooks/check"): (404, None),
    ("POST", "/connections/{connection_id}/runs"): (404, DEAL),
    ("POST", "/connections/{connection_id}/preview"): (404, DEAL),
    ("POST", "/connections/{connection_id}/backfills"): (404, {"external_ids": ["812"]}),
    ("GET", "/connections/{connection_id}/backfills"): (404, None),
    ("GET", "/connections/{connection_id}/backfills/{backfill_id}"): (404, None),
    ("GET", "/connections/{connection_id}/backfills/{backfill_id}/items"): (404, None),
    ("POST", "/connections/{connection_id}/backfills/{backfill_id}/{wish}"): (404, None),
    ("GET", "/connections/{connection_id}/customer-copy"): (404, None),
    ("GET", "/connections/{connection_id}/customer-suggestions"): (404, None),
    ("POST", "/connections/{connection_id}/customer-links"): (404, {"links": [LINK]}),
    ("POST", "/connections/{connection_id}/customers/sync"): (404, {"records": [RECORD]}),
    ("POST", "/connections/{connection_id}/products/sync"): (404, {"external_ids": ["5"]}),
    ("GET", "/connections/{connection_id}/route"): (404, None),
    ("PUT", "/connections/{connection_id}/position"): (403, {"position": 1}),
    ("PUT", "/connections/{connection_id}/activity"): (403, {"is_active": False}),
    ("GET", "/connections/{connection_id}/settings/check"): (404, None),
    ("POST", "/connections/{connection_id}/settings/validate"): (404, {"document": {}}),
    ("GET", "/connections/{connection_id}/settings/revisions"): (404, None),
    ("GET", "/connections/{connection_id}/settings/revisions/{revision}"): (404, None),
    ("GET", "/connections/{connection_id}/settings/diff"): (404, None),
    ("POST", "/connections/{connection_id}/settings/restore"): (404, {"revision": 1, "based_on": 1}),
    ("GET", "/connections/{connection_id}/settings/export"): (404, None),
    ("POST", "/connections/{connection_id}/settings/import"): (404, {"based_on": 1, "file": {}}),
    ("POST", "/connections/{connection_id}/settings/copy"): (404, {"from_connection_id": SOME_ID, "based_on": 1}),
    ("GET", "/connections/{connection_id}/settings/products/table.csv"): (404, None),
    ("PUT", "/connections/{connection_id}/settings/products/table.csv"): (404, "value;article\nKONS;1\n"),
    ("POST", "/connections/{connection_id}/settings/mapping-fields"): (404, MAPPING_FIELD),
    ("GET", "/runs"): (200, None),
    ("GET", "/runs/{run_id}"): (404, None),
    ("POST", "/runs/{run_id}/replay"): (404, None),
    ("POST", "/runs/{run_id}/document"): (404, {"action": "update"}),
    ("POST", "/connections/{connection_id}/documents/{document_id}/update"): (404, None),
    ("POST", "/connections/{connection_id}/documents/{document_id}/new"): (404, {"confirm": True}),
    ("GET", "/unreadable-deliveries"): (403, None),
    ("GET", "/connectors"): (200, None),
    ("GET", "/settings-schema"): (200, None),
}
QUERIES = {
    "/connections/{connection_id}/settings/diff": "?from=1",
    "/connections/{connection_id}/settings/products/table.csv": "?based_on=1",
}
NO_CONNECTION_IN_IT = {"/connectors", "/settings-schema"}


async def _described_routes(http):
    paths = (await http.get("/api/v1/openapi.json")).json()["paths"]
    return {(method.upper(), path) for path, operations in paths.items() for method in operations}


@pytest.fixture
async def their_run(bridge, foreign):
    return await park_run(bridge, foreign, Parked("article_missing", {}), "77")


def _filled(path, connection_id, run_id):
    filled = path.format(
        connection_id=connection_id,
        run_id=run_id,
        register="currencies",
        object_kind="company",
        external_id="5",
        backfill_id=SOME_ID,
        account_id=SOME_ID,
        company_id=SOME_ID,
        wish="start",
        revision=1,
        document_id=SOME_ID,
        kind="company",
    )
    return f"/api/v1{filled}{QUERIES.get(path, '')}"


def _sent(body):
    return {"content": body} if isinstance(body, str) else {"json": body}


async def test_foreign_walk_covers_every_route(http):
    assert await _described_routes(http) == set(FOREIGN)


async def test_every_route_without_a_key_is_refused(http, foreign, their_run):
    for (method, path), (_, body) in sorted(FOREIGN.items()):
        answer = await http.request(method, _filled(path, foreign.id, their_run), **_sent(body))

        assert (answer.status_code, answer.json()["code"]) == (401, "api_key_refused"), f"{method} {path}"
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_every_route_with_another_connections_ids_answers_as_if_they_were_not_there(
    http, joined, foreign, their_run
):
    for (method, path), (status, body) in sorted(FOREIGN.items()):
        answer = await http.request(method, _filled(path, foreign.id, their_run), **_sent(body), headers=joined.bearer)

        assert answer.status_code == status, f"{method} {path}: {answer.text}"
        if path not in NO_CONNECTION_IN_IT:
            for secret in (str(foreign.id), str(their_run), foreign.account.name, foreign.company.name):
                assert secret not in answer.text, f"{method} {path}"


async def test_every_route_with_unknown_ids_answers_404_to_an_operator(http, operator):
    for (method, path), (_, body) in sorted(FOREIGN.items()):
        if "{connection_id}" not in path and "{run_id}" not in path:
            continue
        answer = await http.request(method, _filled(path, uuid4(), uuid4()), **_sent(body), headers=operator)

        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), f"{method} {path}: {answer.text}"


async def test_runs_of_another_connection_are_not_listed_even_when_asked_for(http, joined, foreign, their_run):
    mine = await http.get("/api/v1/runs", headers=joined.bearer)
    theirs = await http.get(f"/api/v1/runs?connection_id={foreign.id}", headers=joined.bearer)
    own = await http.get("/api/v1/runs", headers=foreign.bearer)

    assert mine.json()["runs"] == []
    assert theirs.status_code == 404
    assert [run["id"] for run in own.json()["runs"]] == [str(their_run)]


async def test_connections_are_listed_to_an_operator_and_to_their_own_key_only(http, operator, joined, foreign):
    everything = (await http.get("/api/v1/connections", headers=operator)).json()["connections"]
    own = (await http.get("/api/v1/connections", headers=joined.bearer)).json()["connections"]

    assert {each["id"] for each in everything} == {str(joined.id), str(foreign.id)}
    assert [each["id"] for each in own] == [str(joined.id)]


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer fbk_wrong", "Basic Zm9vOmJhcg==", "Bearer nonsense", "x"])
async def test_malformed_or_unknown_key_is_refused(http, header):
    answer = await http.get("/api/v1/connections", headers={"Authorization": header} if header else {})

    assert answer.status_code == 401


async def test_revoked_key_is_refused(http, bridge, storage):
    key = await bridge.services.api_keys.create("short-lived")
    bearer = {"Authorization": f"Bearer {key.secret}"}
    assert (await http.get("/api/v1/connections", headers=bearer)).status_code == 200

    async with storage.unit(SYSTEM) as unit:
        assert await unit.api_keys.revoke(key.id)

    assert (await http.get("/api/v1/connections", headers=bearer)).status_code == 401


async def test_expired_key_is_refused(http, bridge):
    key = await bridge.services.api_keys.create("yesterday's", expires_at=datetime.now(UTC) - timedelta(seconds=1))

    answer = await http.get("/api/v1/connections", headers={"Authorization": f"Bearer {key.secret}"})

    assert answer.status_code == 401


async def test_key_is_kept_as_a_hash_alone(bridge, sqlite_url):
    key = await bridge.services.api_keys.create("hashed")
    await bridge.storage.close()

    database = Path(sqlite_url.partition("///")[2])
    files = [each for each in database.parent.iterdir() if each.name.startswith(database.name)]
    assert all(key.secret.encode() not in each.read_bytes() for each in files)


async def test_two_connections_of_one_service_do_not_share_a_key(http, bridge, joined):
    third = await join(bridge, "333")

    assert (await http.get(f"/api/v1/connections/{third.id}", headers=joined.bearer)).status_code == 404
    assert (await http.get(f"/api/v1/connections/{third.id}", headers=third.bearer)).status_code == 200
