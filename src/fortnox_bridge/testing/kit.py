"""What a rule works with: a fresh world, two accounts, and sessions that note what is called."""

import asyncio
import inspect
import re
import traceback
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from fortnox_bridge.domain.clock import SystemClock
from fortnox_bridge.domain.ids import SourceRef
from fortnox_bridge.http import HostPolicy, HostRefused, HttpClient, HttpRequest, HttpResponse
from fortnox_bridge.sdk.connector import Connector, Session
from fortnox_bridge.sdk.context import ConnectorContext
from fortnox_bridge.testing.harness import ConnectorHarness, DealSpec, NotSupplied, SourceAccount
from fortnox_bridge.testing.in_process import as_connector, watched_sockets
from fortnox_bridge.testing.rule import Rule, RuleBroken
from fortnox_bridge.testing.world import ORIGIN, Sent, World, open_world

T = TypeVar("T")
PATIENCE_S = 20.0
WRONG_TOKEN = "canary-0f9e8d7c6b5a-rejected"  # noqa: S105 - no secret: it must be refused
CONNECTOR_SURFACES = ("webhooks", "cards", "actions")


class KitLog:
    """Keeps what the connector logs."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, dict[str, str | int]]] = []

    def info(self, event: str, /, **facts: str | int) -> None:
        self.lines.append((event, facts))

    def warning(self, event: str, /, **facts: str | int) -> None:
        self.lines.append((event, facts))


@dataclass
class KitTokens:
    """The tokens of one account. `replacement` is what a rejected one is exchanged for; by default the sound one."""

    current: str
    replacement: str
    rejected: list[str] = field(default_factory=list)

    async def access_token(self) -> str:
        await asyncio.sleep(0)
        return self.current

    async def replace(self, rejected: str) -> str:
        await asyncio.sleep(0)
        self.rejected.append(rejected)
        self.current = self.replacement
        return self.current


class Recorder:
    """The connector's HTTP client: the service's own, with every request noted."""

    def __init__(self, client: HttpClient, sent: list[Sent], refused: list[str]) -> None:
        self._client = client
        self._sent = sent
        self._refused = refused

    async def send(self, request: HttpRequest) -> HttpResponse:
        parts = urlsplit(request.url)
        is_ours = f"{parts.scheme}://{parts.netloc}" == ORIGIN
        path = "/" + parts.path.lstrip("/").partition("/")[2] if is_ours else parts.path
        self._sent.append(Sent(request.method, request.url, path, is_ours))
        try:
            return await self._client.send(request)
        except HostRefused:
            self._refused.append(parts.hostname or request.url)
            raise


class Probe:
    """A capability that notes which of its methods are called, and runs them as the connector's own code."""

    def __init__(self, slot: str, capability: object, called: set[tuple[str, str]]) -> None:
        self._slot = slot
        self._capability = capability
        self._called = called

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._capability, name)

        async def call(*arguments: object, **options: object) -> object:
            self._called.add((self._slot, name))
            with as_connector():
                return await method(*arguments, **options)

        return call


@dataclass
class Kit:
    """One rule's world, ready to be asked."""

    harness: ConnectorHarness
    world: World
    accounts: tuple[SourceAccount, SourceAccount]
    log: KitLog = field(default_factory=KitLog)
    sent: list[Sent] = field(default_factory=list)
    refused_hosts: list[str] = field(default_factory=list)
    called: set[tuple[str, str]] = field(default_factory=set)
    sockets: list[str] = field(default_factory=list)

    @property
    def connector(self) -> Connector[Any]:
        return self.harness.connector

    @property
    def account(self) -> SourceAccount:
        return self.accounts[0]

    @property
    def other(self) -> SourceAccount:
        return self.accounts[1]

    def now(self) -> datetime:
        return datetime.now(UTC)

    def ref(self, external_id: str, kind: str | None = None, account: SourceAccount | None = None) -> SourceRef:
        owner = account or self.account
        return SourceRef(self.connector.name, owner.external_id, kind or self.connector.object_kind, external_id)

    def tokens(self, account: SourceAccount | None = None) -> KitTokens:
        token = (account or self.account).token
        return KitTokens(token, token)

    def context(
        self,
        account: SourceAccount | None = None,
        tokens: KitTokens | None = None,
        wanted_fields: frozenset[str] = frozenset(),
    ) -> ConnectorContext:
        whose = account or self.account
        client = HttpClient(
            system=self.connector.title,
            policy=HostPolicy(self.connector.allowed_hosts, (ORIGIN,)),
            connect_timeout_s=5,
            timeout_s=5,
            transport=self.world.transport,
        )
        return ConnectorContext(
            http=Recorder(client, self.sent, self.refused_hosts),
            tokens=tokens or self.tokens(whose),
            credential_kind=whose.credential_kind,
            base_urls=dict.fromkeys(self.connector.base_urls, self.world.base_url),
            account=whose.external_id,
            account_extra=whose.extra,
            clock=SystemClock(),
            log=self.log,
            wanted_fields=wanted_fields,
        )

    @asynccontextmanager
    async def session(
        self,
        account: SourceAccount | None = None,
        tokens: KitTokens | None = None,
        wanted_fields: frozenset[str] = frozenset(),
    ) -> AsyncIterator[Session]:
        """A session of the connector, each capability behind a `Probe`."""
        config = self.connector.config_model.model_validate(dict(self.harness.config))
        async with AsyncExitStack() as stack:
            with as_connector():
                opened = self.connector.open(config, self.context(account, tokens, wanted_fields))
            session = await stack.enter_async_context(opened)
            yield replace(
                session,
                **{slot: Probe(slot, getattr(session, slot), self.called) for slot in slots_of(session)},
            )

    async def seeded(self, deal: DealSpec | None = None, account: SourceAccount | None = None) -> SourceRef:
        """The reference of a deal just made."""
        whose = account or self.account
        external_id = await self.harness.seed_deal(self.world, whose, deal or DealSpec())
        return self.ref(external_id, account=whose)

    async def refuse(self, status: int, *, method: str | None = None) -> None:
        """Let the vendor answer everything with `status`, in its own words."""
        refusal = self.harness.refusal(status)
        await self.world.fault(
            "status",
            method=method,
            status=refusal.status,
            body=refusal.body,
            content_type=refusal.content_type,
            headers=dict(refusal.headers),
        )

    def is_read(self, sent: Sent) -> bool:
        return sent.method in {"GET", "HEAD"} or (
            sent.method == "POST" and any(re.fullmatch(pattern, sent.path) for pattern in self.harness.read_posts)
        )


def slots_of(session: Session) -> tuple[str, ...]:
    """The capabilities that are there."""
    return tuple(each.name for each in fields(session) if getattr(session, each.name) is not None)


async def declared(harness: ConnectorHarness) -> frozenset[str]:
    """What the connector says it can do: slots of its session, and its surfaces."""
    async with open_kit(harness) as kit, kit.session() as session:
        surfaces = {name for name in CONNECTOR_SURFACES if getattr(kit.connector, name) is not None}
        return frozenset(slots_of(session)) | surfaces


@asynccontextmanager
async def open_kit(harness: ConnectorHarness) -> AsyncIterator[Kit]:
    async with open_world(harness.connector) as world:
        accounts = await harness.accounts(world)
        with watched_sockets() as tried:
            yield Kit(harness, world, accounts, sockets=tried)


@dataclass(frozen=True, slots=True)
class RuleRun:
    """A rule that holds, and what was called for it."""

    rule: Rule
    called: frozenset[tuple[str, str]]


async def run_rule(rule: Rule, harness: ConnectorHarness) -> RuleRun:
    """Check one rule in a world of its own.

    Raises:
        RuleBroken: it does not hold, or could not be checked.
    """
    try:
        async with asyncio.timeout(PATIENCE_S), open_kit(harness) as kit:
            await rule.check(kit)
            return RuleRun(rule, frozenset(kit.called))
    except RuleBroken as break_:
        break_.rule = rule
        raise
    except NotSupplied as lack:
        raise _broken(rule, "a harness that lets the rule be checked", f"nothing: {lack}") from None
    except TimeoutError as error:
        expected = f"an end within {PATIENCE_S:.0f} seconds"
        raise _broken(rule, expected, f"no end; it stood at {_place(error)}") from error
    except Exception as error:
        raise _broken(
            rule, "an answer, or the error that the rule is about", f"{type(error).__name__}: {error} ({_place(error)})"
        ) from error


def _broken(rule: Rule, expected: str, came: str) -> RuleBroken:
    made = RuleBroken(expected, came)
    made.rule = rule
    return made


def _place(error: BaseException) -> str:
    frames: Iterable[traceback.FrameSummary] = reversed(traceback.extract_tb(error.__traceback__))
    frame = next((each for each in frames if "/asyncio/" not in each.filename), None)
    return f"{Path(frame.filename).name}:{frame.lineno} in {frame.name}" if frame else "nowhere"


def methods_of(protocol: type) -> tuple[str, ...]:
    """The public methods that a capability promises."""
    return tuple(
        name for name, member in vars(protocol).items() if inspect.isfunction(member) and not name.startswith("_")
    )
