"""What became of a draft whose POST was not answered: found by its marker, waited for, or free to be sent again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fortnox_bridge.domain.document import CreatedDocument, Document, DocumentState
from fortnox_bridge.domain.errors import MappingMissing, OutcomeUnknown, SourceDataInvalid
from fortnox_bridge.domain.run import Notice
from fortnox_bridge.domain.timing import Timing
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.quarantine import Resend, Wait, decide_miss


@dataclass(frozen=True, slots=True)
class Adopt:
    """Ours is found. `extras` carry the same marker and should not exist."""

    kept: CreatedDocument
    extras: tuple[CreatedDocument, ...] = ()


@dataclass(frozen=True, slots=True)
class Removed:
    """Somebody cancelled it in Fortnox; a new one needs a new generation."""

    number: str


def decide_lookup(
    document: Document, hits: Sequence[CreatedDocument], now: datetime, timing: Timing
) -> Adopt | Removed | Wait | Resend:
    ours = (hit for hit in hits if hit.marker == document.marker and not _is_withdrawn(document, hit))
    exact = sorted(ours, key=_in_number_order)
    live = [hit for hit in exact if not hit.is_cancelled]
    if live:
        kept = next((hit for hit in live if hit.number == document.number), live[0])
        return Adopt(kept, tuple(hit for hit in live if hit is not kept))
    if exact:
        return Removed(exact[0].number)
    if document.state is not DocumentState.SENDING:
        return Resend()
    return decide_miss(document.sent_at, document.first_missed_at, now, timing)


async def look_up(
    ctx: StageContext, document: Document, notices: tuple[Notice, ...]
) -> tuple[Document, CreatedDocument] | None:
    """Look for the draft by its marker and record what is found; None: it may be sent.

    Raises:
        OutcomeUnknown: it may still arrive; look again later.
        SourceDataInvalid: `document_removed`, somebody cancelled it.
        MappingMissing: `documents_doubled`, several live ones that a human has touched.
    """
    hits = await ctx.fortnox.find_documents(document.kind, document.marker)
    decision = decide_lookup(document, hits, ctx.clock.now(), ctx.timing)
    match decision:
        case Resend():
            return None
        case Wait():
            if decision.is_first_late_miss:
                await ctx.documents.mark_missed(document.id)
            raise OutcomeUnknown("document_outcome_unknown", retry_after_s=decision.seconds, kind=document.kind.value)
        case Removed():
            await ctx.documents.mark_removed(document.id)
            raise removed(document, decision.number)
        case Adopt():
            notices += await _cancel_extras(ctx, document, decision)
            adopted = await ctx.documents.mark_created(document.id, decision.kept, notices)
            ctx.checkpoint("draft.recorded")
            return adopted, decision.kept


def removed(document: Document, number: str | None) -> SourceDataInvalid:
    return SourceDataInvalid(
        "document_removed", record=document.source.external_id, kind=document.kind.value, number=number or "…"
    )


async def _cancel_extras(ctx: StageContext, document: Document, found: Adopt) -> tuple[Notice, ...]:
    notices = []
    for extra in found.extras:
        params = {"kind": document.kind.value, "number": extra.number, "kept": found.kept.number}
        if not await ctx.fortnox.cancel_untouched(document.kind, extra.number):
            raise MappingMissing("documents_doubled", **params)
        ctx.checkpoint("draft.extra_cancelled")
        notices.append(Notice("extra_draft_cancelled", params))
    return tuple(notices)


def _is_withdrawn(document: Document, hit: CreatedDocument) -> bool:
    """The one we cancelled ourselves; that we did is known by its number, which we kept."""
    return hit.is_cancelled and hit.number == document.number


def _in_number_order(document: CreatedDocument) -> tuple[int, str]:
    return len(document.number), document.number
