"""From a draft plan to Fortnox's document. Nothing is left for Fortnox to fill in that would change a sum (F58)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.draft_plan import DraftPlan
from fortnox_bridge.domain.fortnox_fields import DocumentField
from fortnox_bridge.domain.money import ZERO
from fortnox_bridge.domain.wire_json import JsonObject
from fortnox_bridge.fortnox.address_writing import billing_fields, delivery_fields
from fortnox_bridge.fortnox.payloads import BLANK, DocumentPayload
from fortnox_bridge.fortnox.row_writing import row_payload

_FIELDS: Final[Mapping[DocumentField, str]] = {
    DocumentField.OUR_REFERENCE: "OurReference",
    DocumentField.YOUR_REFERENCE: "YourReference",
    DocumentField.YOUR_ORDER_NUMBER: "YourOrderNumber",
    DocumentField.REMARKS: "Remarks",
    DocumentField.COMMENTS: "Comments",
    DocumentField.EXTERNAL_REFERENCE2: "ExternalInvoiceReference2",
    DocumentField.DUE_DATE: "DueDate",
    DocumentField.DELIVERY_DATE: "DeliveryDate",
    DocumentField.PHONE: "Phone1",
    DocumentField.TERMS_OF_PAYMENT: "TermsOfPayment",
    DocumentField.TERMS_OF_DELIVERY: "TermsOfDelivery",
    DocumentField.WAY_OF_DELIVERY: "WayOfDelivery",
    DocumentField.PRICE_LIST: "PriceList",
    DocumentField.PRINT_TEMPLATE: "PrintTemplate",
    DocumentField.LANGUAGE: "Language",
    DocumentField.COST_CENTRE: "CostCenter",
    DocumentField.PROJECT: "Project",
    DocumentField.CURRENCY_RATE: "CurrencyRate",
}
# What neither card nor company fills: an update that leaves them out would keep what an earlier plan said.
_OURS_ALONE: Final = (DocumentField.YOUR_ORDER_NUMBER, DocumentField.COMMENTS, DocumentField.EXTERNAL_REFERENCE2)
_ADDRESS_FIELDS: Final[Mapping[DocumentField, str]] = {
    DocumentField.DELIVERY_NAME: "DeliveryName",
    DocumentField.DELIVERY_ADDRESS1: "DeliveryAddress1",
    DocumentField.DELIVERY_ADDRESS2: "DeliveryAddress2",
    DocumentField.DELIVERY_ZIP_CODE: "DeliveryZipCode",
    DocumentField.DELIVERY_CITY: "DeliveryCity",
    DocumentField.DELIVERY_COUNTRY: "DeliveryCountry",
    DocumentField.BILLING_NAME: "CustomerName",
    DocumentField.BILLING_ADDRESS1: "Address1",
    DocumentField.BILLING_ADDRESS2: "Address2",
    DocumentField.BILLING_ZIP_CODE: "ZipCode",
    DocumentField.BILLING_CITY: "City",
    DocumentField.BILLING_COUNTRY: "Country",
}
_STATED: Final[Mapping[str, str]] = {
    "customer": "CustomerNumber",
    "document_date": "InvoiceDate",
    "currency": "Currency",
    "vat_included": "VATIncluded",
    "not_completed": "NotCompleted",
    "marker": "ExternalInvoiceReference1",
    "freight": "Freight",
    "administration_fee": "AdministrationFee",
}
_OUR_NAMES: Final[Mapping[str, str]] = {
    "OrderDate": "document_date",
    **{theirs: ours for ours, theirs in _STATED.items()},
    **{theirs: ours.value for fields in (_FIELDS, _ADDRESS_FIELDS) for ours, theirs in fields.items()},
}


def our_name(header_field: str) -> str | None:
    """Our name of a header field in `document_payload`, as `DraftPlan.origins` has it; None for the rows."""
    return _OUR_NAMES.get(header_field)


def document_payload(plan: DraftPlan, customer_number: str, *, is_update: bool = False) -> JsonObject:
    """The document in full. `is_update` names every field of every row: an omitted one keeps the old row's value."""
    is_order = plan.kind is DocumentKind.ORDER
    values: dict[str, object] = {
        "CustomerNumber": customer_number,
        "OrderDate" if is_order else "InvoiceDate": plan.document_date.isoformat(),
        "Currency": plan.currency,
        "VATIncluded": plan.vat_included,
        "NotCompleted": plan.is_not_completed,
        "ExternalInvoiceReference1": plan.marker,
        **({_FIELDS[field]: BLANK for field in _OURS_ALONE} if is_update else {}),
        **_header_fields(plan),
        **(billing_fields(plan.billing_address) if plan.billing_address is not None else {}),
        **delivery_fields(plan.delivery_address),
        "Freight": ZERO,
        "AdministrationFee": ZERO,
        "OrderRows" if is_order else "InvoiceRows": [
            row_payload(row, is_order=is_order, is_update=is_update) for row in plan.rows
        ],
    }
    return DocumentPayload.model_validate(values).wire()


def _header_fields(plan: DraftPlan) -> Mapping[str, object]:
    """Left out where nothing is planned: the customer's card then holds what was agreed."""
    values: dict[str, object] = {_FIELDS[field]: text for field, text in plan.fields.items() if field in _FIELDS}
    if rate := plan.fields.get(DocumentField.CURRENCY_RATE):
        values["CurrencyRate"] = Decimal(rate)
    return values
