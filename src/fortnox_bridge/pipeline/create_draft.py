"""Create draft: customer, articles, document. The only stage that writes to Fortnox, each write behind its intent.

The algorithm is that of reliability 4.3: the intent is committed before the POST, the number before anything else
after it, and a POST is repeated only when the first one provably never arrived.
"""

from uuid import UUID, uuid5

from fortnox_bridge.domain.document import CreatedDocument, Document, DocumentKind, DocumentState
from fortnox_bridge.domain.draft_plan import DraftPlan, KnownCustomer, NewCustomer
from fortnox_bridge.domain.errors import (
    InvariantBroken,
    MappingMissing,
    OutcomeUnknown,
    RateLimited,
    ReconnectRequired,
    SourceDataInvalid,
    UserAction,
)
from fortnox_bridge.domain.fingerprint import differences
from fortnox_bridge.domain.fortnox_fields import CustomerField
from fortnox_bridge.domain.ids import DocumentId
from fortnox_bridge.domain.link import LinkKind
from fortnox_bridge.domain.marker import Marker
from fortnox_bridge.domain.snapshot import content_hash
from fortnox_bridge.pipeline.articles.creation import ensure_article, update_article
from fortnox_bridge.pipeline.articles.staleness import find_stale_article
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.customers.creation import ensure_customer
from fortnox_bridge.pipeline.customers.matching import CustomerMatch
from fortnox_bridge.pipeline.document.answer import compare, find_bearer
from fortnox_bridge.pipeline.document.locked_period import planned_anew
from fortnox_bridge.pipeline.document.recovery import look_up, removed
from fortnox_bridge.pipeline.document.warehouse import mark_ready
from fortnox_bridge.pipeline.sending import send_deadline
from fortnox_bridge.sdk import NotSent

_NOT_COMPLETED = "not_completed"
_DOCUMENT_IDS = UUID("6f0b6b3e-52c1-5d0e-9a65-5a3c2f1f7d10")


async def create(ctx: StageContext, plan: DraftPlan, match: CustomerMatch, earlier: Document | None) -> Document:
    """Make the draft, or find the one an earlier attempt made, and compare it with the plan."""
    if earlier is not None and earlier.state is DocumentState.CREATED:
        return await _verify_earlier(ctx, plan, earlier)
    customer = await prepare(ctx, plan, match)
    document = earlier or await ctx.documents.reserve(intent(ctx, plan.kind, plan.marker))
    document, created = await _find_or_send(ctx, plan, customer, document)
    return await verify(ctx, plan, customer, document, created)


async def prepare(ctx: StageContext, plan: DraftPlan, match: CustomerMatch) -> KnownCustomer:
    """Make what the draft rests on: its customer and articles."""
    customer = await ensure_customer(ctx, plan.customer, match, plan.customer_update)
    for article in plan.new_articles:
        await ensure_article(ctx, article)
    for update in plan.article_updates:
        await update_article(ctx, update)
    return customer


def plan_hash(ctx: StageContext, plan: DraftPlan, customer_number: str) -> str:
    """Equal for plans that would make the same draft."""
    return content_hash(ctx.fortnox.payload(plan, customer_number))


async def resolve(ctx: StageContext, document: Document) -> Document | None:
    """Find out what became of a draft that may have been sent; None: it never arrived."""
    found = await look_up(ctx, document, document.notices)
    return found[0] if found else None


def intent(ctx: StageContext, kind: DocumentKind, marker: Marker, converted_from: DocumentId | None = None) -> Document:
    return Document(
        # Made of the marker, so that a repeated reservation names the same row and needs no random source.
        id=DocumentId(uuid5(_DOCUMENT_IDS, f"{ctx.connection.id}:{marker}")),
        connection_id=ctx.connection.id,
        company_id=ctx.company.id,
        source=ctx.run.source,
        kind=kind,
        generation=ctx.run.key.generation,
        marker=marker,
        state=DocumentState.INTENDED,
        run_id=ctx.run.id,
        converted_from=converted_from,
    )


async def _find_or_send(
    ctx: StageContext, plan: DraftPlan, customer: KnownCustomer, document: Document
) -> tuple[Document, CreatedDocument]:
    if document.state is DocumentState.CREATED:
        return document, await _living(ctx, document)
    if document.state is DocumentState.REMOVED:
        raise removed(document, document.number)
    # A first attempt saves the look-up: nothing can be there, unless our memory is younger than Fortnox's.
    if document.attempt > 0 or ctx.company.is_looked_up_first:
        found = await look_up(ctx, document, plan.notices)
        if found is not None:
            return found
    return await _send(ctx, plan, customer, document)


async def _send(
    ctx: StageContext, plan: DraftPlan, customer: KnownCustomer, document: Document
) -> tuple[Document, CreatedDocument]:
    send_before = send_deadline(ctx)
    document = await ctx.documents.mark_sending(document.id, plan_hash(ctx, plan, customer.number))
    ctx.checkpoint("draft.intent_committed")
    try:
        created = await ctx.fortnox.create_document(plan, customer.number, send_before=send_before)
    except (RateLimited, NotSent):
        await ctx.documents.mark_rejected(document.id)
        raise
    except OutcomeUnknown as error:
        found = await look_up(ctx, document, plan.notices)
        if found is None:
            raise InvariantBroken("quarantine_skipped", kind=document.kind.value) from error
        return found
    except UserAction as error:
        found = await _rejected(ctx, plan, document)
        if found is not None:
            return found
        if error.code == "fortnox_period_locked":
            again = await planned_anew(ctx, plan.document_date)
            raise again or error from error
        stale = None if isinstance(error, ReconnectRequired) else await find_stale_article(ctx, plan.rows)
        raise stale or error from error
    ctx.checkpoint("draft.posted")
    document = await ctx.documents.mark_created(document.id, created, plan.notices)
    ctx.checkpoint("draft.recorded")
    return document, created


async def _rejected(ctx: StageContext, plan: DraftPlan, document: Document) -> tuple[Document, CreatedDocument] | None:
    """Fortnox said no. After an earlier attempt that need not be the last word: that one may have arrived."""
    if document.attempt > 1:
        hits = await ctx.fortnox.find_documents(document.kind, document.marker)
        if any(hit.marker == document.marker and not hit.is_cancelled for hit in hits):
            return await look_up(ctx, document, plan.notices)
    await ctx.documents.mark_rejected(document.id)
    return None


async def _living(ctx: StageContext, document: Document) -> CreatedDocument:
    now = await ctx.fortnox.get_document(document.kind, document.number) if document.number else None
    if now is None or now.is_cancelled:
        await ctx.documents.mark_removed(document.id)
        raise removed(document, document.number)
    return now


async def _verify_earlier(ctx: StageContext, plan: DraftPlan, document: Document) -> Document:
    """A draft that was recorded, then a crash: compare it now."""
    created = await _living(ctx, document)
    customer = plan.customer
    if isinstance(customer, NewCustomer):
        # Nobody in Fortnox answers to this customer any more, so whoever is on the draft is somebody else.
        customer = KnownCustomer("–", customer.fields[CustomerField.NAME], None, customer.source)
    return await verify(ctx, plan, customer, document, created)


async def verify(
    ctx: StageContext, plan: DraftPlan, customer: KnownCustomer, document: Document, created: CreatedDocument
) -> Document:
    """Compare what Fortnox answered with the plan, and act upon it (F31, F57, F66)."""
    verdict = compare(plan, customer, created, await find_bearer(ctx, plan, created))
    if not verdict.is_customer_right:
        raise await _refuse_customer(ctx, customer, document, created)
    notices, fingerprint = (*document.notices, *verdict.notices), None
    if verdict.must_be_checked:
        fingerprint = await _mark_not_completed(ctx, document, created)
        ctx.checkpoint("draft.marked_not_completed")
    else:
        notices += await mark_ready(ctx, plan, created)
    verified = await ctx.documents.mark_verified(document.id, notices, fingerprint)
    ctx.checkpoint("draft.verified")
    return verified


async def _mark_not_completed(ctx: StageContext, document: Document, created: CreatedDocument) -> str | None:
    """What the draft shows since; None when somebody else has changed it too, so that this is not taken for ours."""
    try:
        marked = await ctx.fortnox.mark_not_completed(document.kind, created.number)
    except SourceDataInvalid:
        # A human took it over already, sent or booked it: then it is his, and the notice still tells.
        return None
    if document.fingerprint is None or marked.fingerprint is None:
        return None
    is_ours_alone = set(differences(document.fingerprint, marked.fingerprint)) <= {_NOT_COMPLETED}
    return marked.fingerprint if is_ours_alone else None


async def _refuse_customer(
    ctx: StageContext, customer: KnownCustomer, document: Document, created: CreatedDocument
) -> UserAction:
    """The number means somebody else by now (F31): take our untouched draft back and forget the pairing."""
    if customer.source is not None:
        await ctx.links.forget(LinkKind.CUSTOMER, customer.source)
    # First the intent: a crash in between finds the living draft by its marker and takes it back then.
    await ctx.documents.mark_withdrawn(document.id)
    ctx.checkpoint("draft.withdrawn")
    is_cancelled = await ctx.fortnox.cancel_untouched(document.kind, created.number)
    ctx.checkpoint("draft.cancelled")
    if is_cancelled:
        await ctx.documents.mark_cancelled(document.id)
    else:
        await ctx.documents.mark_created(document.id, created, document.notices)
    code = "customer_reassigned" if is_cancelled else "customer_reassigned_kept"
    return MappingMissing(
        code,
        number=created.customer_number,
        expected=customer.name,
        found=created.customer_name,
        document=created.number,
    )
