"""Writes a record's own fields (facts 14.3).

Values come as texts, and the fields they usually go to are texts: they are sent as they are, in one request. Only when
Pipedrive refuses them are the fields' types looked up and the values sent as those types want them.
"""

from collections.abc import Mapping

from fortnox_bridge.sdk import CUSTOM, SettingsInvalid, SourceDataInvalid, SourceRef
from fortnox_bridge_pipedrive.client import PipedriveClient
from fortnox_bridge_pipedrive.config import SYSTEM
from fortnox_bridge_pipedrive.field_types import Inexpressible, to_wire_value
from fortnox_bridge_pipedrive.fields import PipedriveFields
from fortnox_bridge_pipedrive.wire_requests import (
    COMPANY,
    CONTACT,
    DEAL,
    PRODUCT,
    custom_fields_body,
    path_of,
    record_name,
)

_RIGHTS = {DEAL: "deals:full", COMPANY: "contacts:full", CONTACT: "contacts:full", PRODUCT: "products:full"}


class PipedriveFieldWriter:
    def __init__(self, client: PipedriveClient, fields: PipedriveFields) -> None:
        self._client = client
        self._fields = fields

    async def write_fields(self, ref: SourceRef, values: Mapping[str, str]) -> None:
        texts = {key.removeprefix(CUSTOM): value.strip() for key, value in values.items()}
        if not texts:
            return
        plain: dict[str, object] = {key: text or None for key, text in texts.items()}
        try:
            await self._patch(ref, plain)
        except SourceDataInvalid as refusal:
            if refusal.code != "source_refused":
                raise
            typed = await self._typed(ref, texts)
            if typed == plain:
                raise
            await self._patch(ref, typed)

    async def _patch(self, ref: SourceRef, values: Mapping[str, object]) -> None:
        await self._client.write_v2(
            "PATCH",
            path_of(ref.kind, ref.external_id),
            custom_fields_body(values),
            record=record_name(ref.kind, ref.external_id),
            right=_RIGHTS[ref.kind],
        )

    async def _typed(self, ref: SourceRef, texts: Mapping[str, str]) -> dict[str, object]:
        known = {field.field_code: field for field in await self._fields.fields_of(ref.kind)}
        typed: dict[str, object] = {}
        for key, text in texts.items():
            field = known.get(key)
            if field is None or not field.is_custom_field:
                raise SettingsInvalid("source_field_unknown", system=SYSTEM, record=ref.kind, field=key[:64])
            try:
                typed[key] = to_wire_value(field, text)
            except Inexpressible as error:
                raise SourceDataInvalid(
                    "source_field_value_refused",
                    system=SYSTEM,
                    record=record_name(ref.kind, ref.external_id),
                    field=field.field_name,
                    value=text[:80],
                    type=str(error),
                ) from error
        return typed
