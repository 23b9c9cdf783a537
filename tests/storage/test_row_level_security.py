"""PostgreSQL's own fence: seen through a role that is nobody special, since a superuser passes every fence."""

from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import make_url, select, update
from sqlalchemy.exc import DBAPIError
from tests.storage.test_ledgers import intent
from tests.storage.world import START, start_run

from fortnox_bridge.domain.clock import SystemClock
from fortnox_bridge.domain.run import StageName, Step
from fortnox_bridge.storage import SYSTEM, Cipher, ConnectionScope, Storage
from fortnox_bridge.storage.tables import METADATA, run

pytestmark = pytest.mark.integration
PASSWORD = "only-for-this-test"
NOBODYS = "6f1c1c0e-5a52-4b52-9a4e-0a4f3c5b9d11"
OWN = ("connection", "source_account", "fortnox_company", "run", "event", "run_step", "document")


@pytest.fixture
async def ordinary_url(postgres_url):
    """The address of the database for a role that owns nothing and may read and write everything."""
    url, name = make_url(postgres_url), f"bridge_{uuid4().hex[:12]}"
    owner = await asyncpg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False))
    await owner.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}' NOSUPERUSER NOBYPASSRLS")
    await owner.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {name}")
    yield url.set(username=name, password=PASSWORD).render_as_string(hide_password=False)
    await owner.execute(f"DROP OWNED BY {name}")
    await owner.execute(f"DROP ROLE {name}")
    await owner.close()


@pytest.fixture
async def storage(ordinary_url):
    opened = Storage.open(ordinary_url, Cipher({"k": b"1" * 32}), SystemClock())
    yield opened
    await opened.close()


@pytest.fixture
async def stranger(ordinary_url):
    """A client that is not the service."""
    plain = make_url(ordinary_url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(plain)
    yield connection
    await connection.close()


@pytest.fixture
async def filled(storage, joined, foreign):
    """A run with all that hangs on it in each of two connections."""
    for each in (joined, foreign):
        run = await start_run(storage, each)
        ledgers = storage.ledgers(run, each.connection, each.company)
        await ledgers.documents.reserve(intent(each))
        await ledgers.steps.record(Step(StageName.READ, 1, "h", {}, {}, START, 1))
    return joined, foreign


async def counts(stranger, scope):
    async with stranger.transaction():
        if scope is not None:
            await stranger.execute("SELECT set_config('fortnox_bridge.scope', $1, true)", scope)
        return {name: await stranger.fetchval(f"SELECT count(*) FROM {name}") for name in (*OWN, "credential", "turn")}


async def test_every_table_has_a_forced_fence(postgres_url):
    plain = make_url(postgres_url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(plain)
    rows = await connection.fetch(
        "SELECT relname, relrowsecurity AND relforcerowsecurity AS is_fenced FROM pg_class WHERE relname = ANY($1)",
        list(METADATA.tables),
    )
    await connection.close()

    assert {row["relname"]: row["is_fenced"] for row in rows} == dict.fromkeys(METADATA.tables, True)


@pytest.mark.parametrize(
    "scope", [None, "", "SYSTEM", "garbage", "' OR true --", "6f1c1c0e-5a52-4b52-9a4e-0a4f3c5b9d11"]
)
async def test_without_a_sound_setting_nothing_is_seen_and_nothing_written(filled, stranger, scope):
    assert set((await counts(stranger, scope)).values()) == {0}
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await stranger.execute("INSERT INTO turn (name, due_at) VALUES ('x', now())")
    assert await stranger.execute("DELETE FROM run") == "DELETE 0"
    assert await stranger.execute("UPDATE document SET number = '1'") == "UPDATE 0"


async def test_scope_of_a_connection_sees_its_own_rows_and_no_credential(filled, stranger):
    joined, _ = filled
    system = await counts(stranger, "system")
    own = await counts(stranger, str(joined.connection.id))

    assert {name: system[name] for name in OWN} == dict.fromkeys(OWN, 2)
    assert {name: own[name] for name in OWN} == dict.fromkeys(OWN, 1)
    assert own["credential"] == 0


async def test_unit_of_work_narrows_even_a_statement_that_forgot_to(filled, storage):
    joined, foreign = filled
    statement = select(run.c.connection_id)
    for each in (joined, foreign):
        async with storage.unit.view(ConnectionScope(each.connection.id)) as unit:
            rows = await unit.run_queue._db.all(statement)
            assert [row["connection_id"] for row in rows] == [each.connection.id]
    async with storage.unit.view(SYSTEM) as unit:
        assert len(await unit.run_queue._db.all(statement)) == 2


async def test_row_of_another_connection_cannot_be_written_in_scope(filled, storage):
    joined, foreign = filled
    statement = update(run).values(connection_id=foreign.connection.id)
    with pytest.raises(DBAPIError, match="row-level security"):
        async with storage.unit(ConnectionScope(joined.connection.id)) as unit:
            await unit.run_queue._db.execute(statement)
