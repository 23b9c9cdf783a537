"""Draft invoices and orders. Nothing here books, prints or sends."""

from collections.abc import Callable, Mapping
from typing import Final

from fortnox_bridge.domain.document import CreatedDocument, DocumentKind
from fortnox_bridge.domain.draft_plan import DraftPlan
from fortnox_bridge.domain.errors import OutcomeUnknown, SourceDataInvalid, UserAction
from fortnox_bridge.domain.marker import Marker
from fortnox_bridge.domain.wire_json import JsonObject
from fortnox_bridge.fortnox import reading, wire
from fortnox_bridge.fortnox.client import FortnoxClient, is_refusal
from fortnox_bridge.fortnox.document_writing import document_payload
from fortnox_bridge.fortnox.errors import ORDER_CANCELLED, vendor_code
from fortnox_bridge.fortnox.fingerprints import says
from fortnox_bridge.fortnox.resources import INVOICES, ORDERS, Action, Resource
from fortnox_bridge.fortnox.row_accounts import with_accounts

_RESOURCES: Final[Mapping[DocumentKind, Resource]] = {DocumentKind.INVOICE: INVOICES, DocumentKind.ORDER: ORDERS}


# Looks at the draft as it is now, just before it is written, and raises if it must not be.
Check = Callable[[CreatedDocument | None], None]


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
        content = await self._client.get(_RESOURCES[kind], number)
        if content is None or not reading.is_untouched(_parsed(kind, content)):
            raise SourceDataInvalid("fortnox_draft_touched", number=number, kind=kind.value)
        found = reading.document(kind, content)
        if found.is_not_completed:
            return found
        content = await self._client.put(_RESOURCES[kind], number, {"NotCompleted": True})
        return reading.document(kind, content, is_write=True)

    async def update_document(
        self, plan: DraftPlan, customer_number: str, number: str, *, check: Check
    ) -> CreatedDocument:
        content = await self._client.get(_RESOURCES[plan.kind], number)
        check(reading.document(plan.kind, content) if content is not None else None)
        payload = document_payload(with_accounts(plan, content or {}), customer_number, is_update=True)
        content = await self._client.put(_RESOURCES[plan.kind], number, payload)
        return reading.document(plan.kind, content, is_write=True)

    def says(self, plan: DraftPlan, customer_number: str, shown: str) -> bool:
        return says(plan.kind, document_payload(plan, customer_number, is_update=True), shown)

    async def cancel_document(self, kind: DocumentKind, number: str, *, check: Check) -> None:
        found = await self.get_document(kind, number)
        check(found)
        if found is None or found.is_cancelled:
            return
        if not await self._cancel(kind, number):
            check(await self.get_document(kind, number))
            raise SourceDataInvalid("fortnox_draft_touched", number=number, kind=kind.value)

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
        return await self._cancel(kind, number)

    async def _cancel(self, kind: DocumentKind, number: str) -> bool:
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

    async def _read_order(self, number: str) -> wire.Order:
        content = await self._client.get(ORDERS, number)
        if content is None:
            raise UserAction("fortnox_document_missing", number=number, kind=DocumentKind.ORDER.value)
        return reading.parse(wire.Order, content)

    async def _read_document(self, kind: DocumentKind, number: str) -> wire.Invoice | wire.Order | None:
        content = await self._client.get(_RESOURCES[kind], number)
        if content is None:
            return None
        return _parsed(kind, content)


def _parsed(kind: DocumentKind, content: JsonObject) -> wire.Invoice | wire.Order:
    if kind is DocumentKind.INVOICE:
        return reading.parse(wire.Invoice, content)
    return reading.parse(wire.Order, content)
