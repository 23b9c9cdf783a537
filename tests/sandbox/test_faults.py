import asyncio

import httpx
import pytest

from fortnox_bridge.sandbox.fortnox import FORTNOX_SIMULATOR
from fortnox_bridge.sandbox.serve import serve_sandbox

CUSTOMER = {"Customer": {"Name": "Felkund AB"}}


@pytest.fixture
async def plan(http):
    async def post(action: dict, **where: object) -> None:
        body = {"simulator": "fortnox", "path": "/3/customers", "method": "POST", "action": action, **where}
        answer = await http.post("/_control/faults", json=body)
        assert answer.status_code == 200, answer.text

    return post


async def created(fortnox) -> int:
    return len([customer for customer in await fortnox.stored("customers") if customer["Name"] == "Felkund AB"])


async def post(fortnox, **kwargs):
    return await fortnox.call("POST", "/customers", CUSTOMER, **kwargs)


@pytest.mark.parametrize(
    ("action", "status", "applied"),
    [
        ({"kind": "status", "status": 503, "body": '{"x":1}', "headers": {"retry-after": "3"}}, 503, 0),
        ({"kind": "html", "status": 502}, 502, 0),
        ({"kind": "delay", "seconds": 0.05}, 201, 1),
        ({"kind": "slow_bytes", "chunk": 400, "delay_s": 0.001}, 201, 1),
        ({"kind": "apply_then_status", "status": 500, "body": "oops"}, 500, 1),
        ({"kind": "apply_then_empty", "status": 200}, 200, 1),
        ({"kind": "apply_then_html", "status": 502}, 502, 1),
    ],
)
async def test_fault_answered_shows_its_status_and_applies_as_named(fortnox, plan, action, status, applied):
    await plan(action)
    answer = await post(fortnox)
    assert answer.status_code == status
    assert await created(fortnox) == applied
    if action["kind"].endswith("html"):
        assert answer.text.startswith("<!DOCTYPE html>")
    if action["kind"] == "status":
        assert answer.headers["retry-after"] == "3"
    if action["kind"] == "apply_then_empty":
        assert answer.content == b""
    assert (await post(fortnox)).status_code == 201


@pytest.mark.parametrize(("kind", "applied"), [("reset", 0), ("apply_then_reset", 1)])
async def test_fault_reset_breaks_the_answer(fortnox, plan, kind, applied):
    await plan({"kind": kind})
    with pytest.raises(httpx.RemoteProtocolError):
        await post(fortnox)
    assert await created(fortnox) == applied


@pytest.mark.parametrize(("kind", "applied"), [("hang", 0), ("apply_then_hang", 1)])
async def test_fault_hang_outlasts_the_client(fortnox, plan, kind, applied):
    await plan({"kind": kind, "seconds": 60})
    with pytest.raises(httpx.ReadTimeout):
        await post(fortnox, timeout=0.2)
    assert await created(fortnox) == applied


async def test_sandbox_with_a_client_left_hanging_stops_at_once(clock):
    loop = asyncio.get_running_loop()
    plan = {"simulator": "fortnox", "path": "/3/units", "action": {"kind": "hang", "seconds": 60}}
    async with httpx.AsyncClient(timeout=5) as client:
        async with serve_sandbox([FORTNOX_SIMULATOR], now=clock) as running:
            await client.post(f"{running.base_url}/_control/faults", json=plan)
            waiting = asyncio.create_task(client.get(f"{running.base_url}/fortnox/3/units"))
            await asyncio.sleep(0.1)
            stopping = loop.time()
        assert loop.time() - stopping < 2
        assert isinstance(await asyncio.gather(waiting, return_exceptions=True), list)


async def test_fault_hang_that_ends_breaks_the_answer(fortnox, plan):
    await plan({"kind": "hang", "seconds": 0.05})
    with pytest.raises(httpx.RemoteProtocolError):
        await post(fortnox)


@pytest.mark.parametrize("then", ["reset", "hang"])
async def test_fault_late_apply_happens_after_the_client_gave_up(fortnox, plan, then):
    await plan({"kind": "late_apply", "after_s": 0.3, "then": then})
    with pytest.raises(httpx.TransportError):
        await post(fortnox, timeout=0.1)
    assert await created(fortnox) == 0
    await asyncio.sleep(0.4)
    assert await created(fortnox) == 1


async def test_fault_nth_and_times_choose_the_requests(fortnox, plan):
    await plan({"kind": "status", "status": 500}, nth=2, times=2)
    assert [(await post(fortnox)).status_code for _ in range(5)] == [201, 500, 500, 201, 201]


async def test_fault_without_end_lasts_until_cleared(fortnox, plan, http):
    await plan({"kind": "status", "status": 500}, times=None)
    assert {(await post(fortnox)).status_code for _ in range(5)} == {500}
    await http.delete("/_control/faults")
    assert (await post(fortnox)).status_code == 201


async def test_fault_matches_method_and_whole_path_below_the_mount(fortnox, plan):
    await plan({"kind": "status", "status": 500}, path="/3/customers/\\d+", method="GET")
    assert (await post(fortnox)).status_code == 201
    assert (await fortnox.call("GET", "/customers")).status_code == 200
    assert (await fortnox.call("GET", "/customers/1")).status_code == 500


async def test_two_fault_plans_count_alone_and_the_oldest_due_acts(fortnox, plan, http):
    await plan({"kind": "status", "status": 500}, nth=1)
    await plan({"kind": "status", "status": 502}, nth=2)
    assert [(await post(fortnox)).status_code for _ in range(3)] == [500, 502, 201]
    assert [(p["seen"], p["hits"]) for p in (await http.get("/_control/faults")).json()] == [(3, 1), (3, 1)]


async def test_fault_that_applies_nothing_spends_no_rate(fortnox, plan):
    await fortnox.configure(rate_window="sliding")
    await plan({"kind": "status", "status": 500}, times=40)
    assert {(await post(fortnox)).status_code for _ in range(40)} == {500}
    assert (await post(fortnox)).status_code == 201


async def test_fault_is_named_in_the_request_log(fortnox, plan, http):
    await http.delete("/_control/requests")
    await plan({"kind": "apply_then_reset"})
    with pytest.raises(httpx.RemoteProtocolError):
        await post(fortnox)
    entry = (await http.get("/_control/requests")).json()[0]
    assert (entry["fault"], entry["status"], entry["applied_status"]) == ("apply_then_reset", None, 201)


async def test_list_of_plans_with_one_bad_adds_none(http):
    good = {"simulator": "fortnox", "action": {"kind": "reset"}}
    answer = await http.post("/_control/faults", json=[good, {"simulator": "fortnox"}])
    assert answer.status_code == 400
    assert (await http.get("/_control/faults")).json() == []
