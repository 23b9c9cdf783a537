"""Bad deliveries: refused or parked, never 5xx, and nothing of them starts a draft (reliability 3, faults 26-28)."""

import asyncio
import base64
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing

import pytest
from tests.e2e.bridging import running_world
from tests.e2e.deliveries import Hook, hook_of
from tests.e2e.world import World

_REFUSED = 401
_UNREADABLE = [
    b"",
    b"garbage",
    b"\xff\xfe\x00\x01",
    b"null",
    b"[]",
    b'{"meta": 7}',
    b"{" * 100_000,
    b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    b"[" * 500_000,
    b'{"meta": {"version": "2.0", "version": "1.0"}}',
    b'{"meta": {"company_id": 1e400, "version": "2.0", "entity": "deal", "action": "change"}}',
    b'{"meta": {"company_id": NaN, "version": "2.0", "entity": "deal", "action": "change"}}',
    b'{"meta": {"entity_id": "1\\u0000", "version": "2.0", "entity": "deal", "action": "create"}}',
    b'{"meta": {"entity_id": "\\ud800", "version": "2.0", "entity": "deal", "action": "create"}}',
    b'{"meta": {"entity_id": "../1", "version": "2.0", "entity": "deal", "action": "create"}}',
    b'{"meta": "\x00"}',
    b"9" * 100_000,
    b'{"meta": {"id": "' + b"x" * 500_000 + b'"}}',
]


@pytest.fixture
async def hook(world: World) -> Hook:
    return await hook_of(world)


def _basic(pair: str) -> str:
    return "Basic " + base64.b64encode(pair.encode()).decode()


async def test_deliveries_without_the_right_credentials_are_refused_and_start_nothing(world: World, hook: Hook) -> None:
    deal = await world.deal(org_id=await world.company(), stage="Förhandling")
    before = await world.runs(deal)
    wrong = [
        None,
        "",
        "Basic",
        "Basic ???",
        "Basic " + base64.b64encode(b"\xff\xfe").decode(),
        "Bearer " + hook.password,
        _basic(""),
        _basic(":"),
        _basic(f"{hook.user}:"),
        _basic(f":{hook.password}"),
        _basic(f"{hook.user}:{hook.password}x"),
        _basic(f"{hook.user.upper()}:{hook.password}"),
        _basic(f"{hook.user}:{hook.password}\x00"),
        _basic("ä" * 2000),
    ]

    answers = [await hook.post(hook.body(deal), authorization=each) for each in wrong]

    assert answers == [_REFUSED] * len(wrong)
    stranger = Hook(hook.url[:-1] + ("A" if hook.url[-1] != "A" else "B"), hook.user, hook.password, hook.company_id)
    assert await stranger.post(hook.body(deal)) == _REFUSED
    without_token = Hook(hook.url.rpartition("/")[0], hook.user, hook.password, hook.company_id)
    assert await without_token.post(hook.body(deal)) == _REFUSED
    assert await world.runs(deal) == before


async def test_delivery_about_another_account_is_refused(world: World, hook: Hook) -> None:
    deal = await world.deal(org_id=await world.company())
    before = await world.runs(deal)

    assert await hook.post(hook.body(deal, company_id="999")) == _REFUSED

    assert await world.runs(deal) == before


async def test_authentic_deliveries_that_cannot_be_read_are_kept_and_answered_with_success(
    world: World, hook: Hook, sqlite_url: str
) -> None:
    """A non-2xx for a business reason would make Pipedrive ban the hook, so they are stored, each once."""
    answers = {body[:60]: [await hook.post(body), await hook.post(body)] for body in _UNREADABLE}

    assert answers == {body[:60]: [202, 202] for body in _UNREADABLE}
    with closing(sqlite3.connect(sqlite_url.partition("///")[2])) as database:
        kept = database.execute("SELECT body FROM event WHERE unreadable_reason IS NOT NULL").fetchall()
    assert sorted(body for (body,) in kept) == sorted(_UNREADABLE)
    shown = (await world.api.get("/unreadable-deliveries"))["unreadable_deliveries"]
    assert sorted(row["size_bytes"] for row in shown) == sorted(len(body) for body in _UNREADABLE)
    assert all(row["problem"] for row in shown)


async def test_odd_values_in_a_delivery_are_never_a_server_error(world: World, hook: Hook) -> None:
    deal = await world.deal(org_id=await world.company())
    odd = [
        {field: value}
        for field in ("id", "timestamp", "entity_id", "attempt", "user_id")
        for value in ("a\x00b", "\ud800", "x" * 5000, {"deep": [1]}, -1, None, "½")
    ]

    answers = [await hook.post(hook.body(deal, **meta)) for meta in odd]

    assert answers == [202] * len(odd)
    assert (await world.settled(deal)).state == "skipped", "the deal stands in no stage of a rule"


async def test_body_over_the_limit_is_refused_however_it_is_sent(world: World, hook: Hook) -> None:
    big = b"x" * (2 * 1024 * 1024)
    chunked = {"Authorization": hook.basic, "Transfer-Encoding": "chunked"}
    chunks = b"".join(b"10000\r\n" + big[:0x10000] + b"\r\n" for _ in range(32)) + b"0\r\n\r\n"

    assert await hook.post(big) in {413, 0}
    assert await hook.raw(hook.head({"Content-Length": str(len(big)), "Authorization": hook.basic})) == 413
    assert await hook.raw(hook.head(chunked) + chunks) in {413, 0}
    assert await hook.post(b"{}") == 202, "the service is well"


async def test_body_that_trickles_is_given_up(world: World, hook: Hook) -> None:
    head = hook.head({"Content-Length": "1000", "Authorization": hook.basic})

    assert await hook.raw(head, *[b"{"] * 6, pause_s=0.25) == 408


async def test_sender_that_hangs_up_anywhere_leaves_nothing_half_done(world: World, hook: Hook) -> None:
    """Fault 4: committed or not, never half; the redelivery is harmless."""
    deal = await world.deal(org_id=await world.company())
    await world.configure("pipedrive", webhook_drop=True)
    await world.move(deal)
    body = hook.body(deal)
    whole = hook.head({"Content-Length": str(len(body)), "Authorization": hook.basic}) + body
    for length in (1, 10, len(whole) - len(body), len(whole) - 1, len(whole)):
        reader, writer = await asyncio.open_connection("127.0.0.1", int(hook.url.split(":")[2].split("/")[0]))
        writer.write(whole[:length])
        await writer.drain()
        writer.close()
        del reader

    assert await hook.raw(whole) == 202
    last = (await world.runs(deal))[-1]["id"]
    done = await world.settled(deal, after=last)

    assert done.state == "done"
    assert len(await world.runs(deal)) == 2
    await world.invoice(deal)


@pytest.fixture
async def own_pace_world(database_url: str) -> AsyncIterator[World]:
    async with running_world(database_url, time_factor=0.9) as running:
        yield running


async def test_same_delivery_fifty_times_over_fifty_sockets_is_one_run(own_pace_world: World) -> None:
    """Fault 1, without the simulator: right credentials, the same bytes, all at once."""
    world = own_pace_world
    hook = await hook_of(world)
    deal = await world.deal(org_id=await world.company())
    await world.configure("pipedrive", webhook_drop=True)
    await world.move(deal)
    created = (await world.runs(deal))[0]["id"]
    body = hook.body(deal)

    answers = await asyncio.gather(*(hook.post(body) for _ in range(50)))
    done = await world.settled(deal, after=created)

    assert set(answers) == {202}
    assert done.state == "done"
    assert len(await world.runs(deal)) == 2
    await world.invoice(deal)
    await world.note(deal)
