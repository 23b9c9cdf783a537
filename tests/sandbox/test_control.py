import asyncio

import httpx
import pytest

from fortnox_bridge.sandbox.messages import Incoming
from fortnox_bridge.sandbox.requests import LOG_LIMIT, RequestLog


async def test_index_names_simulators_and_control_paths(http, sandbox):
    described = (await http.get("/_control")).json()
    assert described["simulators"]["fortnox"]["base_url"] == f"{sandbox.base_url}/fortnox"
    assert "invoices" in described["simulators"]["fortnox"]["collections"]
    page = await http.get("/")
    assert page.headers["content-type"].startswith("text/html")
    assert "/_control/fortnox/invoices" in page.text


async def test_every_collection_that_is_named_can_be_listed(fortnox, http):
    await fortnox.invoice({"ArticleNumber": "KONS", "DeliveredQuantity": "1"})
    described = (await http.get("/_control")).json()["simulators"]["fortnox"]["collections"]
    for url in described.values():
        assert isinstance((await http.get(url)).json(), list), url


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("fortnox/seed", {"spaceship": 1}),
        ("fortnox/seed", {"company": 42}),
        ("fortnox/seed", {"invoices": [{"CustomerNumber": "nobody"}]}),
        ("fortnox/seed", {"customers": 5}),
        ("fortnox/seed", []),
        ("fortnox/configure", {"gravity": 0}),
        ("fortnox/configure", {"rate_window": "cubic"}),
        ("fortnox/configure", {"search_lag_s": -1}),
        ("fortnox/configure", {"company": 42, "round_off": True}),
        ("faults", {"simulator": "fortnox"}),
        ("faults", {"simulator": "nobody", "action": {"kind": "reset"}}),
        ("faults", {"simulator": "fortnox", "action": {"kind": "explode"}}),
        ("faults", {"simulator": "fortnox", "path": "(", "action": {"kind": "reset"}}),
        ("faults", {"simulator": "fortnox", "nth": 0, "action": {"kind": "reset"}}),
        ("faults", {"simulator": "fortnox", "action": {"kind": "hang", "seconds": "long"}}),
        ("faults", {"simulator": "fortnox", "action": {"kind": "hang", "hours": 1}}),
        ("faults", {"simulator": "fortnox", "action": {"kind": "late_apply", "then": "sing"}}),
        ("faults", {"simulator": "fortnox", "times": 2, "color": "red", "action": {"kind": "reset"}}),
        ("clock", {"advance": 5}),
        ("clock", {"advance_s": "soon"}),
    ],
)
async def test_control_with_input_it_cannot_take_answers_400_with_a_reason(http, path, body):
    answer = await http.post(f"/_control/{path}", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]


async def test_control_with_garbage_or_unknown_simulator_is_refused(http):
    assert (await http.post("/_control/faults", content=b"{")).status_code == 400
    assert (await http.post("/_control/hubspot/seed", json={})).status_code == 404
    assert (await http.get("/_control/fortnox/dragons")).status_code == 404
    assert (await http.get("/_control/requests", params={"after": "x"})).status_code == 400


async def test_refused_knobs_change_nothing(fortnox, http):
    answer = await http.post("/_control/fortnox/configure", json={"round_off": True, "search_lag_s": -5})
    assert answer.status_code == 400
    companies = await fortnox.stored("companies")
    assert companies[0]["knobs"]["round_off"] is False


async def test_knobs_take_fractions_and_dates(fortnox):
    await fortnox.configure(search_lag_s=0.5, locked_period_end="2026-01-31", latency_ms=0.1)
    knobs = (await fortnox.stored("companies"))[0]["knobs"]
    assert (float(knobs["search_lag_s"]), knobs["locked_period_end"]) == (0.5, "2026-01-31")


async def test_knob_for_one_company_leaves_the_others(fortnox):
    await fortnox.seed(companies=[{"DatabaseNumber": 77}])
    await fortnox.configure(company=77, round_off=True)
    knobs = {int(c["DatabaseNumber"]): c["knobs"]["round_off"] for c in await fortnox.stored("companies")}
    assert knobs == {1234567: False, 77: True}


async def test_request_log_keeps_order_and_content_and_masks_secrets(fortnox, http):
    await http.delete("/_control/requests")
    await fortnox.ask_token({"grant_type": "refresh_token", "refresh_token": "TOP-SECRET-1"})
    await fortnox.connect()
    await fortnox.get("/customers", name="Ekhammar")
    await fortnox.call("POST", "/customers", {"Customer": {"Name": "Å & Ö"}})
    answer = await http.get("/_control/requests")
    entries = answer.json()
    assert [entry["method"] + entry["path"] for entry in entries] == [
        "POST/oauth-v1/token",
        "GET/oauth-v1/auth",
        "POST/oauth-v1/token",
        "GET/3/customers",
        "POST/3/customers",
    ]
    assert [entry["seq"] for entry in entries] == sorted(entry["seq"] for entry in entries)
    assert entries[3]["query"] == "name=Ekhammar"
    assert entries[4]["body"] == '{"Customer": {"Name": "\\u00c5 & \\u00d6"}}'
    assert entries[4]["status"] == 201
    assert '"CustomerNumber":"3"' in entries[4]["response_body"]
    for secret in ("TOP-SECRET-1", fortnox.token, "sandbox-secret", "c2FuZGJveC1jbGllbnQ"):
        assert secret not in answer.text
    refreshed = (await http.get("/_control/requests", params={"after": entries[3]["seq"]})).json()
    assert [entry["path"] for entry in refreshed] == ["/3/customers"]
    assert (await http.get("/_control/requests", params={"simulator": "pipedrive"})).json() == []


async def test_request_log_tells_two_uses_of_one_token_from_two_tokens(stranger, http):
    for token in ("one", "one", "two"):
        await stranger.ask_token({"grant_type": "refresh_token", "refresh_token": token})
    bodies = [entry["body"] for entry in (await http.get("/_control/requests")).json()]
    assert bodies[0] == bodies[1] != bodies[2]


async def test_request_log_shows_binary_as_base64(fortnox, http):
    await fortnox.invoice({"Description": "rad"})
    await fortnox.call("GET", "/invoices/1001/preview")
    entry = (await http.get("/_control/requests")).json()[-1]
    assert set(entry["response_body"]) == {"base64"}


def test_request_log_is_bounded(clock):
    log = RequestLog(clock)
    request = Incoming("GET", "/", "", (), b"")
    for _ in range(LOG_LIMIT + 10):
        log.receive("fortnox", request)
    entries = log.list()
    assert len(entries) == LOG_LIMIT
    assert entries[0]["seq"] == 11


async def test_reset_forgets_records_knobs_faults_log_and_clock(fortnox, http, clock):
    await fortnox.create("Customer", "/customers", {"Name": "Tillfällig"})
    await fortnox.configure(round_off=True, oauth_decision="deny")
    await http.post("/_control/faults", json={"simulator": "fortnox", "action": {"kind": "html"}})
    await http.post("/_control/clock", json={"advance_s": 86400})
    await http.post("/_control/reset")
    assert (await http.get("/_control/requests")).json() == []
    assert (await http.get("/_control/faults")).json() == []
    assert (await http.get("/_control/clock")).json()["now"] == clock().isoformat()
    assert (await fortnox.call("GET", "/customers")).status_code == 401
    await fortnox.connect()
    assert (await fortnox.get("/customers"))["MetaInformation"]["@TotalResources"] == 2
    assert (await fortnox.stored("companies"))[0]["knobs"]["round_off"] is False


async def test_host_serves_many_requests_at_once(fortnox):
    await fortnox.configure(latency_ms=100)
    started = asyncio.get_running_loop().time()
    answers = await asyncio.gather(*(fortnox.call("GET", "/units") for _ in range(60)))
    assert {answer.status_code for answer in answers} == {200}
    assert asyncio.get_running_loop().time() - started < 3


async def test_too_large_body_is_413_and_server_lives(fortnox, sandbox):
    async with httpx.AsyncClient(base_url=sandbox.base_url) as client:
        answer = await client.post("/fortnox/3/customers", content=b"x" * (33 * 1024 * 1024))
        assert answer.status_code == 413
    assert (await fortnox.call("GET", "/units")).status_code == 200
