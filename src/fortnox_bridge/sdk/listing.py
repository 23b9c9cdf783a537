"""Optional capabilities that walk through what the source holds: deals, customers, products, files, owners."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from fortnox_bridge.domain.customer import Customer
from fortnox_bridge.domain.deal import DealHead, Owner
from fortnox_bridge.domain.ids import SourceRef
from fortnox_bridge.domain.product import Product
from fortnox_bridge.domain.run import Notice

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class SourcePage(Generic[T_co]):
    """One page of a walk. `next_cursor` continues it and is None at the end; it need not outlive the day."""

    items: tuple[T_co, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class DealQuery:
    """Which deals to list: every condition stated must hold.

    Attributes:
        stage_ids: only deals that stand in one of these stages now; empty: in any.
        changed_since: only deals changed at this instant or later, aware and UTC.
        changed_before: only deals changed before this instant.
    """

    stage_ids: tuple[str, ...] = ()
    changed_since: datetime | None = None
    changed_before: datetime | None = None


class DealLister(Protocol):
    """Walks through deals, for backfills and reconciliation. Reading has no side effect."""

    async def list_deals(self, query: DealQuery, cursor: str | None) -> SourcePage[DealHead]:
        """One page. Deals that change meanwhile may come twice or not at all: the caller deduplicates.

        Raises:
            Unavailable, RateLimited: try the same cursor again later.
        """


class CustomerSource(Protocol):
    """Customers by themselves, without a deal: `company` and `contact` records."""

    async def read_customer(self, ref: SourceRef) -> Customer:
        """The record as it is now.

        Raises:
            SourceDataInvalid: `source_record_missing` when it does not exist or is invisible to the account's user.
        """

    async def list_customers(
        self, kind: str, cursor: str | None, *, changed_since: datetime | None = None
    ) -> SourcePage[Customer]:
        """One page of `kind`, `company` or `contact`; deleted ones are left out."""


class ProductSource(Protocol):
    """Products by themselves."""

    async def read_product(self, ref: SourceRef) -> Product:
        """The product as it is now.

        Raises:
            SourceDataInvalid: `source_record_missing` when it does not exist or is invisible to the account's user.
        """

    async def list_products(self, cursor: str | None, *, changed_since: datetime | None = None) -> SourcePage[Product]:
        """One page; deleted ones are left out."""


class OwnerReader(Protocol):
    """Reads who owns deals, where the deal itself names only an id."""

    async def read_owner(self, external_id: str) -> Owner | None:
        """The user who owns deals, with name and e-mail as far as the account may see them; None if unknown."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file on a record. `size_bytes` and `content_type` as the source states them, None if it does not."""

    id: str
    file_name: str
    content_type: str | None = None
    size_bytes: int | None = None


class FileReader(Protocol):
    """Files that people put on a record; those that the bridge attached itself are among them."""

    async def list_files(self, ref: SourceRef) -> tuple[SourceFile, ...]:
        """Every file on the record, oldest first."""

    async def read_file(self, file: SourceFile, *, limit_bytes: int) -> bytes:
        """The file's content.

        Raises:
            SourceDataInvalid: `source_file_too_large` when there is more than `limit_bytes`.
        """


class FeatureReader(Protocol):
    """Tells what an account lacks, before a run fails for it."""

    async def missing_features(self) -> tuple[Notice, ...]:
        """What is switched off in the account and would be needed, each with how to switch it on (F7)."""
