"""Read: what the deal is now, what we made of it before, and therefore what there is to do.

The trigger is only a hint. The cheap head comes first; the whole deal is read only when there is work.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from fortnox_bridge.domain.deal import Deal, DealHead, LineKind
from fortnox_bridge.domain.document import CreatedDocument, Document, DocumentElsewhere, DocumentKind, DocumentState
from fortnox_bridge.domain.errors import SourceDataInvalid
from fortnox_bridge.domain.ids import DocumentId
from fortnox_bridge.domain.link import NoteRecord
from fortnox_bridge.domain.rules import SyncRules
from fortnox_bridge.domain.run import RequestedAction, Run
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.note_text import tells_of
from fortnox_bridge.pipeline.outcome import Outcome, Proceed, Skip
from fortnox_bridge.pipeline.wanted import BY_A_PERSON, CLOSED, wanted_kind


@dataclass(frozen=True, slots=True)
class MakeDraft:
    """Make one draft. `document` is the row an earlier attempt left behind.

    `otherwise` is set when the deal no longer asks for a draft: then only what may already have been sent is
    looked for. `is_detour`: another document is wanted too, and comes after this one.
    """

    kind: DocumentKind
    document: Document | None = None
    otherwise: Skip | None = None
    is_detour: bool = False


@dataclass(frozen=True, slots=True)
class ConvertOrder:
    """Turn our living order into its invoice (F10)."""

    order: Document
    invoice: Document | None = None


@dataclass(frozen=True, slots=True)
class FinishNote:
    """The draft stands: tell the source. `is_rewrite`: even if it was told before."""

    document: Document
    is_rewrite: bool = False


Work = MakeDraft | ConvertOrder | FinishNote


@dataclass(frozen=True, slots=True)
class Seen:
    """One of our documents as Fortnox shows it now; None when it is not there."""

    document_id: DocumentId
    now: CreatedDocument | None

    @property
    def is_alive(self) -> bool:
        return self.now is not None and not self.now.is_cancelled


@dataclass(frozen=True, slots=True)
class HeadFacts:
    head: DealHead
    documents: tuple[Document, ...]
    note: NoteRecord | None
    seen: tuple[Seen, ...]
    can_note: bool
    elsewhere: tuple[DocumentElsewhere, ...] = ()

    def find(self, kind: DocumentKind) -> Document | None:
        return next((document for document in self.documents if document.kind is kind), None)

    def is_alive(self, document: Document) -> bool:
        return any(seen.is_alive for seen in self.seen if seen.document_id == document.id)


async def gather_head(ctx: StageContext) -> HeadFacts:
    head = ctx.head or await ctx.source.deals.read_head(ctx.run.source)
    documents = await ctx.documents.documents_of(ctx.run.source, ctx.run.key.generation)
    kind = wanted_kind(head.stage, documents, ctx.run, ctx.rules)
    seen = [
        Seen(document.id, await ctx.fortnox.get_document(document.kind, document.number))
        for document in documents
        if document.number is not None and _must_be_seen(document, kind, ctx.run)
    ]
    can_note = ctx.source.notes is not None and ctx.rules.notes.note_on_success
    is_made = any(document.state is DocumentState.CREATED for document in documents)
    elsewhere = () if is_made else await ctx.documents.documents_elsewhere(ctx.run.source)
    return HeadFacts(head, documents, await ctx.notes.find(), tuple(seen), can_note, elsewhere)


def decide_head(facts: HeadFacts, run: Run, rules: SyncRules) -> Outcome[Work]:
    kind = wanted_kind(facts.head.stage, facts.documents, run, rules)
    closed = _reason_to_skip(facts.head, kind)
    begun = _begun(facts.documents, None if closed else kind, run)
    if begun is not None:
        return Proceed(_continue(begun, facts, kind, closed))
    if closed is not None or kind is None:
        return closed or Skip("no_rule")
    own = facts.find(kind)
    if own is not None and own.state in {DocumentState.CREATED, DocumentState.REMOVED}:
        return _documented(own, facts, run)
    _refuse_second_company(facts, run)
    return _undocumented(kind, own, facts)


async def gather_deal(ctx: StageContext, head: DealHead) -> Deal:
    return await ctx.source.deals.read_deal(head)


def decide_deal(deal: Deal) -> Proceed[Deal]:
    """Refuse what cannot become one document without guessing (F63)."""
    if deal.instalments:
        raise SourceDataInvalid(
            "instalments_present", where=deal.url, record=deal.title, count=str(len(deal.instalments))
        )
    for line in deal.lines:
        if not line.is_enabled:
            continue
        if line.recurrence is not None:
            raise SourceDataInvalid("recurring_line", where=deal.url, record=deal.title, line=line.name)
        if line.kind not in {LineKind.PRODUCT, LineKind.TEXT}:
            raise SourceDataInvalid(
                "line_kind_unsupported", where=deal.url, record=deal.title, line=line.name, kind=line.kind
            )
    return Proceed(deal)


def _must_be_seen(document: Document, kind: DocumentKind | None, run: Run) -> bool:
    if document.state is not DocumentState.CREATED:
        return False
    if document.kind is kind:
        return run.trigger in BY_A_PERSON and document.run_id != run.id
    return kind is DocumentKind.INVOICE


def _reason_to_skip(head: DealHead, kind: DocumentKind | None) -> Skip | None:
    if head.status in CLOSED:
        return Skip("deal_closed", {"record": head.title, "status": head.status.value})
    if kind is None:
        stage = head.stage
        return Skip("no_rule", {"record": head.title, "stage": (stage.name or stage.id) if stage else "…"})
    return None


def _begun(documents: Iterable[Document], kind: DocumentKind | None, run: Run) -> Document | None:
    """A document that must be brought to an end first: perhaps sent, not yet compared, or not yet told of."""
    for document in documents:
        is_open = document.state is DocumentState.SENDING
        is_unverified = document.state is DocumentState.CREATED and not document.is_verified
        is_ours = (
            document.state is DocumentState.CREATED and document.run_id == run.id and kind in {None, document.kind}
        )
        if is_open or is_unverified or is_ours:
            return document
    return None


def _continue(begun: Document, facts: HeadFacts, kind: DocumentKind | None, closed: Skip | None) -> Work:
    if begun.converted_from is not None and not begun.is_verified:
        order = next(document for document in facts.documents if document.id == begun.converted_from)
        return ConvertOrder(order, begun)
    if begun.state is DocumentState.SENDING or (not begun.is_verified and closed is None):
        return MakeDraft(begun.kind, begun, otherwise=closed, is_detour=kind not in {None, begun.kind})
    return FinishNote(begun)


def _documented(own: Document, facts: HeadFacts, run: Run) -> Outcome[Work]:
    params = {"record": facts.head.title, "kind": own.kind.value, "number": own.number or "…"}
    if own.state is DocumentState.REMOVED:
        raise SourceDataInvalid("document_removed", where=facts.head.url, **params)
    if run.trigger in BY_A_PERSON:
        if not facts.is_alive(own):
            raise SourceDataInvalid("document_removed", where=facts.head.url, **params)
        return Proceed(FinishNote(own, is_rewrite=True))
    if facts.can_note and not tells_of(facts.note, own):
        return Proceed(FinishNote(own))
    return Skip("already_documented", params)


def _refuse_second_company(facts: HeadFacts, run: Run) -> None:
    """One document per deal across all companies, unless a person asks for another in so many words (F4, F5)."""
    if not facts.elsewhere or run.requested_action is RequestedAction.NEW:
        return
    there = facts.elsewhere[0]
    raise SourceDataInvalid(
        "documented_elsewhere",
        where=facts.head.url,
        record=facts.head.title,
        company=there.company,
        kind=there.kind.value,
        number=there.number,
    )


def _undocumented(kind: DocumentKind, own: Document | None, facts: HeadFacts) -> Outcome[Work]:
    if kind is DocumentKind.ORDER:
        invoice = facts.find(DocumentKind.INVOICE)
        if invoice is not None and invoice.state is DocumentState.CREATED:
            return Skip("already_invoiced", {"record": facts.head.title, "number": invoice.number or "…"})
    else:
        order = facts.find(DocumentKind.ORDER)
        if order is not None and order.state is DocumentState.CREATED and facts.is_alive(order):
            return Proceed(ConvertOrder(order, own))
    return Proceed(MakeDraft(kind, own))
