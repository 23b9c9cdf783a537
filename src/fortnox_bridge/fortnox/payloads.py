"""What we send, in Fortnox's own names.

Strict: an unknown field rejects the whole request (2001399), so that none may slip in. `API_BLANK` clears a field,
also a numeric one; "" would leave it as it is (facts: fortnox 6.3).
"""

from decimal import Decimal
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

BLANK: Final[Literal["API_BLANK"]] = "API_BLANK"
Blank = Literal["API_BLANK"]


class Payload(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    def wire(self) -> dict[str, object]:
        """Only what was set, in the order of the fields."""
        return self.model_dump(exclude_unset=True)


class RowPayload(Payload):
    ArticleNumber: str | None = None
    Description: str
    OrderedQuantity: str | None = None
    DeliveredQuantity: str | None = None
    Unit: str | None = None
    Price: Decimal | Blank | None = None
    VAT: Decimal | Blank | None = None
    Discount: Decimal | None = None
    DiscountType: Literal["AMOUNT", "PERCENT"] | None = None
    AccountNumber: int | Blank | None = None
    CostCenter: str | None = None
    Project: str | None = None


class DocumentPayload(Payload):
    CustomerNumber: str
    InvoiceDate: str | None = None
    OrderDate: str | None = None
    Currency: str
    VATIncluded: bool
    NotCompleted: bool
    ExternalInvoiceReference1: str
    ExternalInvoiceReference2: str | None = None
    OurReference: str | None = None
    YourReference: str | None = None
    YourOrderNumber: str | None = None
    Remarks: str | None = None
    Comments: str | None = None
    DueDate: str | None = None
    DeliveryDate: str | None = None
    TermsOfPayment: str | None = None
    TermsOfDelivery: str | None = None
    WayOfDelivery: str | None = None
    PriceList: str | None = None
    PrintTemplate: str | None = None
    Language: Literal["SV", "EN"] | None = None
    CostCenter: str | None = None
    Project: str | None = None
    CurrencyRate: Decimal | None = None
    CustomerName: str | None = None
    Address1: str | None = None
    Address2: str | None = None
    ZipCode: str | None = None
    City: str | None = None
    Country: str | None = None
    Phone1: str | None = None
    DeliveryName: str
    DeliveryAddress1: str
    DeliveryAddress2: str
    DeliveryZipCode: str
    DeliveryCity: str
    DeliveryCountry: str
    Freight: Decimal
    AdministrationFee: Decimal
    InvoiceRows: list[RowPayload] | None = None
    OrderRows: list[RowPayload] | None = None


class TemplateChoice(Payload):
    Invoice: str


class DeliveryChoice(Payload):
    Invoice: str


VatTypeName = Literal["SEVAT", "SEREVERSEDVAT", "EUREVERSEDVAT", "EUVAT", "EXPORT"]


class _CustomerCard(Payload):
    OrganisationNumber: str | None = None
    VATNumber: str | None = None
    Address1: str | None = None
    Address2: str | None = None
    ZipCode: str | None = None
    City: str | None = None
    CountryCode: str | None = None
    VisitingAddress: str | None = None
    VisitingZipCode: str | None = None
    VisitingCity: str | None = None
    VisitingCountryCode: str | None = None
    DeliveryName: str | None = None
    DeliveryAddress1: str | None = None
    DeliveryAddress2: str | None = None
    DeliveryZipCode: str | None = None
    DeliveryCity: str | None = None
    DeliveryCountryCode: str | None = None
    DeliveryPhone1: str | None = None
    Email: str | None = None
    EmailInvoice: str | None = None
    EmailInvoiceCC: str | None = None
    EmailInvoiceBCC: str | None = None
    EmailOrder: str | None = None
    EmailOffer: str | None = None
    Phone1: str | None = None
    Phone2: str | None = None
    Fax: str | None = None
    WWW: str | None = None
    OurReference: str | None = None
    YourReference: str | None = None
    GLN: str | None = None
    GLNDelivery: str | None = None
    Comments: str | None = None
    InvoiceRemark: str | None = None
    Currency: str | None = None
    TermsOfPayment: str | None = None
    TermsOfDelivery: str | None = None
    WayOfDelivery: str | None = None
    PriceList: str | None = None
    SalesAccount: str | None = None
    CostCenter: str | None = None
    Project: str | None = None
    DefaultTemplates: TemplateChoice | None = None
    DefaultDeliveryTypes: DeliveryChoice | None = None


class CustomerPayload(_CustomerCard):
    """A customer to create."""

    CustomerNumber: str | None = None
    Name: str
    Type: Literal["COMPANY", "PRIVATE"]
    VATType: VatTypeName
    Active: bool
    ExternalReference: str


class CustomerChange(_CustomerCard):
    """Fields of a customer to change: the number and whose it is stay as they are."""

    Name: str | None = None
    VATType: VatTypeName | None = None


class ArticlePayload(Payload):
    """Without `SalesPrice`: prices belong to price lists (2000321)."""

    ArticleNumber: str | None = None
    Description: str | None = None
    Type: Literal["STOCK", "SERVICE"] | None = None
    Unit: str | None = None
    VAT: Decimal | None = None
    SalesAccount: int | None = None
    EUAccount: int | None = None
    EUVATAccount: int | None = None
    ExportAccount: int | None = None
    ConstructionAccount: int | None = None
    PurchaseAccount: int | None = None
    EAN: str | None = None
    Note: str | None = None
    Manufacturer: str | None = None
    ManufacturerArticleNumber: str | None = None
    StockPlace: str | None = None
    Active: bool | None = None


class PricePayload(Payload):
    """The price from the first piece on, in one price list."""

    ArticleNumber: str | None = None
    PriceList: str | None = None
    Price: Decimal
