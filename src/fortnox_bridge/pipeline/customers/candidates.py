"""Which of several customers it is: one active hit wins, anything else is for a person to decide (F20, F23)."""

from collections.abc import Iterable
from typing import Final

from fortnox_bridge.domain.customer import Customer
from fortnox_bridge.domain.errors import MappingMissing
from fortnox_bridge.domain.records import CustomerRecord
from fortnox_bridge.pipeline.customers.lookups import Lookup

_MOST_SHOWN: Final = 10


def only_active(party: Customer, lookup: Lookup) -> CustomerRecord:
    active = [record for record in lookup.hits if record.is_active]
    if len(active) > 1:
        raise MappingMissing(
            "customer_ambiguous",
            where=party.url,
            customer=party.name,
            field=str(lookup.pair.source),
            value=lookup.value,
            candidates=_listed(active),
        )
    if not active:
        raise MappingMissing("customer_inactive", where=party.url, customer=party.name, candidates=_listed(lookup.hits))
    return active[0]


def require_active(party: Customer, record: CustomerRecord) -> None:
    if not record.is_active:
        raise MappingMissing("customer_inactive", where=party.url, customer=party.name, candidates=_listed([record]))


def _listed(records: Iterable[CustomerRecord]) -> str:
    lines = [
        f"{record.number} {record.name}" + (f" ({record.city})" if record.city else "")
        for record in sorted(records, key=lambda record: record.number)
    ]
    more = [f"+{len(lines) - _MOST_SHOWN}"] if len(lines) > _MOST_SHOWN else []
    return "; ".join(lines[:_MOST_SHOWN] + more)
