"""The harness: all that the conformance kit must be told about a connector, besides the connector itself.

An author derives one class from `ConnectorHarness`. Three methods have no default: two connected accounts, a deal in
the simulator, and whatever the connector's own capabilities need (notes, webhooks, cards, …). A knob that a rule needs
and the harness does not give fails that rule, by name: nothing passes because nothing was asked.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from html import unescape
from importlib import resources
from pathlib import Path
from typing import Any, ClassVar, NoReturn

from fortnox_bridge.domain.card import CardButton
from fortnox_bridge.domain.ids import SourceRef
from fortnox_bridge.sdk.actions import ActionKind
from fortnox_bridge.sdk.cards import CardShape
from fortnox_bridge.sdk.connector import Connector
from fortnox_bridge.sdk.context import CredentialKind
from fortnox_bridge.sdk.webhooks import RawRequest, WebhookSecrets
from fortnox_bridge.testing.world import World


class NotSupplied(Exception):
    """A rule needs a knob that the harness does not give. The text names the method to write."""


@dataclass(frozen=True, slots=True)
class SourceAccount:
    """One account of the simulated source system, connected.

    Attributes:
        external_id: its id as the connector's `identify` answers it.
        token: a token that the simulator accepts for this account and no other.
        credential_kind: what kind of token it is.
        extra: what the connector keeps of the token answer (`Connector.account_extra_keys`).
    """

    external_id: str
    token: str = field(repr=False)
    credential_kind: CredentialKind = CredentialKind.API_TOKEN
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LineSpec:
    """A line to put on a deal. `unit_price` is in the deal's currency; no discount, no tax."""

    name: str
    quantity: Decimal
    unit_price: Decimal


@dataclass(frozen=True, slots=True)
class DealSpec:
    """A deal to make in the simulator, as a user of the source system would make it.

    Attributes:
        title: its title.
        company: name of the company that buys.
        contact: name of the person there.
        lines: what is sold; each is a product of the register with this name.
        currency: ISO 4217.
    """

    title: str = "Altan Lindvägen 4"
    company: str = "Nordlund Bygg AB"
    contact: str = "Eva Ek"
    lines: tuple[LineSpec, ...] = (
        LineSpec("Altanvirke", Decimal("120.5"), Decimal("310.25")),
        LineSpec("Montering", Decimal(2), Decimal(695)),
    )
    currency: str = "SEK"


class HookEvent(StrEnum):
    """What a made-up delivery tells of.

    `qualifies`: a deal moved to another stage, or was paid: the kind of event the product waits for. `unknown`: an
    authentic event of a kind that the connector does not know, as a vendor may add one any day.
    """

    QUALIFIES = "qualifies"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Refusal:
    """How the vendor answers a refused request: what a fault plan sends in place of the simulator's answer."""

    status: int
    body: str = '{"error": "refused"}'
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CardRequest:
    """A call that the platform's card shall make.

    Attributes:
        account: whose card it is; this is what the platform signs.
        ref: the record the card stands on.
        button: what is pressed, None: the card opens.
        shape: which of the answers is wanted, where the platform has both.
        unsigned_account: an account to name wherever the request names one outside of what is signed. A forger can
            write anything there.
    """

    account: SourceAccount
    ref: SourceRef
    button: CardButton | None = None
    shape: CardShape = CardShape.DATA
    unsigned_account: SourceAccount | None = None


@dataclass(frozen=True, slots=True)
class ActionRequest:
    """A call that the platform's workflow shall make. `delivery` counts how often this same call is sent."""

    account: SourceAccount
    kind: ActionKind
    ref: SourceRef
    call: str = "call-1"
    delivery: int = 1


class ConnectorHarness(ABC):
    """One connector, its simulator, and how a user's hands work in it.

    Class attributes to set:
        connector: the connector, as its `fortnox_bridge_connector` hook answers it.
        config: a valid document of `Connector.config_model`.
        config_samples: documents that were stored by this and earlier versions; together they name every setting.
        libraries: what the package may import besides the standard library and `fortnox_bridge.sdk`.
        simulator_libraries: what its simulator may import besides.
        read_posts: regular expressions of the paths, below a base URL, of POST requests that only read (batch read,
            search). Everything else that is not GET counts as a write.
        deals_for_two_pages: how many deals make the list of deals longer than one page.
        notes_are_html: whether notes are stored as HTML.
        webhook_proof: lower-case name of the header that proves a delivery.
    """

    connector: ClassVar[Connector[Any]]
    config: ClassVar[Mapping[str, object]] = {}
    config_samples: ClassVar[Sequence[Mapping[str, object]]] = ({},)
    libraries: ClassVar[frozenset[str]] = frozenset({"pydantic", "typing_extensions"})
    simulator_libraries: ClassVar[frozenset[str]] = frozenset({"httpx", "pydantic", "starlette", "typing_extensions"})
    read_posts: ClassVar[Sequence[str]] = ()
    deals_for_two_pages: ClassVar[int] = 3
    notes_are_html: ClassVar[bool] = True
    webhook_proof: ClassVar[str] = "authorization"

    # The accounts and what stands in them

    @abstractmethod
    async def accounts(self, world: World) -> tuple[SourceAccount, SourceAccount]:
        """Two accounts of the simulator, both connected. Called once in each fresh world."""

    @abstractmethod
    async def seed_deal(self, world: World, account: SourceAccount, deal: DealSpec) -> str:
        """Make `deal` in the simulator, in this account, and answer its external id."""

    async def seed_many_deals(self, world: World, account: SourceAccount, count: int) -> Sequence[str]:
        """Make `count` deals, all in one stage, as quickly as the simulator can. Their external ids."""
        return [await self.seed_deal(world, account, DealSpec(title=f"Affär {number}")) for number in range(count)]

    async def touch_deal(self, world: World, account: SourceAccount, external_id: str) -> None:
        """Change something of a deal, so that a list in the order of changes moves it."""
        self._lacks("touch_deal")

    async def seed_deal_of(self, world: World, account: SourceAccount, ref: SourceRef) -> str:
        """Make another open deal of a company or contact that exists, and answer its external id."""
        self._lacks("seed_deal_of")

    async def lose_deal(self, world: World, account: SourceAccount, external_id: str) -> None:
        """Close a deal as lost."""
        self._lacks("lose_deal")

    async def seed_file(self, world: World, account: SourceAccount, ref: SourceRef, file_name: str) -> bytes:
        """Put a file on a record, as a user would, and answer what it holds."""
        self._lacks("seed_file")

    async def notes_of(self, world: World, account: SourceAccount, ref: SourceRef) -> Sequence[str]:
        """The contents of the notes on a record, as the simulator stores them."""
        self._lacks("notes_of")

    def read_note(self, content: str) -> str:
        """What a reader sees of a note. For HTML there is nothing to write; undo another markup's escapes here."""
        return unescape(content) if self.notes_are_html else content

    async def hooks_of(self, world: World, account: SourceAccount) -> Sequence[str]:
        """The URLs that the account's webhooks point at."""
        self._lacks("hooks_of")

    async def has_left(self, world: World, account: SourceAccount) -> bool:
        """Whether the app is gone from the account."""
        self._lacks("has_left")

    # How the vendor refuses

    def refusal(self, status: int) -> Refusal:
        """How the vendor words a refusal with `status` (401, 403, 429, 503), where its wording matters.

        The answer to 429 names a wait of 7 seconds, in the vendor's own headers if it has any.
        """
        return Refusal(status, headers={"retry-after": "7"} if status == 429 else {})

    # Deliveries

    def secrets(self, account: SourceAccount) -> WebhookSecrets:
        """What deliveries, cards and actions of this account are proven with."""
        self._lacks("secrets")

    def event_body(self, account: SourceAccount, event: HookEvent, external_id: str, occurrence: int) -> bytes:
        """The body of a delivery. Two occurrences are two events; the same one twice is one event sent again."""
        self._lacks("event_body")

    def signed(self, body: bytes, secrets: WebhookSecrets, now: datetime) -> RawRequest:
        """The delivery of `body`, proven with `secrets` as the vendor does it at `now`."""
        self._lacks("signed")

    # Cards and actions

    def card_request(self, call: CardRequest, secrets: WebhookSecrets, now: datetime) -> tuple[RawRequest, str]:
        """The request of the platform's card, and its path below `/cards/{connector}/`."""
        self._lacks("card_request")

    def forged_card(self, request: RawRequest) -> RawRequest:
        """The same request with one character of its proof changed."""
        self._lacks("forged_card")

    def action_request(self, call: ActionRequest, secrets: WebhookSecrets, now: datetime) -> tuple[RawRequest, str]:
        """The request of the platform's workflow, and its path below `/actions/{connector}/`."""
        self._lacks("action_request")

    def options_request(self, account: SourceAccount, secrets: WebhookSecrets, now: datetime) -> tuple[RawRequest, str]:
        """The request of the workflow's editor for an input's options, and its path."""
        self._lacks("options_request")

    def forged_action(self, request: RawRequest) -> RawRequest:
        """The same request with one character of its proof changed."""
        self._lacks("forged_action")

    # The package

    @property
    def package(self) -> str:
        """The connector's import package; its `quality.toml` lies in it."""
        return self.connector.open.__module__.partition(".")[0]

    @property
    def simulator_package(self) -> str:
        """The subpackage or module that holds the simulator."""
        return f"{self.package}.simulator"

    def sources(self) -> Mapping[str, str]:
        """The package's modules, by name, with their source text."""
        root = Path(str(resources.files(self.package)))
        found: dict[str, str] = {}
        for path in sorted(root.rglob("*.py")):
            parts = (self.package, *path.relative_to(root).with_suffix("").parts)
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = path.read_text(encoding="utf-8")
        return found

    def _lacks(self, method: str) -> NoReturn:
        raise NotSupplied(f"write the method `{method}` in {type(self).__name__}")
