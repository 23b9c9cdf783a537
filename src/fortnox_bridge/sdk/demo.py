"""How `fortnox-bridge demo` acts in a connector's simulator: what people there would type, and where they would look.

The stories are the core's and the same for every connector; the words of the vendor are the connector's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class DemoCompany:
    """A customer of the story, in Sweden."""

    name: str
    organisation_number: str
    invoice_email: str
    street: str
    zip_code: str
    city: str


@dataclass(frozen=True, slots=True)
class DemoLine:
    """A line of the story. Price without VAT, for one; `discount_percent` of the line; rates in percent."""

    code: str
    name: str
    quantity: Decimal
    unit_price: Decimal
    vat_rate: int = 25
    discount_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class DemoDeal:
    title: str
    lines: tuple[DemoLine, ...]


@dataclass(frozen=True, slots=True)
class DemoFile:
    name: str
    content: bytes = field(repr=False)


class DemoStage(Protocol):
    """The connector's simulator as the demo drives it: `Simulator.seed` and `Simulator.collections`, over HTTP."""

    async def seed(self, wishes: Mapping[str, object]) -> Mapping[str, Any]: ...

    async def configure(self, knobs: Mapping[str, object]) -> None: ...

    async def rows(self, collection: str) -> Sequence[Mapping[str, Any]]: ...

    async def fetch(self, path: str, headers: Mapping[str, str]) -> bytes:
        """A file, as a user of the simulated vendor would get it; `path` is below the simulator's own address."""


class DemoScript(Protocol):
    """A connector's part in the stories. Everything happens in its simulator, never in the real system."""

    @property
    def fame(self) -> int:
        """Which connector `demo` takes when none is named: the highest. 0 unless there is a reason."""

    @property
    def won_stage(self) -> str:
        """The label of the stage that makes a document."""

    @property
    def number_field(self) -> str | None:
        """The label of the company's field with the organisation number; None when it is a neutral field."""

    @property
    def attaches_files(self) -> bool:
        """Whether PDFs end up on the deal."""

    async def prepare(self, stage: DemoStage, webhook_url: str) -> str | None:
        """Set the simulator up. Answers the token to connect with; None: by the consent page."""

    async def plant_company(self, stage: DemoStage, company: DemoCompany) -> str:
        """The id of the new company."""

    async def plant_deal(self, stage: DemoStage, company_id: str, deal: DemoDeal) -> str:
        """The id of the new deal, not yet won."""

    async def win(self, stage: DemoStage, deal_id: str) -> None:
        """Move the deal to `won_stage`, so that the vendor tells of it."""

    async def notes(self, stage: DemoStage, deal_id: str) -> tuple[str, ...]:
        """What the deal's notes say, as HTML or text."""

    async def files(self, stage: DemoStage, deal_id: str) -> tuple[DemoFile, ...]:
        """The PDFs that people find on the deal; empty when the connector attaches none."""
