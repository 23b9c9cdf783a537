"""What cards show without waiting for anybody: customers' documents as Fortnox last showed them (F100)."""

from sqlalchemy import Boolean, Column, Date, Index, PrimaryKeyConstraint, String, Table

from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.storage.tables.base import METADATA, choice, instant, reference, required, text
from fortnox_bridge.storage.types import ExactDecimal, JsonText

card_customer = Table(
    "card_customer",
    METADATA,
    reference("company_id", "fortnox_company", on_delete="CASCADE"),
    text("number"),
    # When Fortnox last told: everything that changed, and everything there is. None: never yet.
    instant("as_of", is_optional=True),
    instant("listed_at", is_optional=True),
    # Why the latest attempt failed, until one succeeds.
    instant("failed_at", is_optional=True),
    Column("failure", JsonText()),
    PrimaryKeyConstraint("company_id", "number"),
)

card_document = Table(
    "card_document",
    METADATA,
    reference("company_id", "fortnox_company", on_delete="CASCADE"),
    choice("kind", DocumentKind),
    text("number"),
    text("customer_number"),
    required("currency", String(3)),
    required("total", ExactDecimal()),
    required("document_date", Date()),
    Column("due_date", Date()),
    Column("balance", ExactDecimal()),
    Column("currency_rate", ExactDecimal()),
    required("is_booked", Boolean()),
    required("is_cancelled", Boolean()),
    required("is_paid", Boolean()),
    required("is_invoiced", Boolean()),
    # Known once the document was read by itself.
    Column("is_credit", Boolean()),
    Column("net", ExactDecimal()),
    instant("seen_at"),
    PrimaryKeyConstraint("company_id", "kind", "number"),
    Index("ix_card_document_customer", "company_id", "customer_number"),
)

card_record = Table(
    "card_record",
    METADATA,
    reference("source_account_id", "source_account", on_delete="CASCADE"),
    text("object_kind"),
    text("external_id"),
    text("name"),
    text("url", is_optional=True),
    # The customer number that the record itself states, where settings say that it does.
    text("stated_number", is_optional=True),
    # When the account's own tokens could read it.
    instant("seen_at"),
    PrimaryKeyConstraint("source_account_id", "object_kind", "external_id"),
)

card_press = Table(
    "card_press",
    METADATA,
    reference("source_account_id", "source_account", on_delete="CASCADE"),
    text("click_id"),
    reference("run_id", "run", is_optional=True, on_delete="CASCADE"),
    instant("pressed_at"),
    PrimaryKeyConstraint("source_account_id", "click_id"),
)
