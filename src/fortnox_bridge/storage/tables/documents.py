"""What was made in Fortnox and in the source, also while it is being made; and what we remember of registers."""

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
)

from fortnox_bridge.domain.document import DocumentKind, DocumentState
from fortnox_bridge.domain.link import LinkKind, LinkState
from fortnox_bridge.domain.run import RunTask
from fortnox_bridge.storage.tables.base import METADATA, choice, identity, instant, one_of, reference, required, text
from fortnox_bridge.storage.types import ExactDecimal, JsonText

document = Table(
    "document",
    METADATA,
    identity(),
    reference("connection_id", "connection"),
    reference("company_id", "fortnox_company"),
    text("connector"),
    text("account"),
    text("object_kind"),
    text("external_id"),
    choice("kind", DocumentKind),
    required("generation", Integer()),
    text("marker"),
    choice("state", DocumentState),
    required("attempt", Integer()),
    instant("sent_at", is_optional=True),
    instant("first_missed_at", is_optional=True),
    text("number", is_optional=True),
    text("customer_number", is_optional=True),
    text("customer_name", is_optional=True),
    Column("total", ExactDecimal()),
    Column("currency", String(3)),
    instant("created_at"),
    reference("run_id", "run", is_optional=True),
    reference("converted_from", "document", is_optional=True),
    required("is_verified", Boolean()),
    required("notices", JsonText()),
    text("ocr", is_optional=True),
    # What we sent last, and what Fortnox then showed: a draft that shows anything else was touched (F60, F61).
    text("plan_hash", is_optional=True),
    text("fingerprint", is_optional=True),
    # Of the plan that may be half way over the draft just now.
    text("pending_plan_hash", is_optional=True),
    # How often the draft was written; none: once, before that was counted.
    Column("revision", Integer()),
    # The promise of one draft (facts: reliability 4.3), whatever the code above believes.
    UniqueConstraint(
        "company_id",
        "connector",
        "account",
        "object_kind",
        "external_id",
        "kind",
        "generation",
        name="uq_document_business_key",
    ),
    UniqueConstraint("company_id", "kind", "number"),
    one_of("state", DocumentState),
    # A deal's documents whichever company they are in (F5).
    Index("ix_document_source", "connector", "account", "object_kind", "external_id"),
    Index("ix_document_connection_age", "connection_id", "created_at", "id"),
)

document_attachment = Table(
    "document_attachment",
    METADATA,
    reference("document_id", "document", on_delete="CASCADE"),
    text("file_id"),
    text("file_name"),
    # What Fortnox's archive calls it, known before it is attached.
    text("archive_id", is_optional=True),
    instant("uploaded_at", is_optional=True),
    instant("attached_at", is_optional=True),
    PrimaryKeyConstraint("document_id", "file_id"),
)

link = Table(
    "link",
    METADATA,
    identity(),
    reference("connection_id", "connection"),
    # Part of the key: after a switch to another company the links stay with the old one (F4).
    reference("company_id", "fortnox_company"),
    choice("kind", LinkKind),
    text("connector"),
    text("account"),
    text("object_kind"),
    text("external_id"),
    choice("state", LinkState),
    text("number", is_optional=True),
    Column("record", JsonText()),
    instant("verified_at", is_optional=True),
    text("marker", is_optional=True),
    reference("owner", "run", is_optional=True, on_delete="SET NULL"),
    instant("sent_at", is_optional=True),
    instant("first_missed_at", is_optional=True),
    required("is_picked_by_user", Boolean()),
    instant("created_at"),
    UniqueConstraint(
        "connection_id",
        "company_id",
        "kind",
        "connector",
        "account",
        "object_kind",
        "external_id",
        name="uq_link_source_record",
    ),
    one_of("state", LinkState),
)

note = Table(
    "note",
    METADATA,
    identity(),
    reference("connection_id", "connection"),
    reference("source_account_id", "source_account"),
    text("object_kind"),
    text("external_id"),
    choice("task", RunTask),
    required("generation", Integer()),
    choice("state", LinkState),
    text("reference"),
    text("note_id", is_optional=True),
    text("content_hash", is_optional=True),
    text("file_id", is_optional=True),
    text("file_name", is_optional=True),
    instant("sent_at", is_optional=True),
    UniqueConstraint(
        "source_account_id", "object_kind", "external_id", "task", "generation", name="uq_note_business_key"
    ),
    one_of("state", LinkState),
)

register_cache = Table(
    "register_cache",
    METADATA,
    reference("company_id", "fortnox_company", on_delete="CASCADE"),
    text("kind"),
    text("key"),
    text("number", is_optional=True),
    Column("value", JsonText(), nullable=False),
    instant("fetched_at"),
    PrimaryKeyConstraint("company_id", "kind", "key"),
    Index(None, "company_id", "number"),
)
