"""The bodies and queries we send, in Pipedrive's own words."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from fortnox_bridge.sdk import FilePart, FileUpload, HttpRequest, SourceDataInvalid, SourceRef
from fortnox_bridge_pipedrive.config import SYSTEM

DEAL: Final = "deal"
COMPANY: Final = "company"
CONTACT: Final = "contact"
PRODUCT: Final = "product"

_ID = re.compile(r"[0-9]{1,18}\Z", re.ASCII)

# Our kinds of record: the folder of their API paths, and the name other records point at them by.
_FOLDERS: Final[Mapping[str, str]] = {
    DEAL: "/deals",
    COMPANY: "/organizations",
    CONTACT: "/persons",
    PRODUCT: "/products",
}
_FOREIGN_KEYS: Final[Mapping[str, str]] = {
    DEAL: "deal_id",
    COMPANY: "org_id",
    CONTACT: "person_id",
    PRODUCT: "product_id",
}
_FIELD_FOLDERS: Final[Mapping[str, str]] = {
    DEAL: "/dealFields",
    COMPANY: "/organizationFields",
    CONTACT: "/personFields",
    PRODUCT: "/productFields",
}
OBJECTS: Final = tuple(_FOLDERS)

DEAL_HEAD: Final = (("include_fields", "products_count"), ("include_option_labels", "true"))
OPTION_LABELS: Final = (("include_option_labels", "true"),)
NEWEST_FIRST: Final = (("sort", "id DESC"),)
OLDEST_FIRST: Final = (("sort", "id ASC"),)
IN_ORDER: Final = (("sort_by", "order_nr"), ("sort_direction", "asc"))

HOOK_VERSION: Final = "2.0"
# What each kind of record is called in webhooks.
HOOK_OBJECTS: Final[Mapping[str, str]] = {
    DEAL: "deal",
    COMPANY: "organization",
    CONTACT: "person",
    PRODUCT: "product",
}
_EVERY_ACTION: Final = "*"


def record_name(kind: str, external_id: str) -> str:
    """The record as error sentences name it."""
    return f"{kind} {external_id}"


def is_id(text: str) -> bool:
    return _ID.match(text) is not None


def path_of(kind: str, external_id: str) -> str:
    """The record's path. An id that Pipedrive cannot have issued names no record."""
    if kind not in _FOLDERS or not is_id(external_id):
        raise SourceDataInvalid("source_record_missing", system=SYSTEM, record=record_name(kind, external_id)[:80])
    return f"{_FOLDERS[kind]}/{external_id}"


def folder_of(kind: str) -> str:
    """Where the list of this kind is."""
    return _FOLDERS[kind]


def changed_since_query(since: datetime | None) -> tuple[tuple[str, str], ...]:
    """Inclusive, in whole seconds: fractions are refused (facts 1). Cut down, so that nothing is missed."""
    return () if since is None else (("updated_since", since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")),)


def changed_before_query(before: datetime | None) -> tuple[tuple[str, str], ...]:
    """Exclusive, in whole seconds: rounded up, so that nothing is missed."""
    if before is None:
        return ()
    whole = (before.astimezone(UTC) + timedelta(microseconds=999_999)).replace(microsecond=0)
    return (("updated_until", whole.strftime("%Y-%m-%dT%H:%M:%SZ")),)


def stage_query(stage_id: str | None) -> tuple[tuple[str, str], ...]:
    return () if stage_id is None else (("stage_id", stage_id),)


def field_path_of(kind: str) -> str:
    return _FIELD_FOLDERS[kind]


def pointing_at(ref: SourceRef) -> tuple[str, str]:
    """How a note, a file or a list points at `ref`."""
    path_of(ref.kind, ref.external_id)
    return _FOREIGN_KEYS[ref.kind], ref.external_id


def note_body(content: str, ref: SourceRef | None = None) -> dict[str, object]:
    body: dict[str, object] = {"content": content}
    if ref is not None:
        key, external_id = pointing_at(ref)
        body[key] = int(external_id)
    return body


def file_request(upload: FileUpload, ref: SourceRef) -> HttpRequest:
    part = FilePart("file", upload.file_name, upload.content_type, upload.content)
    return HttpRequest("POST", "", form=dict((pointing_at(ref),)), files=(part,))


def custom_fields_body(values: Mapping[str, object]) -> dict[str, object]:
    return {"custom_fields": dict(values)}


def field_body(name: str, field_type: str) -> dict[str, object]:
    return {"field_name": name, "field_type": field_type}


def hook_action(event_object: str) -> str:
    """Every action on deals; of what is brought up to date by itself only changes."""
    return _EVERY_ACTION if event_object == HOOK_OBJECTS[DEAL] else "change"


def hook_body(name: str, event_object: str, url: str, user: str, password: str) -> dict[str, object]:
    return {
        "subscription_url": url,
        "event_action": hook_action(event_object),
        "event_object": event_object,
        "name": name,
        "http_auth_user": user,
        "http_auth_password": password,
        "version": HOOK_VERSION,
    }


def ids_query(ids: Sequence[str]) -> tuple[str, str]:
    return "ids", ",".join(ids)


def deal_ids_query(external_id: str) -> tuple[str, str]:
    return "deal_ids", external_id
