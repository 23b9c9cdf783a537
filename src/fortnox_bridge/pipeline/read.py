"""Read: what the deal is now, what we made of it before, and therefore what there is to do.

The trigger is only a hint. The cheap head comes first; the whole deal is read only when there is work.
"""

from collections.abc import Iterable

from fortnox_bridge.domain.deal import Deal, DealHead, LineKind
from fortnox_bridge.domain.document import Document, DocumentKind, DocumentState
from fortnox_bridge.domain.errors import SourceDataInvalid
from fortnox_bridge.domain.rules import DocumentRules, SyncRules
from fortnox_bridge.domain.run import RequestedAction, Run
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.document.billed import decide_billed
from fortnox_bridge.pipeline.document.standing import asked_update, followed, is_to_go, withdrawal
from fortnox_bridge.pipeline.merged import every_ref
from fortnox_bridge.pipeline.note_text import tells_of
from fortnox_bridge.pipeline.outcome import Outcome, Proceed, Skip
from fortnox_bridge.pipeline.read_facts import HeadFacts, Seen
from fortnox_bridge.pipeline.wanted import BY_A_PERSON, CLOSED, wanted_kind
from fortnox_bridge.pipeline.work import ConvertOrder, FinishNote, MakeDraft, Work


async def gather_head(ctx: StageContext) -> HeadFacts:
    head = ctx.head or await ctx.source.deals.read_head(ctx.run.source)
    refs = every_ref(ctx, head)
    documents = tuple([each for ref in refs for each in await ctx.documents.documents_of(ref, ctx.run.key.generation)])
    kind = wanted_kind(head.stage, documents, ctx.run, ctx.rules)
    seen = [
        Seen(document.id, await ctx.fortnox.get_document(document.kind, document.number))
        for document in documents
        if document.number is not None and _must_be_seen(document, kind, ctx.run)
    ]
    can_note = ctx.source.notes is not None and ctx.rules.notes.note_on_success
    is_made = any(document.state is DocumentState.CREATED for document in documents)
    elsewhere = (
        () if is_made else tuple([each for ref in refs for each in await ctx.documents.documents_elsewhere(ref)])
    )
    return HeadFacts(head, documents, await ctx.notes.find(), tuple(seen), can_note, elsewhere)


def decide_head(facts: HeadFacts, run: Run, rules: SyncRules) -> Outcome[Work]:
    kind = wanted_kind(facts.head.stage, facts.documents, run, rules)
    goes = is_to_go(facts, run, rules)
    closed = _reason_to_skip(facts.head, None if goes else kind)
    begun = _begun(facts.documents, None if closed else kind, run)
    if begun is not None:
        return Proceed(_continue(begun, facts, kind, closed, is_detour=goes or _asks_for_more(begun, run)))
    asked = asked_update(facts, run) or (withdrawal(facts) if goes else None)
    if asked is not None:
        return Proceed(asked)
    outcome = _by_rules(facts, kind, closed, run)
    if isinstance(outcome, Skip):
        return _or(followed(facts, kind, run, rules, outcome), outcome)
    if isinstance(outcome.value, FinishNote) and not outcome.value.is_rewrite:
        return _or(followed(facts, kind, run, rules, outcome.value), outcome)
    return outcome


def _or(work: Work | None, outcome: Outcome[Work]) -> Outcome[Work]:
    return outcome if work is None else Proceed(work)


def _by_rules(facts: HeadFacts, kind: DocumentKind | None, closed: Skip | None, run: Run) -> Outcome[Work]:
    if closed is not None or kind is None:
        return closed or Skip("no_rule", {"record": facts.head.title, "stage": "…"})
    own = facts.find(kind)
    if own is not None and own.state in {DocumentState.CREATED, DocumentState.REMOVED}:
        return _documented(own, facts, run)
    _refuse_second_company(facts, run)
    return _undocumented(kind, own, facts)


async def gather_deal(ctx: StageContext, head: DealHead) -> Deal:
    return await ctx.source.deals.read_deal(head)


def decide_deal(deal: Deal, rules: DocumentRules) -> Proceed[Deal]:
    """The deal as it is billed; what cannot become one document without guessing is refused (F63)."""
    for line in deal.lines:
        if line.is_enabled and line.kind not in {LineKind.PRODUCT, LineKind.TEXT}:
            raise SourceDataInvalid(
                "line_kind_unsupported", where=deal.url, record=deal.title, line=line.name, kind=line.kind
            )
    return Proceed(decide_billed(deal, rules))


def _must_be_seen(document: Document, kind: DocumentKind | None, run: Run) -> bool:
    if document.state is not DocumentState.CREATED:
        return False
    if document.kind is kind:
        # An update reads the draft itself, just before it writes.
        is_read_later = run.requested_action is RequestedAction.UPDATE
        return run.trigger in BY_A_PERSON and document.run_id != run.id and not is_read_later
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


def _asks_for_more(begun: Document, run: Run) -> bool:
    """A person wants a draft brought up to date that another run has only just made."""
    return run.requested_action is RequestedAction.UPDATE and begun.run_id != run.id


def _continue(
    begun: Document, facts: HeadFacts, kind: DocumentKind | None, closed: Skip | None, *, is_detour: bool
) -> Work:
    if begun.converted_from is not None and not begun.is_verified:
        order = next(document for document in facts.documents if document.id == begun.converted_from)
        return ConvertOrder(order, begun)
    if begun.state is DocumentState.SENDING or (not begun.is_verified and closed is None):
        is_other = kind not in {None, begun.kind}
        return MakeDraft(begun.kind, begun, otherwise=closed, is_detour=is_detour or is_other)
    return FinishNote(begun)


def _documented(own: Document, facts: HeadFacts, run: Run) -> Outcome[Work]:
    params = {"record": facts.head.title, "kind": own.kind.value, "number": own.number or "…"}
    if own.state is DocumentState.REMOVED:
        raise SourceDataInvalid("document_removed", where=facts.head.url, **params)
    if run.trigger in BY_A_PERSON:
        if not facts.is_alive(own):
            raise SourceDataInvalid("document_removed", where=facts.head.url, **params)
        return Proceed(FinishNote(own, is_rewrite=True))
    twins = [each for each in facts.documents if each.kind is own.kind and each.state is DocumentState.CREATED]
    if len(twins) > 1:
        # Each has its own note, which the source took along when it merged the records.
        numbers = ", ".join(each.number or "…" for each in twins)
        return Skip("merged_documents", {"record": facts.head.title, "numbers": numbers})
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
    elif own is None or own.state is not DocumentState.WITHDRAWN:
        # An order keeps answering the invoice it once became, also when we have cancelled that one since.
        order = facts.find(DocumentKind.ORDER)
        if order is not None and order.state is DocumentState.CREATED and facts.is_alive(order):
            return Proceed(ConvertOrder(order, own))
    return Proceed(MakeDraft(kind, own))
