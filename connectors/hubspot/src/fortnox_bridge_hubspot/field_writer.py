"""Writes properties of records (facts 7.2).

Every value travels as text, and mostly to properties that hold text: they are sent as they are, in one request. Only
when HubSpot refuses are the definitions looked at, to send what the property's type wants, or to say what is wrong.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from fortnox_bridge.sdk import CUSTOM, SettingsInvalid, SourceDataInvalid, SourceRef
from fortnox_bridge_hubspot.client import HubSpotClient
from fortnox_bridge_hubspot.config import OBJECTS, SYSTEM
from fortnox_bridge_hubspot.definitions import HubSpotDefinitions
from fortnox_bridge_hubspot.fields import is_writable
from fortnox_bridge_hubspot.records import HubSpotRecords, record_name
from fortnox_bridge_hubspot.wire import COMPANY, CONTACT, DEAL, PATHS, WireProperty

_RIGHTS: Final[Mapping[str, str]] = {
    DEAL: "crm.objects.deals.write",
    COMPANY: "crm.objects.companies.write",
    CONTACT: "crm.objects.contacts.write",
}
_ID: Final = re.compile(r"[0-9]{1,20}\Z", re.ASCII)
_BOOLEANS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("true", "yes", "ja", "1"), "true"),
    **dict.fromkeys(("false", "no", "nej", "0"), "false"),
}


class _Inexpressible(ValueError):
    """The text is no value of the property's type."""


class HubSpotFieldWriter:
    def __init__(self, client: HubSpotClient, records: HubSpotRecords, definitions: HubSpotDefinitions) -> None:
        self._client = client
        self._records = records
        self._definitions = definitions

    async def write_fields(self, ref: SourceRef, values: Mapping[str, str]) -> None:
        record = record_name(ref.kind, ref.external_id)
        if ref.kind not in _RIGHTS or not _ID.match(ref.external_id):
            raise SourceDataInvalid("source_record_missing", system=SYSTEM, record=record)
        texts = {key.removeprefix(CUSTOM): value.strip() for key, value in values.items()}
        if not texts:
            return
        try:
            await self._patch(ref, ref.external_id, texts)
        except SourceDataInvalid as refusal:
            if refusal.code == "source_record_missing":
                await self._patch_merged(ref, texts)
                return
            typed = await self._typed(ref, record, texts)
            if typed == texts:
                raise
            await self._patch(ref, ref.external_id, typed)

    async def _patch(self, ref: SourceRef, external_id: str, texts: Mapping[str, str]) -> None:
        path = f"{OBJECTS}/{PATHS[ref.kind]}/{external_id}"
        record = record_name(ref.kind, ref.external_id)
        await self._client.write("PATCH", path, {"properties": dict(texts)}, record=record, right=_RIGHTS[ref.kind])

    async def _patch_merged(self, ref: SourceRef, texts: Mapping[str, str]) -> None:
        """Reads answer for an id of before a merge; whether writes do is not told."""
        living = await self._records.living_id(ref)
        await self._patch(ref, living, texts)

    async def _typed(self, ref: SourceRef, record: str, texts: Mapping[str, str]) -> dict[str, str]:
        known = await self._definitions.of_kind(ref.kind)
        typed: dict[str, str] = {}
        for name, text in texts.items():
            definition = known.get(name)
            if definition is None:
                raise SettingsInvalid("source_field_unknown", system=SYSTEM, record=ref.kind, field=name[:64])
            try:
                typed[name] = _as_property(definition, text)
            except _Inexpressible as error:
                raise SourceDataInvalid(
                    "source_field_value_refused",
                    system=SYSTEM,
                    record=record,
                    field=definition.label or name,
                    value=text[:80],
                    type=str(error),
                ) from error
        return typed


def _as_property(definition: WireProperty, text: str) -> str:
    if not is_writable(definition):
        raise _Inexpressible("read-only")
    if not text:
        return text
    match definition.type:
        case "number":
            return _number(text)
        case "bool":
            return _known(_BOOLEANS.get(text.lower()), "bool")
        case "date":
            return _day(text)
        case "enumeration":
            chosen = [each.value for each in definition.options if text in {each.value, each.label}]
            return _known(chosen[0] if chosen else None, "enumeration")
        case _:
            return text


def _known(value: str | None, type_: str) -> str:
    if value is None:
        raise _Inexpressible(type_)
    return value


def _number(text: str) -> str:
    try:
        return f"{Decimal(text.replace(',', '.')):f}"
    except (InvalidOperation, ValueError):
        raise _Inexpressible("number") from None


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        raise _Inexpressible("date") from None
