"""The ledgers of one run, as the pipeline asks for them."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from fortnox_bridge.storage.attachment_ledger import StoredAttachmentLedger
from fortnox_bridge.storage.customer_copy import StoredCustomerCopy
from fortnox_bridge.storage.document_ledger import StoredDocumentLedger
from fortnox_bridge.storage.link_ledger import StoredLinkLedger
from fortnox_bridge.storage.note_ledger import StoredNoteLedger
from fortnox_bridge.storage.register_cache import StoredRegisterCache
from fortnox_bridge.storage.run_binding import RunBinding
from fortnox_bridge.storage.step_log import StoredStepLog


@dataclass(frozen=True, slots=True)
class Ledgers:
    """A run that is not stored, as a preview's, may read them; its writes raise `LeaseLost`."""

    documents: StoredDocumentLedger
    attachments: StoredAttachmentLedger
    links: StoredLinkLedger
    notes: StoredNoteLedger
    registers: StoredRegisterCache
    customer_copy: StoredCustomerCopy
    steps: StoredStepLog


def ledgers_of(binding: RunBinding, new_id: Callable[[], UUID]) -> Ledgers:
    return Ledgers(
        documents=StoredDocumentLedger(binding),
        attachments=StoredAttachmentLedger(binding),
        links=StoredLinkLedger(binding, new_id),
        notes=StoredNoteLedger(binding, new_id),
        registers=StoredRegisterCache(binding.database, binding.company.id),
        customer_copy=StoredCustomerCopy(binding.database, binding.company.id),
        steps=StoredStepLog(binding),
    )
