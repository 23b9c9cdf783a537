"""Which of several customers it is: one active hit wins, anything else is for a person to decide (F20, F23)."""

from collections.abc import Iterable
from typing import Final

from fortnox_bridge.domain.customer import Customer
from fortnox_bridge.domain.errors import MappingMissing
from fortnox_bridge.domain.records import CustomerRecord
from fortnox_bridge.pipeline.customers.lookups import Lookup

_MOST_SHOWN: Final = 10


def only_active(party: Customer, lookup: Lookup) -> CustomerRecord:
    active = tuple(record for record in lookup.hits if record.is_active)
    if len(active) > 1:
        error = MappingMissing(
            "customer_ambiguous",
            where=party.url,
            customer=party.name,
            field=str(lookup.pair.source),
            value=lookup.value,
            candidates=_listed(active),
        )
        error.data = {"candidates": active}
        raise error
    if not active:
        raise _inactive(party, lookup.hits)
    return active[0]


def require_active(party: Customer, record: CustomerRecord) -> None:
    if not record.is_active:
        raise _inactive(party, (record,))


def _inactive(party: Customer, records: tuple[CustomerRecord, ...]) -> MappingMissing:
    error = MappingMissing("customer_inactive", where=party.url, customer=party.name, candidates=_listed(records))
    error.data = {"candidates": records}
    return error


def _listed(records: Iterable[CustomerRecord]) -> str:
    lines = [
        f"{record.number} {record.name}" + (f" ({record.city})" if record.city else "")
        for record in sorted(records, key=lambda record: record.number)
    ]
    more = [f"+{len(lines) - _MOST_SHOWN}"] if len(lines) > _MOST_SHOWN else []
    return "; ".join(lines[:_MOST_SHOWN] + more)
