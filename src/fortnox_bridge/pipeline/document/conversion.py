"""Create draft, the order's invoice: made by Fortnox out of our living order (F10).

Nothing here can double: Fortnox converts an order once and then keeps answering the invoice it became.
"""

from fortnox_bridge.domain.document import Document, DocumentKind, DocumentState
from fortnox_bridge.domain.errors import InvariantBroken, Unavailable, UserAction
from fortnox_bridge.domain.marker import document_marker
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.create_draft import intent
from fortnox_bridge.pipeline.default_fill import company_number_of
from fortnox_bridge.pipeline.work import ConvertOrder


async def convert(ctx: StageContext, work: ConvertOrder) -> Document:
    invoice = work.invoice or await _reserve(ctx, work.order)
    if invoice.state is not DocumentState.CREATED:
        invoice = await _convert(ctx, work.order, invoice)
    verified = await ctx.documents.mark_verified(invoice.id, work.order.notices)
    ctx.checkpoint("draft.verified")
    return verified


async def _reserve(ctx: StageContext, order: Document) -> Document:
    marker = document_marker(company_number_of(ctx), ctx.run.source, DocumentKind.INVOICE, ctx.run.key.generation)
    return await ctx.documents.reserve(intent(ctx, DocumentKind.INVOICE, marker, converted_from=order.id))


async def _convert(ctx: StageContext, order: Document, invoice: Document) -> Document:
    if order.number is None:
        raise InvariantBroken("order_without_number", kind=order.kind.value)
    if invoice.converted_from is not None:
        # A row that was meant for a POST of its own must not look as if that POST were under way: its marker
        # is not on the converted invoice, and a look-up would wrongly find nothing.
        invoice = await ctx.documents.mark_sending(invoice.id)
    ctx.checkpoint("convert.intent_committed")
    try:
        number = await ctx.fortnox.convert_order(order.number)
    except UserAction:
        if invoice.state is DocumentState.SENDING:
            await ctx.documents.mark_rejected(invoice.id)
        raise
    ctx.checkpoint("convert.put")
    created = await ctx.fortnox.get_document(DocumentKind.INVOICE, number)
    if created is None:
        raise Unavailable("converted_invoice_unreadable", number=number)
    recorded = await ctx.documents.mark_created(invoice.id, created, order.notices)
    ctx.checkpoint("convert.recorded")
    return recorded
