"""The keeper against an authorization server that rotates as Fortnox was measured to do."""

import asyncio
from datetime import timedelta

import pytest
from tests.oauth.memory_store import CommitFailed, MemoryTokenStore
from tests.oauth.virtual_time import VirtualTime

from fortnox_bridge.domain.errors import ReconnectRequired, Unavailable
from fortnox_bridge.http import Unanswered
from fortnox_bridge.oauth.errors import GrantRefused
from fortnox_bridge.oauth.fixed import FixedToken
from fortnox_bridge.oauth.flights import TokenFlights
from fortnox_bridge.oauth.keeper import TokenKeeper
from fortnox_bridge.oauth.types import TokenSet


class RotatingServer:
    """Every refresh token works once. `faults` are raised, in order, before (or after) the rotation."""

    def __init__(self, time: VirtualTime, *living: str) -> None:
        self.time = time
        self.living = set(living)
        self.asked: list[str] = []
        self.before: list[Exception] = []
        self.credentials_error: Exception | None = None
        self.answer_s = 0.0

    async def refresh(self, refresh_token: str) -> TokenSet:
        self.asked.append(refresh_token)
        if self.answer_s:
            await self.time.sleep(self.answer_s)
        if self.before:
            raise self.before.pop(0)
        if refresh_token not in self.living:
            raise GrantRefused("oauth_grant_refused", system="Fortnox")
        self.living.remove(refresh_token)
        name = f"r{len(self.asked)}"
        self.living.add(name)
        return pair(self.time, name)

    async def client_credentials(self, headers):
        self.asked.append(f"credentials {headers['TenantId']}")
        if self.credentials_error is not None:
            raise self.credentials_error
        return pair(self.time, None, name=f"c{len(self.asked)}")


def pair(time: VirtualTime, refresh_token: str | None, *, life_s: float = 3600, name: str | None = None) -> TokenSet:
    return TokenSet(
        access_token=f"a-{name or refresh_token}",
        expires_at=time.now() + timedelta(seconds=life_s),
        issued_at=time.now() + timedelta(seconds=life_s - 3600),
        refresh_token=refresh_token,
    )


@pytest.fixture
def time() -> VirtualTime:
    return VirtualTime()


@pytest.fixture
def server(time) -> RotatingServer:
    return RotatingServer(time, "r0")


@pytest.fixture
def store(time) -> MemoryTokenStore:
    return MemoryTokenStore(pair(time, "r0", life_s=200))


@pytest.fixture
def make_keeper(time, server, store):
    flights = TokenFlights(time)

    def make(**changes) -> TokenKeeper:
        values = {
            "key": "fortnox:1",
            "system": "Fortnox",
            "reconnect_code": "fortnox_reconnect",
            "sleep": time.sleep,
            **changes,
        }
        return TokenKeeper(store, server, values.pop("flights", flights), time, **values)

    return make


async def test_fresh_token_is_used_without_a_request(make_keeper, store, server, time):
    store.committed = MemoryTokenStore(pair(time, "r0", life_s=301)).committed
    assert await make_keeper().access_token() == "a-r0"
    assert server.asked == []


async def test_token_within_the_margin_is_renewed_and_committed_before_use(make_keeper, store, server):
    assert await make_keeper().access_token() == "a-r1"
    assert store.committed.tokens.refresh_token == "r1"
    assert store.committed.candidates == ()


async def test_short_lived_token_is_used_for_half_its_life(make_keeper, store, server, time):
    short = TokenSet("a-short", expires_at=time.now() + timedelta(seconds=60), issued_at=time.now(), refresh_token="r0")
    store.committed = MemoryTokenStore(short).committed
    assert await make_keeper().access_token() == "a-short"
    time.seconds += 31
    assert await make_keeper().access_token() == "a-r1"


async def test_hundred_callers_of_many_keepers_make_one_request(make_keeper, server, time):
    server.answer_s = 1
    keepers = [make_keeper() for _ in range(20)]
    answers = await time.run(*(keeper.access_token() for keeper in keepers for _ in range(5)))
    assert set(answers) == {"a-r1"}
    assert server.asked == ["r0"]


async def test_other_processes_wait_for_the_row_and_adopt_its_tokens(make_keeper, server, time):
    server.answer_s = 1
    keepers = [make_keeper(flights=TokenFlights(time)) for _ in range(4)]
    assert set(await time.run(*(keeper.access_token() for keeper in keepers))) == {"a-r1"}
    assert server.asked == ["r0"]


async def test_rejected_token_is_replaced_once_for_all(make_keeper, store, server, time):
    store.committed = MemoryTokenStore(pair(time, "r0")).committed
    keeper = make_keeper()
    rejected = await keeper.access_token()
    answers = await time.run(*(keeper.replace(rejected) for _ in range(10)))
    assert set(answers) == {"a-r1"}
    assert server.asked == ["r0"]


async def test_unanswered_refresh_is_tried_again_with_the_same_token_after_the_cool_down(
    make_keeper, store, server, time
):
    server.before = [Unanswered("system_unanswered", system="Fortnox")]
    with pytest.raises(Unavailable):
        await make_keeper().access_token()
    with pytest.raises(Unavailable) as cold:
        await make_keeper().access_token()
    assert 0 < cold.value.retry_after_s <= 30
    assert server.asked == ["r0"]
    assert not store.committed.needs_reconnect
    time.seconds += 31
    assert await make_keeper().access_token() == "a-r2"
    assert server.asked == ["r0", "r0"]


async def test_refused_token_saved_anew_by_a_peer_is_adopted(make_keeper, store, server, time):
    server.living.clear()

    async def peer() -> None:
        await time.sleep(1)
        store.committed = MemoryTokenStore(pair(time, "peer")).committed

    token, _ = await time.run(make_keeper().access_token(), peer())
    assert token == "a-peer"
    assert not store.committed.needs_reconnect


async def test_living_candidate_saves_the_connection(make_keeper, store, server, time):
    server.living = {"old"}
    store.committed = MemoryTokenStore(
        store.committed.tokens, pair(time, "dead", life_s=10), pair(time, "old", life_s=10)
    ).committed
    (token,) = await time.run(make_keeper().access_token())
    assert token == f"a-r{len(server.asked)}"
    assert store.committed.candidates == ()
    assert not store.committed.needs_reconnect


async def test_dead_chain_asks_for_reconnect_and_never_again_for_tokens(make_keeper, store, server, time):
    server.living.clear()
    (error,) = await time.run(make_keeper().access_token())
    assert isinstance(error, ReconnectRequired)
    assert error.code == "fortnox_reconnect"
    assert store.committed.needs_reconnect
    asked = len(server.asked)
    with pytest.raises(ReconnectRequired):
        await make_keeper().access_token()
    assert len(server.asked) == asked


async def test_never_connected_asks_for_reconnect(make_keeper, store):
    store.committed = MemoryTokenStore().committed
    with pytest.raises(ReconnectRequired):
        await make_keeper().access_token()


async def test_failed_commit_is_repeated_so_that_the_new_pair_survives(make_keeper, store, time):
    store.commits_to_fail = 2
    (token,) = await time.run(make_keeper().access_token())
    assert token == "a-r1"
    assert store.committed.tokens.refresh_token == "r1"


async def test_commit_that_never_works_gives_no_token(make_keeper, store, time):
    store.commits_to_fail = 9
    (error,) = await time.run(make_keeper().access_token())
    assert isinstance(error, CommitFailed)


async def test_cancelled_caller_does_not_stop_the_renewal(make_keeper, store, server, time):
    server.answer_s = 5
    caller = asyncio.create_task(make_keeper().access_token())
    await asyncio.sleep(0.01)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    await time.run(time.sleep(6))
    assert store.committed.tokens.refresh_token == "r1"


async def test_service_account_needs_no_refresh_token_and_keeps_it_as_fallback(make_keeper, store, server, time):
    keeper = make_keeper(credentials_headers={"TenantId": "1234567"})
    assert await keeper.access_token() == "a-c1"
    assert store.committed.tokens.refresh_token == "r0"
    server.credentials_error = GrantRefused("oauth_grant_refused", system="Fortnox")
    assert await keeper.replace("a-c1") == "a-r3"
    assert server.asked == ["credentials 1234567", "credentials 1234567", "r0"]


async def test_service_account_without_any_token_yet_gets_one(make_keeper, store):
    store.committed = MemoryTokenStore().committed
    assert await make_keeper(credentials_headers={"TenantId": "1"}).access_token() == "a-c1"


async def test_withdrawn_consent_of_service_account_asks_for_reconnect(make_keeper, store, server, time):
    store.committed = MemoryTokenStore().committed
    server.credentials_error = GrantRefused("oauth_grant_refused", system="Fortnox")
    (error,) = await time.run(make_keeper(credentials_headers={"TenantId": "1"}).access_token())
    assert isinstance(error, ReconnectRequired)
    assert store.committed.needs_reconnect


async def test_fixed_token_cannot_be_replaced():
    fixed = FixedToken("secret", system="Pipedrive", reconnect_code="source_unauthorized")
    assert await fixed.access_token() == "secret"
    with pytest.raises(ReconnectRequired) as refused:
        await fixed.replace("secret")
    assert refused.value.code == "source_unauthorized"
    assert "secret" not in str(refused.value)
