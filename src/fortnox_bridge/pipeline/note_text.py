"""What the note says: neutral parts in the connection's language, with the catalogue's sentences (F80). Pure."""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from fortnox_bridge.domain.catalogue import describe
from fortnox_bridge.domain.document import Document, DocumentKind
from fortnox_bridge.domain.language import Language
from fortnox_bridge.domain.link import LinkState, NoteRecord
from fortnox_bridge.domain.rules import NoteRules
from fortnox_bridge.domain.run import BusinessKey, Notice, Parked
from fortnox_bridge.domain.snapshot import canonical_json, content_hash, to_plain
from fortnox_bridge.sdk import Link, Note, Tone

_WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    Language.SWEDISH: {
        "invoice": "Fakturautkast",
        "order": "Orderutkast",
        "made": "{kind} {number} skapad i Fortnox",
        "updated": "{kind} {number} uppdaterad i Fortnox",
        "withdrawn": "{kind} {number} makulerad i Fortnox",
        "unchanged": "{kind} {number} står kvar oförändrad i Fortnox",
        "failed": "Inget utkast skapades i Fortnox",
        "document": "Dokument",
        "customer": "Kund",
        "total": "Summa inklusive moms",
        "pdf": "PDF",
        "warning": "Observera: {text}",
        "remedy": "Gör så här: {text}",
        "support": "Hjälp: {text}",
        "run": "Visa körningen",
        "replay": "Replay: försök igen",
        "where": "Öppna posten som behöver rättas",
    },
    Language.ENGLISH: {
        "invoice": "Draft invoice",
        "order": "Draft order",
        "made": "{kind} {number} created in Fortnox",
        "updated": "{kind} {number} updated in Fortnox",
        "withdrawn": "{kind} {number} cancelled in Fortnox",
        "unchanged": "{kind} {number} stands unchanged in Fortnox",
        "failed": "No draft was created in Fortnox",
        "document": "Document",
        "customer": "Customer",
        "total": "Total including VAT",
        "pdf": "PDF",
        "warning": "Please note: {text}",
        "remedy": "What to do: {text}",
        "support": "Help: {text}",
        "run": "Show the run",
        "replay": "Replay: try again",
        "where": "Open the record that needs correcting",
    },
}
_FILE_WORDS: Final[Mapping[DocumentKind, str]] = {DocumentKind.INVOICE: "Faktura", DocumentKind.ORDER: "Order"}
_DRAFT_PDF: Final = re.compile(rf"({'|'.join(_FILE_WORDS.values())})-\d+-utkast(-v\d+)?\.pdf")


def reference_of(key: BusinessKey) -> str:
    """Short text that finds the note again. The same for every run of one business key."""
    digest = hashlib.sha256(canonical_json(to_plain(key)).encode()).digest()
    return "FB-" + base64.b32encode(digest).decode()[:10]


def file_name_of(document: Document) -> str:
    """A draft written anew gets a file of its own: what was attached before cannot be replaced."""
    version = "" if document.revision == 1 else f"-v{document.revision}"
    return f"{_FILE_WORDS[document.kind]}-{document.number}-utkast{version}.pdf"


def is_draft_pdf(file_name: str) -> bool:
    """Whether a file is one that `file_name_of` names: a PDF that we attached to the deal ourselves."""
    return _DRAFT_PDF.fullmatch(file_name) is not None


def success_note(
    document: Document,
    rules: NoteRules,
    *,
    reference: str,
    run_page: str,
    file_name: str | None,
    file_id: str | None = None,
    notices: Sequence[Notice],
) -> Note:
    words = _WORDS[rules.language]
    kind, number = words[document.kind.value], document.number or "…"
    customer = " ".join(part for part in (document.customer_number, document.customer_name) if part)
    facts = [(words["document"], f"{kind} {number}"), (words["customer"], customer)]
    if document.total is not None:
        facts.append(
            (words["total"], f"{amount_text(document.total, rules.language)} {document.currency or ''}".strip())
        )
    if file_name is not None:
        facts.append((words["pdf"], file_name))
    return Note(
        tone=Tone.SUCCESS,
        heading=words["made" if document.revision == 1 else "updated"].format(kind=kind, number=number),
        reference=reference,
        facts=tuple(facts),
        paragraphs=tuple(_warnings(notices, rules.language)),
        links=(Link(words["run"], run_page),),
        attachments=(file_id,) if file_id is not None else (),
    )


def failure_note(
    parked: Parked,
    rules: NoteRules,
    *,
    reference: str,
    run_page: str,
    notices: Sequence[Notice] = (),
    standing: Document | None = None,
) -> Note:
    """`standing`: the draft that the deal has already, and which is as it was."""
    words = _WORDS[rules.language]
    heading = words["failed"]
    if standing is not None:
        heading = words["unchanged"].format(kind=words[standing.kind.value], number=standing.number or "…")
    sentence = describe(parked.code, parked.params, rules.language)
    paragraphs = [sentence.what, words["remedy"].format(text=sentence.remedy)]
    paragraphs += _warnings(notices, rules.language)
    if rules.support_contact:
        paragraphs.append(words["support"].format(text=rules.support_contact))
    shown = [Link(words["replay"], run_page)]
    if parked.where:
        shown.insert(0, Link(words["where"], parked.where))
    return Note(
        tone=Tone.FAILURE,
        heading=heading,
        reference=reference,
        paragraphs=tuple(paragraphs),
        links=tuple(shown),
    )


def withdrawn_note(document: Document, notice: Notice, rules: NoteRules, *, reference: str, run_page: str) -> Note:
    words = _WORDS[rules.language]
    kind, number = words[document.kind.value], document.number or "…"
    sentence = describe(notice.code, notice.params, rules.language)
    return Note(
        tone=Tone.SUCCESS,
        heading=words["withdrawn"].format(kind=kind, number=number),
        reference=reference,
        paragraphs=(f"{sentence.what} {sentence.remedy}".strip(),),
        links=(Link(words["run"], run_page),),
    )


def withdrawn_key(document: Document) -> str:
    return f"withdrawn:{document.kind.value}:{document.number}"


def success_key(document: Document, note: Note) -> str:
    """What the ledger keeps of a success note: which document it tells of, and its content but for the links.

    Links belong to the run that wrote them; another run need not rewrite the note for their sake.
    """
    return f"{_told(document)}{content_hash(replace(note, links=()))[:32]}"


def failure_key(note: Note) -> str:
    return f"failure:{content_hash(note)[:32]}"


def tells_of(record: NoteRecord | None, document: Document) -> bool:
    """Whether the note in the source was last written about this document."""
    if record is None or record.state is not LinkState.LINKED or record.content_hash is None:
        return False
    return record.content_hash.startswith(_told(document))


def amount_text(amount: Decimal, language: Language) -> str:
    grouped = f"{amount:,.2f}"
    if language is Language.SWEDISH:
        return grouped.replace(",", " ").replace(".", ",")
    return grouped


def _warnings(notices: Sequence[Notice], language: Language) -> list[str]:
    sentences = [describe(notice.code, notice.params, language) for notice in notices]
    return [_WORDS[language]["warning"].format(text=f"{each.what} {each.remedy}".strip()) for each in sentences]


def _told(document: Document) -> str:
    return f"success:{document.kind.value}:{document.number}:"
