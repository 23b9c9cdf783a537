"""A customer's card both ways: our fields, and Fortnox's names for them (facts: fortnox 7.1)."""

from collections.abc import Mapping
from typing import Final

from fortnox_bridge.domain.draft_plan import CustomerUpdate, NewCustomer
from fortnox_bridge.domain.fortnox_fields import CustomerField, VatType
from fortnox_bridge.domain.normalise import normalise_organisation_number, written_organisation_number
from fortnox_bridge.domain.records import CustomerRecord
from fortnox_bridge.domain.wire_json import JsonObject
from fortnox_bridge.fortnox import wire
from fortnox_bridge.fortnox.payloads import CustomerChange, CustomerPayload, DeliveryChoice, TemplateChoice

VAT_TYPES: Final[Mapping[str, VatType]] = {
    "SEVAT": VatType.SWEDISH,
    "SEREVERSEDVAT": VatType.SWEDISH_REVERSE_CHARGE,
    "EUREVERSEDVAT": VatType.EU_REVERSE_CHARGE,
    "EUVAT": VatType.EU_CONSUMER,
    "EXPORT": VatType.EXPORT,
}
_VAT_TYPE_NAMES: Final = {ours: theirs for theirs, ours in VAT_TYPES.items()}
_NAMES: Final[Mapping[CustomerField, str]] = {
    CustomerField.CUSTOMER_NUMBER: "CustomerNumber",
    CustomerField.NAME: "Name",
    CustomerField.ORGANISATION_NUMBER: "OrganisationNumber",
    CustomerField.VAT_NUMBER: "VATNumber",
    CustomerField.EMAIL: "Email",
    CustomerField.INVOICE_EMAIL: "EmailInvoice",
    CustomerField.INVOICE_EMAIL_CC: "EmailInvoiceCC",
    CustomerField.INVOICE_EMAIL_BCC: "EmailInvoiceBCC",
    CustomerField.ORDER_EMAIL: "EmailOrder",
    CustomerField.OFFER_EMAIL: "EmailOffer",
    CustomerField.PHONE: "Phone1",
    CustomerField.PHONE2: "Phone2",
    CustomerField.FAX: "Fax",
    CustomerField.WEBSITE: "WWW",
    CustomerField.ADDRESS1: "Address1",
    CustomerField.ADDRESS2: "Address2",
    CustomerField.ZIP_CODE: "ZipCode",
    CustomerField.CITY: "City",
    CustomerField.COUNTRY_CODE: "CountryCode",
    CustomerField.VISITING_ADDRESS: "VisitingAddress",
    CustomerField.VISITING_ZIP_CODE: "VisitingZipCode",
    CustomerField.VISITING_CITY: "VisitingCity",
    CustomerField.VISITING_COUNTRY_CODE: "VisitingCountryCode",
    CustomerField.DELIVERY_NAME: "DeliveryName",
    CustomerField.DELIVERY_ADDRESS1: "DeliveryAddress1",
    CustomerField.DELIVERY_ADDRESS2: "DeliveryAddress2",
    CustomerField.DELIVERY_ZIP_CODE: "DeliveryZipCode",
    CustomerField.DELIVERY_CITY: "DeliveryCity",
    CustomerField.DELIVERY_COUNTRY_CODE: "DeliveryCountryCode",
    CustomerField.DELIVERY_PHONE: "DeliveryPhone1",
    CustomerField.OUR_REFERENCE: "OurReference",
    CustomerField.YOUR_REFERENCE: "YourReference",
    CustomerField.GLN: "GLN",
    CustomerField.GLN_DELIVERY: "GLNDelivery",
    CustomerField.COMMENTS: "Comments",
    CustomerField.REMARKS: "InvoiceRemark",
    CustomerField.CURRENCY: "Currency",
    CustomerField.TERMS_OF_PAYMENT: "TermsOfPayment",
    CustomerField.TERMS_OF_DELIVERY: "TermsOfDelivery",
    CustomerField.WAY_OF_DELIVERY: "WayOfDelivery",
    CustomerField.PRICE_LIST: "PriceList",
    CustomerField.SALES_ACCOUNT: "SalesAccount",
    CustomerField.COST_CENTRE: "CostCenter",
    CustomerField.PROJECT: "Project",
}
# What Fortnox shows where nothing was chosen.
_NO_TEMPLATE: Final = frozenset({"", "DEFAULTTEMPLATE"})


def card_field(name: str) -> str:
    """What Fortnox calls one of our card fields; those that lie deeper keep our name."""
    return _NAMES.get(CustomerField(name), name) if name in {each.value for each in CustomerField} else name


def record_of(found: wire.Customer) -> CustomerRecord:
    return CustomerRecord(
        number=found.CustomerNumber,
        name=found.Name,
        organisation_number=found.OrganisationNumber or None,
        email=found.Email or None,
        vat_type=VAT_TYPES.get(found.VATType),
        country_code=found.CountryCode.upper() or None,
        currency=found.Currency or None,
        is_active=found.Active is not False,
        is_person={"PRIVATE": True, "COMPANY": False}.get(found.Type),
        vat_number=found.VATNumber or None,
        external_reference=found.ExternalReference or None,
        city=found.City or None,
        card=_card(found),
    )


def record_of_row(row: wire.CustomerRow) -> CustomerRecord:
    """A list row as a record. Activity is unknown there and taken for true: a person then chooses among several."""
    return CustomerRecord(
        number=row.CustomerNumber,
        name=row.Name,
        organisation_number=row.OrganisationNumber or None,
        email=row.Email or None,
        vat_type=None,
        country_code=None,
        currency=None,
        is_active=True,
        city=row.City or None,
    )


def customer_payload(customer: NewCustomer) -> JsonObject:
    values = _values(customer.fields)
    if "Email" in values:
        # Whether an invoice falls back to `Email` is not established, so both are set (facts: fortnox 7.1).
        values.setdefault("EmailInvoice", values["Email"])
    values |= {
        "Type": "PRIVATE" if customer.is_person else "COMPANY",
        "VATType": _VAT_TYPE_NAMES[customer.vat_type],
        "Active": True,
        "ExternalReference": customer.marker,
    }
    return CustomerPayload.model_validate(values).wire()


def change_payload(update: CustomerUpdate) -> JsonObject:
    """Only what changes: a field that is left out keeps its value, and none is ever cleared (F28)."""
    return CustomerChange.model_validate(_values(update.fields)).wire()


def _values(fields: Mapping[CustomerField, str]) -> dict[str, object]:
    values: dict[str, object] = {_NAMES[field]: text for field, text in fields.items() if field in _NAMES}
    if ten_digits := normalise_organisation_number(str(values.get("OrganisationNumber", ""))):
        values["OrganisationNumber"] = written_organisation_number(ten_digits)
    if template := fields.get(CustomerField.INVOICE_TEMPLATE):
        values["DefaultTemplates"] = TemplateChoice(Invoice=template)
    if delivery := fields.get(CustomerField.INVOICE_DELIVERY_TYPE):
        values["DefaultDeliveryTypes"] = DeliveryChoice(Invoice=delivery)
    if vat_type := fields.get(CustomerField.VAT_TYPE):
        values["VATType"] = _VAT_TYPE_NAMES[VatType(vat_type)]
    return values


def _card(found: wire.Customer) -> Mapping[CustomerField, str]:
    card = {field: str(getattr(found, name)) for field, name in _NAMES.items()}
    template = found.DefaultTemplates.Invoice
    card[CustomerField.INVOICE_TEMPLATE] = "" if template in _NO_TEMPLATE else template
    card[CustomerField.INVOICE_DELIVERY_TYPE] = found.DefaultDeliveryTypes.Invoice
    vat_type = VAT_TYPES.get(found.VATType)
    card[CustomerField.VAT_TYPE] = vat_type.value if vat_type else ""
    return {field: text for field, text in card.items() if text}
