"""The whole service on a database of the test's own, asked over HTTP; vendors are the sandbox's, over real sockets."""

import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from pydantic import SecretStr

from fortnox_bridge.bootstrap import Bridge, build_bridge
from fortnox_bridge.cli.simulators import installed_simulators
from fortnox_bridge.config import Config
from fortnox_bridge.domain.connection import AccessState, Connection, FortnoxCompany, SourceAccount
from fortnox_bridge.domain.ids import ConnectionId, FortnoxCompanyId, RunId, SourceAccountId
from fortnox_bridge.domain.run import BusinessKey, Parked, TriggerKind
from fortnox_bridge.sandbox.serve import RunningSandbox, serve_sandbox
from fortnox_bridge.storage import SYSTEM, NewRun, Storage
from fortnox_bridge.sync_settings.defaults import initial_settings
from fortnox_bridge.sync_settings.upgrade import dump_settings

PUBLIC_URL = "http://127.0.0.1:8123"
PASSWORDS = {"k": SecretStr(base64.b64encode(b"1" * 32).decode())}
CONNECTOR = "pipedrive"


@dataclass
class Joined:
    """One connection as storage holds it; `key` is a key that reaches only it."""

    account: SourceAccount
    company: FortnoxCompany
    connection: Connection
    key: str = field(repr=False)

    @property
    def id(self) -> UUID:
        return self.connection.id

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}


@pytest.fixture
async def sandbox() -> AsyncIterator[RunningSandbox]:
    async with serve_sandbox(installed_simulators(), now=lambda: datetime.now(UTC), time_scale=0.01) as running:
        yield running


@pytest.fixture
def vendors_url() -> str:
    """Nobody answers there; modules that need the vendors say so with a fixture of the same name."""
    return "http://127.0.0.1:9"


@pytest.fixture
async def bridge(sqlite_url: str, vendors_url: str) -> AsyncIterator[Bridge]:
    """Not working in the background: what is queued stays queued."""
    config = Config(
        public_url=PUBLIC_URL,
        database_url=sqlite_url,
        encryption_keys=PASSWORDS,
        sandbox_url=vendors_url,
        log_level="error",
        time_factor=0.1,
        replay_link_days=7,
    )
    built = await build_bridge(config)
    yield built
    await built.aclose()


@pytest.fixture
def storage(bridge: Bridge) -> Storage:
    return bridge.storage


@pytest.fixture
async def http(bridge: Bridge, vendors_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """Reaches the service in process and the vendors over their socket, with one cookie jar, as a browser does."""
    mounts = {f"{vendors_url}/": httpx.AsyncHTTPTransport()}
    transport = httpx.ASGITransport(bridge.app)
    async with httpx.AsyncClient(transport=transport, mounts=mounts, base_url=PUBLIC_URL, timeout=20) as client:
        yield client


@pytest.fixture
async def operator(bridge: Bridge) -> dict[str, str]:
    """The header of a key that reaches everything."""
    key = await bridge.services.api_keys.create("operator")
    return {"Authorization": f"Bearer {key.secret}"}


@pytest.fixture
async def joined(bridge: Bridge) -> Joined:
    return await join(bridge, "111")


@pytest.fixture
async def foreign(bridge: Bridge) -> Joined:
    return await join(bridge, "222")


async def join(bridge: Bridge, number: str) -> Joined:
    account = SourceAccount(
        id=SourceAccountId(uuid4()),
        connector=CONNECTOR,
        external_id=f"account-{number}",
        name=f"Säljarna {number}",
        access=AccessState.CONNECTED,
        credential_kind="oauth",
    )
    company = FortnoxCompany(
        id=FortnoxCompanyId(uuid4()),
        database_number=number,
        name=f"Bolaget {number}",
        organisation_number="556677-8899",
        access=AccessState.CONNECTED,
    )
    connection = Connection(ConnectionId(uuid4()), account.id, company.id, f"Anslutning {number}")
    async with bridge.storage.unit(SYSTEM) as unit:
        await unit.source_accounts.add(account)
        await unit.companies.add(company)
        await unit.connections.add(connection)
        await unit.settings.save(
            connection.id,
            dump_settings(initial_settings(bridge.sources.connector(CONNECTOR).defaults)),
            major=2,
            minor=0,
            author="test",
            expected_revision=0,
        )
    key = await bridge.services.api_keys.create(f"key {number}", connection_id=connection.id)
    return Joined(account, company, connection, key.secret)


async def queue_run(bridge: Bridge, joined: Joined, external_id: str = "1042") -> RunId:
    wanted = NewRun(
        id=RunId(uuid4()),
        key=BusinessKey(joined.account.id, "deal", external_id),
        trigger=TriggerKind.MANUAL,
        requested_by="test",
        connection_id=joined.connection.id,
    )
    async with bridge.storage.unit(SYSTEM) as unit:
        return (await unit.runs.create_manual(wanted)).run.id


async def park_run(bridge: Bridge, joined: Joined, parked: Parked, external_id: str = "1042") -> RunId:
    await queue_run(bridge, joined, external_id)
    async with bridge.storage.unit(SYSTEM) as unit:
        claimed = await unit.run_queue.claim(10, 60)
        run = next(each for each in claimed if each.key.external_id == external_id)
        await unit.run_queue.finish(run.id, run.fence, parked)
    return run.id


def take_database_away(sqlite_url: str) -> None:
    """The file is gone and a folder stands in its place: no connection can be opened."""
    path = Path(sqlite_url.partition("///")[2])
    for each in path.parent.glob(f"{path.name}*"):
        each.unlink()
    path.mkdir()


async def consent(http: httpx.AsyncClient, operator: dict[str, str], provider: str) -> httpx.Response:
    """An administrator connects an account: ticket, browser, vendor, callback."""
    ticket = await http.post("/api/v1/authorizations", json={"provider": provider}, headers=operator)
    assert ticket.status_code == 201, ticket.text
    return await http.get(ticket.json()["url"], follow_redirects=True)


@pytest.fixture
async def connected(http: httpx.AsyncClient, operator: dict[str, str]) -> str:
    """The id of a connection between the sandbox's accounts, made through both consents."""
    for provider in ("fortnox", CONNECTOR):
        page = await consent(http, operator, provider)
        assert page.status_code == 200, page.text
    answer = await http.post("/api/v1/connections", json={"name": "Provet"}, headers=operator)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]
