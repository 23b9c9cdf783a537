"""One simulated world in this process: the sandbox with a connector's simulator, without a socket."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, cast
from urllib.parse import parse_qs, urlsplit

from fortnox_bridge.http import HostPolicy, HttpClient, HttpRequest, HttpResponse
from fortnox_bridge.oauth.answers import read_tokens
from fortnox_bridge.oauth.types import ClientAuth, TokenSet
from fortnox_bridge.sandbox.app import Sandbox, build_sandbox
from fortnox_bridge.sdk.connector import Connector
from fortnox_bridge.testing.in_process import InProcess

ORIGIN: Final = "http://sandbox.test"
CLIENT: Final = ("sandbox-client", "sandbox-secret")
_CALLBACK: Final = "http://127.0.0.1:9/oauth/callback"


@dataclass(frozen=True, slots=True)
class Sent:
    """One request the connector made. `is_ours`: it went to the simulator."""

    method: str
    url: str
    path: str
    is_ours: bool


class World:
    """The simulator of one connector, and what users, operators and faults do to it."""

    def __init__(self, connector: Connector[Any], sandbox: Sandbox, transport: InProcess) -> None:
        self._name = connector.name
        self._oauth = connector.oauth
        self._sandbox = sandbox
        self.transport = transport
        self.simulator = sandbox.simulators[connector.name]
        self.clock = sandbox.clock
        self.base_url = f"{ORIGIN}/{connector.name}"

    def seed(self, **data: object) -> Any:  # noqa: ANN401 - as the simulator answers it
        """Make records as a user of the vendor would; see the simulator's own `seed`."""
        return self.simulator.seed(data)

    def configure(self, **knobs: object) -> None:
        """Change the simulator's behaviour; see its own `configure`."""
        self.simulator.configure(knobs)

    def rows(self, kind: str) -> Sequence[Mapping[str, Any]]:
        """All records of one of the simulator's `collections`."""
        return self.simulator.collections()[kind]()

    async def fault(self, kind: str, *, method: str | None = None, times: int | None = None, **action: object) -> None:
        """Let requests go wrong from now on: an action of the sandbox's fault plans, such as `status` or `reset`."""
        plan = {
            "simulator": self._name,
            "path": ".*",
            "times": times,
            "action": {"kind": kind, **action},
            **({"method": method} if method else {}),
        }
        answer = await self.ask("POST", "/_control/faults", plan)
        if not answer.is_success:
            raise ValueError(f"fault plan refused: {answer.body!r}")

    async def heal(self) -> None:
        """Take every fault back."""
        await self.ask("DELETE", "/_control/faults")

    async def consent(self, **choices: str) -> TokenSet:
        """Connect by OAuth as a user and the bridge do it, and answer the tokens as the bridge reads them.

        The simulator knows the sandbox's own app. `choices` are further parameters of its consent page, such as which
        account the user picks.
        """
        oauth = self._oauth
        assert oauth is not None, "the connector declares no oauth"
        asked = {
            "client_id": CLIENT[0],
            "redirect_uri": _CALLBACK,
            "response_type": "code",
            "state": "kit",
            "scope": " ".join(oauth.scopes),
            **oauth.authorize_params,
            **choices,
        }
        page = await self._send(HttpRequest("GET", self.base_url + oauth.authorize_path, tuple(asked.items())))
        if page.status != 302:
            raise ValueError(f"no consent: {page.status} {page.body!r}")
        code = parse_qs(urlsplit(page.headers["location"]).query)["code"][0]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": _CALLBACK}
        by_form = oauth.client_auth is ClientAuth.FORM
        if by_form:
            form |= {"client_id": CLIENT[0], "client_secret": CLIENT[1]}
        basic = None if by_form else CLIENT
        answer = await self._send(HttpRequest("POST", self.base_url + oauth.token_path, form=form, basic_auth=basic))
        if not answer.is_success:
            raise ValueError(f"no tokens: {answer.status} {answer.body!r}")
        return read_tokens(answer, now=self.clock.now(), system=self._name, kept_refresh_token=None)

    async def ask(self, method: str, path: str, body: object = None) -> HttpResponse:
        """Send a request to the sandbox, as somebody other than the connector."""
        return await self._send(HttpRequest(method, f"{ORIGIN}{path}", json=body))

    async def _send(self, request: HttpRequest) -> HttpResponse:
        client = HttpClient(
            system="sandbox",
            policy=HostPolicy((), (ORIGIN,)),
            connect_timeout_s=5,
            timeout_s=5,
            transport=self.transport,
        )
        return await client.send(request)


@asynccontextmanager
async def open_world(connector: Connector[Any]) -> AsyncIterator[World]:
    """A fresh world; what still runs in it ends with the block."""
    if connector.simulator is None:
        raise ValueError("the kit needs a simulator: set Connector.simulator")
    transport = InProcess(ORIGIN)
    sandbox = build_sandbox([connector.simulator], base_url=ORIGIN, now=lambda: datetime.now(UTC), time_scale=0.005)
    transport.app = cast("Any", sandbox.app)
    try:
        yield World(connector, sandbox, transport)
    finally:
        await sandbox.aclose()
