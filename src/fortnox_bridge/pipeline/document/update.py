"""Update: an untouched draft of ours is made to say what the deal says now (F60, F61).

Nothing here can double, and nothing of a person's is lost: the draft is read just before it is written, and the same
plan written twice says the same. The intent names the plan, so that after a lost answer our own writing is known again.
"""

from collections.abc import Callable

from fortnox_bridge.domain.document import CreatedDocument, Document
from fortnox_bridge.domain.draft_plan import DraftPlan, NewCustomer
from fortnox_bridge.domain.errors import InvariantBroken, UserAction
from fortnox_bridge.domain.fortnox_fields import VatType
from fortnox_bridge.domain.marker import Marker
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.create_draft import plan_hash, prepare, verify
from fortnox_bridge.pipeline.customers.matching import CustomerMatch
from fortnox_bridge.pipeline.document.recovery import removed
from fortnox_bridge.pipeline.document.rewriting import named
from fortnox_bridge.pipeline.document.touch import CHANGED, DraftTouched, decide


async def update(ctx: StageContext, plan: DraftPlan, match: CustomerMatch, document: Document) -> Document:
    """Write the plan over the draft, and compare the answer with the plan.

    Raises:
        DraftTouched: somebody else has changed, sent, booked or paid it; nothing was written.
        SourceDataInvalid: `document_removed`, somebody cancelled it.
    """
    if document.number is None:
        raise InvariantBroken("ledger_broken", detail="a draft without a number")
    customer = await prepare(ctx, plan, match)
    wanted = plan_hash(ctx, plan, customer.number)
    plan = await named(ctx, plan, _vat_type(plan, match))
    # Only a PUT of this very plan could have come from us.
    is_resumed = document.pending_plan_hash == wanted

    def is_ours(now: CreatedDocument) -> bool:
        return is_resumed and now.fingerprint is not None and ctx.fortnox.says(plan, customer.number, now.fingerprint)

    await ctx.documents.mark_updating(document.id, wanted)
    ctx.checkpoint("update.intent_committed")
    try:
        created = await ctx.fortnox.update_document(
            plan, customer.number, document.number, check=lambda now: _refuse_touched(document, now, is_ours)
        )
    except UserAction as error:
        await ctx.documents.mark_not_updated(document.id)
        if error.code == "document_removed":
            await ctx.documents.mark_removed(document.id)
        raise
    ctx.checkpoint("update.put")
    updated = await ctx.documents.mark_updated(document.id, created, wanted)
    ctx.checkpoint("update.recorded")
    return await verify(ctx, plan, customer, updated, created)


async def marker_of(ctx: StageContext, document: Document) -> Marker:
    """What the draft carries in Fortnox: an invoice made of our order has the order's marker."""
    if document.converted_from is None:
        return document.marker
    known = await ctx.documents.documents_of(document.source, document.generation)
    return next((each.marker for each in known if each.id == document.converted_from), document.marker)


def _vat_type(plan: DraftPlan, match: CustomerMatch) -> VatType | None:
    if isinstance(plan.customer, NewCustomer):
        return plan.customer.vat_type
    return match.record.vat_type if match.record is not None else None


def _refuse_touched(
    document: Document, now: CreatedDocument | None, is_ours: Callable[[CreatedDocument], bool]
) -> None:
    if now is None or now.is_cancelled:
        raise removed(document, document.number)
    notice = decide(document, now)
    if notice is not None and not (notice.code == CHANGED and is_ours(now)):
        raise DraftTouched(notice.code, **notice.params)
