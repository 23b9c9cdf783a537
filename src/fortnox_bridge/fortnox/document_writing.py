"""From a draft plan to Fortnox's document. Nothing is left for Fortnox to fill in that would change a sum (F58)."""

from collections.abc import Mapping
from typing import Final

from babel import Locale

from fortnox_bridge.domain.address import Address
from fortnox_bridge.domain.alphabet import clean_text
from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.draft_plan import DraftPlan
from fortnox_bridge.domain.fortnox_fields import DocumentField
from fortnox_bridge.domain.money import ZERO
from fortnox_bridge.domain.wire_json import JsonObject
from fortnox_bridge.fortnox.payloads import BLANK, DocumentPayload
from fortnox_bridge.fortnox.row_writing import row_payload

_REFERENCE_LIMIT: Final = 50
# The description says 1024, a measurement says that 60 are kept (facts: fortnox 6.1).
_ADDRESS_LIMIT: Final = 60
_TEXT_LIMIT: Final = 1024
_ZIP_LIMIT: Final = 10


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
        **_references(plan),
        **_delivery(plan.delivery_address),
        "Freight": ZERO,
        "AdministrationFee": ZERO,
        "OrderRows" if is_order else "InvoiceRows": [
            row_payload(row, is_order=is_order, is_update=is_update) for row in plan.rows
        ],
    }
    return DocumentPayload.model_validate(values).wire()


def _references(plan: DraftPlan) -> Mapping[str, str]:
    """Left out where nothing is planned: the customer's card then holds what was agreed."""
    planned = {
        "OurReference": plan.fields.get(DocumentField.OUR_REFERENCE),
        "YourReference": plan.fields.get(DocumentField.YOUR_REFERENCE),
    }
    return {name: clean_text(text, limit=_REFERENCE_LIMIT).text for name, text in planned.items() if text}


def _delivery(address: Address | None) -> Mapping[str, str]:
    """All or nothing: a field not sent is filled from the customer's card and mixed with the rest."""
    address = address or Address()
    line1, line2 = _address_lines(address)
    texts = {
        "DeliveryName": clean_text(address.name or "", limit=_TEXT_LIMIT).text,
        "DeliveryAddress1": line1,
        "DeliveryAddress2": line2,
        "DeliveryZipCode": clean_text(address.zip_code or "", limit=_ZIP_LIMIT).text,
        "DeliveryCity": clean_text(address.city or "", limit=_TEXT_LIMIT).text,
        "DeliveryCountry": _country_name(address),
    }
    return {name: text or BLANK for name, text in texts.items()}


def _address_lines(address: Address) -> tuple[str, str]:
    line1 = clean_text(address.line1 or "", limit=_TEXT_LIMIT).text
    line2 = clean_text(address.line2 or "", limit=_TEXT_LIMIT).text
    if len(line1) > _ADDRESS_LIMIT:
        cut = line1.rfind(" ", 0, _ADDRESS_LIMIT + 1)
        cut = cut if cut > 0 else _ADDRESS_LIMIT
        line1, line2 = line1[:cut].strip(), ", ".join(part for part in (line1[cut:].strip(), line2) if part)
    return line1, line2


def _country_name(address: Address) -> str:
    """Documents hold a country by name, customers by code (facts: fortnox 6.4)."""
    territories: Mapping[str, str] = Locale("sv").territories
    name = territories.get((address.country_code or "").upper()) or address.country_name or ""
    return clean_text(name, limit=_TEXT_LIMIT).text
