"""Every table, on one MetaData. Rows never leave the storage: repositories answer domain objects."""

from fortnox_bridge.storage.tables.access import api_key, audit_log, oauth_state, replay_link
from fortnox_bridge.storage.tables.accounts import (
    connection,
    credential,
    fortnox_company,
    settings_revision,
    source_account,
    source_hook,
)
from fortnox_bridge.storage.tables.base import METADATA
from fortnox_bridge.storage.tables.documents import document, link, note, register_cache
from fortnox_bridge.storage.tables.runs import event, run, run_step

__all__ = [
    "METADATA",
    "api_key",
    "audit_log",
    "connection",
    "credential",
    "document",
    "event",
    "fortnox_company",
    "link",
    "note",
    "oauth_state",
    "register_cache",
    "replay_link",
    "run",
    "run_step",
    "settings_revision",
    "source_account",
    "source_hook",
]
