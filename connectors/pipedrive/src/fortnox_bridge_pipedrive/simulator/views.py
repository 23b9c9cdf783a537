"""How records look in v2 answers."""

from collections.abc import Mapping
from dataclasses import dataclass

from fortnox_bridge_pipedrive.simulator.answers import Record
from fortnox_bridge_pipedrive.simulator.custom_fields import shown_custom_fields
from fortnox_bridge_pipedrive.simulator.deal_value import computed_value, line_sum
from fortnox_bridge_pipedrive.simulator.errors import invalid
from fortnox_bridge_pipedrive.simulator.state import Company

_COUNTS = (
    "followers_count",
    "email_messages_count",
    "activities_count",
    "done_activities_count",
    "undone_activities_count",
)
_NOTHING = ("next_activity_id", "last_activity_id", "last_incoming_mail_time", "last_outgoing_mail_time")
_CONTACT_COUNTS = (
    "open_deals_count",
    "related_open_deals_count",
    "closed_deals_count",
    "related_closed_deals_count",
    "participant_open_deals_count",
    "participant_closed_deals_count",
    "people_count",
    "files_count",
    "notes_count",
    *_COUNTS,
)
INCLUDABLE = {
    "deal": frozenset(
        {
            *_NOTHING,
            *_COUNTS,
            "first_won_time",
            "products_count",
            "files_count",
            "notes_count",
            "participants_count",
            "smart_bcc_email",
            "source_lead_id",
        }
    ),
    "organization": frozenset({*_NOTHING, *_CONTACT_COUNTS, "smart_bcc_email"}),
    "person": frozenset({*_NOTHING, *_CONTACT_COUNTS, "marketing_status", "doi_status", "smart_bcc_email"}),
    "product": frozenset[str](),
}
_LABEL_NAMES = {1: "Het", 2: "Varm", 3: "Kall"}
_LINK = {"deal": "deal_id", "organization": "org_id", "person": "person_id"}


@dataclass(frozen=True, slots=True)
class Shape:
    """What the reader asked for: extra fields, few custom fields, labels."""

    include: tuple[str, ...] = ()
    only_custom: frozenset[str] | None = None
    option_labels: bool = False
    labels: bool = False


def read_shape(query: Mapping[str, str], entity: str) -> Shape:
    include = tuple(part for part in query.get("include_fields", "").split(",") if part)
    unknown = set(include) - INCLUDABLE[entity]
    if unknown:
        raise invalid(f"include_fields: Invalid enum value {', '.join(sorted(unknown))}")
    only: frozenset[str] | None = None
    if query.get("custom_fields"):
        only = frozenset(part for part in query["custom_fields"].split(",") if part)
        if len(only) > 15:
            raise invalid("custom_fields: a maximum of 15 keys is allowed")
    for flag in ("include_option_labels", "include_labels"):
        if query.get(flag, "false") not in {"true", "false"}:
            raise invalid(f"{flag}: expected boolean")
    return Shape(include, only, query.get("include_option_labels") == "true", query.get("include_labels") == "true")


def deal_value(company: Company, deal: Record) -> object:
    computed = computed_value(
        company.lines.get(deal["id"], {}).values(), company.discounts.get(deal["id"], {}).values()
    )
    return deal["value"] if computed is None else computed


def entity_view(company: Company, entity: str, record: Record, shape: Shape | None = None) -> Record:
    wanted = shape or Shape()
    view = {key: value for key, value in record.items() if not key.startswith("_")}
    if entity == "deal":
        view["value"] = deal_value(company, record)
    view["custom_fields"] = shown_custom_fields(
        company, entity, record, only=wanted.only_custom, labels=wanted.option_labels
    )
    if wanted.labels:
        view["labels"] = [{"id": item, "label": _LABEL_NAMES.get(item, str(item))} for item in record["label_ids"]]
    return view | {name: _included(company, entity, record, name) for name in wanted.include}


def _included(company: Company, entity: str, record: Record, name: str) -> object:
    if name == "products_count":
        return len(company.lines.get(record["id"], {}))
    if name in {"files_count", "notes_count"}:
        kind = name.removesuffix("s_count")
        rows = company.tables[kind].values()
        return sum(1 for row in rows if row["active_flag"] and row.get(_LINK[entity]) == record["id"])
    if name == "participants_count":
        return len(participant_ids(company, record))
    if name == "first_won_time":
        return record["_first_won_time"]
    if name.endswith("_count"):
        return _deal_count(company, entity, record, name)
    if name == "smart_bcc_email":
        return f"{company.domain}+{entity}{record['id']}@pipedrivemail.com"
    return None


def _deal_count(company: Company, entity: str, record: Record, name: str) -> int:
    if name == "people_count":
        return sum(1 for person in company.living("person") if person["org_id"] == record["id"])
    if name not in {"open_deals_count", "closed_deals_count"}:
        return 0
    wants_open = name == "open_deals_count"
    deals = (deal for deal in company.living("deal") if deal[_LINK[entity]] == record["id"])
    return sum(1 for deal in deals if (deal["status"] == "open") is wants_open)


def participant_ids(company: Company, deal: Record) -> list[int]:
    """Persons on a deal: its own person is also listed (section 6)."""
    own = [deal["person_id"]] if deal["person_id"] is not None else []
    added = [
        row["person_id"]
        for row in company.tables["participant"].values()
        if row["deal_id"] == deal["id"] and row["person_id"] not in own
    ]
    return own + added


def line_view(line: Record) -> Record:
    return {**line, "sum": line_sum(line)}
