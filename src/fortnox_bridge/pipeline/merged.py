"""Records that the source merged: the one they became is worked on, and what was drafted for them is its own.

Only a run of the record as it is now may draft. A run of an earlier id hands its work over, since it has read the
merged record; the other one waits while such a run is under way, since that one may have read the record before.
So there is one draft, however the events of the old ids and the new one come.
"""

from fortnox_bridge.domain.deal import DealHead
from fortnox_bridge.domain.errors import LockHeld
from fortnox_bridge.domain.ids import SourceRef
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.outcome import Skip


async def take_over(ctx: StageContext, head: DealHead) -> Skip | None:
    """Make the drafts of merged records those of this one; a `Skip` when this is a record that was merged.

    Raises:
        LockHeld: a run of a merged record is under way, or this run must look again at what it took over.
    """
    if ctx.run.source.external_id in head.former_ids:
        await ctx.followers.hand_over(head.ref)
        return Skip("merged_away", {"record": head.title, "id": head.ref.external_id})
    if not head.former_ids:
        return None
    latest = await ctx.documents.adopt(ctx.run.source, head.former_ids)
    if latest > ctx.run.key.generation:
        raise LockHeld("merged_record_busy", retry_after_s=0.0, record=head.title)
    return None


def every_ref(ctx: StageContext, head: DealHead) -> tuple[SourceRef, ...]:
    """The record under the id it has now first, then under those that were merged into it."""
    return tuple(dict.fromkeys((head.ref, ctx.run.source, *former_refs(head.ref, head.former_ids))))


def former_refs(ref: SourceRef, former_ids: tuple[str, ...]) -> tuple[SourceRef, ...]:
    return tuple(SourceRef(ref.connector, ref.account, ref.kind, external_id) for external_id in former_ids)
