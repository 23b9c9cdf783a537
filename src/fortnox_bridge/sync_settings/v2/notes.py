"""`notes`: what is written back to the source."""

from typing import Annotated

from pydantic import Field, StringConstraints

from fortnox_bridge.domain.language import Language
from fortnox_bridge.sync_settings.v2.base import Section, WrittenDealField


class WriteBack(Section):
    """Fields of the deal that are kept up to date (F82); None: not written. Each names a field of its own."""

    document_number: WrittenDealField | None = Field(default=None, description="Field for the document's number (F82)")
    ocr: WrittenDealField | None = Field(default=None, description="Field for the invoice's OCR reference (F82)")
    total: WrittenDealField | None = Field(default=None, description="Field for the total including VAT (F82)")
    status: WrittenDealField | None = Field(default=None, description="Field for what became of the deal (F82)")
    error: WrittenDealField | None = Field(
        default=None, description="Field for why it waits; emptied when it goes on (F82)"
    )


class Notes(Section):
    """What is written back to the source (F80-F82)."""

    language: Language = Field(
        default=Language.SWEDISH, description="Language of notes and of the page behind their link: `sv` or `en` (F80)"
    )
    on_success: bool = Field(default=True, description="Write a note when the draft is made (F80)")
    on_failure: bool = Field(
        default=True,
        description="Write a note when a deal waits for somebody, with what to do and a Replay link (F80, F81)",
    )
    attach_pdf: bool = Field(default=True, description="Attach the draft as a PDF whose name says that it is one (F80)")
    support_contact: Annotated[str, StringConstraints(max_length=200)] | None = Field(
        default=None, description="Who helps this connection's users; the deployment's own contact if none (F80)"
    )
    write_back: WriteBack = Field(default=WriteBack(), description="Fields of the deal to write into (F82)")
