"""Changing records: checked as HubSpot checks (facts 7.2), calculated values kept, every change told as an event."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from fortnox_bridge_hubspot.simulator.answers import ApiError, invalid, milliseconds, not_found, wire_time
from fortnox_bridge_hubspot.simulator.calculated import calculate
from fortnox_bridge_hubspot.simulator.definitions import OPEN
from fortnox_bridge_hubspot.simulator.names import COMPANIES, CONTACTS, DEALS, NOTES, PLAIN, PRIMARY, SINGULAR
from fortnox_bridge_hubspot.simulator.state import Actor, CrmRecord, Portal

_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?\Z", re.ASCII)
_MILLISECONDS: Final = re.compile(r"\d{12,14}\Z", re.ASCII)
_NOT_NEGATIVE: Final = frozenset({"price"})


def create(
    portal: Portal, kind: str, properties: Mapping[str, object], actor: Actor, *, calculates: bool = True
) -> CrmRecord:
    """A new record with checked properties; what it still lacks by its kind is refused."""
    checked = _checked(portal, kind, properties)
    _require_least(portal, kind, checked)
    now = portal.clock.now()
    record = CrmRecord(portal.new_id(), kind, {k: v for k, v in checked.items() if v is not None}, now, now)
    if kind == DEALS:
        _place_in_stage(portal, record)
    portal.records[kind][record.id] = record
    if calculates:
        calculate(portal, record)
    _publish(portal, record, actor, "creation", changeFlag="CREATED")
    if kind == DEALS and record.properties.get("dealstage"):
        _publish_change(portal, record, actor, "dealstage", record.properties["dealstage"])
    return record


def update(portal: Portal, record: CrmRecord, properties: Mapping[str, object], actor: Actor) -> None:
    checked = _checked(portal, record.kind, properties)
    changed = {name: value for name, value in checked.items() if record.properties.get(name) != value}
    record.properties |= changed
    if record.kind == DEALS and {"dealstage", "pipeline"} & set(changed):
        _place_in_stage(portal, record)
    record.updated_at = portal.clock.now()
    calculate(portal, record)
    for name, value in changed.items():
        _publish_change(portal, record, actor, name, value)


def archive(portal: Portal, record: CrmRecord, actor: Actor) -> None:
    if record.archived_at is None:
        record.archived_at = portal.clock.now()
        _publish(portal, record, actor, "deletion", changeFlag="DELETED")


def restore(portal: Portal, record: CrmRecord, actor: Actor) -> None:
    record.archived_at = None
    _publish(portal, record, actor, "restore", changeFlag="RESTORED")


def erase(portal: Portal, record: CrmRecord, actor: Actor) -> None:
    """A privacy deletion: gone for good, and told twice (facts 6.3)."""
    del portal.records[record.kind][record.id]
    for key in portal.links.touching((record.kind, record.id)):
        del portal.links.every[key]
    if record.kind == CONTACTS:
        _publish(portal, record, actor, "privacyDeletion", changeFlag="DELETED")
    _publish(portal, record, actor, "deletion", changeFlag="DELETED")


def merge(portal: Portal, primary: CrmRecord, other: CrmRecord, actor: Actor) -> CrmRecord:
    """A third record takes the place of both; their ids go on resolving to it (facts 21)."""
    now = portal.clock.now()
    properties = {**other.properties, **{k: v for k, v in primary.properties.items() if v is not None}}
    merged = CrmRecord(portal.new_id(), primary.kind, properties, primary.created_at, now)
    merged.former_ids = [*primary.former_ids, primary.id, *other.former_ids, other.id]
    for old in (primary, other):
        for origin_kind, origin_id, target_kind, target_id in portal.links.touching((old.kind, old.id)):
            types = portal.links.every.pop((origin_kind, origin_id, target_kind, target_id))
            if old is other:
                types -= set(PRIMARY.values())
            origin, target = (
                (kind, merged.id if (kind, each) == (old.kind, old.id) else each)
                for kind, each in ((origin_kind, origin_id), (target_kind, target_id))
            )
            portal.links.every.setdefault((*origin, *target), set()).update(types)
        del portal.records[old.kind][old.id]
    portal.records[merged.kind][merged.id] = merged
    for former in merged.former_ids:
        portal.merged_into[merged.kind, former] = merged.id
    calculate(portal, merged)
    _publish(
        portal,
        merged,
        actor,
        "merge",
        primaryObjectId=int(primary.id),
        mergedObjectIds=[int(primary.id), int(other.id)],
        newObjectId=int(merged.id),
        numberOfPropertiesMoved=len(other.properties),
    )
    return merged


def link(
    portal: Portal, origin: tuple[str, str], target: tuple[str, str], type_ids: tuple[int, ...], actor: Actor
) -> None:
    """Both directions at once, as HubSpot keeps them; a new primary takes that mark from the old one."""
    for start, end, types in ((origin, target, type_ids), (target, origin, _reversed(origin[0], target[0], type_ids))):
        pair = (start[0], end[0])
        is_new = False
        for type_id in types:
            if PRIMARY.get(pair) == type_id and start[0] != COMPANIES:
                for _, others in portal.links.of(start, end[0]):
                    others.discard(type_id)
            is_new |= portal.links.add(start, end, type_id)
        if is_new:
            _publish_link(portal, start, end, actor, is_removed=False)
    for kind, external_id in (origin, target):
        record = portal.find(kind, external_id)
        if record is not None:
            calculate(portal, record)


def unlink(portal: Portal, origin: tuple[str, str], target: tuple[str, str], actor: Actor) -> None:
    for start, end in ((origin, target), (target, origin)):
        if portal.links.remove(start, end):
            _publish_link(portal, start, end, actor, is_removed=True)


def _reversed(origin: str, target: str, type_ids: tuple[int, ...]) -> tuple[int, ...]:
    tables = (PRIMARY, PLAIN)
    return tuple(
        table[target, origin]
        for table in tables
        for type_id in type_ids
        if table.get((origin, target)) == type_id and (target, origin) in table
    )


def _place_in_stage(portal: Portal, record: CrmRecord) -> None:
    """The stage must be one of the pipeline; entering it is remembered."""
    stage_id = record.properties.get("dealstage")
    pipeline = next(
        (each for each in portal.pipelines if any(stage["id"] == stage_id for stage in each["stages"])), None
    )
    if pipeline is None:
        raise invalid(f"{stage_id} was not one of the allowed options", code="INVALID_OPTION", name="dealstage")
    wanted = record.properties.get("pipeline")
    if wanted is not None and wanted != pipeline["id"]:
        raise invalid(f"{stage_id} is no stage of pipeline {wanted}", code="INVALID_OPTION", name="dealstage")
    record.properties["pipeline"] = pipeline["id"]
    record.properties["hs_v2_date_entered_current_stage"] = wire_time(portal.clock.now())


def _checked(portal: Portal, kind: str, properties: Mapping[str, object]) -> dict[str, str | None]:
    checked: dict[str, str | None] = {}
    for name, raw in properties.items():
        known = portal.properties[kind].get(name)
        if known is None or known["archived"]:
            raise invalid(f'Property "{name}" does not exist', code="PROPERTY_DOESNT_EXIST", name=name)
        if known["modificationMetadata"]["readOnlyValue"]:
            raise invalid(f'"{name}" is a read only property', code="READ_ONLY_VALUE", name=name)
        if raw is not None and not isinstance(raw, str | int | float | Decimal):
            raise invalid(f"{name} must be text", code="INVALID_TYPE", name=name)
        text = "" if raw is None else _text(raw)
        if known["type"] != "string" and text != text.strip():
            raise invalid(f"{name} has blanks around it", code="LEADING_TRAILING_WHITESPACE", name=name)
        checked[name] = _typed(known, text) if text else None
    return checked


def _text(raw: str | float | Decimal) -> str:
    if isinstance(raw, bool):
        return "true" if raw else "false"
    return raw if isinstance(raw, str) else str(raw)


def _typed(known: Mapping[str, object], text: str) -> str:
    name = str(known["name"])
    match known["type"]:
        case "number":
            if not _NUMBER.match(text):
                raise invalid(f"{text} was not a valid number.", code="INVALID_NUMBER", name=name)
            if name in _NOT_NEGATIVE and _decimal(text) < 0:
                raise invalid(f"{name} must not be negative", code="INVALID_NUMBER", name=name)
        case "date":
            return _day(text, name)
        case "datetime":
            return _instant(text, name)
        case "bool" if text not in {"true", "false"}:
            raise invalid(f"{text} was not one of true, false", code="INVALID_OPTION", name=name)
        case "enumeration":
            _require_options(known, text)
        case _:
            pass
    return text


def _require_options(known: Mapping[str, object], text: str) -> None:
    options = known["options"]
    if not isinstance(options, list) or not options or known["name"] in OPEN:
        return
    allowed = {option["value"] for option in options}
    parts = text.strip(";").split(";") if known["fieldType"] == "checkbox" else [text]
    if not set(parts) <= allowed:
        raise invalid(
            f"{text} was not one of the allowed options: {sorted(allowed)}",
            code="INVALID_OPTION",
            name=str(known["name"]),
        )


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal(0)


def _day(text: str, name: str) -> str:
    if _MILLISECONDS.match(text) and int(text) % 86_400_000 == 0:
        return datetime.fromtimestamp(int(text) / 1000, UTC).date().isoformat()
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise invalid(f"{text} was not a valid date.", code="INVALID_DATE", name=name) from None


def _instant(text: str, name: str) -> str:
    try:
        found = (
            datetime.fromtimestamp(int(text) / 1000, UTC)
            if _MILLISECONDS.match(text)
            else datetime.fromisoformat(text if "T" in text else f"{text}T00:00:00Z")
        )
    except ValueError:
        raise invalid(f"{text} was not a valid instant.", code="INVALID_DATE", name=name) from None
    return wire_time(found if found.tzinfo else found.replace(tzinfo=UTC))


_LEAST: Final[Mapping[str, tuple[str, ...]]] = {
    COMPANIES: ("name", "domain"),
    CONTACTS: ("email", "firstname", "lastname"),
}


def _require_least(portal: Portal, kind: str, checked: Mapping[str, str | None]) -> None:
    filled = {name for name, value in checked.items() if value}
    any_of = _LEAST.get(kind, ())
    if any_of and not filled & set(any_of):
        raise invalid(f"one of {', '.join(any_of)} is needed", code="MISSING_REQUIRED_PROPERTY")
    needed = {DEALS: {"dealname", "dealstage"}, NOTES: {"hs_timestamp"}}.get(kind, set())
    if not needed <= filled:
        missing = ", ".join(sorted(needed - filled))
        raise invalid(f"required properties were not set: {missing}", code="MISSING_REQUIRED_PROPERTY")
    email = checked.get("email")
    if kind == CONTACTS and email:
        twin = next((each for each in portal.living(CONTACTS) if each.properties.get("email") == email), None)
        if twin is not None:
            raise ApiError(409, "CONFLICT", f"Contact already exists. Existing ID: {twin.id}")


def require_record(portal: Portal, kind: str, external_id: str) -> CrmRecord:
    record = portal.find(kind, external_id)
    if record is None or record.archived_at is not None:
        raise not_found()
    return record


def _publish_change(portal: Portal, record: CrmRecord, actor: Actor, name: str, value: str | None) -> None:
    _publish(portal, record, actor, "propertyChange", propertyName=name, propertyValue=value or "")


def _publish(portal: Portal, record: CrmRecord, actor: Actor, what: str, **members: object) -> None:
    event = {
        "occurredAt": milliseconds(portal.clock.now()),
        "subscriptionType": f"{SINGULAR[record.kind]}.{what}",
        "objectId": int(record.id),
        **members,
    }
    portal.publish(portal, event, actor)


def _publish_link(
    portal: Portal, start: tuple[str, str], end: tuple[str, str], actor: Actor, *, is_removed: bool
) -> None:
    event = {
        "occurredAt": milliseconds(portal.clock.now()),
        "subscriptionType": f"{SINGULAR[start[0]]}.associationChange",
        "associationType": f"{SINGULAR[start[0]]}_TO_{SINGULAR[end[0]]}".upper(),
        "fromObjectId": int(start[1]),
        "toObjectId": int(end[1]),
        "associationRemoved": is_removed,
        "isPrimaryAssociation": False,
    }
    portal.publish(portal, event, actor)
