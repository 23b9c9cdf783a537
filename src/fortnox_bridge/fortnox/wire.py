"""What Fortnox sends, in Fortnox's own names.

Read leniently: numbers come as text, null and "" mean the same, and answers hold more than is described (facts:
fortnox 6.4). Only what mapping uses is named.
"""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


def _text(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return str(value)
    return value


def _amount(value: object) -> object:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise ValueError("not a number")  # noqa: TRY004 - pydantic reports ValueError as a validation error
    try:
        return Decimal(value)
    except InvalidOperation as error:
        raise ValueError("not a number") from error


def _flag(value: object) -> object:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower(), value)
    return value


def _day(value: object) -> object:
    return None if value in {"", None, "0000-00-00"} else value


def _listed(value: object) -> object:
    return () if value is None else value


Text = Annotated[str, BeforeValidator(_text)]
Amount = Annotated[Decimal | None, BeforeValidator(_amount)]
Flag = Annotated[bool | None, BeforeValidator(_flag)]
Day = Annotated[date | None, BeforeValidator(_day)]


class Wire(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class CustomerRow(Wire):
    """A list row: no type, no activity, no VAT type; the phone has another name there (facts: fortnox 7.1)."""

    CustomerNumber: Text = Field(min_length=1)
    Name: Text = ""
    OrganisationNumber: Text = ""
    Email: Text = ""
    City: Text = ""
    Phone: Text = ""


class InvoiceChoice(Wire):
    """What an object of choices per document kind holds for invoices."""

    Invoice: Text = ""


Choice = Annotated[InvoiceChoice, BeforeValidator(lambda value: value if isinstance(value, dict) else {})]


class Customer(CustomerRow):
    Active: Flag = None
    Type: Text = ""
    VATType: Text = ""
    VATNumber: Text = ""
    CountryCode: Text = ""
    Currency: Text = ""
    ExternalReference: Text = ""
    EmailInvoice: Text = ""
    EmailInvoiceCC: Text = ""
    EmailInvoiceBCC: Text = ""
    EmailOrder: Text = ""
    EmailOffer: Text = ""
    Phone1: Text = ""
    Phone2: Text = ""
    Fax: Text = ""
    WWW: Text = ""
    Address1: Text = ""
    Address2: Text = ""
    ZipCode: Text = ""
    VisitingAddress: Text = ""
    VisitingZipCode: Text = ""
    VisitingCity: Text = ""
    VisitingCountryCode: Text = ""
    DeliveryName: Text = ""
    DeliveryAddress1: Text = ""
    DeliveryAddress2: Text = ""
    DeliveryZipCode: Text = ""
    DeliveryCity: Text = ""
    DeliveryCountryCode: Text = ""
    DeliveryPhone1: Text = ""
    OurReference: Text = ""
    YourReference: Text = ""
    GLN: Text = ""
    GLNDelivery: Text = ""
    Comments: Text = ""
    InvoiceRemark: Text = ""
    TermsOfPayment: Text = ""
    TermsOfDelivery: Text = ""
    WayOfDelivery: Text = ""
    PriceList: Text = ""
    SalesAccount: Text = ""
    CostCenter: Text = ""
    Project: Text = ""
    DefaultTemplates: Choice = InvoiceChoice()
    DefaultDeliveryTypes: Choice = InvoiceChoice()


class ArticleRow(Wire):
    """A list row: no activity, no type, no accounts (facts: fortnox 7.2)."""

    ArticleNumber: Text = Field(min_length=1)
    Description: Text = ""
    EAN: Text = ""
    Unit: Text = ""
    VAT: Amount = None
    Housework: Flag = None


class Article(ArticleRow):
    Active: Flag = None
    Type: Text = ""
    SalesAccount: Text = ""
    EUAccount: Text = ""
    EUVATAccount: Text = ""
    ExportAccount: Text = ""
    ConstructionAccount: Text = ""
    PurchaseAccount: Text = ""
    Note: Text = ""
    Manufacturer: Text = ""
    ManufacturerArticleNumber: Text = ""
    StockPlace: Text = ""
    HouseworkType: Text = ""


class Price(Wire):
    Price: Amount = None


class DocumentRow(Wire):
    """A list row: no references, no rows, no `NotCompleted` (facts: fortnox 7.3, 7.4)."""

    DocumentNumber: Text = Field(min_length=1)
    ExternalInvoiceReference1: Text = ""
    Cancelled: Flag = None


class Row(Wire):
    """One row of a document; a text row has no quantity."""

    ArticleNumber: Text = ""
    Description: Text = ""
    DeliveredQuantity: Amount = None


Rows = Annotated[tuple[Row, ...], BeforeValidator(_listed)]


class FortnoxDocument(DocumentRow):
    """An invoice or an order: the members that both have."""

    CustomerNumber: Text = ""
    CustomerName: Text = ""
    OrganisationNumber: Text = ""
    Currency: Text = ""
    Net: Amount = None
    TotalVAT: Amount = None
    Total: Amount = None
    TotalToPay: Amount = None
    RoundOff: Amount = None
    Sent: Flag = None
    NotCompleted: Flag = None


class Invoice(FortnoxDocument):
    Booked: Flag = None
    FinalPayDate: Day = None
    OCR: Text = ""
    InvoiceDate: Day = None
    WarehouseReady: Flag = None
    InvoiceRows: Rows = ()


class Order(FortnoxDocument):
    InvoiceReference: Text = ""
    OrderDate: Day = None
    OrderRows: Rows = ()


class DocumentCopyRow(DocumentRow):
    """A list row of an invoice or order, and the same members of the whole document (facts: fortnox 7.3, 7.4).

    `Credit`, `Net`, `TotalVAT` and `InvoiceReference` are in the document alone; `Credit` is text.
    """

    CustomerNumber: Text = ""
    Currency: Text = ""
    CurrencyRate: Amount = None
    CurrencyUnit: Amount = None
    Total: Amount = None
    TotalVAT: Amount = None
    Net: Amount = None
    Balance: Amount = None
    Booked: Flag = None
    Credit: Text = ""
    DueDate: Day = None
    FinalPayDate: Day = None
    InvoiceDate: Day = None
    OrderDate: Day = None
    InvoiceReference: Text = ""


class CompanyInformation(Wire):
    """Spelled with z here, unlike everywhere else (facts: fortnox 7.6)."""

    CompanyName: Text = ""
    OrganizationNumber: Text = ""
    DatabaseNumber: Text = Field(min_length=1)
    CountryCode: Text = ""


class CompanySettings(Wire):
    VATNumber: Text = ""
    BG: Text = ""
    PG: Text = ""
    IBAN: Text = ""


class LockedPeriod(Wire):
    EndDate: Day = None


class FinancialYear(Wire):
    Id: Text = ""
    FromDate: date
    ToDate: date
    AccountingMethod: Text = ""


class PredefinedAccount(Wire):
    Name: Text = ""
    Account: Text = ""
