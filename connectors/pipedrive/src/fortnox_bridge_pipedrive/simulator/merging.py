"""Merges (section 12): the one named by `merge_with_id` survives."""

from collections.abc import Iterable

from fortnox_bridge_pipedrive.simulator.answers import Record
from fortnox_bridge_pipedrive.simulator.custom_fields import merge_custom_fields
from fortnox_bridge_pipedrive.simulator.recording import changing, remove_record
from fortnox_bridge_pipedrive.simulator.state import Actor, Company

_TEXT_TYPES = frozenset({"varchar", "text", "varchar_auto", "phone"})
_LINK = {"organization": "org_id", "person": "person_id", "deal": "deal_id"}
_KEPT_BY_SURVIVOR = frozenset(
    {"id", "name", "title", "owner_id", "add_time", "update_time", "custom_fields", "is_deleted", "value", "currency"}
)
_EMPTY: tuple[object, ...] = (None, "", [], {})


def merge(company: Company, entity: str, loser: Record, survivor: Record, actor: Actor) -> None:
    with changing(company, entity, survivor, actor, merged_from_id=str(loser["id"])):
        _fill(survivor, loser)
        merge_custom_fields(company, entity, survivor, _merged_custom(company, entity, loser, survivor))
        if entity == "deal":
            _move_lines(company, loser["id"], survivor["id"])
    loser["_merged_to"] = survivor["id"]
    remove_record(company, entity, loser, actor, merged_to_id=str(survivor["id"]))
    _move_links(company, entity, loser["id"], survivor["id"], actor)


def _fill(survivor: Record, loser: Record) -> None:
    """Empty fields are filled; where both have a value the survivor keeps its own."""
    for name, value in loser.items():
        if name in _KEPT_BY_SURVIVOR or name.startswith("_"):
            continue
        if name in {"emails", "phones"}:
            known = {item["value"] for item in survivor[name]}
            survivor[name] = survivor[name] + [
                {**item, "primary": item["primary"] and not survivor[name]}
                for item in value
                if item["value"] not in known
            ]
        elif survivor.get(name) in _EMPTY:
            survivor[name] = value


def _merged_custom(company: Company, entity: str, loser: Record, survivor: Record) -> Record:
    """Text of both is joined, which is how a customer number in a text field gets corrupted."""
    definitions = company.custom_fields[entity]
    mine, other = survivor["custom_fields"] or {}, loser["custom_fields"] or {}
    merged: Record = {}
    for code, value in other.items():
        if code not in definitions or value in _EMPTY:
            continue
        if mine.get(code) in _EMPTY:
            merged[code] = value
        elif definitions[code]["field_type"] in _TEXT_TYPES and mine[code] != value:
            merged[code] = f"{mine[code]}, {value}"[:255]
    return merged


def _move_lines(company: Company, loser_id: int, survivor_id: int) -> None:
    moved = company.lines.pop(loser_id, {})
    for line in moved.values():
        line["deal_id"] = survivor_id
    company.lines.setdefault(survivor_id, {}).update(moved)
    discounts = company.discounts.pop(loser_id, {})
    for discount in discounts.values():
        discount["deal_id"] = survivor_id
    company.discounts.setdefault(survivor_id, {}).update(discounts)


def _move_links(company: Company, entity: str, loser_id: int, survivor_id: int, actor: Actor) -> None:
    link = _LINK[entity]
    for kind in ("deal", "person"):
        rows: Iterable[Record] = company.tables[kind].values()
        for record in [row for row in rows if row.get(link) == loser_id]:
            with changing(company, kind, record, actor):
                record[link] = survivor_id
    for kind in ("note", "file", "participant"):
        for record in company.tables[kind].values():
            if record.get(link) == loser_id:
                record[link] = survivor_id
