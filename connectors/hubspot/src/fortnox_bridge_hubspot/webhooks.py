"""Deliveries from HubSpot (facts 6): up to 100 events in one, of several portals perhaps, unordered and repeated."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from fortnox_bridge.sdk import (
    NotAuthentic,
    Occasion,
    RawRequest,
    Received,
    Trigger,
    Unreadable,
    UnreadableJson,
    UnreadablePayload,
    WebhookSecrets,
    decode_json,
)
from fortnox_bridge_hubspot.account import TYPE_IDS
from fortnox_bridge_hubspot.signatures import require_own_app, require_signed
from fortnox_bridge_hubspot.wire import COMPANY, CONTACT, DEAL, PRODUCT

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_ID: Final = re.compile(r"[0-9]{1,19}\Z", re.ASCII)
_KINDS: Final[Mapping[str, str]] = {type_id: kind for kind, type_id in TYPE_IDS.items()}
# What a deal reaches a rule by, and leaves it by: won and lost are stages (facts 6.4).
_STAGE: Final = frozenset({"dealstage", "pipeline"})
# These change with every note, call and sum, ours among them, and say nothing of the deal itself.
_NOISE: Final = ("hs_", "notes_", "num_")
_OF_A_DEAL: Final = frozenset({"LINE_ITEM", "COMPANY", "CONTACT"})
# By these an event is told from others (facts 6.1): the number of the attempt is not among them.
_SAME: Final = ("portalId", "subscriptionType", "objectTypeId", "objectId", "eventId", "occurredAt")


class _Senseless(Exception):
    """This event is not what HubSpot describes; the others may be."""


@dataclass(frozen=True, slots=True)
class _Event:
    members: Mapping[str, object]

    @property
    def account(self) -> str:
        return self.id("portalId")

    @property
    def happening(self) -> str:
        return self.text("subscriptionType").partition(".")[2]

    @property
    def kind(self) -> str | None:
        """None: nothing we know. The generic types name the kind of record by its number."""
        named = self.text("subscriptionType").partition(".")[0]
        if named == "object":
            return _KINDS.get(str(self.members.get("objectTypeId")))
        return named if named in TYPE_IDS else None

    @property
    def dedupe_key(self) -> str:
        """Facts 6.1; of an association, which has no record of its own, both its ends."""
        told = {**self.members, "objectTypeId": TYPE_IDS.get(self.kind or "") or self.members.get("objectTypeId")}
        if "objectId" not in told:
            told["objectId"] = f"{told.get('fromObjectId')}>{told.get('toObjectId')}"
        return ":".join(str(told.get(name, "")) for name in _SAME)

    def text(self, name: str) -> str:
        value = self.members.get(name)
        if not isinstance(value, str):
            raise _Senseless(f"{name} is not a text")
        return value

    def id(self, name: str) -> str:
        value = self.members.get(name)
        text = str(value) if type(value) is int else value
        if not isinstance(text, str) or not _ID.match(text):
            raise _Senseless(f"{name} is not an id")
        return text

    def trigger(self, kind: str, external_id: str, occasion: Occasion, reason: str) -> Trigger:
        occurred_at = _instant(self.members.get("occurredAt"))
        excerpt = _excerpt(self.members)
        return Trigger(self.account, kind, external_id, self.dedupe_key, reason, occurred_at, occasion, excerpt)


def receive(request: RawRequest, secrets: WebhookSecrets, now: datetime) -> tuple[Received, ...]:
    """Turn one delivery into triggers: deals that may qualify, and what connections may want to follow."""
    require_signed(request, secrets, now)
    entries = _decode(request.body)
    own = [each for each in entries if _may_be_ours(each, secrets)]
    if entries and not own:
        raise NotAuthentic
    received = (_received(each, secrets) for each in own)
    return tuple(each for each in received if each is not None)


def _decode(body: bytes) -> list[object]:
    try:
        entries = decode_json(body)
    except UnreadableJson as error:
        raise UnreadablePayload(f"not JSON: {error}") from None
    if not isinstance(entries, list):
        raise UnreadablePayload("not a list of events")
    return entries


def _may_be_ours(entry: object, secrets: WebhookSecrets) -> bool:
    try:
        require_own_app(entry.get("appId") if isinstance(entry, dict) else None, secrets)
    except NotAuthentic:
        return False
    return True


def _received(entry: object, secrets: WebhookSecrets) -> Received | None:
    """None: it does not matter. Kinds of events that we do not know are HubSpot's to add, and no fault."""
    event = _Event(entry if isinstance(entry, dict) else {})
    try:
        return None if _is_own_change(event, secrets) else _trigger(event)
    except _Senseless as fault:
        excerpt = _excerpt(entry)
        return Unreadable(_account_of(event), f"sha256:{hashlib.sha256(excerpt).hexdigest()}", str(fault), excerpt)


def _excerpt(entry: object) -> bytes:
    """Only its own event is kept with a portal: the others of the batch may be those of other portals."""
    return json.dumps(entry, default=str, separators=(",", ":")).encode()


def _account_of(event: _Event) -> str | None:
    try:
        return event.account
    except _Senseless:
        return None


def _is_own_change(event: _Event, secrets: WebhookSecrets) -> bool:
    """What we wrote ourselves comes back as an event like any other (facts 6.4)."""
    told = (event.members.get("changeSource"), str(event.members.get("sourceId")))
    return secrets.app_id is not None and told == ("INTEGRATION", secrets.app_id)


def _trigger(event: _Event) -> Trigger | None:
    if event.happening == "associationChange":
        return _of_association(event)
    kind = event.kind
    if kind == DEAL:
        return _of_deal(event)
    # An event of a line names no deal; what is sold on the deal changes its associations or its amount.
    return _of_other(event, kind) if kind in {COMPANY, CONTACT, PRODUCT} else None


def _of_deal(event: _Event) -> Trigger | None:
    """Restoring a deal does nothing by itself (facts 21)."""
    match event.happening:
        case "creation":
            return event.trigger(DEAL, event.id("objectId"), Occasion.MAY_QUALIFY, "created")
        case "merge":
            return event.trigger(DEAL, _merged_into(event), Occasion.MAY_QUALIFY, "merged")
        case "deletion":
            return event.trigger(DEAL, event.id("objectId"), Occasion.MAY_END, "deleted")
        case "propertyChange":
            return _of_property(event, event.text("propertyName"))
        case _:
            return None


def _of_property(event: _Event, name: str) -> Trigger | None:
    """There is no old value, and the new one may be old already: the deal is read afresh before anything is decided."""
    if name in _STAGE:
        return event.trigger(DEAL, event.id("objectId"), Occasion.MAY_QUALIFY, "stage_changed")
    if name.startswith(_NOISE):
        return None
    return event.trigger(DEAL, event.id("objectId"), Occasion.EDITED, "edited")


def _of_association(event: _Event) -> Trigger | None:
    """One event for each direction: `DEAL_TO_LINE_ITEM` and `LINE_ITEM_TO_DEAL`. Notes and the like are no matter."""
    source, _, target = event.text("associationType").partition("_TO_")
    if source == "DEAL" and target in _OF_A_DEAL:
        return event.trigger(DEAL, event.id("fromObjectId"), Occasion.EDITED, "edited")
    if target == "DEAL" and source in _OF_A_DEAL:
        return event.trigger(DEAL, event.id("toObjectId"), Occasion.EDITED, "edited")
    return None


def _of_other(event: _Event, kind: str) -> Trigger | None:
    """A new customer or product is used by nothing yet, a deleted one not any more: a change is what matters."""
    match event.happening:
        case "propertyChange":
            return event.trigger(kind, event.id("objectId"), Occasion.MAY_QUALIFY, "changed")
        case "merge":
            return event.trigger(kind, _merged_into(event), Occasion.MAY_QUALIFY, "merged")
        case _:
            return None


def _merged_into(event: _Event) -> str:
    """A merge makes a new record; a beta keeps the primary one instead (facts 21)."""
    return event.id(next((name for name in ("newObjectId", "primaryObjectId") if event.members.get(name)), "objectId"))


def _instant(value: object) -> datetime | None:
    if type(value) is not int:
        return None
    try:
        return _EPOCH + timedelta(milliseconds=value)
    except OverflowError:
        return None
