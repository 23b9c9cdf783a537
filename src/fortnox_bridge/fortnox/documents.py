"""Draft invoices and orders. Nothing here books, prints or sends."""

from collections.abc import Mapping
from typing import Final

from fortnox_bridge.domain.document import CreatedDocument, DocumentKind
from fortnox_bridge.domain.draft_plan import DraftPlan
from fortnox_bridge.domain.errors import OutcomeUnknown, SourceDataInvalid, UserAction
from fortnox_bridge.domain.marker import Marker
from fortnox_bridge.fortnox import reading, wire
from fortnox_bridge.fortnox.client import FortnoxClient, is_refusal
from fortnox_bridge.fortnox.document_writing import document_payload
from fortnox_bridge.fortnox.errors import ORDER_CANCELLED, vendor_code
from fortnox_bridge.fortnox.resources import INVOICES, ORDERS, Action, Resource

_RESOURCES: Final[Mapping[DocumentKind, Resource]] = {DocumentKind.INVOICE: INVOICES, DocumentKind.ORDER: ORDERS}


class Documents:
    def __init__(self, client: FortnoxClient) -> None:
        self._client = client

    def payload(self, plan: DraftPlan, customer_number: str) -> Mapping[str, object]:
        resource = _RESOURCES[plan.kind]
        return {resource.single: document_payload(plan, customer_number)}

    async def create_document(self, plan: DraftPlan, customer_number: str, *, send_before: float) -> CreatedDocument:
        resource = _RESOURCES[plan.kind]
        content = await self._client.post(resource, document_payload(plan, customer_number), send_before=send_before)
        return reading.document(plan.kind, content, is_write=True)

    async def get_document(self, kind: DocumentKind, number: str) -> CreatedDocument | None:
        content = await self._client.get(_RESOURCES[kind], number)
        return None if content is None else reading.document(kind, content)

    async def find_documents(self, kind: DocumentKind, marker: Marker) -> tuple[CreatedDocument, ...]:
        rows = await self._client.list_all(_RESOURCES[kind], [("externalinvoicereference1", marker)])
        parsed = [reading.parse(wire.DocumentRow, row) for row in rows]
        # The search also finds prefixes and parts; and a row lacks most of what a document is judged by.
        numbers = [row.DocumentNumber for row in parsed if row.ExternalInvoiceReference1 == marker]
        found = [await self.get_document(kind, number) for number in numbers]
        return tuple(document for document in found if document is not None and document.marker == marker)

    async def mark_not_completed(self, kind: DocumentKind, number: str) -> CreatedDocument:
        found = await self._require_untouched(kind, number)
        if found.NotCompleted:
            return reading.document(kind, found.model_dump())
        content = await self._client.put(_RESOURCES[kind], number, {"NotCompleted": True})
        return reading.document(kind, content, is_write=True)

    async def update_document(
        self, kind: DocumentKind, number: str, plan: DraftPlan, customer_number: str
    ) -> CreatedDocument:
        """Make an untouched draft of ours say what `plan` says, in full. Idempotent.

        Raises:
            SourceDataInvalid: somebody has touched it, or it is not the plan's.
        """
        found = await self._require_untouched(kind, number)
        if found.ExternalInvoiceReference1 != plan.marker:
            raise SourceDataInvalid("fortnox_draft_touched", number=number, kind=kind.value)
        content = await self._client.put(
            _RESOURCES[kind], number, document_payload(plan, customer_number, is_update=True)
        )
        return reading.document(kind, content, is_write=True)

    async def mark_warehouse_ready(self, number: str) -> None:
        try:
            await self._client.act(INVOICES, number, Action.WAREHOUSE_READY)
        except (UserAction, OutcomeUnknown):
            # Refused when it is ready already; the invoice's own state decides.
            content = await self._client.get(INVOICES, number)
            if content is None or not reading.parse(wire.Invoice, content).WarehouseReady:
                raise

    async def cancel_untouched(self, kind: DocumentKind, number: str) -> bool:
        found = await self._read_document(kind, number)
        if found is None:
            return False
        if found.Cancelled or not reading.is_untouched(found):
            return bool(found.Cancelled)
        try:
            await self._client.act(_RESOURCES[kind], number, Action.CANCEL)
        except (UserAction, OutcomeUnknown) as error:
            # Whatever was said, the document's own state decides (facts: fortnox 3).
            if not isinstance(error, OutcomeUnknown) and not is_refusal(error):
                raise
            after = await self._read_document(kind, number)
            if isinstance(error, OutcomeUnknown) and (after is None or not after.Cancelled):
                raise
            return after is not None and bool(after.Cancelled)
        return True

    async def convert_order(self, number: str) -> str:
        order = await self._read_order(number)
        if order.Cancelled:
            raise UserAction("fortnox_order_cancelled", number=number)
        if (invoice := reading.order_invoice(order)) is not None:
            return invoice
        try:
            content = await self._client.act(ORDERS, number, Action.CREATE_INVOICE)
            answered = reading.order_invoice(reading.parse(wire.Order, content, is_write=True))
        except (UserAction, OutcomeUnknown) as error:
            if not isinstance(error, OutcomeUnknown) and not is_refusal(error):
                raise
            if vendor_code(error) == ORDER_CANCELLED:
                raise UserAction("fortnox_order_cancelled", number=number) from error
            invoice = reading.order_invoice(await self._read_order(number))
            if invoice is None:
                raise
            return invoice
        invoice = answered or reading.order_invoice(await self._read_order(number))
        if invoice is None:
            raise OutcomeUnknown("fortnox_outcome_unknown", detail="no invoice in the answer to createinvoice")
        return invoice

    async def preview(self, kind: DocumentKind, number: str) -> bytes:
        return await self._client.preview(_RESOURCES[kind], number)

    async def _require_untouched(self, kind: DocumentKind, number: str) -> wire.Invoice | wire.Order:
        found = await self._read_document(kind, number)
        if found is None or not reading.is_untouched(found):
            raise SourceDataInvalid("fortnox_draft_touched", number=number, kind=kind.value)
        return found

    async def _read_order(self, number: str) -> wire.Order:
        content = await self._client.get(ORDERS, number)
        if content is None:
            raise UserAction("fortnox_document_missing", number=number, kind=DocumentKind.ORDER.value)
        return reading.parse(wire.Order, content)

    async def _read_document(self, kind: DocumentKind, number: str) -> wire.Invoice | wire.Order | None:
        content = await self._client.get(_RESOURCES[kind], number)
        if content is None:
            return None
        if kind is DocumentKind.INVOICE:
            return reading.parse(wire.Invoice, content)
        return reading.parse(wire.Order, content)
