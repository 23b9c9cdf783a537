"""Organizations and persons as customers (facts 9 and 10)."""

from collections.abc import Sequence

from fortnox_bridge.sdk import Customer, PartyKind
from fortnox_bridge_pipedrive.account import Account
from fortnox_bridge_pipedrive.addresses import to_address
from fortnox_bridge_pipedrive.custom_fields import to_values
from fortnox_bridge_pipedrive.wire import WireContactPoint, WireOrganization, WirePerson
from fortnox_bridge_pipedrive.wire_requests import COMPANY, CONTACT


def to_company(wire: WireOrganization, account: Account) -> Customer:
    """An organisation number, e-mail and phone are not built in: they are fields of the account's own."""
    return Customer(
        ref=account.ref(COMPANY, wire.id),
        kind=PartyKind.COMPANY,
        name=_text(wire.name) or "",
        website=_text(wire.website),
        address=to_address(wire.address),
        is_deleted=wire.is_deleted,
        url=account.url(COMPANY, wire.id),
        custom_fields=to_values(wire.custom_fields, account.log),
    )


def to_contact(wire: WirePerson, account: Account) -> Customer:
    first, last = _text(wire.first_name), _text(wire.last_name)
    return Customer(
        ref=account.ref(CONTACT, wire.id),
        kind=PartyKind.PERSON,
        name=_text(wire.name) or " ".join(part for part in (first, last) if part),
        first_name=first,
        last_name=last,
        email=preferred(wire.emails),
        phone=preferred(wire.phones),
        address=to_address(wire.postal_address),
        is_deleted=wire.is_deleted,
        url=account.url(CONTACT, wire.id),
        custom_fields=to_values(wire.custom_fields, account.log),
    )


def preferred(points: Sequence[WireContactPoint]) -> str | None:
    """The primary e-mail or number, else the first that is not empty: entries with an empty value occur."""
    filled = [(point.primary, text) for point in points if (text := _text(point.value))]
    return next((text for primary, text in filled if primary), filled[0][1] if filled else None)


def _text(text: str | None) -> str | None:
    return text.strip() or None if text else None
