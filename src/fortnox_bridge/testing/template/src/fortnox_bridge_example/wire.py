"""Example's records as they travel: the vendor's own names, and nowhere else."""

from decimal import Decimal

from pydantic import AwareDatetime, BaseModel, ConfigDict


class Wire(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class WireAccount(Wire):
    id: str
    name: str
    currency: str


class WireLine(Wire):
    id: str
    product_id: str | None = None
    code: str | None = None
    name: str
    quantity: Decimal
    price: Decimal
    discount_percent: Decimal | None = None
    vat_percent: Decimal | None = None


class WireDeal(Wire):
    id: str
    title: str
    status: str
    stage_id: str
    pipeline_id: str
    currency: str
    company_id: str | None = None
    person_id: str | None = None
    updated_at: AwareDatetime
    lines: tuple[WireLine, ...] = ()


class WireCompany(Wire):
    id: str
    name: str
    organisation_number: str | None = None
    email: str | None = None
    street: str | None = None
    zip_code: str | None = None
    city: str | None = None
    country_code: str | None = None


class WirePerson(Wire):
    id: str
    first_name: str = ""
    last_name: str = ""
    email: str | None = None


class WireStage(Wire):
    id: str
    name: str


class WirePipeline(Wire):
    id: str
    name: str
    stages: tuple[WireStage, ...]


class WirePipelines(Wire):
    pipelines: tuple[WirePipeline, ...]


class WireNote(Wire):
    id: str
    html: str


class WireNotes(Wire):
    notes: tuple[WireNote, ...]


class WireHook(Wire):
    id: str
    url: str


class WireHooks(Wire):
    hooks: tuple[WireHook, ...]


class WireEvent(Wire):
    """A delivery."""

    id: str
    account: str
    type: str
    record: str
    at: AwareDatetime
