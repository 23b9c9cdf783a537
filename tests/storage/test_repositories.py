import asyncio
import sqlite3
import time
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import make_url
from tests.storage.test_token_store import tokens
from tests.storage.world import KEYS, START, start_run

from fortnox_bridge.domain.connection import Connection
from fortnox_bridge.domain.ids import ApiKeyId, ConnectionId, FortnoxCompanyId, SourceAccountId
from fortnox_bridge.storage import (
    SYSTEM,
    AlreadyExists,
    ApiKey,
    AuditEntry,
    BadCursor,
    Cipher,
    CredentialOwner,
    RunFilter,
    SourceHook,
    StaleRevision,
    Storage,
    StorageUnavailable,
    UnknownKey,
)
from fortnox_bridge.storage.crypto import SecretPlace
from fortnox_bridge.storage.lease_clock import ProcessClock

CANARY = "canary-5f1d7c"


async def test_accounts_companies_and_connections_come_back_as_stored(storage, joined):
    async with storage.unit.view(SYSTEM) as uow:
        assert await uow.source_accounts.get(joined.account.id) == joined.account
        assert await uow.companies.find("11111") == joined.company
        assert await uow.connections.of_company(joined.company.id, "pipedrive") == joined.connection
    renamed = replace(joined.account, name="Å \x00", extra={}, url="https://x.example")
    async with storage.unit(SYSTEM) as uow:
        assert (await uow.source_accounts.update(renamed)).name == "Å \N{REPLACEMENT CHARACTER}"
        paused = await uow.connections.update(replace(joined.connection, is_active=False))
        looked_up = await uow.companies.update(replace(joined.company, is_looked_up_first=True))
    assert (paused.is_active, looked_up.is_looked_up_first) == (False, True)


async def add_connection(storage, joined, number):
    company = replace(joined.company, id=FortnoxCompanyId(uuid4()), database_number=number)
    new = Connection(ConnectionId(uuid4()), joined.account.id, company.id, number)
    async with storage.unit(SYSTEM) as uow:
        await uow.companies.add(company)
        return await uow.connections.add(new)


async def test_connections_of_a_source_account_come_in_the_order_they_are_put_in(storage, joined, foreign):
    second = await add_connection(storage, joined, "91")
    third = await add_connection(storage, joined, "92")
    assert [joined.connection.position, second.position, third.position] == [1, 2, 3]

    async with storage.unit(SYSTEM) as uow:
        await uow.connections.put_in_order([third.id, joined.connection.id, second.id])

    async with storage.unit.view(SYSTEM) as uow:
        found = await uow.connections.of_source_account(joined.account.id)
        assert [(one.name, one.position) for one in found] == [("92", 1), (joined.connection.name, 2), ("91", 3)]
        assert [one.id for one in await uow.connections.of_source_account(foreign.account.id)] == [
            foreign.connection.id
        ]


async def test_a_company_that_was_moved_away_from_a_connection_may_have_another(storage, joined):
    account = replace(joined.account, id=SourceAccountId(uuid4()), external_id="other")
    async with storage.unit(SYSTEM) as uow:
        await uow.connections.update(replace(joined.connection, is_active=False))
        await uow.source_accounts.add(account)
        moved = await uow.connections.add(Connection(ConnectionId(uuid4()), account.id, joined.company.id, "moved"))
    async with storage.unit.view(SYSTEM) as uow:
        assert await uow.connections.of_company(joined.company.id, "pipedrive") == moved
    with pytest.raises(AlreadyExists):
        async with storage.unit(SYSTEM) as uow:
            await uow.connections.update(joined.connection)


async def test_a_company_has_one_connection_per_connector(storage, joined):
    async def connect(connector):
        account = replace(joined.account, id=SourceAccountId(uuid4()), connector=connector, external_id="other")
        async with storage.unit(SYSTEM) as uow:
            await uow.source_accounts.add(account)
            await uow.connections.add(Connection(ConnectionId(uuid4()), account.id, joined.company.id, "second"))

    with pytest.raises(AlreadyExists) as refused:
        await connect("pipedrive")
    assert refused.value.rule == "uq_connection_company_id_connector"
    await connect("shopify")
    async with storage.unit.view(SYSTEM) as uow:
        assert len(await uow.connections.list_all()) == 2


async def test_the_same_external_account_twice_is_refused(storage, joined):
    with pytest.raises(AlreadyExists):
        async with storage.unit(SYSTEM) as uow:
            await uow.source_accounts.add(replace(joined.account, id=uuid4()))
    with pytest.raises(AlreadyExists):
        async with storage.unit(SYSTEM) as uow:
            await uow.companies.add(replace(joined.company, id=uuid4()))


async def test_a_unit_that_fails_stores_nothing(storage, joined):
    async def stop_half_way():
        async with storage.unit(SYSTEM) as uow:
            await uow.companies.update(replace(joined.company, name="changed"))
            raise RuntimeError("half-way")

    with pytest.raises(RuntimeError):
        await stop_half_way()
    async with storage.unit.view(SYSTEM) as uow:
        assert await uow.companies.get(joined.company.id) == joined.company


async def test_a_view_keeps_nothing_and_does_not_wait_for_writers(storage, joined):
    async with asyncio.timeout(5), storage.unit(SYSTEM) as writer:
        await writer.companies.update(replace(joined.company, name="changed"))
        async with storage.unit.view(SYSTEM) as reader:
            assert await reader.companies.get(joined.company.id) == joined.company


async def test_units_cancelled_anywhere_leave_no_lock_behind(storage, joined):
    """Seen with SQLite: a statement cut short kept its connection half open, and the file locked, for minutes."""

    async def rename(name):
        async with storage.unit(SYSTEM) as uow:
            await uow.companies.update(replace(joined.company, name=name))
            await uow.companies.get(joined.company.id)

    waits = []
    for number in range(80):
        tasks = [asyncio.create_task(rename(f"{number}-{copy}")) for copy in range(2)]
        await asyncio.sleep((number % 40) * 0.0002)
        started = time.monotonic()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await rename("last")
        waits.append(time.monotonic() - started)
    # One lock left behind costs SQLite's busy timeout of 5 s.
    assert max(waits) < 4
    async with storage.unit.view(SYSTEM) as uow:
        company = await uow.companies.get(joined.company.id)
    assert company is not None
    assert company.name == "last"


async def test_settings_are_added_by_revision_and_never_changed(storage, joined):
    async def save(document, expected):
        async with storage.unit(SYSTEM) as uow:
            return await uow.settings.save(
                joined.connection.id, document, major=1, minor=2, author="anna", expected_revision=expected
            )

    first = await save({"a": {"b": [1, None]}}, 0)
    assert (first.revision, first.author, first.major, first.minor) == (1, "anna", 1, 2)
    assert await save({"a": {"b": [1, None]}}, 1) == first
    second = await save({"a": 2}, 1)
    with pytest.raises(StaleRevision) as stale:
        await save({"a": 3}, 1)
    assert stale.value.current == 2
    async with storage.unit.view(SYSTEM) as uow:
        assert await uow.settings.current(joined.connection.id) == second
        assert await uow.settings.get(joined.connection.id, 1) == first
        assert await uow.settings.history(joined.connection.id) == (second, first)


async def test_settings_saved_by_two_at_once_have_one_winner(storage, joined):
    async def save(number):
        async with storage.unit(SYSTEM) as uow:
            return await uow.settings.save(
                joined.connection.id, {"a": number}, major=1, minor=0, author="x", expected_revision=0
            )

    results = await asyncio.gather(*(save(number) for number in range(5)), return_exceptions=True)
    assert sum(isinstance(result, StaleRevision) for result in results) == 4


async def test_api_keys_are_found_until_revoked_or_expired(storage, joined, clock):
    key = ApiKey(
        ApiKeyId(uuid4()), "card", ("runs:read",), joined.connection.id, START, expires_at=START + timedelta(days=1)
    )
    lasting = ApiKey(ApiKeyId(uuid4()), "admin", ("admin",), None, START)
    async with storage.unit(SYSTEM) as uow:
        await uow.api_keys.add(key, "fbk_1")
        await uow.api_keys.add(lasting, "fbk_2")
        assert await uow.api_keys.find("fbk_1") == key
        assert await uow.api_keys.find("fbk_3") is None
        clock.advance(86_400)
        assert await uow.api_keys.find("fbk_1") is None
        assert await uow.api_keys.revoke(lasting.id)
        assert not await uow.api_keys.revoke(lasting.id)
        assert await uow.api_keys.find("fbk_2") is None


async def test_oauth_state_is_taken_once_by_its_provider_while_fresh(storage, clock):
    async def take(state, provider):
        async with storage.unit(SYSTEM) as uow:
            return await uow.oauth_states.take(state, provider)

    async with storage.unit(SYSTEM) as uow:
        for state in ("a", "b", "c"):
            await uow.oauth_states.add(state, "fortnox", {"verifier": state}, expires_at=START + timedelta(minutes=10))
    taken = await asyncio.gather(*(take("a", "fortnox") for _ in range(5)))
    assert (taken.count({"verifier": "a"}), taken.count(None)) == (1, 4)
    assert await take("b", "pipedrive") is None
    assert await take("b", "fortnox") is None
    clock.advance(600)
    assert await take("c", "fortnox") is None


async def test_replay_link_is_used_once_and_looking_changes_nothing(storage, joined, clock):
    run = await start_run(storage, joined)
    async with storage.unit(SYSTEM) as uow:
        await uow.replay_links.add(
            "t", run.id, connection_id=joined.connection.id, expires_at=START + timedelta(days=1)
        )
    async with storage.unit.view(SYSTEM) as uow:
        for _ in range(2):
            link = await uow.replay_links.find("t")
            assert link is not None
            assert link.is_good_at(clock.now())

    async def use():
        async with storage.unit(SYSTEM) as uow:
            return await uow.replay_links.use("t")

    used = [link for link in await asyncio.gather(*(use() for _ in range(5))) if link is not None]
    assert [link.run_id for link in used] == [run.id]
    clock.advance(86_400)
    async with storage.unit(SYSTEM) as uow:
        assert await uow.replay_links.delete_expired() == 1


async def test_hooks_are_found_by_their_token_until_revoked(storage, joined, clock):
    hook = SourceHook(uuid4(), joined.account.id, "bridge", "pass", "https://bridge.example/webhooks/p/tok", (), START)
    async with storage.unit(SYSTEM) as uow:
        await uow.hooks.add(hook, "tok")
        await uow.hooks.set_vendor_ids(hook.id, ["7", "8"])
    async with storage.unit(SYSTEM) as uow:
        assert await uow.hooks.find_by_token("tok") == replace(hook, vendor_ids=("7", "8"))
        assert len(await uow.hooks.of_source_account(joined.account.id)) == 1
        await uow.hooks.revoke(hook.id)
        assert await uow.hooks.find_by_token("tok") is None
    assert "pass" not in repr(hook)
    assert "/tok" not in repr(hook)


async def test_audit_log_is_paged_newest_first(storage, joined, clock):
    async with storage.unit(SYSTEM) as uow:
        for number in range(5):
            await uow.audit_log.add(
                AuditEntry(uuid4(), clock.now(), "anna", f"action-{number}", None, "s", {"n": number})
            )
            clock.advance(1)
        first = await uow.audit_log.list_page(limit=3)
        rest = await uow.audit_log.list_page(limit=3, cursor=first.next_cursor)
    assert [entry.action for entry in (*first.items, *rest.items)] == [f"action-{n}" for n in (4, 3, 2, 1, 0)]
    assert rest.next_cursor is None


@pytest.mark.parametrize("cursor", ["", "x", "!!", "bm8gY3Vyc29y", "MjAyNi0xMS0yMyBub3QtYW4taWQ", "\x00"])
async def test_a_cursor_that_is_not_ours_is_refused(storage, cursor):
    with pytest.raises(BadCursor):
        async with storage.unit.view(SYSTEM) as uow:
            await uow.runs.list_page(RunFilter(), cursor=cursor)


async def everything_on_disk(url, tmp_path):
    """All bytes of the database as somebody who stole a backup would read them."""
    made = make_url(url)
    if made.get_backend_name() == "sqlite":
        with sqlite3.connect(made.database) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        return tmp_path.joinpath("bridge.db").read_bytes()
    connection = await asyncpg.connect(url)
    try:
        names = [
            row["tablename"] for row in await connection.fetch("SELECT * FROM pg_tables WHERE schemaname='public'")
        ]
        rows = [str(tuple(row)) for name in names for row in await connection.fetch(f'SELECT * FROM "{name}"')]
    finally:
        await connection.close()
    return "\n".join(rows).encode()


async def test_no_secret_lies_in_the_database_in_clear(storage, joined, database_url, tmp_path):
    owner = CredentialOwner(source_account_id=joined.account.id)
    async with storage.unit(SYSTEM) as uow:
        await uow.credentials.put(owner, "api_token", {"token": CANARY})
        await uow.hooks.add(
            SourceHook(uuid4(), joined.account.id, "u", CANARY, f"https://x/{CANARY}", (), START), CANARY
        )
        await uow.oauth_states.add(CANARY, "fortnox", {"verifier": CANARY}, expires_at=START)
        await uow.api_keys.add(ApiKey(ApiKeyId(uuid4()), "k", (), None, START), CANARY)
    run = await start_run(storage, joined)
    async with storage.unit(SYSTEM) as uow:
        await uow.replay_links.add(CANARY, run.id, connection_id=None, expires_at=START)
    async with storage.token_store(owner).locked() as held:
        secret = replace(tokens(1), access_token=CANARY, refresh_token=CANARY, extra={"x": CANARY})
        await held.save(secret, consumed_refresh_token=None)
    async with storage.unit.view(SYSTEM) as uow:
        assert await uow.credentials.get(owner, "api_token") == {"token": CANARY}

    stolen = await everything_on_disk(database_url, tmp_path)
    assert b"Nordlund" in stolen
    assert CANARY.encode() not in stolen
    assert CANARY.encode().hex().encode() not in stolen


async def test_secrets_open_after_a_key_rotation_and_not_without_the_key(storage, joined, database_url, clock):
    owner = CredentialOwner(company_id=joined.company.id)
    async with storage.unit(SYSTEM) as uow:
        await uow.credentials.put(owner, "api_token", {"token": CANARY})
    rotated = Storage.open(database_url, Cipher(KEYS | {"k2": b"2" * 32}, "k2"), clock, lease_clock=ProcessClock(clock))
    stranger = Storage.open(database_url, Cipher({"k9": b"9" * 32}), clock, lease_clock=ProcessClock(clock))
    try:
        async with rotated.unit(SYSTEM) as uow:
            assert await uow.credentials.get(owner, "api_token") == {"token": CANARY}
            await uow.credentials.put(owner, "api_token", {"token": "new"})
        for without in (storage, stranger):
            with pytest.raises(UnknownKey):
                async with without.unit.view(SYSTEM) as uow:
                    await uow.credentials.get(owner, "api_token")
    finally:
        await rotated.close()
        await stranger.close()


@pytest.mark.parametrize(
    "place",
    [
        SecretPlace("credential", "1", "other"),
        SecretPlace("credential", "2", "secret"),
        SecretPlace("source_hook", "1", "secret"),
        SecretPlace("credential1", "", "secret"),
    ],
)
def test_cipher_refuses_a_secret_moved_elsewhere(place):
    cipher = Cipher(KEYS)
    sealed = cipher.encrypt(b"secret", SecretPlace("credential", "1", "secret"))
    assert cipher.decrypt(sealed, SecretPlace("credential", "1", "secret")) == b"secret"
    with pytest.raises(UnknownKey):
        cipher.decrypt(sealed, place)


def test_cipher_refuses_every_flipped_or_missing_byte():
    cipher, place = Cipher(KEYS), SecretPlace("credential", "1", "secret")
    sealed = cipher.encrypt(b"secret", place)
    assert cipher.encrypt(b"secret", place) != sealed
    for position in range(len(sealed)):
        flipped = bytearray(sealed)
        flipped[position] ^= 1
        for broken in (bytes(flipped), sealed[:position]):
            with pytest.raises(UnknownKey):
                cipher.decrypt(broken, place)


def test_cipher_encrypts_with_the_newest_key_and_knows_what_is_old():
    place = SecretPlace("t", "r", "f")
    old, both = Cipher(KEYS), Cipher(KEYS | {"k2": b"2" * 32})
    assert both.decrypt(old.encrypt(b"x", place), place) == b"x"
    assert not both.is_current(old.encrypt(b"x", place))
    assert both.is_current(both.encrypt(b"x", place))


@pytest.mark.parametrize(
    ("keys", "newest"), [({}, None), ({"k": b"short"}, None), ({"": b"1" * 32}, None), (KEYS, "k2")]
)
def test_cipher_with_unusable_keys_is_refused(keys, newest):
    with pytest.raises(ValueError, match="key"):
        Cipher(keys, newest)


async def test_a_database_that_is_away_is_unavailable_and_tells_no_secret(tmp_path, clock):
    for url in (
        "postgresql://bridge:hunter2@127.0.0.1:1/none",
        f"sqlite:///{tmp_path / 'missing' / 'folder.db'}",
    ):
        storage = Storage.open(url, Cipher(KEYS), clock, lease_clock=ProcessClock(clock))
        try:
            with pytest.raises(StorageUnavailable) as refused:
                await storage.ping()
        finally:
            await storage.close()
            # The driver's thread reports its end to the loop even after a failed opening.
            await asyncio.sleep(0.1)
        assert "hunter2" not in str(refused.value)


async def test_ping_of_a_database_that_is_there_returns(storage):
    await storage.ping()
