"""Files of the deal on the Fortnox document, by setting (F62). Whatever fails here leaves the draft as it is.

Order for each file: intent, upload, Fortnox's id recorded; then all are attached at once. Who finds uploaded files
that were perhaps attached looks at the document first (facts: fortnox 12).
"""

import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fortnox_bridge.domain.attachment import (
    MOST_BYTES_EACH,
    MOST_BYTES_TOGETHER,
    MOST_FILES,
    AttachedFile,
    FileToAttach,
)
from fortnox_bridge.domain.document import Document
from fortnox_bridge.domain.errors import BridgeError, ContractViolation, ReconnectRequired, UserAction
from fortnox_bridge.domain.rules import Attachments
from fortnox_bridge.domain.run import Notice
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.explain import reason_of
from fortnox_bridge.pipeline.note_text import is_draft_pdf
from fortnox_bridge.sdk import FileReader, SourceFile

_PDF: Final = "application/pdf"
_ANY: Final = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class AttachmentFacts:
    """`files` are all on the deal; `known` are those on their way to this document or there already."""

    files: tuple[SourceFile, ...]
    known: tuple[AttachedFile, ...]


@dataclass(frozen=True, slots=True)
class AttachmentPlan:
    files: tuple[SourceFile, ...]
    notices: tuple[Notice, ...] = ()


async def attach(ctx: StageContext, document: Document) -> tuple[AttachmentPlan, tuple[Notice, ...]]:
    """Bring the deal's files to the document; answers what was planned and a notice for all that did not get there.

    Raises:
        Transient, ReconnectRequired: the run tries again; what was uploaded is not uploaded twice.
    """
    reader = ctx.source.file_reader
    if reader is None or document.number is None:
        return AttachmentPlan(()), ()
    try:
        facts = AttachmentFacts(await reader.list_files(ctx.run.source), await ctx.attachments.of(document.id))
        plan = decide(facts, ctx.rules.document.attach)
        return plan, plan.notices + await _carry_out(ctx, reader, document, plan, facts.known)
    except ReconnectRequired:
        raise
    except (UserAction, ContractViolation) as error:
        return AttachmentPlan(()), (_failure(ctx, "–", error),)


def decide(facts: AttachmentFacts, wanted: Attachments) -> AttachmentPlan:
    """Which files to bring still, within what Fortnox takes; in the source's order, and what is over is told."""
    done = {file.file_id for file in facts.known if file.attached_at is not None}
    count, total = len(done), sum(file.size_bytes or 0 for file in facts.files if file.id in done)
    files: list[SourceFile] = []
    notices: list[Notice] = []
    for file in facts.files:
        if file.id in done or is_draft_pdf(file.file_name) or not _is_wanted(file, wanted):
            continue
        size = file.size_bytes or 0
        if size > MOST_BYTES_EACH:
            notices.append(_too_large(file.file_name))
        elif count == MOST_FILES or total + size > MOST_BYTES_TOGETHER:
            notices.append(Notice("attachment_over_limit", {"file": file.file_name}))
        else:
            files.append(file)
            count, total = count + 1, total + size
    return AttachmentPlan(tuple(files), tuple(notices))


async def _carry_out(
    ctx: StageContext, reader: FileReader, document: Document, plan: AttachmentPlan, known: Sequence[AttachedFile]
) -> tuple[Notice, ...]:
    notices: list[Notice] = []
    archived = {file.file_id: file.archive_id for file in known if file.archive_id is not None}
    ready: dict[str, FileToAttach] = {}
    for file in plan.files:
        try:
            archive_id = archived.get(file.id) or await _upload(ctx, reader, document, file)
        except ReconnectRequired:
            raise
        except (UserAction, ContractViolation) as error:
            is_large = error.code == "source_file_too_large"
            notices.append(_too_large(file.file_name) if is_large else _failure(ctx, file.file_name, error))
        else:
            ready[file.id] = FileToAttach(archive_id, is_sent_along=_is_pdf(file))
    if ready:
        await _attach_all(ctx, document, ready, is_repeated=bool(archived.keys() & ready.keys()))
    return tuple(notices)


async def _upload(ctx: StageContext, reader: FileReader, document: Document, file: SourceFile) -> str:
    content = await reader.read_file(file, limit_bytes=MOST_BYTES_EACH)
    await ctx.attachments.mark_uploading(document.id, file.id, file.file_name)
    ctx.checkpoint("attachment.intent_committed")
    archive_id = await ctx.fortnox.upload_file(document.kind, file.file_name, _content_type(file), content)
    ctx.checkpoint("attachment.uploaded")
    await ctx.attachments.mark_uploaded(document.id, file.id, archive_id)
    ctx.checkpoint("attachment.recorded")
    return archive_id


async def _attach_all(
    ctx: StageContext, document: Document, ready: dict[str, FileToAttach], *, is_repeated: bool
) -> None:
    assert document.number is not None
    there = await ctx.fortnox.attached_files(document.kind, document.number) if is_repeated else frozenset()
    missing = [file for file in ready.values() if file.archive_id not in there]
    if missing:
        await ctx.fortnox.attach_files(document.kind, document.number, missing)
    ctx.checkpoint("attachment.attached")
    await ctx.attachments.mark_attached(document.id, list(ready))


def _is_wanted(file: SourceFile, wanted: Attachments) -> bool:
    return wanted is Attachments.ALL or (wanted is Attachments.PDF and _is_pdf(file))


def _is_pdf(file: SourceFile) -> bool:
    return _content_type(file) == _PDF


def _content_type(file: SourceFile) -> str:
    return file.content_type or mimetypes.guess_type(file.file_name)[0] or _ANY


def _too_large(file_name: str) -> Notice:
    return Notice("attachment_too_large", {"file": file_name, "limit": f"{MOST_BYTES_EACH // 1024 // 1024} MB"})


def _failure(ctx: StageContext, file_name: str, error: BridgeError) -> Notice:
    return Notice("file_not_attached", {"file": file_name, "reason": reason_of(ctx, error)})
