"""The draft plan: one document, decided to the last field, before anything is written.

Field names are ours; only the Fortnox package knows how Fortnox calls them. Amounts are in the plan's currency.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from fortnox_bridge.domain.address import Address
from fortnox_bridge.domain.deal import DiscountKind
from fortnox_bridge.domain.ids import ConnectionId, DocumentId, FortnoxCompanyId, RunId, SourceRef
from fortnox_bridge.domain.marker import Marker
from fortnox_bridge.domain.money import Currency
from fortnox_bridge.domain.run import Notice
from fortnox_bridge.domain.totals import DocumentTotals, TotalsProof


class DocumentKind(StrEnum):
    INVOICE = "invoice"
    ORDER = "order"


class CustomerField(StrEnum):
    """Fields of a Fortnox customer that settings may map to."""

    CUSTOMER_NUMBER = "customer_number"
    NAME = "name"
    ORGANISATION_NUMBER = "organisation_number"
    VAT_NUMBER = "vat_number"
    EMAIL = "email"
    INVOICE_EMAIL = "invoice_email"
    INVOICE_EMAIL_CC = "invoice_email_cc"
    PHONE = "phone"
    PHONE2 = "phone2"
    WEBSITE = "website"
    ADDRESS1 = "address1"
    ADDRESS2 = "address2"
    ZIP_CODE = "zip_code"
    CITY = "city"
    COUNTRY_CODE = "country_code"
    DELIVERY_NAME = "delivery_name"
    DELIVERY_ADDRESS1 = "delivery_address1"
    DELIVERY_ADDRESS2 = "delivery_address2"
    DELIVERY_ZIP_CODE = "delivery_zip_code"
    DELIVERY_CITY = "delivery_city"
    DELIVERY_COUNTRY_CODE = "delivery_country_code"
    OUR_REFERENCE = "our_reference"
    YOUR_REFERENCE = "your_reference"
    GLN = "gln"
    COMMENTS = "comments"
    CURRENCY = "currency"
    TERMS_OF_PAYMENT = "terms_of_payment"
    TERMS_OF_DELIVERY = "terms_of_delivery"
    WAY_OF_DELIVERY = "way_of_delivery"
    PRICE_LIST = "price_list"
    SALES_ACCOUNT = "sales_account"
    INVOICE_TEMPLATE = "invoice_template"
    INVOICE_DELIVERY_TYPE = "invoice_delivery_type"
    COST_CENTRE = "cost_centre"
    PROJECT = "project"


class VatType(StrEnum):
    """What kind of sale a Fortnox customer is, which Fortnox keeps on the customer."""

    SWEDISH = "swedish"
    SWEDISH_REVERSE_CHARGE = "swedish_reverse_charge"
    EU_REVERSE_CHARGE = "eu_reverse_charge"
    EU_CONSUMER = "eu_consumer"
    EXPORT = "export"


class ValueOrigin(StrEnum):
    """Which source won a field, in falling order of precedence."""

    SOURCE = "source"
    CUSTOMER_CARD = "customer_card"
    CONNECTION_DEFAULT = "connection_default"
    FORTNOX_DEFAULT = "fortnox_default"
    DECISION = "decision"


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """A customer to create. `source` is the record it is made for; `marker` proves later that we made it."""

    source: SourceRef
    marker: Marker
    is_person: bool
    vat_type: VatType
    fields: Mapping[CustomerField, str]
    origins: Mapping[CustomerField, ValueOrigin]


@dataclass(frozen=True, slots=True)
class KnownCustomer:
    """A customer that exists. `name` and `organisation_number` are what the draft's answer must show (F31)."""

    number: str
    name: str
    organisation_number: str | None
    source: SourceRef | None


@dataclass(frozen=True, slots=True)
class NewArticle:
    """An article to create under a number of our choosing, which makes a repeated creation harmless."""

    source: SourceRef
    number: str
    description: str
    unit: str | None
    vat_rate: Decimal | None
    is_service: bool | None
    note: str | None


@dataclass(frozen=True, slots=True)
class RowDiscount:
    """Percent of the row, or an amount off the whole row."""

    kind: DiscountKind
    value: Decimal


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One row. A text row has only `description`. Quantity and price have at most two decimals, as Fortnox keeps."""

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


@dataclass(frozen=True, slots=True)
class DraftPlan:
    """Everything the draft will say. `delivery_address` None means: printed without one, whatever the card holds."""

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
    our_reference: str | None = None
    your_reference: str | None = None
    is_not_completed: bool = False
    notices: tuple[Notice, ...] = ()


class DocumentState(StrEnum):
    """`intended`: nothing sent. `sending`: a write may be under way or lost. `created`: the number is known.

    `rejected`: Fortnox refused it for certain. `removed`: cancelled in Fortnox by somebody. `withdrawn`: cancelled by
    ourselves because it was wrong; the number is that of the cancelled one until a new draft takes its place.
    """

    INTENDED = "intended"
    SENDING = "sending"
    CREATED = "created"
    REJECTED = "rejected"
    REMOVED = "removed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Document:
    """Our record of one Fortnox draft. `first_missed_at` is the first look-up after quarantine that found nothing."""

    id: DocumentId
    connection_id: ConnectionId
    company_id: FortnoxCompanyId
    source: SourceRef
    kind: DocumentKind
    generation: int
    marker: Marker
    state: DocumentState
    attempt: int = 0
    sent_at: datetime | None = None
    first_missed_at: datetime | None = None
    number: str | None = None
    customer_number: str | None = None
    customer_name: str | None = None
    total: Decimal | None = None
    currency: Currency | None = None
    created_at: datetime | None = None
    run_id: RunId | None = None
    converted_from: DocumentId | None = None
    is_verified: bool = False
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class CreatedDocument:
    """What Fortnox says of a document. Sums are Fortnox's own; `round_off` is included in `payable` only."""

    kind: DocumentKind
    number: str
    marker: str | None
    customer_number: str
    customer_name: str
    organisation_number: str | None
    currency: str
    net: Decimal
    vat: Decimal
    total: Decimal
    round_off: Decimal
    payable: Decimal
    is_cancelled: bool
    is_booked: bool
    is_sent: bool
    is_not_completed: bool
    order_invoice_number: str | None = None
    created_on: date | None = None
