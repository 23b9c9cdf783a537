"""HubSpot's records as they travel (facts 7): every property is text or null, every id is text."""

from decimal import Decimal
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

# Our kinds of records are HubSpot's singular names but for its line items.
DEAL: Final = "deal"
COMPANY: Final = "company"
CONTACT: Final = "contact"
PRODUCT: Final = "product"
LINE_ITEM: Final = "line_item"

PATHS: Final = {
    DEAL: "deals",
    COMPANY: "companies",
    CONTACT: "contacts",
    PRODUCT: "products",
    LINE_ITEM: "line_items",
}


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _number_text(value: object) -> object:
    return str(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else value


Id = Annotated[str, BeforeValidator(_as_text), Field(min_length=1)]


class Wire(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, alias_generator=to_camel, populate_by_name=True)


class WireAccount(Wire):
    portal_id: Id
    company_currency: str | None = None
    time_zone: str | None = None
    ui_domain: str | None = None
    account_type: str | None = None


class WireAssociated(Wire):
    id: Id
    type: str = ""


class WireNext(Wire):
    after: Id


class WirePaging(Wire):
    next: WireNext | None = None


class WireAssociatedList(Wire):
    results: tuple[WireAssociated, ...] = ()
    paging: WirePaging | None = None


class WireRecord(Wire):
    """Any CRM record. `associations` keys hold a space where their parameter has an underscore."""

    id: Id
    properties: dict[str, str | None] = Field(default_factory=dict)
    archived: bool = False
    created_at: str | None = None
    updated_at: str | None = None
    url: str | None = None
    associations: dict[str, WireAssociatedList] = Field(default_factory=dict)

    def text(self, name: str) -> str | None:
        """A property's value, None when it is empty: null, missing and blank mean the same."""
        value = self.properties.get(name)
        return value if value and value.strip() else None


class WirePage(Wire):
    results: tuple[WireRecord, ...] = ()
    paging: WirePaging | None = None

    @property
    def after(self) -> str | None:
        return self.paging.next.after if self.paging and self.paging.next else None


class WireBatch(Wire):
    """Answer to a batch. With status 207 some inputs failed: they are in `errors`, and missing from `results`."""

    results: tuple[WireRecord, ...] = ()
    num_errors: int = 0


class WireOption(Wire):
    label: str = ""
    value: str
    display_order: int = -1
    hidden: bool = False


class WireModification(Wire):
    read_only_value: bool = False


class WireProperty(Wire):
    """A property's definition."""

    name: str
    label: str = ""
    type: str = "string"
    field_type: str = "text"
    group_name: str = ""
    options: tuple[WireOption, ...] = ()
    hidden: bool = False
    calculated: bool = False
    archived: bool = False
    hubspot_defined: bool = False
    referenced_object_type: str | None = None
    modification_metadata: WireModification = Field(default_factory=WireModification)


class WireProperties(Wire):
    results: tuple[WireProperty, ...] = ()


class WireStage(Wire):
    id: Id
    label: str = ""
    display_order: int = 0
    archived: bool = False


class WirePipeline(Wire):
    id: Id
    label: str = ""
    display_order: int = 0
    archived: bool = False
    stages: tuple[WireStage, ...] = ()


class WirePipelines(Wire):
    results: tuple[WirePipeline, ...] = ()


class WireOwner(Wire):
    id: Id
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None


class WireTaxRate(Wire):
    id: Id
    name: str | None = None
    label: str | None = None
    percentage_rate: Annotated[str, BeforeValidator(_number_text)]
    active: bool = True


class WireTaxRates(Wire):
    results: tuple[WireTaxRate, ...] = ()
    paging: WirePaging | None = None


class WireLink(Wire):
    to_object_id: Id
    association_types: tuple["WireLinkType", ...] = ()


class WireLinkType(Wire):
    type_id: int
    label: str | None = None


class WireLinks(Wire):
    to: tuple[WireLink, ...] = ()
    paging: WirePaging | None = None


class WireLinkBatch(Wire):
    results: tuple[WireLinks, ...] = ()


class WireFile(Wire):
    id: Id
    archived: bool = False


class WireFileStat(Wire):
    """What stands at a path: a file, or a folder."""

    file: WireFile | None = None
