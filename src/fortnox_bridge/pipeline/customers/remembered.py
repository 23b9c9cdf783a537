"""What a remembered customer number is worth: believed for some hours, then asked for (F31). Pure."""

from datetime import datetime, timedelta

from fortnox_bridge.domain.errors import MappingMissing
from fortnox_bridge.domain.identity import is_same_customer
from fortnox_bridge.domain.link import Link, LinkState
from fortnox_bridge.domain.records import CustomerRecord


def is_linked(link: Link | None) -> bool:
    return link is not None and link.state is LinkState.LINKED


def is_stale(link: Link, now: datetime, trusted_for_h: int) -> bool:
    """Whether Fortnox must be asked before the number is used."""
    if link.verified_at is None or not isinstance(link.record, CustomerRecord):
        return True
    return now - link.verified_at > timedelta(hours=trusted_for_h)


def still_same(link: Link, current: CustomerRecord, name: str, organisation_number: str | None) -> CustomerRecord:
    """The customer as Fortnox has it now: as remembered, or as the source states them by now.

    Raises:
        MappingMissing: the number has come to mean somebody else.
    """
    known = link.record
    if not isinstance(known, CustomerRecord):
        return current
    claims = ((known.name, known.organisation_number), (name, organisation_number))
    if not any(is_same_customer(*claim, current.name, current.organisation_number) for claim in claims):
        raise MappingMissing("customer_reassigned", number=current.number, expected=known.name, found=current.name)
    return current
