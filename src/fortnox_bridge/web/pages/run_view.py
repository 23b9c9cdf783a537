"""What the page of a run says, in the connection's language. No payloads: whoever has the link sees it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fortnox_bridge.domain.catalogue import describe
from fortnox_bridge.domain.clock import BUSINESS_ZONE
from fortnox_bridge.domain.document import Document, DocumentKind, DocumentState
from fortnox_bridge.domain.language import Language
from fortnox_bridge.domain.run import Run, RunState, StageName, Step
from fortnox_bridge.domain.words import DOCUMENT_KIND_WORDS, RUN_STATE_WORDS, in_language
from fortnox_bridge.services.runs.replay import LinkedDeal

_TONES: Final[Mapping[RunState, str]] = {RunState.DONE: "good", RunState.PARKED: "bad"}
_STAGES: Final[Mapping[StageName, tuple[str, str]]] = {
    StageName.READ: ("Läsa affären", "Read the deal"),
    StageName.MATCH: ("Hitta kund och artiklar", "Find customer and articles"),
    StageName.DEFAULT_FILL: ("Fylla i det som saknas", "Fill in what is missing"),
    StageName.MAP: ("Räkna ut dokumentet", "Work out the document"),
    StageName.PREFLIGHT: ("Kontrollera Fortnox", "Check Fortnox"),
    StageName.CREATE_DRAFT: ("Skapa utkastet", "Create the draft"),
    StageName.ATTACH: ("Bifoga filer", "Attach files"),
    StageName.NOTE_BACK: ("Skriva PDF och anteckning", "Write PDF and note"),
}
_GONE: Final = frozenset({DocumentState.REMOVED, DocumentState.WITHDRAWN})
_TRY_AGAIN: Final = ("Replay: försök igen", "Replay: try again")
_RUN_AGAIN: Final = ("Replay: kör om affären", "Replay: run the deal again")
_OUTCOME_CODES: Final[Mapping[RunState, str]] = {
    RunState.DONE: "run_done",
    RunState.RUNNING: "run_running",
    RunState.QUEUED: "run_queued",
}


@dataclass(frozen=True, slots=True)
class StepLine:
    name: str
    duration: str
    has_failed: bool


@dataclass(frozen=True, slots=True)
class DocumentLine:
    name: str
    customer: str
    is_removed: bool


@dataclass(frozen=True, slots=True)
class RunView:
    """`tone` is good, bad or calm. `at` is local time; `where` a link to the record that needs correcting.

    `replay` is what the button says. `generation` is that of the latest document, 0 while there is none; `draft` its
    name while it may still be brought up to date.
    """

    heading: str
    record: str | None
    state: str
    tone: str
    at: str
    outcome: str
    remedy: str
    where: str | None
    support: str | None
    documents: tuple[DocumentLine, ...]
    steps: tuple[StepLine, ...]
    replay: str
    generation: int
    draft: str | None


def run_view(deal: LinkedDeal) -> RunView:
    run, is_swedish = deal.run, deal.language is Language.SWEDISH
    code = run.reason or _OUTCOME_CODES.get(run.state, "unexpected")
    sentence = describe(code, run.reason_params or {}, deal.language)
    record, place = run.source.external_id, deal.system
    record = f"Affär {record} i {place}" if is_swedish else f"Deal {record} in {place}"
    return RunView(
        heading=deal.title or record,
        record=record if deal.title else None,
        state=in_language(deal.language, RUN_STATE_WORDS[run.state]),
        tone=_TONES.get(run.state, "calm"),
        at=_local(run.ended_at or run.started_at or run.created_at),
        outcome=sentence.what,
        remedy=sentence.remedy,
        where=_safe_link(run),
        support=deal.support_contact if run.state is RunState.PARKED else None,
        documents=tuple(_document_line(document, deal.language) for document in deal.documents),
        steps=_step_lines(deal.steps, deal.language),
        replay=in_language(deal.language, _TRY_AGAIN if run.state is RunState.PARKED else _RUN_AGAIN),
        generation=max((document.generation for document in deal.documents), default=0),
        draft=_draft(deal),
    )


def _draft(deal: LinkedDeal) -> str | None:
    """The latest draft as far as we know: what became of it in Fortnox is found out when it is to be written."""
    standing = [document for document in deal.documents if document.state is DocumentState.CREATED]
    latest = max(
        standing, key=lambda document: (document.generation, document.kind is DocumentKind.INVOICE), default=None
    )
    return _document_line(latest, deal.language).name if latest is not None else None


def _document_line(document: Document, language: Language) -> DocumentLine:
    kind = in_language(language, DOCUMENT_KIND_WORDS[document.kind.value])
    customer = " ".join(part for part in (document.customer_number, document.customer_name) if part)
    return DocumentLine(f"{kind} {document.number}", customer, document.state in _GONE)


def _step_lines(steps: tuple[Step, ...], language: Language) -> tuple[StepLine, ...]:
    """One line per stage: reading, for one, is two steps."""
    lines = []
    for stage in StageName:
        own = [step for step in steps if step.stage is stage]
        if own:
            total_ms = sum(step.duration_ms for step in own)
            has_failed = any(step.error_code for step in own)
            lines.append(StepLine(in_language(language, _STAGES[stage]), _duration(total_ms, language), has_failed))
    return tuple(lines)


def _duration(milliseconds: int, language: Language) -> str:
    if milliseconds < 1000:
        return f"{milliseconds} ms"
    seconds = f"{milliseconds / 1000:.1f} s"
    return seconds.replace(".", ",") if language is Language.SWEDISH else seconds


def _local(instant: datetime) -> str:
    return instant.astimezone(BUSINESS_ZONE).strftime("%Y-%m-%d %H:%M")


def _safe_link(run: Run) -> str | None:
    """Links come from source systems: anything but https stays text that nobody clicks."""
    return run.where if run.where and run.where.startswith("https://") else None
