"""Who may do what, one-time links, and who did what. Secrets stand here as hashes only."""

from sqlalchemy import Column, Index, LargeBinary, String, Table, UniqueConstraint

from fortnox_bridge.storage.tables.base import METADATA, identity, instant, reference, required, text
from fortnox_bridge.storage.types import JsonText

api_key = Table(
    "api_key",
    METADATA,
    identity(),
    required("key_hash", String(64)),
    text("name"),
    required("scopes", JsonText()),
    # None: good for every connection.
    reference("connection_id", "connection", is_optional=True, on_delete="CASCADE"),
    instant("created_at"),
    instant("expires_at", is_optional=True),
    instant("revoked_at", is_optional=True),
    UniqueConstraint("key_hash"),
)

oauth_state = Table(
    "oauth_state",
    METADATA,
    Column("state_hash", String(64), primary_key=True),
    text("provider"),
    required("payload", LargeBinary()),
    instant("created_at"),
    instant("expires_at"),
    Index(None, "expires_at"),
)

replay_link = Table(
    "replay_link",
    METADATA,
    Column("token_hash", String(64), primary_key=True),
    reference("run_id", "run", on_delete="CASCADE"),
    reference("connection_id", "connection", is_optional=True, on_delete="CASCADE"),
    instant("created_at"),
    instant("expires_at"),
    instant("used_at", is_optional=True),
    Index(None, "expires_at"),
)

audit_log = Table(
    "audit_log",
    METADATA,
    identity(),
    instant("at"),
    text("actor"),
    text("action"),
    reference("connection_id", "connection", is_optional=True, on_delete="SET NULL"),
    text("subject", is_optional=True),
    required("facts", JsonText()),
    Index("ix_audit_log_age", "at", "id"),
)
