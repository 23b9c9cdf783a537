"""What we send to HubSpot, in its own names (facts 7.2, 8, 13, 14 and 15.1)."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Final

from fortnox_bridge.sdk import FieldType, FilePart, FileUpload, HttpRequest
from fortnox_bridge_hubspot.wire import COMPANY, CONTACT, DEAL, PATHS

NOTES: Final = "notes"
NOTE_BODY: Final = "hs_note_body"
TIMESTAMP: Final = "hs_timestamp"
_ATTACHMENTS: Final = "hs_attachment_ids"

# Facts 8: ids are of one direction, here from the note.
_FROM_NOTE: Final[Mapping[str, int]] = {CONTACT: 202, COMPANY: 190, DEAL: 214}
NOTED: Final = frozenset(_FROM_NOTE)

# Never readable by who has the address, and never deleted by itself (facts 14).
_FILE_OPTIONS: Final = {
    "access": "PRIVATE",
    "overwrite": False,
    "duplicateValidationStrategy": "NONE",
    "duplicateValidationScope": "EXACT_FOLDER",
}

GROUP: Final = "fortnox_bridge"
_GROUP_LABEL: Final = "Fortnox"

# Our types of fields that can be made, as `type` and `fieldType` (facts 15.1).
CREATABLE: Final[Mapping[FieldType, tuple[str, str]]] = {
    FieldType.TEXT: ("string", "text"),
    FieldType.NUMBER: ("number", "number"),
    FieldType.BOOLEAN: ("bool", "booleancheckbox"),
    FieldType.DATE: ("date", "date"),
    FieldType.DATETIME: ("datetime", "date"),
}
_YES_NO: Final = (
    {"label": "Ja", "value": "true", "displayOrder": 0, "hidden": False},
    {"label": "Nej", "value": "false", "displayOrder": 1, "hidden": False},
)


def note_of(kind: str, external_id: str, content: str, attachments: Sequence[str], now: datetime) -> object:
    """A note that hangs on one record; without an association it would be visible nowhere."""
    link = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": _FROM_NOTE[kind]}
    stamp = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "properties": {TIMESTAMP: stamp, **note_properties(content, attachments)},
        "associations": [{"to": {"id": external_id}, "types": [link]}],
    }


def note_properties(content: str, attachments: Sequence[str]) -> dict[str, str]:
    return {NOTE_BODY: content, **({_ATTACHMENTS: ";".join(attachments)} if attachments else {})}


def folder_of(kind: str, external_id: str, today: date) -> str:
    """One for each record: numbers of drafts repeat between Fortnox companies, and so do the names of their PDFs."""
    return f"/fortnox-bridge/{today.year}/{kind}-{external_id}"


def file_request(upload: FileUpload, folder: str) -> HttpRequest:
    return HttpRequest(
        "POST",
        "",
        form={"folderPath": folder, "options": json.dumps(_FILE_OPTIONS)},
        files=(FilePart("file", upload.file_name, upload.content_type, upload.content),),
    )


def links_between(kind: str, other: str) -> str:
    """The end of the path that reads which records of a kind hang on others."""
    return f"{PATHS[kind]}/{other}/batch/read"


def group_body() -> object:
    return {"name": GROUP, "label": _GROUP_LABEL, "displayOrder": -1}


def property_body(name: str, label: str, field_type: FieldType) -> object:
    wire_type, wire_field_type = CREATABLE[field_type]
    options = {"options": list(_YES_NO)} if field_type is FieldType.BOOLEAN else {}
    return {
        "name": name,
        "label": label,
        "groupName": GROUP,
        "type": wire_type,
        "fieldType": wire_field_type,
        "hasUniqueValue": False,
        "formField": False,
        "displayOrder": -1,
        **options,
    }
