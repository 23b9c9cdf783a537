"""Our records of Fortnox documents, to be looked at. They are written by the document ledger."""

from sqlalchemy import func

from fortnox_bridge.domain.document import Document
from fortnox_bridge.domain.ids import DocumentId, FortnoxCompanyId, SourceRef
from fortnox_bridge.storage.document_rows import to_document
from fortnox_bridge.storage.paging import Page, one_page, to_page
from fortnox_bridge.storage.scoped import ScopedConnection
from fortnox_bridge.storage.tables import document


class DocumentRepository:
    def __init__(self, scoped: ScopedConnection) -> None:
        self._db = scoped

    async def get(self, document_id: DocumentId) -> Document | None:
        row = await self._db.first(self._db.select(document).where(document.c.id == document_id))
        return None if row is None else to_document(row)

    async def of_source(self, source: SourceRef) -> tuple[Document, ...]:
        """Every generation and kind, oldest first."""
        rows = await self._db.all(
            self._db.select(document)
            .where(
                document.c.connector == source.connector,
                document.c.account == source.account,
                document.c.object_kind == source.kind,
                document.c.external_id == source.external_id,
            )
            .order_by(document.c.generation, document.c.created_at, document.c.id)
        )
        return tuple(to_document(row) for row in rows)

    async def latest_generation(self, source: SourceRef, company_id: FortnoxCompanyId | None = None) -> int:
        """The highest of the record's documents, in one company or in any; 0 when there is none."""
        statement = self._db.select(document, func.max(document.c.generation).label("latest")).where(
            document.c.connector == source.connector,
            document.c.account == source.account,
            document.c.object_kind == source.kind,
            document.c.external_id == source.external_id,
        )
        if company_id is not None:
            statement = statement.where(document.c.company_id == company_id)
        row = await self._db.first(statement)
        return int(row["latest"] or 0) if row is not None else 0

    async def list_page(self, *, limit: int = 50, cursor: str | None = None) -> Page[Document]:
        """Newest first."""
        statement = one_page(
            self._db.select(document), document.c.created_at, document.c.id, limit=limit, cursor=cursor
        )
        return to_page(await self._db.all(statement), to_document, limit=limit, at="created_at")
