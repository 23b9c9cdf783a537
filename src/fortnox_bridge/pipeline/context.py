"""What every stage is given: the run, its connection, the rules, and the outside through ports."""

from dataclasses import dataclass

from fortnox_bridge.domain.checkpoints import Checkpoint
from fortnox_bridge.domain.clock import Clock
from fortnox_bridge.domain.connection import Connection, FortnoxCompany
from fortnox_bridge.domain.deal import DealHead
from fortnox_bridge.domain.rules import SyncRules
from fortnox_bridge.domain.run import Run, RunTask, TriggerKind
from fortnox_bridge.domain.timing import Timing
from fortnox_bridge.pipeline.ports import (
    AttachmentLedger,
    CustomerCopy,
    DocumentLedger,
    Followers,
    FortnoxPort,
    LinkLedger,
    NoteLedger,
    RegisterCache,
    StepLog,
    UserLinks,
    VatNumberCheck,
)
from fortnox_bridge.sdk import Session


@dataclass(frozen=True, slots=True)
class StageContext:
    """One run's world. `source_title` names the source system in sentences.

    `head` is the deal's if it had to be read to route the run; it is as fresh as the run's own first look.
    """

    run: Run
    connection: Connection
    company: FortnoxCompany
    rules: SyncRules
    source: Session
    source_title: str
    fortnox: FortnoxPort
    documents: DocumentLedger
    attachments: AttachmentLedger
    links: LinkLedger
    notes: NoteLedger
    registers: RegisterCache
    customer_copy: CustomerCopy
    vat_numbers: VatNumberCheck
    steps: StepLog
    user_links: UserLinks
    followers: Followers
    clock: Clock
    timing: Timing
    checkpoint: Checkpoint
    head: DealHead | None = None

    @property
    def is_afresh(self) -> bool:
        """Whether nothing remembered of Fortnox is believed.

        A person pressed Replay, perhaps having put something right there, or asked for this very customer or product.
        """
        is_asked_for = self.run.trigger is TriggerKind.MANUAL and self.run.key.task is not RunTask.DOCUMENT
        return is_asked_for or self.run.trigger is TriggerKind.REPLAY
