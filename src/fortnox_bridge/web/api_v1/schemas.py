"""What REST takes and answers. Money is decimal text plus a currency; times are UTC; ids are text.

Unknown members of a request are refused with 422 and `request_invalid`.
"""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.values import FieldType
from fortnox_bridge.web.api_v1.explaining import ExplanationBody


def _printable(text: str) -> str:
    """Control characters have no place in names, and PostgreSQL refuses NUL."""
    if not text.isprintable():
        raise ValueError("only printable characters are allowed")
    return text


ShortText = Annotated[
    str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True), AfterValidator(_printable)
]
ExternalId = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[\x21-\x7e]+$")]
CustomerKind = Literal["company", "contact"]


class Incoming(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Outgoing(BaseModel):
    model_config = ConfigDict(frozen=True)


class AuthorizationRequest(Incoming):
    """Start connecting an account by OAuth. `provider` is `fortnox` or a connector's name."""

    provider: ShortText


class AuthorizationTicket(Outgoing):
    """`url` is opened once, in the browser of the person who consents, before `expires_at`."""

    url: str
    expires_at: datetime


class ApiTokenAccount(Incoming):
    """Connect a source account by its own API token, where the connector offers that. Repeating it renews the token."""

    connector: ShortText
    api_token: Annotated[str, StringConstraints(min_length=8, max_length=500, pattern=r"^[\x21-\x7e]+$")] = Field(
        repr=False
    )
    config: dict[str, Any] = Field(default_factory=dict)


class SourceAccountBody(Outgoing):
    id: str
    connector: str
    external_id: str | None
    name: str
    access: str
    url: str | None


class CompanyBody(Outgoing):
    """A Fortnox company. `database_number` is its identity at Fortnox."""

    id: str
    database_number: str | None
    name: str
    organisation_number: str | None
    access: str


class ReasonBody(Outgoing):
    """What stands or went wrong, such as why a run ended or waits, as users read it."""

    code: str
    what: str
    remedy: str
    where: str | None = None


class DisconnectedSource(Outgoing):
    """A source account after it was disconnected. `notice`: what could not be removed in the source itself."""

    source_account: SourceAccountBody
    notice: ReasonBody | None


class DisconnectedCompany(Outgoing):
    """A Fortnox company after it was disconnected. `notice`: what could not be withdrawn at Fortnox itself."""

    fortnox_company: CompanyBody
    notice: ReasonBody | None


class NewConnection(Incoming):
    """Join a source account and a Fortnox company. The first one of each is taken when only one exists.

    `confirm_move` takes the company from another connection of the same connector, which is then not active (F4).
    """

    source_account_id: UUID | None = None
    fortnox_company_id: UUID | None = None
    name: ShortText | None = None
    confirm_move: bool = False


class ConnectionBody(Outgoing):
    """`position`: its place among the connections of its source account, from 1 (F5)."""

    id: str
    name: str
    is_active: bool
    position: int
    source_account: SourceAccountBody
    fortnox_company: CompanyBody
    created_at: datetime | None


class FieldBody(Outgoing):
    path: str
    label: str
    type: str
    options: list[dict[str, str | None]]
    is_writable: bool


class NewField(Incoming):
    """Create a field in the source system. Idempotent by label and type."""

    object: Literal["deal", "company", "contact", "product"]
    label: ShortText
    type: FieldType = FieldType.TEXT


class StageBody(Outgoing):
    id: str
    name: str


class PipelineBody(Outgoing):
    id: str
    name: str
    stages: list[StageBody]


class RegisterEntryBody(Outgoing):
    code: str
    description: str
    facts: dict[str, str]


class DealRequest(Incoming):
    """Name a deal by its id in the source. `document` overrides the trigger rules; without it they decide."""

    external_id: ExternalId
    document: DocumentKind | None = None


class CustomerPick(Incoming):
    """Which Fortnox customer a source record is. Remembered for all later runs."""

    customer_number: Annotated[str, StringConstraints(min_length=1, max_length=50, pattern=r"^[0-9A-Za-z._-]+$")]


class CustomerPickBody(Outgoing):
    customer_number: str
    name: str


class RunBody(Outgoing):
    """One run. `state` is queued, running, done, skipped or parked.

    `requested_action`: what a person asked for a deal that has its document, `update` or `new` (F60).
    """

    id: str
    state: str
    trigger: str
    connector: str
    object_kind: str
    external_id: str
    connection_id: str | None
    generation: int
    requested_action: str | None
    attempt: int
    settings_revision: int | None
    reason: ReasonBody | None
    created_at: datetime
    due_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    replay_of: str | None
    task: str = Field(description="`document`, `customer` or `product`")
    result: dict[str, str] | None = Field(
        description="What a run that is done made: `document_kind` and `document_number`; or, without a document, the "
        "customer's or article's `number`, its `change` (`created`, `updated`, `unchanged`) and the `fields` changed"
    )


class StepBody(Outgoing):
    """What one stage saw and decided, with secrets removed."""

    stage: str
    attempt: int
    input_hash: str
    facts: Any
    decision: Any
    error_code: str | None
    started_at: datetime
    duration_ms: int


class DocumentBody(Outgoing):
    """A draft in Fortnox that we made. `revision` counts how often it was written (F60, F61)."""

    id: str
    kind: str
    number: str | None
    state: str
    generation: int
    revision: int
    external_id: str
    customer_number: str | None
    customer_name: str | None
    total: str | None
    currency: str | None
    created_at: datetime | None


class CandidateBody(Outgoing):
    """A Fortnox customer that may be the one; choose by `PUT …/customer-links/{kind}/{external_id}`."""

    number: str
    name: str
    organisation_number: str | None
    city: str | None
    is_active: bool


class RunDetailBody(RunBody):
    """`explanation`: why each field of the document says what it says; null until the run has decided one."""

    candidates: list[CandidateBody] = Field(description="Whom a run that waits for a choice found (F23)")
    steps: list[StepBody]
    documents: list[DocumentBody]
    explanation: ExplanationBody | None = None


class UnreadableBody(Outgoing):
    """A delivery that was authentic and made no sense. Its body is kept but not shown."""

    id: str
    source_account_id: str
    received_at: datetime
    problem: str
    size_bytes: int


class RunList(Outgoing):
    """One page, newest first. `next_cursor` continues; null at the end."""

    runs: list[RunBody]
    next_cursor: str | None


class SaleBody(Outgoing):
    """The document's one VAT decision: the customer's VAT type, whether goods and services are taxed, and why.

    `goods` and `services` are `swedish` (at Swedish rates), `oss` (the destination's) or `none`.
    """

    vat_type: str
    goods: str
    services: str
    destination: str
    vat_number: str | None
    explanation: list[ReasonBody]


class PreviewBody(Outgoing):
    """The document as it would be, without any write. `payload` is exactly what would be sent to Fortnox."""

    outcome: Literal["draft", "parked"]
    reason: ReasonBody | None = None
    customer: Any = None
    plan: Any = None
    payload: Any = None
    explanation: ExplanationBody | None = None
    sale: SaleBody | None = None
    notices: list[ReasonBody] = Field(default_factory=list)


class HookBody(Outgoing):
    """The source account's webhooks after a check: what stands now and what was repaired."""

    ids: list[str]
    created: int
    removed: int
