"""Note back: customer number, PDF and note to where the user works. Its failure never touches the draft (F80-F84).

Order: field, file, note, so that the note comes last and can name what stands. Each write has its record first,
and after an unknown outcome the source is searched before anything is repeated (facts: reliability 4.4).
"""

from dataclasses import dataclass

from fortnox_bridge.domain.deal import Deal, DealHead, DealStatus
from fortnox_bridge.domain.document import Document, DocumentState
from fortnox_bridge.domain.errors import OutcomeUnknown, ReconnectRequired, UserAction
from fortnox_bridge.domain.link import LinkState, NoteRecord
from fortnox_bridge.domain.rules import CustomerRules, NoteRules, SyncRules
from fortnox_bridge.domain.run import Notice, Parked, RunTask
from fortnox_bridge.pipeline import write_back
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.customers import number_back
from fortnox_bridge.pipeline.customers.number_back import NumberBack
from fortnox_bridge.pipeline.explain import reason_of
from fortnox_bridge.pipeline.note_text import (
    failure_key,
    failure_note,
    file_name_of,
    reference_of,
    success_key,
    success_note,
    withdrawn_key,
    withdrawn_note,
)
from fortnox_bridge.pipeline.write_back import FieldChange
from fortnox_bridge.sdk import FileUpload, FileWriter, Note, NoteWriter


@dataclass(frozen=True, slots=True)
class NoteBackFacts:
    document: Document
    record: NoteRecord | None
    can_write_fields: bool
    can_attach: bool
    can_note: bool


@dataclass(frozen=True, slots=True)
class NoteBackPlan:
    """What is still to be done. `file_name` None: no file. `file_id`: of the one that stands already."""

    number_back: NumberBack | None
    fields: tuple[FieldChange, ...]
    file_name: str | None
    file_id: str | None
    is_noted: bool


async def gather(ctx: StageContext, document: Document) -> NoteBackFacts:
    rules = ctx.rules.notes
    return NoteBackFacts(
        document=document,
        record=await ctx.notes.find(),
        can_write_fields=ctx.source.field_writer is not None,
        can_attach=ctx.source.files is not None and rules.attach_pdf,
        can_note=ctx.source.notes is not None and rules.note_on_success,
    )


def decide(deal: Deal, facts: NoteBackFacts, rules: SyncRules) -> NoteBackPlan:
    document, record = facts.document, facts.record
    file_name = file_name_of(document) if facts.can_attach else None
    is_attached = record is not None and file_name is not None and record.file_name == file_name
    return NoteBackPlan(
        number_back=_number_back(deal, document, rules.customers) if facts.can_write_fields else None,
        fields=_fields(deal, document, rules.notes) if facts.can_write_fields else (),
        file_name=file_name,
        file_id=record.file_id if record is not None and is_attached else None,
        is_noted=facts.can_note,
    )


async def write(ctx: StageContext, document: Document, plan: NoteBackPlan, *, is_rewrite: bool) -> tuple[Notice, ...]:
    """Carry out the plan; answers every notice of the run, those of this stage included."""
    notices = document.notices
    notices += await number_back.write(ctx, plan.number_back)
    notices += await write_back.write(ctx, plan.fields)
    file_id = plan.file_id
    if plan.file_name is not None and file_id is None and ctx.source.files is not None:
        file_id, failed = await _attach(ctx, ctx.source.files, document, plan.file_name)
        notices += failed
    if plan.is_noted and ctx.source.notes is not None:
        note = success_note(
            document,
            ctx.rules.notes,
            reference=reference_of(ctx.run.key),
            run_page=await ctx.user_links.run_page(ctx.run.id),
            file_name=plan.file_name if file_id is not None else None,
            file_id=file_id,
            notices=notices,
        )
        await _put_note(ctx, ctx.source.notes, note, success_key(document, note), is_forced=is_rewrite)
    return notices


async def note_failure(ctx: StageContext, parked: Parked) -> None:
    """Tell the source why nothing was made, in the same note that a later success will be told in."""
    if ctx.run.key.task is not RunTask.DOCUMENT:
        # Nobody waits at the record for a document; the run itself says why.
        return
    notices = await write_back.tell_waiting(ctx, parked)
    if ctx.source.notes is None or not ctx.rules.notes.note_on_failure:
        return
    run_page = await ctx.user_links.run_page(ctx.run.id)
    documents = await ctx.documents.documents_of(ctx.run.source, ctx.run.key.generation)
    standing = next((each for each in documents if each.state is DocumentState.CREATED), None)
    note = failure_note(
        parked,
        ctx.rules.notes,
        reference=reference_of(ctx.run.key),
        run_page=run_page,
        notices=notices,
        standing=standing,
    )
    await _put_note(ctx, ctx.source.notes, note, failure_key(note), is_forced=False)


async def tell_withdrawn(ctx: StageContext, document: Document, head: DealHead, notice: Notice) -> tuple[Notice, ...]:
    """Say that the draft was cancelled, in the note and the fields that told of it; answers every notice."""
    rules = ctx.rules.notes
    notices = (notice, *await write_back.write(ctx, _withdrawn_fields(ctx, head)))
    if ctx.source.notes is not None and rules.note_on_success:
        run_page = await ctx.user_links.run_page(ctx.run.id)
        reference = reference_of(ctx.run.key)
        note = withdrawn_note(document, notice, rules, reference=reference, run_page=run_page)
        await _put_note(ctx, ctx.source.notes, note, withdrawn_key(document), is_forced=False)
    return notices


def _withdrawn_fields(ctx: StageContext, head: DealHead) -> tuple[FieldChange, ...]:
    if ctx.source.field_writer is None or head.status is DealStatus.DELETED:
        return ()
    rules = ctx.rules.notes
    return write_back.decide(write_back.withdrawn(rules), head.custom_fields, rules)


def _fields(deal: Deal, document: Document, rules: NoteRules) -> tuple[FieldChange, ...]:
    return write_back.decide(write_back.made(document, rules), deal.custom_fields, rules)


def _number_back(deal: Deal, document: Document, rules: CustomerRules) -> NumberBack | None:
    party = deal.company or deal.contact
    party_rules = rules.company if deal.company is not None else rules.contact
    return number_back.decide(deal, party, party_rules, document.customer_number) if party is not None else None


async def _attach(
    ctx: StageContext, files: FileWriter, document: Document, file_name: str
) -> tuple[str | None, tuple[Notice, ...]]:
    """Attach the PDF and answer its id; a refusal is told in the note, which matters more than the file."""
    reference, source = reference_of(ctx.run.key), ctx.run.source
    record = await ctx.notes.find()
    found = None
    try:
        if record is not None and record.file_name == file_name:
            found = await files.find_file(source, file_name)
        if found is None:
            found = await _upload(ctx, files, document, file_name)
    except ReconnectRequired:
        raise
    except UserAction as error:
        return None, (Notice("pdf_not_attached", {"file": file_name, "reason": reason_of(ctx, error)}),)
    ctx.checkpoint("file.uploaded")
    await ctx.notes.mark_file(reference, file_name, found)
    ctx.checkpoint("file.recorded")
    return found, ()


async def _upload(ctx: StageContext, files: FileWriter, document: Document, file_name: str) -> str:
    assert document.number is not None
    content = await ctx.fortnox.preview(document.kind, document.number)
    ctx.checkpoint("pdf.fetched")
    await ctx.notes.mark_file(reference_of(ctx.run.key), file_name, None)
    ctx.checkpoint("file.intent_committed")
    try:
        return await files.attach_file(ctx.run.source, FileUpload(file_name, "application/pdf", content))
    except OutcomeUnknown:
        found = await files.find_file(ctx.run.source, file_name)
        if found is None:
            raise
        return found


async def _put_note(ctx: StageContext, notes: NoteWriter, note: Note, key: str, *, is_forced: bool) -> None:
    """Make the one note of the business key say this: update it in place, or write it anew if it is gone."""
    record = await ctx.notes.find()
    note_id = record.note_id if record is not None else None
    if record is not None and record.state is LinkState.SENDING:
        note_id = await notes.find_note(ctx.run.source, record.reference)
        if note_id is None:
            _wait_for_note(ctx, record)
    elif record is not None and note_id is not None and record.content_hash == key and not is_forced:
        return
    if note_id is None or not await notes.update_note(note_id, note):
        note_id = await _create_note(ctx, notes, note, key)
    ctx.checkpoint("note.written")
    await ctx.notes.mark_written(note_id, key)
    ctx.checkpoint("note.recorded")


async def _create_note(ctx: StageContext, notes: NoteWriter, note: Note, key: str) -> str:
    await ctx.notes.mark_sending(note.reference, key)
    ctx.checkpoint("note.intent_committed")
    try:
        return await notes.create_note(ctx.run.source, note)
    except OutcomeUnknown:
        found = await notes.find_note(ctx.run.source, note.reference)
        if found is None:
            raise
        return found


def _wait_for_note(ctx: StageContext, record: NoteRecord) -> None:
    """A note that was sent a moment ago may still arrive; writing it again at once would make two."""
    if record.sent_at is None:
        return
    left_s = ctx.timing.second_look_s - (ctx.clock.now() - record.sent_at).total_seconds()
    if left_s > 0:
        raise OutcomeUnknown("note_outcome_unknown", retry_after_s=left_s, record=record.reference)
