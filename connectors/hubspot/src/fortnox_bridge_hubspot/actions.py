"""Workflow actions: calls read and answered in HubSpot's way, and completed when the workflow waits (facts 18)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from fortnox_bridge.sdk import (
    ActionCall,
    ActionOption,
    ActionOutcome,
    ActionState,
    ActionSurface,
    OptionsCall,
    PlatformAnswer,
    RawRequest,
    SourceDataInvalid,
    UnreadableJson,
    UnreadablePayload,
    WebhookSecrets,
    decode_json,
)
from fortnox_bridge_hubspot.action_definitions import PATHS_BY_KIND, WAIT
from fortnox_bridge_hubspot.client import HubSpotClient
from fortnox_bridge_hubspot.config import CALLBACKS
from fortnox_bridge_hubspot.signatures import require_signed
from fortnox_bridge_hubspot.wire import COMPANY, CONTACT, DEAL

_KINDS: Final = {path: kind for kind, path in PATHS_BY_KIND.items()}
_OBJECTS: Final = {"DEAL": DEAL, "0-3": DEAL, "COMPANY": COMPANY, "0-2": COMPANY, "CONTACT": CONTACT, "0-1": CONTACT}
# How long a workflow stays blocked before it goes on by itself.
_PATIENCE: Final = "P1DT0H"
_SCOPE: Final = "automation"
_DEADLINE_S: Final = 5.0


def read(request: RawRequest, path: str, secrets: WebhookSecrets, now: datetime) -> ActionCall | OptionsCall:
    """Version 3 of the signature, or version 2 alone: repeated calls are caught by their id (facts 4)."""
    require_signed(request, secrets, now, takes_v2=True)
    name, _, rest = path.strip("/").partition("/")
    kind = _KINDS.get(name)
    if kind is None:
        raise UnreadablePayload(f"no action of the name {name[:60]}")
    body = _members(request.body)
    portal = _text(_table(body, "origin").get("portalId"), "origin.portalId")
    if rest.startswith("options"):
        wanted = _table(body, "fetchOptions")
        return OptionsCall(
            account=portal,
            kind=kind,
            input_name=str(body.get("inputFieldName") or rest.rpartition("/")[2])[:100],
            search=str(wanted.get("q") or "")[:200],
            after=str(wanted["after"])[:200] if wanted.get("after") else None,
        )
    subject = _table(body, "object")
    record_kind = _OBJECTS.get(str(subject.get("objectType", "")).upper())
    if record_kind is None:
        raise UnreadablePayload("object.objectType")
    inputs = _inputs(body)
    return ActionCall(
        account=portal,
        kind=kind,
        record_kind=record_kind,
        external_id=_text(subject.get("objectId"), "object.objectId"),
        call_id=_text(body.get("callbackId"), "callbackId"),
        inputs=inputs,
        waits=inputs.get(WAIT) == "true",
    )


def answer(_call: ActionCall, outcome: ActionOutcome) -> PlatformAnswer:
    return PlatformAnswer({"outputFields": output_fields(outcome)})


def options(_call: OptionsCall, found: Sequence[ActionOption], following: str | None) -> PlatformAnswer:
    rows = [{"value": each.value, "label": each.label, "description": each.description} for each in found]
    return PlatformAnswer({"options": rows, "searchable": True, **({"after": following} if following else {})})


def output_fields(outcome: ActionOutcome) -> dict[str, str]:
    """A failure lets the workflow go on and is told in its history: 4xx and 5xx would hide the reason (facts 18.2)."""
    match outcome.state:
        case ActionState.WAITING:
            return {"hs_execution_state": "BLOCK", "hs_expiration_duration": _PATIENCE}
        case ActionState.FAILED:
            return {
                "hs_execution_state": "FAIL_CONTINUE",
                "result": "failed",
                "errorCode": (outcome.error_code or "unexpected").upper(),
                "message": outcome.said,
            }
        case ActionState.ACCEPTED:
            return {"hs_execution_state": "SUCCESS", "result": "queued"}
        case ActionState.DONE:
            made = {
                "document_kind": outcome.document_kind,
                "document_number": outcome.document_number,
                "document_url": outcome.document_url,
                "customer_number": outcome.customer_number,
            }
            return {
                "hs_execution_state": "SUCCESS",
                "result": "done",
                **{name: value for name, value in made.items() if value},
            }


class HubSpotActionReporter:
    """`scopes` are those that the account granted, with blanks between them."""

    def __init__(self, client: HubSpotClient, scopes: str) -> None:
        self._client = client
        self._scopes = frozenset(scopes.split())

    async def may_wait(self) -> bool:
        return _SCOPE in self._scopes

    async def report(self, call_id: str, outcome: ActionOutcome) -> None:
        """Completing twice, or after the workflow went on, is refused: then there is nothing more to tell."""
        body = {"outputFields": output_fields(outcome), "typedOutputs": {}}
        try:
            await self._client.write("POST", f"{CALLBACKS}/{call_id}/complete", body, record="workflow", right=_SCOPE)
        except SourceDataInvalid:
            return


def _members(body: bytes) -> Mapping[str, object]:
    try:
        members = decode_json(body)
    except UnreadableJson as error:
        raise UnreadablePayload("the body is no JSON") from error
    if not isinstance(members, dict):
        raise UnreadablePayload("the body is no JSON object")
    return members


def _table(members: Mapping[str, object], name: str) -> Mapping[str, object]:
    value = members.get(name)
    return value if isinstance(value, dict) else {}


def _inputs(body: Mapping[str, object]) -> dict[str, str]:
    """As the documentation has them, or as the variants that were seen: absent ones are missing (facts 18.2)."""
    typed = {name: value.get("value") for name, value in _table(body, "typedInputs").items() if isinstance(value, dict)}
    found = {**typed, **_table(body, "fields"), **_table(body, "inputFields")}
    return {name[:100]: _plain(value)[:500] for name, value in found.items() if value is not None}


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _text(value: object, name: str) -> str:
    """An id, as number or text."""
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not 0 < len(text) <= 200:
        raise UnreadablePayload(name)
    return text


ACTIONS: Final = ActionSurface(read=read, answer=answer, options=options, deadline_s=_DEADLINE_S)
