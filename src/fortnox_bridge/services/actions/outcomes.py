"""What became of a call, as its run tells it."""

from collections.abc import Sequence
from typing import Final

from fortnox_bridge.domain.action_call import RememberedCall
from fortnox_bridge.domain.catalogue import describe
from fortnox_bridge.domain.document import Document
from fortnox_bridge.domain.document_copy import FORTNOX_URL
from fortnox_bridge.domain.language import Language
from fortnox_bridge.domain.run import Run, RunState, RunTask
from fortnox_bridge.sdk import ActionOutcome, ActionState

# The platforms' histories are read by administrators of any country; their labels know no Swedish (facts: hubspot 18).
_LANGUAGE: Final = Language.ENGLISH


def refused(code: str, **params: str) -> ActionOutcome:
    """Nothing will be done, and trying again changes nothing."""
    sentence = describe(code, params, _LANGUAGE)
    return ActionOutcome(ActionState.FAILED, error_code=code, said=f"{sentence.what} {sentence.remedy}".strip())


def outcome_of(call: RememberedCall, run: Run, documents: Sequence[Document]) -> ActionOutcome:
    """How far the work of `call` has come. `documents` are those of its record, oldest first."""
    if not run.state.is_final:
        return ActionOutcome(ActionState.WAITING if call.waits else ActionState.ACCEPTED)
    if run.state is RunState.DONE:
        return _done(run, documents)
    made = [each for each in documents if each.number is not None]
    if run.state is RunState.SKIPPED and run.key.task is RunTask.DOCUMENT and made:
        # Nothing was to be done because it is done: the workflow gets the document that stands.
        return _with_document(made[-1].kind.value, made[-1].number, made[-1].customer_number)
    return refused(run.reason or "unexpected", **(run.reason_params or {}))


def _done(run: Run, documents: Sequence[Document]) -> ActionOutcome:
    params = run.reason_params or {}
    if run.key.task is RunTask.CUSTOMER:
        return ActionOutcome(ActionState.DONE, customer_number=params.get("number"))
    number = params.get("document_number")
    customer = next((each.customer_number for each in reversed(documents) if each.number == number), None)
    return _with_document(params.get("document_kind"), number, customer)


def _with_document(kind: str | None, number: str | None, customer_number: str | None) -> ActionOutcome:
    return ActionOutcome(
        ActionState.DONE,
        document_kind=kind,
        document_number=number,
        document_url=FORTNOX_URL,
        customer_number=customer_number,
    )
