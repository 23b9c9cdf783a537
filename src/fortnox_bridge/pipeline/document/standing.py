"""What becomes of a draft that stands: updated, withdrawn, or left as it is (F18, F60, F61). Pure."""

from fortnox_bridge.domain.document import Document, DocumentKind, DocumentState
from fortnox_bridge.domain.errors import SourceDataInvalid
from fortnox_bridge.domain.rules import SyncRules
from fortnox_bridge.domain.run import RequestedAction, Run, TriggerKind
from fortnox_bridge.pipeline.document.cancellation import is_called_for
from fortnox_bridge.pipeline.outcome import Skip
from fortnox_bridge.pipeline.read_facts import HeadFacts
from fortnox_bridge.pipeline.wanted import CLOSED
from fortnox_bridge.pipeline.work import FinishNote, UpdateDraft, WithdrawDraft

KEPT = "draft_kept"


def standing(facts: HeadFacts) -> Document | None:
    """The deal's latest draft, as far as we know: the invoice before the order it came from."""
    for kind in (DocumentKind.INVOICE, DocumentKind.ORDER):
        found = facts.find(kind)
        if found is not None and found.state is DocumentState.CREATED:
            return found
    return None


def is_to_go(facts: HeadFacts, run: Run, rules: SyncRules) -> bool:
    """Whether the deal's draft is to be cancelled (F18). What a person asks for in so many words comes first."""
    is_explicit = run.requested_kind is not None or run.requested_action is not None
    return not is_explicit and is_called_for(rules.cancel, facts.head)


def withdrawal(facts: HeadFacts) -> WithdrawDraft | None:
    """The draft to cancel; None when there is none, or it was found touched before."""
    begun = next((document for document in facts.documents if document.is_being_withdrawn), None)
    found = begun or standing(facts)
    if found is None or any(notice.code == KEPT for notice in found.notices):
        return None
    return WithdrawDraft(found)


def asked_update(facts: HeadFacts, run: Run) -> UpdateDraft | None:
    """The draft that a person wants brought up to date (F60).

    Raises:
        SourceDataInvalid: there is none.
    """
    if run.requested_action is not RequestedAction.UPDATE:
        return None
    found = standing(facts)
    if found is not None:
        return UpdateDraft(found, is_asked=True)
    gone = next((document for document in reversed(facts.documents) if document.number is not None), None)
    if gone is not None:
        raise SourceDataInvalid(
            "document_removed",
            where=facts.head.url,
            record=facts.head.title,
            kind=gone.kind.value,
            number=gone.number or "…",
        )
    raise SourceDataInvalid("no_draft_to_update", where=facts.head.url, record=facts.head.title)


def followed(
    facts: HeadFacts, kind: DocumentKind | None, run: Run, rules: SyncRules, otherwise: FinishNote | Skip
) -> UpdateDraft | None:
    """The draft that follows the deal's edits (F61), or whose update was begun and must be brought to an end."""
    found = standing(facts)
    if found is None or facts.head.status in CLOSED:
        return None
    if found.pending_plan_hash is not None:
        return UpdateDraft(found, otherwise=otherwise)
    is_to_become_invoice = kind is DocumentKind.INVOICE and found.kind is DocumentKind.ORDER
    if not rules.document.follows_edits or run.trigger is not TriggerKind.WEBHOOK or is_to_become_invoice:
        return None
    return UpdateDraft(found, otherwise=otherwise)
