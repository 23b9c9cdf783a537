"""The local copy of a company's customer register: what it holds, and what it can be trusted to answer (F20)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from fortnox_bridge.domain.customer_keys import comparable, value_of
from fortnox_bridge.domain.normalise import normalise_organisation_number, normalise_vat_number
from fortnox_bridge.domain.records import CustomerRecord
from fortnox_bridge.domain.rules import CustomerKey

# Fortnox's list rows show these; all others are known only of customers that were read whole (facts: fortnox 7.1).
IN_LIST_ROWS: Final = frozenset(
    {CustomerKey.ORGANISATION_NUMBER, CustomerKey.EMAIL, CustomerKey.NAME, CustomerKey.CUSTOMER_NUMBER}
)
# Three rounds of asking for changes may fail before the copy no longer vouches for who is missing in it.
FRESH_FOR: Final = timedelta(minutes=15)
# Nobody asked it for a week and no connection's settings need it: it is left alone.
WANTED_FOR: Final = timedelta(days=7)

Claim = tuple[CustomerKey, str]
"""A field and its comparable value."""


@dataclass(frozen=True, slots=True)
class CopyAnswer:
    """Customers of one value of one field.

    Attributes:
        numbers: customer numbers whose field equals the value, active or not, as far as they have been read.
        is_complete: whether every customer of the company has been read, so that no number means no customer.
        known: how many customers have been read whole.
        missing: how many are still to be read; 0 too while nobody knows how many there are.
    """

    numbers: tuple[str, ...]
    is_complete: bool
    known: int
    missing: int


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """One page of Fortnox's customer list. Its records hold what list rows show."""

    records: tuple[CustomerRecord, ...]
    page: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class CopiedCustomer:
    """A customer as last seen. `is_active` None: only a list row was ever seen, which does not tell."""

    record: CustomerRecord
    is_active: bool | None


@dataclass(frozen=True, slots=True)
class CopyStanding:
    """How far a company's copy has come.

    Attributes:
        known: customers of which anything is known.
        detailed: those read whole since they last changed.
        total: how many Fortnox said there are, when it last listed them.
        next_page: where a list under way goes on; None when none is.
        list_began_at: when the list under way, or else the last one, began.
        listed_at: when the register was last listed to its end; None: never.
        changes_from: what changed in Fortnox since then is not known yet.
    """

    wanted_at: datetime
    known: int = 0
    detailed: int = 0
    total: int = 0
    next_page: int | None = None
    list_began_at: datetime | None = None
    listed_at: datetime | None = None
    changes_from: datetime | None = None

    @property
    def missing(self) -> int:
        """Customers that are still to be read, as far as their number is known."""
        everybody = self.known if self.listed_at is not None else max(self.total, self.known)
        return everybody - self.detailed

    def is_complete(self, now: datetime, key: CustomerKey | None = None) -> bool:
        """Whether nobody is missing in it, for one field or for all of them."""
        if self.listed_at is None or self.changes_from is None or now - self.changes_from > FRESH_FOR:
            return False
        return key in IN_LIST_ROWS or self.missing == 0


@dataclass(frozen=True, slots=True)
class CopyReport:
    """What people are told of a copy; of one that nobody ever wanted, that it holds nobody."""

    known: int = 0
    detailed: int = 0
    missing: int = 0
    listed_at: datetime | None = None
    changes_at: datetime | None = None
    is_complete: bool = False


def report_of(standing: CopyStanding | None, now: datetime) -> CopyReport:
    if standing is None:
        return CopyReport()
    return CopyReport(
        known=standing.known,
        detailed=standing.detailed,
        missing=standing.missing,
        listed_at=standing.listed_at,
        changes_at=standing.changes_from,
        is_complete=standing.is_complete(now),
    )


class CopyStep(StrEnum):
    """What the copy needs next. `DETAILS` also when nobody is left to read: that takes a look to know."""

    LIST = "list"
    CHANGES = "changes"
    DETAILS = "details"


def next_step(standing: CopyStanding, now: datetime, *, changes_every: timedelta, list_every: timedelta) -> CopyStep:
    """Changes before everything else once there is a list to change: they are what the copy is judged by."""
    if standing.listed_at is None or standing.changes_from is None:
        return CopyStep.LIST
    if now - standing.changes_from >= changes_every:
        return CopyStep.CHANGES
    if standing.next_page is not None or now - standing.listed_at >= list_every:
        return CopyStep.LIST
    return CopyStep.DETAILS


def claim_of(key: CustomerKey, text: str) -> Claim:
    """`text` as customers are looked up by it. A Swedish VAT number is the organisation number in another dress."""
    if key is CustomerKey.VAT_NUMBER and normalise_vat_number(text).startswith("SE"):
        ten_digits = normalise_organisation_number(text)
        if ten_digits is not None:
            return CustomerKey.ORGANISATION_NUMBER, ten_digits
    return key, comparable(key, text)


def keys_of(record: CustomerRecord) -> tuple[Claim, ...]:
    """Everything the customer can be found by; by a Swedish VAT number both as it is and as it is looked up."""
    plain = [(key, value) for key in CustomerKey if (value := value_of(record, key))]
    return tuple(dict.fromkeys([*plain, *(claim_of(key, value) for key, value in plain)]))


def brought_up_to(row: CustomerRecord, old: CustomerRecord) -> CustomerRecord:
    """What was known of a customer, with what a newer list row shows of it."""
    return replace(old, name=row.name, organisation_number=row.organisation_number, email=row.email, city=row.city)
