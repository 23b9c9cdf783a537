"""Pipedrive's records as version 2 answers them (facts 6 to 10): read what we use, ignore the rest.

Numbers arrive here as int or Decimal, never as float. Ids become text. Every model is lenient about what may be
missing or null and strict about types, so that a changed API is noticed and not guessed at.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict


def _id_text(value: object) -> object:
    if type(value) is int:
        return str(value)
    if isinstance(value, str) and value:
        return value
    raise ValueError("an id is a whole number or a text")


def _number(value: object) -> object:
    if type(value) is int or isinstance(value, Decimal):
        return Decimal(value)
    raise ValueError("a number was expected")


def _instant(value: object) -> object:
    """RFC 3339 in version 2, `YYYY-MM-DD HH:MM:SS` in UTC without a zone in version 1 (facts 1)."""
    if not isinstance(value, str):
        raise ValueError("a time was expected")  # noqa: TRY004 - pydantic collects ValueError alone
    instant = datetime.fromisoformat(value)
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def _day(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("a date was expected")  # noqa: TRY004 - as above
    return date.fromisoformat(value[:10])


def _object_or_nothing(value: object) -> object:
    """`custom_fields` may be null on any record (facts 0.9)."""
    return {} if value is None or value == [] else value


def _list_or_nothing(value: object) -> object:
    return [] if value is None else value


Id = Annotated[str, BeforeValidator(_id_text)]
Number = Annotated[Decimal, BeforeValidator(_number)]
Instant = Annotated[datetime, BeforeValidator(_instant)]
Day = Annotated[date, BeforeValidator(_day)]
CustomFields = Annotated[Mapping[str, object], BeforeValidator(_object_or_nothing)]


class WireModel(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class WireDeal(WireModel):
    id: Id
    title: str | None = None
    value: Number | None = None
    currency: str | None = None
    status: Literal["open", "won", "lost", "deleted"]
    is_deleted: bool = False
    is_archived: bool = False
    owner_id: Id | None = None
    org_id: Id | None = None
    person_id: Id | None = None
    pipeline_id: Id | None = None
    stage_id: Id | None = None
    add_time: Instant | None = None
    update_time: Instant | None = None
    stage_change_time: Instant | None = None
    close_time: Instant | None = None
    won_time: Instant | None = None
    lost_time: Instant | None = None
    expected_close_date: Day | None = None
    products_count: int | None = None
    custom_fields: CustomFields = {}


class WireLine(WireModel):
    """One product on a deal (facts 7.1). `id` is the attachment's; the same product may be attached twice."""

    id: Id
    product_id: Id | None = None
    name: str | None = None
    quantity: Number
    item_price: Number
    discount: Number | None = None
    discount_type: Literal["percentage", "amount"] | None = None
    tax: Number | None = None
    tax_method: Literal["exclusive", "inclusive", "none"] | None = None
    sum: Number | None = None
    is_enabled: bool = True
    comments: str | None = None
    order_nr: int | None = None
    billing_frequency: str | None = None
    billing_frequency_cycles: int | None = None
    billing_start_date: Day | None = None


class WireDealDiscount(WireModel):
    """A discount on the whole deal (facts 7.2). Its id is a UUID, unlike all others."""

    id: Id
    description: str | None = None
    amount: Number
    type: Literal["percentage", "amount"]


class WireInstalment(WireModel):
    id: Id
    amount: Number
    billing_date: Day
    description: str | None = None


class WireAddress(WireModel):
    """All components may be null while `value` holds what the user typed (facts 9)."""

    value: str | None = None
    street_number: str | None = None
    route: str | None = None
    subpremise: str | None = None
    sublocality: str | None = None
    locality: str | None = None
    admin_area_level_1: str | None = None
    country: str | None = None
    postal_code: str | None = None
    formatted_address: str | None = None


class WireOrganization(WireModel):
    id: Id
    name: str | None = None
    is_deleted: bool = False
    address: WireAddress | None = None
    website: str | None = None
    custom_fields: CustomFields = {}


class WireContactPoint(WireModel):
    value: str | None = None
    primary: bool = False


ContactPoints = Annotated[list[WireContactPoint], BeforeValidator(_list_or_nothing)]


class WirePerson(WireModel):
    id: Id
    name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    is_deleted: bool = False
    emails: ContactPoints = []
    phones: ContactPoints = []
    postal_address: WireAddress | None = None
    custom_fields: CustomFields = {}


class WireProductPrice(WireModel):
    price: Number | None = None
    currency: str | None = None


class WireProduct(WireModel):
    """A product (facts 8). `category` is an option's id; its label is in the field metadata."""

    id: Id
    name: str | None = None
    code: str | None = None
    description: str | None = None
    unit: str | None = None
    tax: Number | None = None
    category: Id | None = None
    is_deleted: bool = False
    prices: list[WireProductPrice] | None = None
    custom_fields: CustomFields = {}


class WireStage(WireModel):
    id: Id
    name: str
    pipeline_id: Id
    order_nr: int = 0
    is_deleted: bool = False


class WirePipeline(WireModel):
    id: Id
    name: str
    order_nr: int = 0
    is_deleted: bool = False


class WireMe(WireModel):
    """The user the token belongs to, version 1."""

    name: str | None = None
    company_id: Id
    company_name: str | None = None
    company_domain: str | None = None
    default_currency: str | None = None


class WireUser(WireModel):
    """Version 1; version 2 has no users."""

    name: str | None = None
    email: str | None = None


class WireOption(WireModel):
    id: Id
    label: str


class WireField(WireModel):
    """One entry of the field metadata (facts 14.1)."""

    field_code: str
    field_name: str
    field_type: str
    options: Annotated[list[WireOption], BeforeValidator(_list_or_nothing)] = []
    is_custom_field: bool = False


class WireNote(WireModel):
    id: Id
    content: str | None = None
    active_flag: bool = True


class WireFile(WireModel):
    """`name` is what users see; `file_name` is the stored name, or the original one by the description (facts 16)."""

    id: Id
    name: str | None = None
    file_name: str | None = None
    file_size: int | None = None
    active_flag: bool = True
    inline_flag: bool = False


class WireHook(WireModel):
    """One webhook subscription (facts 17.1). `is_active` is 0 or 1."""

    id: Id
    name: str | None = None
    subscription_url: str
    event_action: str
    event_object: str
    version: str | None = None
    is_active: bool = True
    http_auth_user: str | None = None
    http_auth_password: str | None = None
