"""Built-in fields of the four entities as the field endpoints list them (section 14.1)."""

from fortnox_bridge_pipedrive.simulator.answers import Record

_VISIBILITY = (("1", "Owner & followers"), ("3", "Entire company"), ("5", "Owner's group"), ("7", "Group and below"))
_STATUS = (("open", "Open"), ("won", "Won"), ("lost", "Lost"), ("deleted", "Deleted"))
_BILLING = (
    ("one-time", "One-time"),
    ("weekly", "Weekly"),
    ("monthly", "Monthly"),
    ("quarterly", "Quarterly"),
    ("semi-annually", "Semi-annually"),
    ("annually", "Annually"),
)
_OPTIONS = {"visible_to": _VISIBILITY, "status": _STATUS, "billing_frequency": _BILLING}
_SHARED = (
    ("id", "ID", "int"),
    ("owner_id", "Owner", "user"),
    ("add_time", "Created", "date"),
    ("update_time", "Updated", "date"),
    ("visible_to", "Visible to", "visible_to"),
    ("label_ids", "Labels", "set"),
)
_OWN = {
    "deal": (
        ("title", "Title", "varchar"),
        ("value", "Value", "monetary"),
        ("currency", "Currency", "varchar_options"),
        ("status", "Status", "status"),
        ("stage_id", "Stage", "stage"),
        ("pipeline_id", "Pipeline", "int"),
        ("org_id", "Organization", "org"),
        ("person_id", "Contact person", "people"),
        ("creator_user_id", "Creator", "user"),
        ("stage_change_time", "Last stage change", "date"),
        ("won_time", "Won time", "date"),
        ("lost_time", "Lost time", "date"),
        ("lost_reason", "Lost reason", "varchar"),
        ("close_time", "Deal closed on", "date"),
        ("expected_close_date", "Expected close date", "date"),
        ("probability", "Probability", "int"),
        ("products_count", "Product quantity", "int"),
    ),
    "organization": (
        ("name", "Name", "varchar"),
        ("address", "Address", "address"),
        ("website", "Website", "varchar"),
        ("linkedin", "LinkedIn profile", "varchar"),
        ("industry", "Industry", "enum"),
        ("annual_revenue", "Annual revenue", "double"),
        ("employee_count", "Number of employees", "int"),
    ),
    "person": (
        ("name", "Name", "varchar"),
        ("first_name", "First name", "varchar"),
        ("last_name", "Last name", "varchar"),
        ("org_id", "Organization", "org"),
        ("emails", "Email", "varchar"),
        ("phones", "Phone", "phone"),
        ("notes", "Notes", "text"),
        ("job_title", "Job title", "varchar"),
        ("birthday", "Birthday", "date"),
        ("postal_address", "Postal address", "address"),
    ),
    "product": (
        ("name", "Name", "varchar"),
        ("code", "Product code", "varchar"),
        ("description", "Description", "text"),
        ("unit", "Unit", "varchar"),
        ("tax", "Tax", "double"),
        ("category", "Category", "enum"),
        ("is_linkable", "Active", "boolean"),
        ("billing_frequency", "Billing frequency", "billing_frequency"),
    ),
}
_OPTIONAL_IN_RESPONSE = {"products_count"}
# Contact sync adds these to persons only where it is switched on (section 10); the default company has it off.
CONTACT_SYNC_FIELDS = frozenset({"notes", "job_title", "birthday", "postal_address", "im"})

SUBFIELDS = {
    "monetary": (("value", "Amount", "double"), ("currency", "Currency", "varchar")),
    "daterange": (("value", "Start", "date"), ("until", "End", "date")),
    "time": (
        ("value", "Time", "time"),
        ("timezone_id", "Timezone", "int"),
        ("timezone_name", "Timezone name", "varchar"),
    ),
    "timerange": (
        ("value", "Start", "time"),
        ("until", "End", "time"),
        ("timezone_id", "Timezone", "int"),
        ("timezone_name", "Timezone name", "varchar"),
    ),
    "address": tuple(
        (part, part.replace("_", " ").capitalize(), "varchar")
        for part in (
            "value",
            "street_number",
            "route",
            "subpremise",
            "sublocality",
            "locality",
            "admin_area_level_1",
            "admin_area_level_2",
            "country",
            "postal_code",
            "formatted_address",
        )
    ),
}


def subfields_of(field_type: str) -> list[Record] | None:
    parts = SUBFIELDS.get(field_type)
    if parts is None:
        return None
    return [{"field_code": code, "field_name": name, "field_type": kind} for code, name, kind in parts]


def builtin_fields(entity: str) -> list[Record]:
    return [
        {
            "field_name": name,
            "field_code": code,
            "description": "",
            "field_type": field_type,
            # Built-in options carry string ids, custom ones ints (section 14.1).
            "options": [{"id": key, "label": label} for key, label in _OPTIONS[code]] if code in _OPTIONS else None,
            "subfields": subfields_of(field_type),
            "is_custom_field": False,
            "is_optional_response_field": code in _OPTIONAL_IN_RESPONSE,
        }
        for code, name, field_type in (*_SHARED[:1], *_OWN[entity], *_SHARED[1:])
    ]
