"""The document ledger: the intent before the POST, the number right after it (facts: reliability 4.3)."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError

from fortnox_bridge.domain.document import CreatedDocument, Document, DocumentElsewhere, DocumentState
from fortnox_bridge.domain.errors import InvariantBroken
from fortnox_bridge.domain.ids import DocumentId, SourceRef
from fortnox_bridge.domain.instalment import INSTALMENT, instalment_prefix
from fortnox_bridge.domain.run import Notice
from fortnox_bridge.storage.document_rows import source_values, to_document
from fortnox_bridge.storage.merged_records import adopt_documents
from fortnox_bridge.storage.run_binding import RunBinding
from fortnox_bridge.storage.scoped import ScopedConnection, broken_rule
from fortnox_bridge.storage.tables import document, document_attachment, fortnox_company

# A living number is never followed by another POST, nor is a removal by a person.
_SENDABLE: Final = frozenset(
    {DocumentState.INTENDED, DocumentState.SENDING, DocumentState.REJECTED, DocumentState.WITHDRAWN}
)
# Of another company's: what stands there, or may.
_STANDING: Final = (DocumentState.CREATED, DocumentState.SENDING)
_CREATABLE: Final = _SENDABLE | {DocumentState.CREATED}


class StoredDocumentLedger:
    def __init__(self, binding: RunBinding) -> None:
        self._binding = binding

    async def documents_of(self, source: SourceRef, generation: int) -> tuple[Document, ...]:
        async with self._binding.reading() as db:
            rows = await db.all(
                db.select(document)
                .where(
                    document.c.company_id == self._binding.company.id,
                    *(document.c[name] == value for name, value in source_values(source).items()),
                    document.c.generation == generation,
                )
                .order_by(document.c.created_at, document.c.id)
            )
        return tuple(to_document(row) for row in rows)

    async def drafted_instalments(self, deal: SourceRef) -> tuple[SourceRef, ...]:
        async with self._binding.reading() as db:
            rows = await db.all(
                db.select(document)
                .where(
                    document.c.company_id == self._binding.company.id,
                    document.c.connector == deal.connector,
                    document.c.account == deal.account,
                    document.c.object_kind == INSTALMENT,
                    document.c.external_id.startswith(instalment_prefix(deal), autoescape=True),
                    document.c.state == DocumentState.CREATED,
                )
                .order_by(document.c.created_at, document.c.id)
            )
        return tuple(dict.fromkeys(to_document(row).source for row in rows))

    async def documents_elsewhere(self, source: SourceRef) -> tuple[DocumentElsewhere, ...]:
        async with self._binding.reading() as db:
            rows = await db.all(
                db.select(document, document.c.kind, document.c.number, fortnox_company.c.name)
                .join(fortnox_company, fortnox_company.c.id == document.c.company_id)
                .where(
                    document.c.company_id != self._binding.company.id,
                    document.c.state.in_(_STANDING),
                    *(document.c[name] == value for name, value in source_values(source).items()),
                )
                .order_by(document.c.created_at.desc(), document.c.id)
            )
        return tuple(DocumentElsewhere(row["name"], row["kind"], row["number"] or "…") for row in rows)

    async def adopt(self, source: SourceRef, former_ids: Sequence[str]) -> int:
        return await adopt_documents(self._binding, source, former_ids)

    async def reserve(self, intent: Document) -> Document:
        if intent.connection_id != self._binding.connection.id or intent.company_id != self._binding.company.id:
            raise InvariantBroken("ledger_broken", detail="a document of another connection")
        async with self._binding.writing() as db:
            values = {
                "id": intent.id,
                "connection_id": intent.connection_id,
                "company_id": intent.company_id,
                **source_values(intent.source),
                "kind": intent.kind,
                "generation": intent.generation,
                "marker": intent.marker,
                "state": DocumentState.INTENDED,
                "attempt": 0,
                "created_at": await db.now(),
                "run_id": self._binding.run.id,
                "converted_from": intent.converted_from,
                "is_verified": False,
                "notices": [],
            }
            await db.execute(db.upsert(document, values).on_conflict_do_nothing())
            row = await db.first(
                db.select(document).where(
                    document.c.company_id == intent.company_id,
                    *(document.c[name] == value for name, value in source_values(intent.source).items()),
                    document.c.kind == intent.kind,
                    document.c.generation == intent.generation,
                )
            )
        if row is None:
            raise InvariantBroken("ledger_broken", detail="the reserved document is gone")
        return to_document(row)

    async def mark_sending(self, document_id: DocumentId, plan_hash: str | None = None) -> Document:
        async with self._binding.writing() as db:
            return await self._change(
                db,
                document_id,
                _SENDABLE,
                {
                    "state": DocumentState.SENDING,
                    "attempt": document.c.attempt + 1,
                    "sent_at": await db.now(),
                    "first_missed_at": None,
                    "is_verified": False,
                    "run_id": self._binding.run.id,
                    "plan_hash": plan_hash,
                    "fingerprint": None,
                    "pending_plan_hash": None,
                },
            )

    async def mark_missed(self, document_id: DocumentId) -> Document:
        async with self._binding.writing() as db:
            return await self._change(db, document_id, {DocumentState.SENDING}, {"first_missed_at": await db.now()})

    async def mark_rejected(self, document_id: DocumentId) -> None:
        async with self._binding.writing() as db:
            await self._change(
                db,
                document_id,
                {DocumentState.SENDING},
                {"state": DocumentState.REJECTED, "first_missed_at": None},
            )

    async def mark_created(
        self, document_id: DocumentId, created: CreatedDocument, notices: tuple[Notice, ...]
    ) -> Document:
        """Also adopts what a look-up found. The same number again changes nothing that matters."""
        values = {
            **_shown(created),
            "state": DocumentState.CREATED,
            "number": created.number,
            "ocr": created.ocr,
            "first_missed_at": None,
            "notices": notices,
            "run_id": self._binding.run.id,
        }
        try:
            async with self._binding.writing() as db:
                standing = await self._get(db, document_id)
                if standing.state is DocumentState.CREATED and standing.number != created.number:
                    raise InvariantBroken("ledger_broken", detail=f"{standing.number} became {created.number}")
                if standing.number == created.number and standing.fingerprint is not None:
                    # Found again, not written anew: a person may have changed it since.
                    values["fingerprint"] = standing.fingerprint
                return await self._change(db, document_id, _CREATABLE, values)
        except IntegrityError as error:
            if (rule := broken_rule(error)) is not None:
                raise InvariantBroken("ledger_broken", detail=f"{rule}: {created.number} is another deal's") from error
            raise

    async def mark_verified(
        self, document_id: DocumentId, notices: tuple[Notice, ...], fingerprint: str | None = None
    ) -> Document:
        values = {"is_verified": True, "notices": notices}
        if fingerprint is not None:
            values["fingerprint"] = fingerprint
        return await self._change_standing(document_id, values)

    async def mark_updating(self, document_id: DocumentId, plan_hash: str) -> Document:
        return await self._change_standing(document_id, {"pending_plan_hash": plan_hash})

    async def mark_not_updated(self, document_id: DocumentId) -> Document:
        return await self._change_standing(document_id, {"pending_plan_hash": None})

    async def mark_updated(self, document_id: DocumentId, created: CreatedDocument, plan_hash: str) -> Document:
        values = {
            **_shown(created),
            "plan_hash": plan_hash,
            "pending_plan_hash": None,
            "revision": func.coalesce(document.c.revision, 1) + 1,
            "is_verified": False,
            "notices": (),
            "run_id": self._binding.run.id,
        }
        return await self._change_standing(document_id, values)

    async def mark_removed(self, document_id: DocumentId) -> None:
        async with self._binding.writing() as db:
            await self._change(db, document_id, frozenset(DocumentState), {"state": DocumentState.REMOVED})

    async def mark_withdrawn(self, document_id: DocumentId) -> None:
        async with self._binding.writing() as db:
            await self._change(db, document_id, {DocumentState.CREATED}, {"state": DocumentState.WITHDRAWN})

    async def mark_kept(self, document_id: DocumentId) -> Document:
        async with self._binding.writing() as db:
            return await self._change(db, document_id, {DocumentState.WITHDRAWN}, {"state": DocumentState.CREATED})

    async def mark_cancelled(self, document_id: DocumentId) -> Document:
        values = {"fingerprint": None, "plan_hash": None, "pending_plan_hash": None, "converted_from": None}
        async with self._binding.writing() as db:
            # Files stay uploaded, and are attached anew to the document that may come in its place.
            await db.execute(
                db.update(document_attachment)
                .where(document_attachment.c.document_id == document_id)
                .values(attached_at=None)
            )
            return await self._change(db, document_id, {DocumentState.WITHDRAWN}, values)

    async def _change_standing(self, document_id: DocumentId, values: Mapping[str, object]) -> Document:
        async with self._binding.writing() as db:
            return await self._change(db, document_id, {DocumentState.CREATED}, values)

    async def _get(self, db: ScopedConnection, document_id: DocumentId) -> Document:
        row = await db.first(
            db.select(document)
            .where(document.c.id == document_id, document.c.company_id == self._binding.company.id)
            .with_for_update()
        )
        if row is None:
            raise InvariantBroken("ledger_broken", detail=f"no document {document_id} in this company")
        return to_document(row)

    async def _change(
        self,
        db: ScopedConnection,
        document_id: DocumentId,
        allowed: Collection[DocumentState],
        values: Mapping[str, object],
    ) -> Document:
        row = await db.first(
            db.update(document)
            .where(
                document.c.id == document_id,
                document.c.company_id == self._binding.company.id,
                document.c.state.in_(allowed),
            )
            .values(dict(values))
            .returning(*document.c)
        )
        if row is None:
            raise InvariantBroken("ledger_broken", detail=f"document {document_id} is not in a state for this")
        return to_document(row)


def _shown(created: CreatedDocument) -> Mapping[str, object]:
    return {
        "customer_number": created.customer_number,
        "customer_name": created.customer_name,
        "total": created.total,
        "currency": created.currency,
        "fingerprint": created.fingerprint,
    }
