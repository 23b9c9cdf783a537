"""The durable ledgers in memory. They outlive runs, and refuse a run whose lease is lost."""

from dataclasses import dataclass, field, replace

from tests.pipeline.fortnox_fake import EVERY_YEAR

from fortnox_bridge.domain.attachment import AttachedFile
from fortnox_bridge.domain.company_state import StatePart
from fortnox_bridge.domain.customer_copy import CopyAnswer
from fortnox_bridge.domain.document import DocumentState
from fortnox_bridge.domain.errors import LockHeld
from fortnox_bridge.domain.link import Link, LinkState, NoteRecord
from fortnox_bridge.domain.run import LeaseLost


@dataclass
class Memory:
    """What the database holds: shared by all runs of a test."""

    documents: dict = field(default_factory=dict)
    elsewhere: list = field(default_factory=list)
    links: dict = field(default_factory=dict)
    attachments: dict = field(default_factory=dict)
    note: NoteRecord | None = None
    articles: dict = field(default_factory=dict)
    vat_numbers: dict = field(default_factory=dict)
    registers: dict = field(
        default_factory=lambda: {StatePart.FINANCIAL_YEARS.value: (EVERY_YEAR,), StatePart.LOCKED_PERIOD.value: ()}
    )
    steps: list = field(default_factory=list)
    ended: set = field(default_factory=set)
    busy: set = field(default_factory=set)
    writes: int = 0


@dataclass
class Ledgers:
    """All ledger ports of one run. `lease_ends_after` counts the writes it may still make."""

    memory: Memory
    clock: object
    run_id: object
    lease_ends_after: int | None = None

    def _write(self):
        if self.lease_ends_after is not None:
            if self.lease_ends_after == 0:
                raise LeaseLost
            self.lease_ends_after -= 1
        self.memory.writes += 1


class DocumentLedgerFake(Ledgers):
    async def documents_of(self, source, generation):
        rows = self.memory.documents.values()
        return tuple(row for row in rows if row.source == source and row.generation == generation)

    async def adopt(self, source, former_ids):
        if self.memory.busy & set(former_ids):
            raise LockHeld("merged_record_busy", retry_after_s=5.0, record=source.external_id)
        for document_id, row in self.memory.documents.items():
            is_taken = any(each.source == source and each.kind == row.kind for each in self.memory.documents.values())
            if row.source.external_id in former_ids and not is_taken:
                self._change(document_id, source=source)
        return max((each.generation for each in self.memory.documents.values() if each.source == source), default=1)

    async def drafted_instalments(self, deal):
        rows = self.memory.documents.values()
        return tuple(row.source for row in rows if row.source.external_id.startswith(f"{deal.external_id}:"))

    async def documents_elsewhere(self, source):
        return tuple(self.memory.elsewhere)

    async def reserve(self, document):
        self._write()
        for row in self.memory.documents.values():
            if (row.source, row.kind, row.generation) == (document.source, document.kind, document.generation):
                return row
        self.memory.documents[document.id] = document
        return document

    def _change(self, document_id, **changes):
        self._write()
        self.memory.documents[document_id] = replace(self.memory.documents[document_id], **changes)
        return self.memory.documents[document_id]

    async def mark_sending(self, document_id, plan_hash=None):
        old = self.memory.documents[document_id]
        assert old.state not in {DocumentState.CREATED, DocumentState.REMOVED}
        return self._change(
            document_id,
            state=DocumentState.SENDING,
            attempt=old.attempt + 1,
            sent_at=self.clock.now(),
            first_missed_at=None,
            is_verified=False,
            run_id=self.run_id,
            plan_hash=plan_hash,
            fingerprint=None,
            pending_plan_hash=None,
        )

    def _require(self, document_id, *states):
        assert self.memory.documents[document_id].state in states

    async def mark_missed(self, document_id):
        self._require(document_id, DocumentState.SENDING)
        return self._change(document_id, first_missed_at=self.clock.now())

    async def mark_rejected(self, document_id):
        self._require(document_id, DocumentState.SENDING)
        self._change(document_id, state=DocumentState.REJECTED)

    async def mark_created(self, document_id, created, notices):
        old = self.memory.documents[document_id]
        assert old.state is not DocumentState.REMOVED
        assert old.state is not DocumentState.CREATED or old.number == created.number
        return self._change(
            document_id,
            state=DocumentState.CREATED,
            number=created.number,
            customer_number=created.customer_number,
            customer_name=created.customer_name,
            total=created.total,
            currency=created.currency,
            ocr=created.ocr,
            created_at=self.clock.now(),
            run_id=self.run_id,
            notices=notices,
            fingerprint=(old.fingerprint if old.number == created.number else None) or created.fingerprint,
        )

    async def mark_verified(self, document_id, notices, fingerprint=None):
        self._require(document_id, DocumentState.CREATED)
        held = self.memory.documents[document_id].fingerprint
        return self._change(document_id, is_verified=True, notices=notices, fingerprint=fingerprint or held)

    async def mark_updating(self, document_id, plan_hash):
        self._require(document_id, DocumentState.CREATED)
        return self._change(document_id, pending_plan_hash=plan_hash)

    async def mark_not_updated(self, document_id):
        self._require(document_id, DocumentState.CREATED)
        return self._change(document_id, pending_plan_hash=None)

    async def mark_updated(self, document_id, created, plan_hash):
        self._require(document_id, DocumentState.CREATED)
        return self._change(
            document_id,
            customer_number=created.customer_number,
            customer_name=created.customer_name,
            total=created.total,
            currency=created.currency,
            fingerprint=created.fingerprint,
            plan_hash=plan_hash,
            pending_plan_hash=None,
            revision=self.memory.documents[document_id].revision + 1,
            is_verified=False,
            notices=(),
            run_id=self.run_id,
        )

    async def mark_removed(self, document_id):
        self._change(document_id, state=DocumentState.REMOVED)

    async def mark_withdrawn(self, document_id):
        self._require(document_id, DocumentState.CREATED)
        self._change(document_id, state=DocumentState.WITHDRAWN)

    async def mark_kept(self, document_id):
        self._require(document_id, DocumentState.WITHDRAWN)
        return self._change(document_id, state=DocumentState.CREATED)

    async def mark_cancelled(self, document_id):
        self._require(document_id, DocumentState.WITHDRAWN)
        return self._change(document_id, fingerprint=None, plan_hash=None, pending_plan_hash=None, converted_from=None)


class LinkLedgerFake(Ledgers):
    async def adopt(self, kind, source, former_ids):
        former = [key for key in self.memory.links if key[0] == kind and key[1].external_id in former_ids]
        if former and (kind, source) not in self.memory.links:
            self.memory.links[kind, source] = replace(self.memory.links.pop(former[0]), source=source)

    async def find(self, kind, source):
        return self.memory.links.get((kind, source))

    async def claim(self, kind, source, marker):
        self._write()
        link = self.memory.links.get((kind, source))
        if link is None:
            link = Link(kind, source, LinkState.INTENDED, marker=marker, owner=self.run_id)
        elif link.state is not LinkState.LINKED and link.owner in self.memory.ended:
            link = replace(link, owner=self.run_id)
        self.memory.links[kind, source] = link
        return link

    def _change(self, kind, source, **changes):
        self._write()
        self.memory.links[kind, source] = replace(self.memory.links[kind, source], **changes)
        return self.memory.links[kind, source]

    async def mark_sending(self, kind, source):
        assert self.memory.links[kind, source].owner == self.run_id
        return self._change(kind, source, state=LinkState.SENDING, sent_at=self.clock.now(), first_missed_at=None)

    async def mark_missed(self, kind, source):
        assert self.memory.links[kind, source].owner == self.run_id
        return self._change(kind, source, first_missed_at=self.clock.now())

    async def release(self, kind, source):
        self._write()
        del self.memory.links[kind, source]

    async def link(self, kind, source, record, *, is_picked=False):
        self._write()
        link = Link(
            kind, source, LinkState.LINKED, record.number, record, self.clock.now(), is_picked_by_user=is_picked
        )
        self.memory.links[kind, source] = link
        return link

    async def forget(self, kind, source):
        self._write()
        self.memory.links.pop((kind, source), None)


class AttachmentLedgerFake(Ledgers):
    async def of(self, document_id):
        return tuple(file for (document, _), file in self.memory.attachments.items() if document == document_id)

    def _put(self, document_id, file_id, **changes):
        self._write()
        old = self.memory.attachments.get((document_id, file_id), AttachedFile(file_id, ""))
        self.memory.attachments[document_id, file_id] = replace(old, **changes)

    async def mark_uploading(self, document_id, file_id, file_name):
        self._put(document_id, file_id, file_name=file_name)

    async def mark_uploaded(self, document_id, file_id, archive_id):
        self._put(document_id, file_id, archive_id=archive_id)

    async def mark_attached(self, document_id, file_ids):
        for file_id in file_ids:
            self._put(document_id, file_id, attached_at=self.clock.now())


class NoteLedgerFake(Ledgers):
    async def find(self):
        return self.memory.note

    def _keep(self, record):
        self._write()
        self.memory.note = record
        return record

    async def mark_sending(self, reference, content_hash):
        old = self.memory.note or NoteRecord(LinkState.INTENDED, reference)
        return self._keep(replace(old, state=LinkState.SENDING, content_hash=content_hash, sent_at=self.clock.now()))

    async def mark_written(self, note_id, content_hash):
        old = self.memory.note
        return self._keep(replace(old, state=LinkState.LINKED, note_id=note_id, content_hash=content_hash))

    async def mark_file(self, reference, file_name, file_id):
        old = self.memory.note or NoteRecord(LinkState.INTENDED, reference)
        return self._keep(replace(old, file_name=file_name, file_id=file_id))


class RegisterCacheFake(Ledgers):
    async def article(self, key, value):
        return self.memory.articles.get((key, value.casefold()))

    async def keep_article(self, key, value, article):
        self.memory.articles[key, value.casefold()] = article

    async def drop_article(self, number):
        held = self.memory.articles
        self.memory.articles = {key: one for key, one in held.items() if one.number != number}

    async def register(self, name, *, within=None):
        return self.memory.registers.get(name)

    async def vat_number(self, number):
        return self.memory.vat_numbers.get(number)

    async def keep_vat_number(self, number, answer):
        self.memory.vat_numbers[number] = answer

    async def keep_register(self, name, entries):
        self.memory.registers[name] = entries


class StepLogFake(Ledgers):
    async def record(self, step):
        self._write()
        self.memory.steps.append(step)


@dataclass
class CustomerCopyFake:
    """A copy of the register as far as it was read: numbers by key and comparable value."""

    numbers: dict = field(default_factory=dict)
    is_complete: bool = False
    known: int = 0
    missing: int = 0

    async def find(self, key, value):
        return CopyAnswer(self.numbers.get((key, value), ()), self.is_complete, self.known, self.missing)
