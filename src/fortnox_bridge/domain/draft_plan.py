"""The draft plan: one document, decided to the last field, before anything is written.

Field names are ours; only the Fortnox package knows how Fortnox calls them. Amounts are in the plan's currency.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from fortnox_bridge.domain.address import Address
from fortnox_bridge.domain.deal import DiscountKind
from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.fortnox_fields import ArticleField, CustomerField, DocumentField, VatType
from fortnox_bridge.domain.ids import SourceRef
from fortnox_bridge.domain.marker import Marker
from fortnox_bridge.domain.money import Currency
from fortnox_bridge.domain.origin import Origin
from fortnox_bridge.domain.product import ProductKind
from fortnox_bridge.domain.run import Notice
from fortnox_bridge.domain.totals import DocumentTotals, TotalsProof
from fortnox_bridge.domain.vat import SaleDecision


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """A customer to create. `source` is the record it is made for; `marker` proves later that we made it."""

    source: SourceRef
    marker: Marker
    is_person: bool
    vat_type: VatType
    fields: Mapping[CustomerField, str]
    origins: Mapping[CustomerField, Origin]


@dataclass(frozen=True, slots=True)
class KnownCustomer:
    """A customer that exists. `name` and `organisation_number` are what the draft's answer must show (F31)."""

    number: str
    name: str
    organisation_number: str | None
    source: SourceRef | None


@dataclass(frozen=True, slots=True)
class CustomerUpdate:
    """Fields of an existing customer that the overwrite policies allow to change (F28). Never blank, often none."""

    number: str
    fields: Mapping[CustomerField, str]
    origins: Mapping[CustomerField, Origin]


@dataclass(frozen=True, slots=True)
class ArticleUpdate:
    """Fields of an existing article that the overwrite policies allow to change (F49). A price goes to `price_list`."""

    number: str
    fields: Mapping[ArticleField, str]
    origins: Mapping[ArticleField, Origin]
    price_list: str | None = None


@dataclass(frozen=True, slots=True)
class NewArticle:
    """An article to create under a number of our choosing, which makes a repeated creation harmless.

    `fields` are texts as `ArticleRecord.fields` has them, the number among them; a price goes to `price_list`.
    """

    source: SourceRef
    number: str
    fields: Mapping[ArticleField, str]
    origins: Mapping[ArticleField, Origin] = field(default_factory=dict)
    price_list: str | None = None

    @property
    def description(self) -> str:
        return self.fields.get(ArticleField.DESCRIPTION, self.number)

    @property
    def unit(self) -> str | None:
        return self.fields.get(ArticleField.UNIT)

    @property
    def vat_rate(self) -> Decimal | None:
        stated = self.fields.get(ArticleField.VAT_RATE)
        return None if stated is None else Decimal(stated)

    @property
    def is_service(self) -> bool | None:
        stated = self.fields.get(ArticleField.TYPE)
        return None if stated is None else stated == ProductKind.SERVICE


@dataclass(frozen=True, slots=True)
class RowDiscount:
    """Percent of the row, or an amount off the whole row."""

    kind: DiscountKind
    value: Decimal


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One row. A text row has only `description`. Quantity and price have at most two decimals, as Fortnox keeps.

    `vat_rate` None on a priced row: none is sent and Fortnox chooses it; `expected_vat_rate` is then what it will
    choose. `origins` is keyed by the names of this class's fields.
    """

    description: str
    article_number: str | None = None
    quantity: Decimal = Decimal(0)
    unit_price: Decimal = Decimal(0)
    vat_rate: Decimal | None = None
    discount: RowDiscount | None = None
    unit: str | None = None
    account_number: str | None = None
    source_line_id: str | None = None
    is_text: bool = False
    cost_centre: str | None = None
    project: str | None = None
    origins: Mapping[str, Origin] = field(default_factory=dict)
    expected_vat_rate: Decimal | None = None

    @property
    def counted_vat_rate(self) -> Decimal | None:
        """The rate the row will carry, whoever puts it there; None: nobody knows."""
        return self.vat_rate if self.vat_rate is not None else self.expected_vat_rate


@dataclass(frozen=True, slots=True)
class DraftPlan:
    """Everything the draft will say.

    `fields` are the header's mapped fields as text (days as `YYYY-MM-DD`), left out where the customer's card shall
    decide; addresses are not among them. `delivery_address` None means: printed without one, whatever the card holds;
    `billing_address` None: the card's. `origins` explains every header field by our name for it; `sale` the VAT, and is
    None only where no customer was decided.
    """

    kind: DocumentKind
    marker: Marker
    customer: KnownCustomer | NewCustomer
    new_articles: tuple[NewArticle, ...]
    document_date: date
    currency: Currency
    vat_included: bool
    rows: tuple[PlannedRow, ...]
    totals: DocumentTotals
    proof: TotalsProof
    delivery_address: Address | None = None
    billing_address: Address | None = None
    fields: Mapping[DocumentField, str] = field(default_factory=dict)
    customer_update: CustomerUpdate | None = None
    article_updates: tuple[ArticleUpdate, ...] = ()
    is_not_completed: bool = False
    is_warehouse_ready: bool = False
    origins: Mapping[str, Origin] = field(default_factory=dict)
    sale: SaleDecision | None = None
    notices: tuple[Notice, ...] = ()
