"""What is joined to what, the secrets to get there, and the settings."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy import text as sql

from fortnox_bridge.domain.connection import AccessState
from fortnox_bridge.storage.tables.base import METADATA, choice, identity, instant, one_of, reference, required, text
from fortnox_bridge.storage.types import JsonText

IS_ACTIVE = "is_active"

source_account = Table(
    "source_account",
    METADATA,
    identity(),
    text("connector"),
    text("external_id", is_optional=True),
    text("name"),
    choice("access", AccessState),
    text("credential_kind"),
    text("url", is_optional=True),
    required("extra", JsonText()),
    required("config", JsonText()),
    instant("created_at"),
    UniqueConstraint("connector", "external_id"),
    # What the composite foreign key of `connection` points at.
    UniqueConstraint("id", "connector"),
    one_of("access", AccessState),
)

fortnox_company = Table(
    "fortnox_company",
    METADATA,
    identity(),
    text("database_number", is_optional=True),
    text("name"),
    text("organisation_number", is_optional=True),
    choice("access", AccessState),
    required("has_service_account", Boolean()),
    required("is_looked_up_first", Boolean()),
    instant("created_at"),
    UniqueConstraint("database_number"),
    one_of("access", AccessState),
)

connection = Table(
    "connection",
    METADATA,
    identity(),
    required("source_account_id", Uuid()),
    reference("company_id", "fortnox_company"),
    # Copied from the source account, and held equal to it by the foreign key, for the rule of F4 below.
    text("connector"),
    text("name"),
    required("is_active", Boolean()),
    instant("created_at"),
    # Its place among the connections of its source account: the first whose route fits takes a deal (F5).
    required("position", Integer()),
    ForeignKeyConstraint(["source_account_id", "connector"], ["source_account.id", "source_account.connector"]),
    Index(None, "source_account_id"),
    # F4: per connector, a Fortnox company has at most one connection; those it was moved away from are not active.
    Index(
        "uq_connection_company_id_connector",
        "company_id",
        "connector",
        unique=True,
        sqlite_where=sql(IS_ACTIVE),
        postgresql_where=sql(IS_ACTIVE),
    ),
)

credential = Table(
    "credential",
    METADATA,
    identity(),
    reference("source_account_id", "source_account", is_optional=True, on_delete="CASCADE"),
    reference("company_id", "fortnox_company", is_optional=True, on_delete="CASCADE"),
    text("kind"),
    # None: nothing was granted yet; the row exists so that it can be locked.
    Column("secret", LargeBinary()),
    instant("updated_at"),
    UniqueConstraint("source_account_id", "kind"),
    UniqueConstraint("company_id", "kind"),
    CheckConstraint("(source_account_id IS NULL) <> (company_id IS NULL)", name="one_owner"),
)

source_hook = Table(
    "source_hook",
    METADATA,
    identity(),
    reference("source_account_id", "source_account", on_delete="CASCADE"),
    required("token_hash", String(64)),
    text("user_name"),
    required("password", LargeBinary()),
    # Encrypted too: the token is part of it.
    required("url", LargeBinary()),
    required("vendor_ids", JsonText()),
    instant("created_at"),
    instant("revoked_at", is_optional=True),
    UniqueConstraint("token_hash"),
    Index(None, "source_account_id"),
)

settings_revision = Table(
    "settings_revision",
    METADATA,
    reference("connection_id", "connection", on_delete="CASCADE"),
    required("revision", Integer()),
    required("major", Integer()),
    required("minor", Integer()),
    required("document", JsonText()),
    required("sha256", String(64)),
    text("author"),
    instant("created_at"),
    PrimaryKeyConstraint("connection_id", "revision"),
)
