"""The connector: a static, immutable description of one source system, safe to share between accounts."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from pydantic import BaseModel

from fortnox_bridge.domain.values import FieldType
from fortnox_bridge.oauth.types import OAuthEndpoints
from fortnox_bridge.sdk.actions import ActionReporter, ActionSurface, DealsOfRecord
from fortnox_bridge.sdk.capabilities import (
    AccountLeaver,
    AccountReader,
    DealSource,
    FieldCatalogue,
    FieldMaker,
    FieldWriter,
    FileWriter,
    HookRegistrar,
    NoteWriter,
    StageCatalogue,
)
from fortnox_bridge.sdk.cards import CardSurface
from fortnox_bridge.sdk.commands import ConnectorCommand
from fortnox_bridge.sdk.context import ConnectorContext
from fortnox_bridge.sdk.demo import DemoScript
from fortnox_bridge.sdk.listing import (
    CustomerSource,
    DealLister,
    FeatureReader,
    FileReader,
    OwnerReader,
    ProductSource,
)
from fortnox_bridge.sdk.simulator import SimulatorFactory
from fortnox_bridge.sdk.webhooks import WebhookReceiver

API_VERSION: Final = 1

ConfigT = TypeVar("ConfigT", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Session:
    """One account, one unit of work: required slots first, then optional capabilities.

    A capability that the source system cannot offer stays None and its callers say so to the user.
    """

    account: AccountReader
    deals: DealSource
    notes: NoteWriter | None = None
    files: FileWriter | None = None
    field_writer: FieldWriter | None = None
    fields: FieldCatalogue | None = None
    field_maker: FieldMaker | None = None
    stages: StageCatalogue | None = None
    hooks: HookRegistrar | None = None
    lister: DealLister | None = None
    customers: CustomerSource | None = None
    products: ProductSource | None = None
    owners: OwnerReader | None = None
    file_reader: FileReader | None = None
    features: FeatureReader | None = None
    action_reporter: ActionReporter | None = None
    deals_of_record: DealsOfRecord | None = None
    leaver: AccountLeaver | None = None


@dataclass(frozen=True, slots=True)
class DefaultMapping:
    """A mapping row that new connections start with: a Fortnox field and source field paths, first non-empty wins."""

    target: str
    sources: tuple[str, ...]


def address_rows(kind: str) -> tuple[DefaultMapping, ...]:
    """The rows of an address of `company` or `contact`, for systems that keep its parts apart."""
    return (
        DefaultMapping("address1", (f"{kind}.address.line1",)),
        DefaultMapping("address2", (f"{kind}.address.line2",)),
        DefaultMapping("zip_code", (f"{kind}.address.zip_code",)),
        DefaultMapping("city", (f"{kind}.address.city",)),
        DefaultMapping("country_code", (f"{kind}.address.country_code",)),
    )


@dataclass(frozen=True, slots=True)
class DefaultSettings:
    """What suits this source system best, before an administrator decides anything.

    Attributes:
        company_mapping: rows for companies.
        contact_mapping: rows for persons.
        document_mapping: rows for the document's header.
        article_mapping: rows for articles that are created.
        product_source: the field that holds the article number.
    """

    company_mapping: tuple[DefaultMapping, ...] = ()
    contact_mapping: tuple[DefaultMapping, ...] = ()
    document_mapping: tuple[DefaultMapping, ...] = ()
    article_mapping: tuple[DefaultMapping, ...] = ()
    product_source: str = "product.code"


@dataclass(frozen=True, slots=True)
class Connector(Generic[ConfigT]):
    """One source system.

    Attributes:
        name: short stable name, lower case; also the path segment of its webhooks.
        title: name for people.
        api_version: the contract this was written for; `API_VERSION` at the time.
        config_model: what must be known of an account besides its credentials; often empty.
        open: opens a session for one account. Does no I/O until a capability is used.
        object_kind: the kind of record a document is made of, such as `deal`.
        base_urls: default base URLs by key, overridable by the deployment.
        allowed_hosts: host patterns that requests may reach.
        oauth: how accounts connect by OAuth, None if they cannot.
        accepts_api_token: whether an account may connect by a token of its own.
        account_extra_keys: members of the token answer to keep with the account.
        webhooks: turns deliveries into triggers, None if the source sends none.
        creatable_fields: field types that `FieldMaker` can create.
        defaults: settings that new connections start with.
        cards: how the platform's own card is proven and laid out, None if it has none.
        actions: how the platform's workflows ask for work, None if they cannot.
        commands: what the connector adds to the command line.
        demo: how the demo's stories are told with the simulator, None if they are not.
        simulator: the stand-in for the sandbox, None if there is none.
    """

    name: str
    title: str
    config_model: type[ConfigT]
    open: Callable[[ConfigT, ConnectorContext], AbstractAsyncContextManager[Session]]
    object_kind: str = "deal"
    api_version: int = API_VERSION
    base_urls: Mapping[str, str] = field(default_factory=dict)
    allowed_hosts: tuple[str, ...] = ()
    oauth: OAuthEndpoints | None = None
    accepts_api_token: bool = False
    account_extra_keys: tuple[str, ...] = ()
    webhooks: WebhookReceiver | None = None
    creatable_fields: frozenset[FieldType] = frozenset()
    defaults: DefaultSettings = field(default_factory=DefaultSettings)
    cards: CardSurface | None = None
    actions: ActionSurface | None = None
    commands: tuple[ConnectorCommand, ...] = ()
    demo: DemoScript | None = None
    simulator: SimulatorFactory | None = None
