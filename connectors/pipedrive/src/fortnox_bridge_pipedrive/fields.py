"""The fields that settings may name, and new ones (facts 14.1 and 14.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from fortnox_bridge.sdk import (
    CUSTOM,
    Choice,
    FieldDescriptor,
    FieldType,
    SourceDataInvalid,
    neutral_fields,
)
from fortnox_bridge_pipedrive.client import PipedriveClient, both
from fortnox_bridge_pipedrive.config import SYSTEM
from fortnox_bridge_pipedrive.field_types import CREATABLE, TYPES, WRITABLE
from fortnox_bridge_pipedrive.wire import WireField
from fortnox_bridge_pipedrive.wire_requests import COMPANY, CONTACT, DEAL, OBJECTS, PRODUCT, field_body, field_path_of

_READ_RIGHTS: Final[Mapping[str, str]] = MappingProxyType(
    {DEAL: "deals:full", COMPANY: "contacts:read", CONTACT: "contacts:read", PRODUCT: "products:read"}
)
_CREATE_RIGHTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        DEAL: "deal-fields:full",
        COMPANY: "contact-fields:full",
        CONTACT: "contact-fields:full",
        PRODUCT: "product-fields:full",
    }
)


@dataclass(frozen=True, slots=True)
class _BuiltIn:
    """A neutral field that Pipedrive fills: by which of its own fields, whose name users know, or else our label."""

    name: str
    code: str
    label: str


_BUILT_IN: Final[Mapping[str, tuple[_BuiltIn, ...]]] = MappingProxyType(
    {
        DEAL: (
            _BuiltIn("id", "id", "ID"),
            _BuiltIn("title", "title", "Title"),
            _BuiltIn("amount", "value", "Value"),
            _BuiltIn("currency", "currency", "Currency"),
            _BuiltIn("created_at", "add_time", "Created"),
            _BuiltIn("updated_at", "update_time", "Changed"),
            _BuiltIn("stage_changed_at", "stage_change_time", "Last stage change"),
            _BuiltIn("closed_at", "close_time", "Closed"),
            _BuiltIn("expected_close_on", "expected_close_date", "Expected close date"),
            _BuiltIn("url", "", "Link to the deal"),
        ),
        COMPANY: (
            _BuiltIn("id", "id", "ID"),
            _BuiltIn("name", "name", "Name"),
            _BuiltIn("website", "website", "Website"),
            _BuiltIn("address", "address", "Address"),
            _BuiltIn("address.line1", "", "Address: street"),
            _BuiltIn("address.line2", "", "Address: apartment"),
            _BuiltIn("address.zip_code", "", "Address: postal code"),
            _BuiltIn("address.city", "", "Address: city"),
            _BuiltIn("address.country_code", "", "Address: country code"),
            _BuiltIn("address.country_name", "", "Address: country"),
        ),
        CONTACT: (
            _BuiltIn("id", "id", "ID"),
            _BuiltIn("name", "name", "Name"),
            _BuiltIn("first_name", "first_name", "First name"),
            _BuiltIn("last_name", "last_name", "Last name"),
            _BuiltIn("email", "emails", "Email"),
            _BuiltIn("phone", "phones", "Phone"),
            _BuiltIn("address", "postal_address", "Postal address"),
            _BuiltIn("address.line1", "", "Postal address: street"),
            _BuiltIn("address.line2", "", "Postal address: apartment"),
            _BuiltIn("address.zip_code", "", "Postal address: postal code"),
            _BuiltIn("address.city", "", "Postal address: city"),
            _BuiltIn("address.country_code", "", "Postal address: country code"),
            _BuiltIn("address.country_name", "", "Postal address: country"),
        ),
        PRODUCT: (
            _BuiltIn("id", "id", "ID"),
            _BuiltIn("name", "name", "Name"),
            _BuiltIn("code", "code", "Product code"),
            _BuiltIn("unit", "unit", "Unit"),
            _BuiltIn("description", "description", "Description"),
            _BuiltIn("price", "prices", "Unit prices"),
            _BuiltIn("vat_rate", "tax", "Tax"),
        ),
    }
)
_OWNER: Final = (
    _BuiltIn("id", "", "Owner: ID"),
    _BuiltIn("name", "", "Owner: name"),
    _BuiltIn("email", "", "Owner: e-mail"),
)
_LINE: Final = (
    _BuiltIn("name", "", "Product name on the deal"),
    _BuiltIn("comment", "", "Comment on the line"),
    _BuiltIn("unit", "", "Unit"),
)


class PipedriveFields:
    """Reads the field metadata once per session and object: ten tokens each."""

    def __init__(self, client: PipedriveClient) -> None:
        self._client = client
        self._read: dict[str, list[WireField]] = {}

    async def list_fields(self) -> tuple[FieldDescriptor, ...]:
        await both(
            both(self.fields_of(DEAL), self.fields_of(COMPANY)), both(self.fields_of(CONTACT), self.fields_of(PRODUCT))
        )
        found: list[FieldDescriptor] = []
        for kind in OBJECTS:
            fields = await self.fields_of(kind)
            found += _built_in(kind, _BUILT_IN[kind], {field.field_code: field.field_name for field in fields})
            found += [
                _described(kind, field) for field in fields if field.is_custom_field and field.field_type in TYPES
            ]
        return (*found, *_built_in("owner", _OWNER, {}), *_built_in("line", _LINE, {}))

    async def fields_of(self, kind: str) -> list[WireField]:
        if kind not in self._read:
            self._read[kind] = await self._client.list_v2(
                field_path_of(kind), WireField, record=f"{kind} fields", right=_READ_RIGHTS[kind]
            )
        return self._read[kind]

    async def create_field(self, object_name: str, label: str, field_type: FieldType) -> FieldDescriptor:
        """Pipedrive would create a second field of the same name: an equal one is looked for first (facts 14.2)."""
        name, wire_type = " ".join(label.split()), CREATABLE.get(field_type)
        if object_name not in OBJECTS or wire_type is None or not 0 < len(name) <= 255:
            raise SourceDataInvalid(
                "source_field_not_creatable", system=SYSTEM, field=name[:80], record=object_name, type=field_type.value
            )
        self._read.pop(object_name, None)
        for field in await self.fields_of(object_name):
            if field.is_custom_field and (field.field_name.strip(), field.field_type) == (name, wire_type):
                return _described(object_name, field)
        answer = await self._client.write_v2(
            "POST",
            field_path_of(object_name),
            field_body(name, wire_type),
            record=f"{object_name} field {name}",
            right=_CREATE_RIGHTS[object_name],
        )
        self._read.pop(object_name, None)
        return _described(object_name, answer.one(WireField))


def _built_in(kind: str, entries: tuple[_BuiltIn, ...], names: Mapping[str, str]) -> list[FieldDescriptor]:
    types = neutral_fields(kind)
    return [
        FieldDescriptor(f"{kind}.{entry.name}", names.get(entry.code, entry.label), types[entry.name])
        for entry in entries
    ]


def _described(kind: str, field: WireField) -> FieldDescriptor:
    return FieldDescriptor(
        path=f"{kind}.{CUSTOM}{field.field_code}",
        label=field.field_name,
        type=TYPES[field.field_type],
        options=tuple(Choice(option.id, option.label) for option in field.options),
        is_writable=field.field_type in WRITABLE,
    )
