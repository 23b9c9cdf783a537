"""What the pipeline needs from the outside, as protocols. `bootstrap` joins them to Fortnox and the storage.

Everything named ledger is durable: each call is one short transaction, committed when it returns, made under the
run's fence. A ledger call raises `LeaseLost` when the run belongs to somebody else.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Protocol

from fortnox_bridge.domain.attachment import AttachedFile, FileToAttach
from fortnox_bridge.domain.company_state import StatePart
from fortnox_bridge.domain.customer_copy import CopyAnswer
from fortnox_bridge.domain.document import CreatedDocument, Document, DocumentElsewhere, DocumentKind
from fortnox_bridge.domain.draft_plan import ArticleUpdate, CustomerUpdate, DraftPlan, NewArticle, NewCustomer
from fortnox_bridge.domain.ids import DocumentId, RunId, SourceRef
from fortnox_bridge.domain.link import Link, LinkKind, NoteRecord
from fortnox_bridge.domain.marker import Marker
from fortnox_bridge.domain.records import ArticleRecord, CustomerRecord, RegisterEntry
from fortnox_bridge.domain.rules import ArticleKey, CustomerKey
from fortnox_bridge.domain.run import Notice, Step
from fortnox_bridge.domain.vat import RegisterAnswer, VatNumber

Check = Callable[[CreatedDocument | None], None]


class FortnoxPort(Protocol):
    """Fortnox as the pipeline sees it. Reads may be repeated; each write says how it is protected.

    Raises by taxonomy: `UserAction` kinds for refusals, `RateLimited`, `Unavailable`, `OutcomeUnknown` for writes
    that may have happened, `NotSent` for writes that certainly did not.
    """

    async def find_customers(self, key: CustomerKey, value: str) -> tuple[CustomerRecord, ...]:
        """Customers whose field equals `value` after normalisation, active or not; never a prefix hit."""

    async def get_customer(self, number: str) -> CustomerRecord | None: ...

    async def create_customer(self, customer: NewCustomer) -> CustomerRecord:
        """Not idempotent; protected by the link ledger and the marker in the customer's external reference."""

    async def update_customer(self, update: CustomerUpdate) -> CustomerRecord:
        """Change the named fields and no other; answers the customer as it then is. Idempotent."""

    async def get_article(self, number: str) -> ArticleRecord | None: ...

    async def find_articles(self, key: ArticleKey, value: str) -> tuple[ArticleRecord, ...]:
        """Articles whose field equals `value`, case-insensitively, active or not; never a prefix hit."""

    async def create_article(self, article: NewArticle) -> ArticleRecord:
        """Idempotent by its number: a taken number answers the article that has it."""

    async def update_article(self, update: ArticleUpdate) -> ArticleRecord:
        """Change the named fields and nothing else; a price is `set_price`'s. Idempotent."""

    async def get_price(self, price_list: str, number: str) -> Decimal | None:
        """The article's price from the first piece on; None when the list has none."""

    async def set_price(self, price_list: str, number: str, price: Decimal) -> None:
        """Idempotent: the same price twice changes nothing."""

    async def create_document(self, plan: DraftPlan, customer_number: str, *, send_before: float) -> CreatedDocument:
        """POST the draft. Not idempotent; protected by the document ledger and the marker.

        Refuses with `NotSent` to send after the monotonic instant `send_before`.
        """

    async def get_document(self, kind: DocumentKind, number: str) -> CreatedDocument | None: ...

    async def find_documents(self, kind: DocumentKind, marker: Marker) -> tuple[CreatedDocument, ...]:
        """Every document with exactly this marker, cancelled ones included, over all pages."""

    async def mark_not_completed(self, kind: DocumentKind, number: str) -> CreatedDocument:
        """Guarded: only an unsent, unbooked, uncancelled draft is changed. Idempotent."""

    async def mark_warehouse_ready(self, number: str) -> None:
        """Mark an invoice ready for the warehouse module (klarmarkera). Idempotent.

        Raises:
            UserAction: Fortnox refuses, for instance without the module or without stock; the invoice is as before.
        """

    async def update_document(
        self, plan: DraftPlan, customer_number: str, number: str, *, check: Check
    ) -> CreatedDocument:
        """Make the draft say what the plan says, every row with every field. The same plan again changes nothing.

        `check` is given the draft as it is just before (None: it is not there) and raises if it must not be written.
        """

    def says(self, plan: DraftPlan, customer_number: str, shown: str) -> bool:
        """Whether a draft with the fingerprint `shown` says all that an update with this plan would make it say."""

    async def cancel_document(self, kind: DocumentKind, number: str, *, check: Check) -> None:
        """Cancel the draft, after `check` as for an update. One that is cancelled or gone stays so. Idempotent."""

    async def cancel_untouched(self, kind: DocumentKind, number: str) -> bool:
        """Cancel our own draft if nobody sent, booked or cancelled it; False when it was left alone. Idempotent."""

    async def convert_order(self, number: str) -> str:
        """Make the order's invoice and answer its number; an order converted before answers the same. Idempotent."""

    async def preview(self, kind: DocumentKind, number: str) -> bytes:
        """The PDF, without any effect on the document."""

    async def register(self, name: str) -> tuple[RegisterEntry, ...]:
        """One of Fortnox's lists, by our name (`fortnox_bridge.domain.records.REGISTERS`)."""

    async def company_state(self, part: StatePart) -> tuple[RegisterEntry, ...]:
        """One part of the company's own set-up; registers that settings choose from too are read by `register`."""

    async def upload_file(self, kind: DocumentKind, name: str, content_type: str, content: bytes) -> str:
        """Put a file in the archive and answer its id there. Not idempotent; a repetition leaves an unused file."""

    async def attached_files(self, kind: DocumentKind, number: str) -> frozenset[str]:
        """Archive ids of the files on a document."""

    async def attach_files(self, kind: DocumentKind, number: str, files: Sequence[FileToAttach]) -> None:
        """Attach files of the archive. Not idempotent; protected by `attached_files`."""

    def payload(self, plan: DraftPlan, customer_number: str) -> Mapping[str, object]:
        """The exact document payload that `create_document` would send."""


class DocumentLedger(Protocol):
    """Our record of drafts: the intent before the call, the number right after it."""

    async def documents_of(self, source: SourceRef, generation: int) -> tuple[Document, ...]: ...

    async def drafted_instalments(self, deal: SourceRef) -> tuple[SourceRef, ...]:
        """The instalments of this deal that have a draft which stands."""

    async def documents_elsewhere(self, source: SourceRef) -> tuple[DocumentElsewhere, ...]:
        """Those of the same record in other companies that stand, or may, as far as we know; newest first."""

    async def adopt(self, source: SourceRef, former_ids: Sequence[str]) -> int:
        """Make the documents and the note of records that were merged into `source` its own.

        Of two of one kind and generation the oldest; what `source` has already comes before all. Answers the latest
        generation that `source` then has. Idempotent.

        Raises:
            LockHeld: a run of one of those records is under way, and may still draft.
        """

    async def reserve(self, document: Document) -> Document:
        """Store the intent, or answer the row that already stands for the same source, kind and generation."""

    async def mark_sending(self, document_id: DocumentId, plan_hash: str | None = None) -> Document:
        """Commit that a POST may follow: attempt + 1, `sent_at` by the storage's clock, `first_missed_at` cleared.

        `plan_hash` is of what is about to be sent.
        """

    async def mark_missed(self, document_id: DocumentId) -> Document:
        """A look-up after the quarantine found nothing: the first of the two that allow sending again."""

    async def mark_rejected(self, document_id: DocumentId) -> None:
        """What was being sent was certainly not made. Only from `sending`."""

    async def mark_created(
        self, document_id: DocumentId, created: CreatedDocument, notices: tuple[Notice, ...]
    ) -> Document:
        """The number is known: answered, found by its marker, or converted from an order. `notices` replace."""

    async def mark_verified(
        self, document_id: DocumentId, notices: tuple[Notice, ...], fingerprint: str | None = None
    ) -> Document:
        """The answer was compared with the plan and acted upon. `notices` replace those held before.

        `fingerprint`: what the draft shows since we acted; None: as before.
        """

    async def mark_updating(self, document_id: DocumentId, plan_hash: str) -> Document:
        """Commit that a PUT of this plan may follow."""

    async def mark_not_updated(self, document_id: DocumentId) -> Document:
        """No PUT is under way: it was refused, or is not wanted any more. What the draft showed before still counts."""

    async def mark_updated(self, document_id: DocumentId, created: CreatedDocument, plan_hash: str) -> Document:
        """The draft says the plan: not yet compared, no notices, one revision more."""

    async def mark_removed(self, document_id: DocumentId) -> None: ...

    async def mark_withdrawn(self, document_id: DocumentId) -> None:
        """We are about to cancel it ourselves: the next attempt may make another one."""

    async def mark_kept(self, document_id: DocumentId) -> Document:
        """What we were about to cancel stands after all, as it did before."""

    async def mark_cancelled(self, document_id: DocumentId) -> Document:
        """What we withdrew is cancelled in Fortnox: nothing of ours stands, and nothing was converted."""


class AttachmentLedger(Protocol):
    """Files of the deal on their way to a document (F62)."""

    async def of(self, document_id: DocumentId) -> tuple[AttachedFile, ...]: ...

    async def mark_uploading(self, document_id: DocumentId, file_id: str, file_name: str) -> None:
        """An upload is about to be sent. One announced before keeps its place."""

    async def mark_uploaded(self, document_id: DocumentId, file_id: str, archive_id: str) -> None: ...

    async def mark_attached(self, document_id: DocumentId, file_ids: Sequence[str]) -> None: ...


class LinkLedger(Protocol):
    """Remembered pairings, and the right to create a missing counterpart."""

    async def find(self, kind: LinkKind, source: SourceRef) -> Link | None: ...

    async def adopt(self, kind: LinkKind, source: SourceRef, former_ids: Sequence[str]) -> None:
        """Make the pairing of a record that was merged into `source` its own, if it has none; the first that has one.

        A pairing that is only being made comes after those that stand.
        """

    async def claim(self, kind: LinkKind, source: SourceRef, marker: Marker) -> Link:
        """Take the right to create, or answer the link as it stands.

        The right passes to this run when its holder has ended. The caller owns the result if `owner` is its run. What
        was sent already keeps the marker it was sent with.
        """

    async def mark_sending(self, kind: LinkKind, source: SourceRef) -> Link: ...

    async def mark_missed(self, kind: LinkKind, source: SourceRef) -> Link: ...

    async def release(self, kind: LinkKind, source: SourceRef) -> None:
        """Nothing was created and nothing will be: the next run may try."""

    async def link(
        self, kind: LinkKind, source: SourceRef, record: CustomerRecord | ArticleRecord, *, is_picked: bool = False
    ) -> Link:
        """Remember the pairing, verified now."""

    async def forget(self, kind: LinkKind, source: SourceRef) -> None: ...


class NoteLedger(Protocol):
    """One note and one file per business key of the run. `content_hash` is the pipeline's own key of the content."""

    async def find(self) -> NoteRecord | None: ...

    async def mark_sending(self, reference: str, content_hash: str) -> NoteRecord: ...

    async def mark_written(self, note_id: str, content_hash: str) -> NoteRecord: ...

    async def mark_file(self, reference: str, file_name: str, file_id: str | None) -> NoteRecord:
        """`file_id` None: an upload is about to be sent."""


class RegisterCache(Protocol):
    """Fortnox records of the company that may be a day old. Reads answer None when older or never seen."""

    async def article(self, key: ArticleKey, value: str) -> ArticleRecord | None: ...

    async def keep_article(self, key: ArticleKey, value: str, article: ArticleRecord) -> None: ...

    async def drop_article(self, number: str) -> None: ...

    async def register(self, name: str, *, within: timedelta | None = None) -> tuple[RegisterEntry, ...] | None:
        """`within`: how old it may be, if less than a day."""

    async def vat_number(self, number: str) -> RegisterAnswer | None:
        """What the EU's register said of the number lately."""

    async def keep_vat_number(self, number: str, answer: RegisterAnswer) -> None: ...

    async def keep_register(self, name: str, entries: tuple[RegisterEntry, ...]) -> None: ...


class CustomerCopy(Protocol):
    """The local copy of the company's customer register, for fields that Fortnox itself cannot search by."""

    async def find(self, key: CustomerKey, value: str) -> CopyAnswer:
        """Who has `value`, in the form of `domain.customer_keys.comparable`, in the field `key`; costs no call.

        The copy may be behind: the caller asks Fortnox for each number and compares before use. Asking tells the
        copy that it is wanted, so that it is read and kept up to date from then on.
        """


class VatNumberCheck(Protocol):
    """The EU's register of VAT numbers."""

    async def check(self, number: VatNumber) -> RegisterAnswer:
        """One look-up with a short deadline. Never raises for the register's sake: it has an answer for its silence."""


class Followers(Protocol):
    """Runs that a run leaves behind it."""

    async def start(self, source: SourceRef, kind: DocumentKind | None) -> None:
        """Queue a run for `source`, of the same account and connection, that makes a document of `kind`.

        None: the run looks for itself what has become of what stands.

        Idempotent while that run is queued; a run for work that is done finds nothing to do.
        """

    async def hand_over(self, source: SourceRef) -> None:
        """Queue this very work for `source`, which this run's record was merged into. Idempotent while it is queued."""


class StepLog(Protocol):
    async def record(self, step: Step) -> None: ...


class UserLinks(Protocol):
    """Links that notes show to people."""

    async def run_page(self, run_id: RunId) -> str:
        """A fresh, expiring link to the page of the deal's run, where Replay can be pressed."""
