import asyncio
from datetime import timedelta

import pytest
from tests.storage.world import KEYS, START, join

from fortnox_bridge.domain.connection import AccessState
from fortnox_bridge.oauth.store import StoredTokens
from fortnox_bridge.oauth.types import TokenSet
from fortnox_bridge.storage import SYSTEM, CredentialOwner, Storage
from fortnox_bridge.storage.crypto import Cipher
from fortnox_bridge.storage.lease_clock import ProcessClock


def tokens(number, refresh=True):
    return TokenSet(
        access_token=f"access-{number}",
        expires_at=START + timedelta(hours=number),
        issued_at=START + timedelta(minutes=number),
        refresh_token=f"refresh-{number}" if refresh else None,
        scopes=("invoice", "customer"),
        extra={"api_domain": "https://x.example"},
    )


@pytest.fixture
def owner(joined):
    return CredentialOwner(company_id=joined.company.id)


@pytest.fixture
def store(storage, owner):
    return storage.token_store(owner)


async def save(store, new, consumed):
    async with store.locked() as held:
        await held.save(new, consumed_refresh_token=consumed)


async def access_of(storage, joined):
    async with storage.unit.view(SYSTEM) as uow:
        company = await uow.companies.get(joined.company.id)
    assert company is not None
    return company.access


async def test_read_before_the_first_consent_is_empty(store):
    assert await store.read() == StoredTokens(tokens=None)
    async with store.locked() as held:
        assert held.current.tokens is None


async def test_save_of_a_refresh_replaces_the_pair(store):
    await save(store, tokens(1), None)
    await save(store, tokens(2), "refresh-1")
    assert await store.read() == StoredTokens(tokens=tokens(2))


async def test_save_of_a_candidates_refresh_makes_the_old_pair_a_candidate(store):
    await save(store, tokens(1), None)
    await save(store, tokens(2), "refresh-0")
    assert await store.read() == StoredTokens(tokens=tokens(2), candidates=(tokens(1),))
    await save(store, tokens(3), "refresh-1")
    assert await store.read() == StoredTokens(tokens=tokens(3), candidates=(tokens(2),))


async def test_save_by_a_late_writer_keeps_both_with_the_newest_in_use(store):
    await save(store, tokens(5), None)
    await save(store, tokens(4), "refresh-0")
    assert await store.read() == StoredTokens(tokens=tokens(5), candidates=(tokens(4),))


async def test_save_of_a_consent_drops_candidates_and_client_credentials_do_not(store):
    await save(store, tokens(2), None)
    await save(store, tokens(3), "refresh-0")
    await save(store, tokens(4, refresh=False), None)
    assert (await store.read()).candidates == (tokens(2),)
    await save(store, tokens(5), None)
    assert await store.read() == StoredTokens(tokens=tokens(5))


async def test_candidates_are_at_most_five_newest_first(store):
    for number in range(1, 10):
        await save(store, tokens(number), "unknown" if number > 1 else None)
    stored = await store.read()
    assert stored.tokens == tokens(9)
    assert [one.refresh_token for one in stored.candidates] == [f"refresh-{number}" for number in (8, 7, 6, 5, 4)]


async def test_drop_candidate_forgets_only_that_one(store):
    await save(store, tokens(1), None)
    await save(store, tokens(2), "x")
    await save(store, tokens(3), "y")
    async with store.locked() as held:
        await held.drop_candidate("refresh-1")
        assert held.current.candidates == (tokens(2),)
    assert (await store.read()).candidates == (tokens(2),)


async def test_needs_reconnect_stands_on_the_company_until_tokens_are_saved(store, storage, joined):
    await save(store, tokens(1), None)
    async with store.locked() as held:
        await held.mark_needs_reconnect()
    assert await access_of(storage, joined) is AccessState.NEEDS_RECONNECT
    assert await store.read() == StoredTokens(tokens=tokens(1), needs_reconnect=True)
    await save(store, tokens(2), None)
    assert await access_of(storage, joined) is AccessState.CONNECTED
    assert (await store.read()).needs_reconnect is False


async def test_an_error_inside_rolls_everything_back(store):
    await save(store, tokens(1), None)

    async def crash():
        async with store.locked() as held:
            await held.save(tokens(2), consumed_refresh_token="refresh-1")
            assert held.current.tokens == tokens(2)
            raise RuntimeError("crash")

    with pytest.raises(RuntimeError, match="crash"):
        await crash()
    assert await store.read() == StoredTokens(tokens=tokens(1))


async def test_locked_lets_one_holder_in_at_a_time(storage, owner):
    await save(storage.token_store(owner), tokens(1), None)
    inside, most, spent = 0, 0, []

    async def refresh():
        nonlocal inside, most
        async with storage.token_store(owner).locked() as held:
            inside += 1
            most = max(most, inside)
            assert held.current.tokens is not None
            consumed = held.current.tokens.refresh_token
            await asyncio.sleep(0.002)
            spent.append(consumed)
            await held.save(tokens(len(spent) + 1), consumed_refresh_token=consumed)
            inside -= 1

    await asyncio.gather(*(refresh() for _ in range(20)))
    assert most == 1
    assert len(set(spent)) == 20
    assert (await storage.token_store(owner).read()).candidates == ()


async def test_locked_of_one_account_does_not_stop_others_nor_readers_nor_events(storage, joined, foreign, store):
    await save(store, tokens(1), None)
    async with asyncio.timeout(5), store.locked():
        await save(storage.token_store(CredentialOwner(company_id=foreign.company.id)), tokens(7), None)
        assert (await store.read()).tokens == tokens(1)
        await storage.events.append([joined.event()])


@pytest.mark.integration
async def test_locked_holds_against_another_process_on_postgresql(postgres_url, clock):
    here, there = (Storage.open(postgres_url, Cipher(KEYS), clock, lease_clock=ProcessClock(clock)) for _ in range(2))
    try:
        owner = CredentialOwner(company_id=(await join(here, "1")).company.id)
        entered = asyncio.Event()

        async def wait_there():
            async with there.token_store(owner).locked() as held:
                entered.set()
                return held.current.tokens

        async with here.token_store(owner).locked() as held:
            waiting = asyncio.create_task(wait_there())
            await asyncio.sleep(0.2)
            assert not entered.is_set()
            await held.save(tokens(1), consumed_refresh_token=None)
        assert await waiting == tokens(1)
    finally:
        await here.close()
        await there.close()


async def test_a_refresh_that_ends_after_disconnect_brings_nothing_back(storage, store, owner, joined):
    await save(store, tokens(1), None)
    async with storage.unit(SYSTEM) as uow:
        await uow.credentials.delete_all(owner)
        await uow.companies.set_access(joined.company.id, AccessState.NOT_CONNECTED)
    assert await store.read() == StoredTokens(tokens=None)


async def test_source_accounts_have_tokens_of_their_own(storage, joined, store):
    theirs = storage.token_store(CredentialOwner(source_account_id=joined.account.id))
    await save(store, tokens(1), None)
    await save(theirs, tokens(2), None)
    assert ((await store.read()).tokens, (await theirs.read()).tokens) == (tokens(1), tokens(2))
