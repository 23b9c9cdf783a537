"""Records as answers show them (facts 7.1 and 7.3)."""

from collections.abc import Sequence
from typing import Final

from fortnox_bridge_hubspot.simulator.answers import Record, wire_time
from fortnox_bridge_hubspot.simulator.names import (
    COMPANIES,
    CONTACTS,
    DEALS,
    LINE_ITEMS,
    NOTES,
    PRODUCTS,
    TYPE_IDS,
    link_name,
    links_between,
)
from fortnox_bridge_hubspot.simulator.state import CrmRecord, Portal

_DEFAULT: Final = {
    DEALS: ("amount", "closedate", "dealname", "dealstage", "pipeline"),
    COMPANIES: ("domain", "name"),
    CONTACTS: ("email", "firstname", "lastname"),
    LINE_ITEMS: ("amount", "quantity"),
    PRODUCTS: ("description", "name", "price"),
    NOTES: (),
}


def record_view(portal: Portal, record: CrmRecord, names: Sequence[str] = ()) -> Record:
    """Asked-for properties, null when empty; names that are defined nowhere are passed over in silence."""
    known = portal.properties[record.kind]
    asked = [name for name in (names or _DEFAULT[record.kind]) if name in known and not known[name]["archived"]]
    modified = "lastmodifieddate" if record.kind == CONTACTS else "hs_lastmodifieddate"
    properties = {
        **{name: value_of(record, name) for name in asked},
        "createdate": wire_time(record.created_at),
        modified: wire_time(record.updated_at),
        "hs_object_id": record.id,
    }
    view: Record = {
        "id": record.id,
        "properties": properties,
        "createdAt": wire_time(record.created_at),
        "updatedAt": wire_time(record.updated_at),
        "archived": record.archived_at is not None,
        "url": f"https://app-eu1.hubspot.com/contacts/{portal.id}/record/{TYPE_IDS[record.kind]}/{record.id}",
    }
    if record.archived_at is not None:
        view["archivedAt"] = wire_time(record.archived_at)
    return view


def value_of(record: CrmRecord, name: str) -> str | None:
    if name == "hs_merged_object_ids":
        return ";".join(record.former_ids) or None
    return record.properties.get(name)


def associations_view(portal: Portal, record: CrmRecord, kinds: Sequence[str], most: int) -> Record:
    """By the target's path, with a space where that has an underscore; a company once for each type of link."""
    found: Record = {}
    for kind in kinds:
        rows = [
            {"id": target, "type": link_name(record.kind, kind, type_id)}
            for target, types in portal.links.of((record.kind, record.id), kind)
            if _is_living(portal, kind, target)
            for type_id in links_between(record.kind, kind)
            if type_id in types
        ]
        if rows:
            shown: Record = {"results": rows[:most]}
            if len(rows) > most:
                shown["paging"] = {"next": {"after": rows[most]["id"], "link": "?after=" + rows[most]["id"]}}
            found[kind.replace("_", " ")] = shown
    return found


def _is_living(portal: Portal, kind: str, external_id: str) -> bool:
    record = portal.records[kind].get(external_id)
    return record is not None and record.archived_at is None
