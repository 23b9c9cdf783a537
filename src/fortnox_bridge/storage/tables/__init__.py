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
from fortnox_bridge.storage.tables.actions import action_call
from fortnox_bridge.storage.tables.backfills import backfill, backfill_item, watermark
from fortnox_bridge.storage.tables.base import METADATA
from fortnox_bridge.storage.tables.cards import card_customer, card_document, card_press, card_record
from fortnox_bridge.storage.tables.customer_copy import customer_copy, customer_copy_key, customer_copy_state
from fortnox_bridge.storage.tables.documents import document, document_attachment, link, note, register_cache
from fortnox_bridge.storage.tables.runs import event, run, run_step
from fortnox_bridge.storage.tables.turns import turn

__all__ = [
    "METADATA",
    "action_call",
    "api_key",
    "audit_log",
    "backfill",
    "backfill_item",
    "card_customer",
    "card_document",
    "card_press",
    "card_record",
    "connection",
    "credential",
    "customer_copy",
    "customer_copy_key",
    "customer_copy_state",
    "document",
    "document_attachment",
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
    "turn",
    "watermark",
]
