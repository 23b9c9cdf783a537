"""One problem format for everything that goes wrong, in the caller's language, and no stack trace ever."""

import asyncio
import json
from dataclasses import replace

import httpx
import pytest
from tests.web.conftest import PUBLIC_URL, take_database_away

from fortnox_bridge.web.app import build_app
from fortnox_bridge.web.middleware import BodyLimit, Safeguards

MEMBERS = {"type", "status", "code", "title", "remedy", "where", "faults"}


@pytest.mark.parametrize(
    ("accept_language", "title"),
    [
        ("", "Anropet saknar en giltig API-nyckel."),
        ("sv-SE,sv;q=0.9,en;q=0.8", "Anropet saknar en giltig API-nyckel."),
        ("en-GB,en;q=0.9,sv;q=0.5", "The request has no valid API key."),
        ("de, en;q=0.5", "The request has no valid API key."),
        ("de", "Anropet saknar en giltig API-nyckel."),
    ],
)
async def test_problem_speaks_the_language_the_client_prefers(http, accept_language, title):
    answer = await http.get("/api/v1/runs", headers={"Accept-Language": accept_language})

    assert answer.headers["content-type"] == "application/problem+json"
    assert set(answer.json()) == MEMBERS
    assert answer.json()["title"] == title
    assert answer.json()["status"] == answer.status_code == 401


@pytest.mark.parametrize("path", ["/nowhere", "/api/v1/nowhere", "/api/v2/runs", "/webhooks", "/replay", "/docs"])
async def test_unknown_route_answers_404_as_a_problem(http, path):
    answer = await http.get(path)

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/api/v1/runs", "GET"),
        ("GET", "/webhooks/pipedrive", "POST"),
        ("PUT", "/livez", "GET, HEAD"),
    ],
)
async def test_wrong_method_answers_405_with_the_right_ones(http, method, path, allowed):
    answer = await http.request(method, path)

    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert {each.strip() for each in answer.headers["allow"].split(",")} == set(allowed.split(", "))


async def test_request_with_several_faults_names_them_all_at_once(http, operator, joined):
    body = {"external_id": "", "document": "credit", "surprise": 1}

    answer = await http.post(f"/api/v1/connections/{joined.id}/runs", json=body, headers=operator)

    assert (answer.status_code, answer.json()["code"]) == (422, "request_invalid")
    assert {fault["place"] for fault in answer.json()["faults"]} == {
        "body.external_id",
        "body.document",
        "body.surprise",
    }


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"external_id": "1" , "a":' * 5_000,
        b'{"external_id": "\x00"}',
        b'{"external_id": "\\u0000"}',
        b'{"external_id": "\\ud800"}',
        b'{"\\ud800": 1, "external_id": "1"}',
        b'{"external_id": 1e400}',
        b'{"external_id": NaN}',
        b"null",
        b'"1042"',
    ],
)
async def test_garbage_body_is_refused_with_a_problem(http, operator, joined, content):
    for path in (f"/api/v1/connections/{joined.id}/runs", f"/api/v1/connections/{joined.id}/preview"):
        headers = {**operator, "Content-Type": "application/json"}
        answer = await http.post(path, content=content, headers=headers)

        assert answer.status_code in {400, 422}, answer.text
        assert answer.json()["code"] == "request_invalid"


@pytest.mark.parametrize("query", ["external_id=%00", "cursor=nonsense", "limit=0", "limit=201", "state=odd"])
async def test_garbage_query_is_refused_with_a_problem(http, operator, query):
    answer = await http.get(f"/api/v1/runs?{query}", headers=operator)

    assert answer.status_code == 422
    assert answer.json()["code"] in {"request_invalid", "cursor_unknown"}


@pytest.mark.parametrize("path", ["/api/v1/runs", "/replay/token", "/oauth/fortnox/start", "/livez", "/nowhere"])
async def test_every_answer_carries_the_safeguards(http, path):
    answer = await http.get(path)

    policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["object-src"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe-inline" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert len(answer.headers["x-correlation-id"]) == 32


async def test_correlation_id_differs_between_requests_and_is_never_the_callers(http):
    first = await http.get("/livez", headers={"X-Correlation-Id": "mine"})
    second = await http.get("/livez")

    assert len({first.headers["x-correlation-id"], second.headers["x-correlation-id"], "mine"}) == 3


class Broken:
    """A use case with a fault nobody thought of, whose text must stay in the logs."""

    def __getattr__(self, name):
        async def fail(*args, **kwargs):
            raise RuntimeError("hunter2 at /srv/secret.py")

        return fail


@pytest.mark.parametrize("path", ["/api/v1/connectors", "/replay/some-token", "/oauth/fortnox/start?ticket=x"])
async def test_unexpected_failure_answers_500_without_a_trace(bridge, path):
    services = replace(bridge.services, api_keys=Broken(), replay=Broken(), authorize=Broken())
    app = build_app(services, public_url=PUBLIC_URL)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=PUBLIC_URL) as client:
        answer = await client.get(path, headers={"Authorization": "Bearer fbk_any"})

    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "unexpected"
    assert "hunter2" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_body_over_one_mebibyte_is_refused_before_it_is_read(http):
    declared = await http.post("/webhooks/pipedrive", content=b"x" * (1024 * 1024 + 1))
    chunked = await http.post("/webhooks/pipedrive", content=_chunks(20, 65536))

    assert (declared.status_code, declared.json()["code"]) == (413, "body_too_large")
    assert (chunked.status_code, chunked.json()["code"]) == (413, "body_too_large")


async def _chunks(count, size):
    for _ in range(count):
        yield b"x" * size


async def test_body_of_exactly_the_limit_is_read_whole():
    seen = []

    async def app(scope, receive, send):
        seen.append((await receive())["body"])

    limited = BodyLimit(app, max_bytes=10, read_timeout_s=1)
    await limited({"type": "http", "headers": []}, _receiving(b"01234", b"56789"), _nobody)

    assert seen == [b"0123456789"]


async def test_body_that_trickles_is_cut_off_with_408():
    sent = []

    async def send(message):
        sent.append(message)

    async def trickle():
        await asyncio.sleep(0.005)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def app(scope, receive, send):
        raise AssertionError("the application must not see half a body")

    limited = BodyLimit(app, max_bytes=10_000_000, read_timeout_s=0.05)
    await limited({"type": "http", "headers": [], "method": "POST", "path": "/"}, trickle, send)

    assert sent[0]["status"] == 408
    assert json.loads(sent[1]["body"])["code"] == "body_too_slow"


async def test_body_of_a_client_that_hung_up_is_dropped():
    async def app(scope, receive, send):
        raise AssertionError("nobody waits for an answer")

    async def receive():
        return {"type": "http.disconnect"}

    await BodyLimit(app, max_bytes=10, read_timeout_s=1)({"type": "http", "headers": []}, receive, _nobody)


async def test_failure_after_the_answer_began_is_left_to_the_server():
    """Half an answer cannot be taken back: the server closes the connection, so that nobody takes it for whole."""

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        await Safeguards(app)({"type": "http", "headers": []}, _receiving(b""), _nobody)


def _receiving(*parts):
    left = list(parts)

    async def receive():
        part = left.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(left)}

    return receive


async def _nobody(message):
    pass


async def test_database_that_is_away_answers_503_and_says_when_to_come_back(http, operator, bridge, sqlite_url):
    await bridge.storage.close()
    take_database_away(sqlite_url)

    answer = await http.get("/api/v1/connections", headers=operator)

    assert answer.status_code == 503, answer.text
    assert answer.json()["code"] == "storage_unavailable"
    assert answer.headers["retry-after"] == "5"


async def test_health_tells_alive_from_ready(http, bridge, sqlite_url):
    assert (await http.get("/livez")).text == "ok\n"
    assert (await http.get("/readyz")).json() == {"ready": True, "failed_connectors": []}

    await bridge.storage.close()
    take_database_away(sqlite_url)

    assert (await http.get("/livez")).status_code == 200
    unready = await http.get("/readyz")
    assert (unready.status_code, unready.json()) == (503, {"ready": False, "failed_connectors": []})


async def test_api_describes_itself(http):
    description = (await http.get("/api/v1/openapi.json")).json()

    operations = [operation for path in description["paths"].values() for operation in path.values()]
    assert len(operations) >= 20
    for operation in operations:
        assert operation["summary"], operation["operationId"]
        assert operation["description"], operation["operationId"]
        assert "ProblemBody" in json.dumps(operation["responses"]["4XX"])
    assert description["components"]["securitySchemes"]["HTTPBearer"]["scheme"] == "bearer"
