"""What rules ask of a connector again and again."""

from collections.abc import Awaitable
from decimal import Decimal
from typing import Final

from fortnox_bridge.domain.deal import Deal
from fortnox_bridge.domain.errors import BridgeError
from fortnox_bridge.domain.ids import SourceRef
from fortnox_bridge.sdk.connector import Session
from fortnox_bridge.sdk.listing import DealQuery
from fortnox_bridge.sdk.notes import FileUpload, Link, Note, Tone
from fortnox_bridge.testing.harness import LineSpec
from fortnox_bridge.testing.kit import Kit

HOSTILE: Final = "🪵 <b>fet</b> & \"citat\" 'ett' \u202eעברית\u202c é\u0301 {x} %s \\n"
PDF: Final = b"%PDF-1.7\n\x00\xff\n%%EOF"


async def error_of(call: Awaitable[object]) -> BridgeError | None:
    """The error of the taxonomy that `call` raises, None if it raises none. Other exceptions pass through."""
    try:
        await call
    except BridgeError as error:
        return error
    return None


async def read(kit: Kit, ref: SourceRef) -> Deal:
    async with kit.session() as session:
        return await session.deals.read_deal(await session.deals.read_head(ref))


def line_named(name: str) -> LineSpec:
    return LineSpec(name, Decimal(1), Decimal(100))


def note(
    reference: str = "FB-kit-1", *, heading: str = "Fortnox: utkast skapat", paragraph: str = "Allt gick bra."
) -> Note:
    return Note(
        tone=Tone.SUCCESS,
        heading=heading,
        reference=reference,
        facts=(("Kund", "1042"),),
        paragraphs=(paragraph,),
        links=(Link("Replay", "https://bridge.example/replay/kit"),),
    )


async def use_everything(session: Session, ref: SourceRef) -> None:
    """Use what is declared, once, as the service would. Errors of the taxonomy are none of the caller's business."""
    await error_of(session.account.identify())
    head = await session.deals.read_head(ref)
    await error_of(session.deals.read_deal(head))
    if session.notes is not None:
        await error_of(session.notes.create_note(ref, note("FB-everything")))
    if session.files is not None:
        await error_of(session.files.attach_file(ref, FileUpload("utkast.pdf", "application/pdf", PDF)))
    if session.fields is not None:
        await error_of(session.fields.list_fields())
    if session.stages is not None:
        await error_of(session.stages.list_pipelines())
    if session.lister is not None:
        await error_of(session.lister.list_deals(DealQuery(), None))
    if session.customers is not None:
        await error_of(session.customers.list_customers("company", None))
    if session.products is not None:
        await error_of(session.products.list_products(None))
    if session.features is not None:
        await error_of(session.features.missing_features())
