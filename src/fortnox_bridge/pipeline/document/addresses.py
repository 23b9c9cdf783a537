"""Where the draft is delivered and who is billed: all of an address or nothing of it (F51, F58).

A part that is not sent would be filled from the customer's card and mixed with the rest (facts, fortnox.md 6.1).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from fortnox_bridge.domain.address import Address
from fortnox_bridge.domain.deal import Deal
from fortnox_bridge.domain.fortnox_fields import DocumentField
from fortnox_bridge.domain.mapped import Mapped, find_mapped
from fortnox_bridge.domain.origin import Origin, ValueOrigin
from fortnox_bridge.domain.rules import DocumentRules
from fortnox_bridge.pipeline.document.header_part import CARD
from fortnox_bridge.pipeline.vat.country_names import country_code_of

_DELIVERY: Final[Mapping[DocumentField, str]] = {
    DocumentField.DELIVERY_NAME: "name",
    DocumentField.DELIVERY_ADDRESS1: "line1",
    DocumentField.DELIVERY_ADDRESS2: "line2",
    DocumentField.DELIVERY_ZIP_CODE: "zip_code",
    DocumentField.DELIVERY_CITY: "city",
    DocumentField.DELIVERY_COUNTRY: "country",
}
_BILLING: Final[Mapping[DocumentField, str]] = {
    DocumentField.BILLING_NAME: "name",
    DocumentField.BILLING_ADDRESS1: "line1",
    DocumentField.BILLING_ADDRESS2: "line2",
    DocumentField.BILLING_ZIP_CODE: "zip_code",
    DocumentField.BILLING_CITY: "city",
    DocumentField.BILLING_COUNTRY: "country",
}


@dataclass(frozen=True, slots=True)
class Addresses:
    """`delivery` None: printed without one. `billing` None: the card's; one without a name keeps the card's name."""

    delivery: Address | None
    billing: Address | None
    origins: Mapping[str, Origin]


def decide_addresses(deal: Deal, rules: DocumentRules) -> Addresses:
    """Mapped rows come before the address that the deal itself states, as a whole."""
    delivery, by_row = _mapped(_DELIVERY, deal, rules)
    blank = Origin(ValueOrigin.DECISION, "document.delivery_address")
    if delivery is not None:
        origins = {target: by_row.get(target, blank) for target in _DELIVERY}
    else:
        delivery = deal.delivery_address
        stated = Origin(ValueOrigin.SOURCE, "deal.delivery_address") if delivery else blank
        origins = dict.fromkeys(_DELIVERY, stated)
    billing, billing_origins = _billing(deal, rules)
    return Addresses(delivery, billing, {**{str(name): origin for name, origin in origins.items()}, **billing_origins})


def _billing(deal: Deal, rules: DocumentRules) -> tuple[Address | None, dict[str, Origin]]:
    billing, by_row = _mapped(_BILLING, deal, rules)
    if billing is not None:
        blank = Origin(ValueOrigin.DECISION, "document.billing_address")
        origins = {target: by_row.get(target, blank) for target in _BILLING}
    elif deal.billing_address is not None:
        # Who the customer is says the card; the source's billing name may be a person there.
        billing = replace(deal.billing_address, name=None)
        origins = dict.fromkeys(_BILLING, Origin(ValueOrigin.SOURCE, "deal.billing_address"))
    else:
        origins = dict.fromkeys(_BILLING, CARD)
    if billing is None or not billing.name:
        origins[DocumentField.BILLING_NAME] = CARD
    return billing, {str(name): origin for name, origin in origins.items()}


def _mapped(
    parts: Mapping[DocumentField, str], deal: Deal, rules: DocumentRules
) -> tuple[Address | None, dict[DocumentField, Origin]]:
    found = {target: find_mapped(rules.mapping, target, deal) for target in parts}
    stated = {target: mapped for target, mapped in found.items() if mapped is not None}
    if not stated:
        return None, {}
    texts = {parts[target]: mapped.text for target, mapped in stated.items() if parts[target] != "country"}
    country = next((mapped for target, mapped in stated.items() if parts[target] == "country"), None)
    address = Address(**texts, **_country(country))
    return address, {target: Origin(ValueOrigin.SOURCE, mapped.by) for target, mapped in stated.items()}


def _country(mapped: Mapped | None) -> dict[str, str]:
    if mapped is None:
        return {}
    code = country_code_of(mapped.text)
    return {"country_code": code} if code is not None else {"country_name": mapped.text}
