"""What may be sent to Fortnox, written down from its published description (…SinglePayloadItem schemas).

Departures from the description, all recorded behaviour: quantities are accepted as numbers
(facts/fortnox.md 6.1), row VAT may be fractional (7.3), `SalesPrice` is refused by code 2000321 (7.2).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "number", "integer", "boolean", "date", "quantity", "object", "rows", "labels"]


@dataclass(frozen=True, slots=True)
class Field:
    """One writable field.

    Attributes:
        max_length: longest text; longer is refused unless `is_cut`.
        is_cut: longer text is cut silently instead.
        clears_with_null: null clears it; elsewhere null leaves the value alone.
        refuses_null: null is an error of its own (2000699).
    """

    kind: Kind
    max_length: int | None = None
    exact_length: int | None = None
    choices: frozenset[str] | None = None
    minimum: int | None = None
    maximum: int | None = None
    too_long_code: int | None = None
    is_cut: bool = False
    clears_with_null: bool = False
    refuses_null: bool = False
    members: "Table | None" = None


Table = Mapping[str, Field]


def text(max_length: int | None = None, too_long_code: int | None = None) -> Field:
    return Field("text", max_length=max_length, too_long_code=too_long_code)


def cut_text(max_length: int) -> Field:
    return Field("text", max_length=max_length, is_cut=True)


def choice(*values: str) -> Field:
    return Field("text", choices=frozenset(values))


def number(minimum: int | None = None, maximum: int | None = None) -> Field:
    return Field("number", minimum=minimum, maximum=maximum)


def integer(minimum: int | None = None, maximum: int | None = None) -> Field:
    return Field("integer", minimum=minimum, maximum=maximum)


TEXT = text()
LONG = text(1024)
BOOLEAN = Field("boolean")
NUMBER = number()
DATE = Field("date", refuses_null=True)
QUANTITY = Field("quantity")
COUNTRY_CODE = Field("text", exact_length=2)
CODE_TOO_LONG_REFERENCE = 2001600
CODE_TOO_LONG_COMMENTS = 2001896


def _all(field: Field, names: str) -> dict[str, Field]:
    return dict.fromkeys(names.split(), field)


DELIVERY_TYPE = choice("PRINT", "EMAIL", "PRINTSERVICE", "ELECTRONICINVOICE")

CUSTOMER: Table = {
    **_all(BOOLEAN, "Active ShowPriceVATIncluded"),
    **_all(
        LONG,
        "Address1 Address2 City Comments CustomerNumber DeliveryAddress1 DeliveryAddress2 DeliveryCity "
        "DeliveryCountry DeliveryFax DeliveryName DeliveryPhone1 DeliveryPhone2 Email EmailInvoice "
        "EmailInvoiceBCC EmailInvoiceCC EmailOffer EmailOfferBCC EmailOfferCC EmailOrder EmailOrderBCC "
        "EmailOrderCC ExternalReference Fax InvoiceRemark Name Phone1 Phone2",
    ),
    **_all(
        TEXT,
        "CostCenter Country InvoiceAdministrationFee InvoiceFreight OrganisationNumber PriceList Project "
        "TermsOfDelivery TermsOfPayment VATNumber WayOfDelivery",
    ),
    **_all(COUNTRY_CODE, "CountryCode DeliveryCountryCode VisitingCountryCode"),
    **_all(text(10), "ZipCode DeliveryZipCode VisitingZipCode"),
    **_all(text(128), "VisitingAddress VisitingCity VisitingCountry WWW"),
    **_all(Field("text", exact_length=13), "GLN GLNDelivery"),
    "Currency": Field("text", exact_length=3),
    "SalesAccount": Field("text", exact_length=4),
    "InvoiceDiscount": NUMBER,
    "OurReference": text(50),
    "YourReference": text(50, CODE_TOO_LONG_REFERENCE),
    "Type": choice("PRIVATE", "COMPANY"),
    "VATType": choice("SEVAT", "SEREVERSEDVAT", "EUREVERSEDVAT", "EUVAT", "EXPORT"),
    "DefaultDeliveryTypes": Field("object", members=_all(DELIVERY_TYPE, "Invoice Offer Order")),
    "DefaultTemplates": Field("object", members=_all(TEXT, "CashInvoice Invoice Offer Order")),
}

_HOUSEWORK_SHARED = (
    "CONSTRUCTION", "ELECTRICITY", "GLASSMETALWORK", "GROUNDDRAINAGEWORK", "MASONRY", "PAINTINGWALLPAPERING", "HVAC",
    "CLEANING", "TEXTILECLOTHING", "SNOWPLOWING", "GARDENING", "BABYSITTING", "OTHERCARE", "FURNISHING",
    "HOMEMAINTENANCE", "TRANSPORTATIONSERVICES", "WASHINGANDCAREOFCLOTHING", "SOLARCELLS",
    "STORAGESELFPRODUCEDELECTRICITY", "CHARGINGSTATIONELECTRICVEHICLE", "OTHERCOSTS",
)  # fmt: skip

ARTICLE: Table = {
    **_all(BOOLEAN, "Active Bulky Expired Housework StockGoods WebshopArticle"),
    **_all(
        integer(1000, 99999),
        "ConstructionAccount EUAccount EUVATAccount ExportAccount PurchaseAccount SalesAccount",
    ),
    **_all(integer(0, 999_999_999), "Depth Height Weight Width"),
    **_all(
        NUMBER,
        "DirectCost DisposableQuantity FreightCost OtherCost PurchasePrice QuantityInStock ReservedQuantity "
        "SalesPrice StockValue StockWarning VAT",
    ),
    **_all(integer(), "StockAccount StockChangeAccount"),
    **_all(TEXT, "CostCalculationMethod DefaultStockLocation DefaultStockPoint SupplierName SupplierNumber Unit"),
    **_all(text(50), "ArticleNumber Manufacturer ManufacturerArticleNumber"),
    "Description": text(200),
    "EAN": text(30),
    "Note": text(10000),
    "StockPlace": text(100),
    "Type": choice("STOCK", "SERVICE"),
    "HouseworkType": Field(
        "text",
        choices=frozenset({*_HOUSEWORK_SHARED, "COOKING", "TUTORING", "EMPTYHOUSEWORK"}),
        clears_with_null=True,
    ),
}

_ROW: Table = {
    "AccountNumber": integer(1000, 9999),
    "ArticleNumber": Field("text", clears_with_null=True),
    "Cost": number(-9_999_999_999, 9_999_999_999),
    "DeliveredQuantity": QUANTITY,
    # Text rows were measured to lose everything past 255 without a word (facts/fortnox.md 6.1).
    "Description": cut_text(255),
    "Discount": NUMBER,
    "DiscountType": choice("AMOUNT", "PERCENT"),
    "HouseWork": BOOLEAN,
    "HouseWorkHoursToReport": integer(0, 999),
    "HouseWorkType": Field(
        "text",
        choices=frozenset({*_HOUSEWORK_SHARED, "MAJORAPPLIANCEREPAIR", "MOVINGSERVICES", "ITSERVICES"}),
        clears_with_null=True,
    ),
    "Price": NUMBER,
    "Unit": Field("text", max_length=20, refuses_null=True),
    "VAT": NUMBER,
    **_all(TEXT, "CostCenter Project StockPointCode VATCode"),
}
INVOICE_ROW: Table = {**_ROW, "RowId": integer()}
ORDER_ROW: Table = {**_ROW, "OrderedQuantity": QUANTITY, "StockPointId": TEXT}

_EMAIL = {
    **_all(TEXT, "EmailAddressBCC EmailAddressCC EmailAddressFrom EmailAddressTo"),
    "EmailBody": text(20000),
    "EmailSubject": text(100),
}
_EDI = {
    **_all(text(13), "EDIGlobalLocationNumber EDIGlobalLocationNumberDelivery"),
    **_all(TEXT, "EDIInvoiceExtra1 EDIInvoiceExtra2 EDIOurElectronicReference EDIYourElectronicReference"),
}

_DOCUMENT: Table = {
    **_all(
        TEXT,
        "Address1 Address2 City CostCenter Country Currency CustomerName CustomerNumber DeliveryAddress1 "
        "DeliveryCity DeliveryCountry DeliveryName DeliveryZipCode DocumentNumber Phone1 Phone2 PriceList "
        "PrintTemplate Project TermsOfDelivery TermsOfPayment WayOfDelivery ZipCode",
    ),
    **_all(NUMBER, "AdministrationFee CurrencyRate Freight"),
    **_all(DATE, "DeliveryDate OutboundDate"),
    **_all(BOOLEAN, "NotCompleted VATIncluded"),
    **_all(text(80), "ExternalInvoiceReference1 ExternalInvoiceReference2"),
    "Comments": text(1024, CODE_TOO_LONG_COMMENTS),
    "DeliveryAddress2": Field("text", max_length=1024, clears_with_null=True),
    "EmailInformation": Field("object", members=_EMAIL),
    "Labels": Field("labels", members={"Id": integer()}),
    "Language": choice("SV", "EN"),
    "OurReference": text(50),
    "Remarks": LONG,
    "TaxReductionType": choice("none", "rot", "rut", "green"),
    "YourReference": text(50, CODE_TOO_LONG_REFERENCE),
}

INVOICE: Table = {
    **_DOCUMENT,
    **_all(LONG, "City DeliveryAddress1 DeliveryCity DeliveryName DeliveryZipCode Phone1 Phone2 ZipCode"),
    **_all(DATE, "InvoiceDate DueDate"),
    **_all(TEXT, "CreditInvoiceReference OCR"),
    "CurrencyUnit": integer(),
    "EDIInformation": Field("object", members=_EDI),
    "EUQuarterlyReport": BOOLEAN,
    "InvoiceRows": Field("rows", members=INVOICE_ROW),
    "InvoiceType": choice("INVOICE", "AGREEMENTINVOICE", "INTRESTINVOICE", "SUMMARYINVOICE", "CASHINVOICE"),
    "PaymentWay": choice("CASH", "CARD", "AG"),
    "YourOrderNumber": text(75),
}
ORDER: Table = {
    **_DOCUMENT,
    "CopyRemarks": BOOLEAN,
    "Currency": text(3),
    "CurrencyUnit": NUMBER,
    # Measured on orders: cut at 60 and 30 without a word (facts/fortnox.md 6.1).
    "DeliveryAddress1": cut_text(60),
    "DeliveryState": choice("registration", "reservation", "delivery"),
    "OrderDate": DATE,
    "OrderRows": Field("rows", members=ORDER_ROW),
    "OrganisationNumber": TEXT,
    "StockPointCode": TEXT,
    "StockPointId": TEXT,
    "YourOrderNumber": cut_text(30),
}

PRICE: Table = {
    **_all(TEXT, "ArticleNumber PriceList Date"),
    **_all(NUMBER, "FromQuantity Percent Price"),
}
CURRENCY: Table = {
    **_all(TEXT, "Code Description"),
    **_all(NUMBER, "BuyRate SellRate Unit"),
    "Date": DATE,
    "IsAutomatic": BOOLEAN,
}
TERMS_OF_PAYMENT: Table = {"Code": text(25), "Description": TEXT}
TERMS_OF_DELIVERY: Table = {"Code": text(20), "Description": text(200), "DescriptionEnglish": text(100)}
WAY_OF_DELIVERY: Table = {"Code": text(50), "Description": text(100), "DescriptionEnglish": text(100)}
PRICE_LIST: Table = {
    "Code": text(100), "Description": text(50), "Comments": TEXT, "PreSelected": BOOLEAN,
}  # fmt: skip
UNIT: Table = {"Code": text(20), "Description": text(100), "CodeEnglish": text(100)}
PROJECT: Table = {
    "ProjectNumber": text(20),
    **_all(text(50), "Description ProjectLeader ContactPerson"),
    "Comments": text(512),
    "Status": choice("NOTSTARTED", "ONGOING", "COMPLETED"),
    **_all(DATE, "StartDate EndDate"),
}
COST_CENTRE: Table = {"Code": text(6), "Description": TEXT, "Note": TEXT, "Active": BOOLEAN}
_RULE = choice("ALLOWED", "MANDATORY", "NOTALLOWED")
ACCOUNT: Table = {
    "Number": integer(1000, 9999),
    "Description": text(200),
    "Active": BOOLEAN,
    "BalanceBroughtForward": NUMBER,
    "SRU": integer(),
    **_all(TEXT, "CostCenter Project QuantityUnit TransactionInformation VATCode"),
    **_all(_RULE, "CostCenterSettings ProjectSettings QuantitySettings TransactionInformationSettings"),
}
MODE_OF_PAYMENT: Table = {"Code": TEXT, "Description": TEXT, "AccountNumber": Field("text", exact_length=4)}
PREDEFINED_ACCOUNT: Table = {"Account": integer(1000, 9999), "Name": TEXT}
LABEL: Table = {"Description": text(25)}
