"""The local copy of a company's customer register, for matching by fields that Fortnox cannot search (F20)."""

from sqlalchemy import Boolean, Column, Index, Integer, PrimaryKeyConstraint, Table

from fortnox_bridge.storage.tables.base import METADATA, instant, reference, required, text
from fortnox_bridge.storage.types import JsonText

customer_copy = Table(
    "customer_copy",
    METADATA,
    reference("company_id", "fortnox_company", on_delete="CASCADE"),
    text("number"),
    # The record as last seen. Whole at `detailed_at`; empty: it was never read whole, or has changed since.
    required("record", JsonText()),
    # Unknown until the customer was read whole.
    Column("is_active", Boolean()),
    instant("listed_at"),
    instant("detailed_at", is_optional=True),
    PrimaryKeyConstraint("company_id", "number"),
    Index("ix_customer_copy_detail", "company_id", "detailed_at"),
)

customer_copy_key = Table(
    "customer_copy_key",
    METADATA,
    reference("company_id", "fortnox_company", on_delete="CASCADE"),
    # Which field, and its value in the form that two systems are compared by.
    text("key"),
    text("value"),
    text("number"),
    PrimaryKeyConstraint("company_id", "key", "value", "number"),
    Index("ix_customer_copy_key_number", "company_id", "number"),
)

customer_copy_state = Table(
    "customer_copy_state",
    METADATA,
    reference("company_id", "fortnox_company", on_delete="CASCADE"),
    instant("wanted_at"),
    # How many customers Fortnox said there are.
    required("total", Integer()),
    # The full list: where it got to, and when it was last finished.
    Column("next_page", Integer()),
    instant("list_began_at", is_optional=True),
    instant("listed_at", is_optional=True),
    # What changed since this instant is still to be listed.
    instant("changes_from", is_optional=True),
    PrimaryKeyConstraint("company_id"),
)
