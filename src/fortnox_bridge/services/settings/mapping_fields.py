"""Create a field in the source system and map it to a field of Fortnox, in one go (F27)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from fortnox_bridge.domain.fortnox_fields import ArticleField, CustomerField, DocumentField
from fortnox_bridge.domain.ids import ConnectionId
from fortnox_bridge.domain.values import FieldType
from fortnox_bridge.sdk import FieldDescriptor
from fortnox_bridge.services.connections.catalogues import Catalogues
from fortnox_bridge.services.settings.change_settings import ChangeSettings, Saved
from fortnox_bridge.services.settings.settings import SettingsConflict, SyncSettings
from fortnox_bridge.sync_settings.faults import InvalidSettings, SettingsFault
from fortnox_bridge.sync_settings.mapping_targets import TAKES, MappingTarget, readable_objects, wanted
from fortnox_bridge.sync_settings.upgrade import dump_settings, load_settings

_TARGETS: Final[Mapping[str, tuple[tuple[str, ...], type[MappingTarget]]]] = {
    "company": (("customers", "company"), CustomerField),
    "contact": (("customers", "contact"), CustomerField),
    "document": (("document",), DocumentField),
    "product": (("products",), ArticleField),
}


@dataclass(frozen=True, slots=True)
class MappedField:
    """What the source now has, and the settings that fill Fortnox from it."""

    field: FieldDescriptor
    saved: Saved


@dataclass(frozen=True, slots=True)
class WantedField:
    """`section` is whose mapping it goes into, `target` the Fortnox field; the rest describes the source's field."""

    section: str
    target: str
    object_name: str
    label: str
    type: FieldType


class MappingFields:
    def __init__(self, *, catalogues: Catalogues, settings: SyncSettings, changing: ChangeSettings) -> None:
        self._catalogues = catalogues
        self._settings = settings
        self._changing = changing

    async def __call__(
        self, connection_id: ConnectionId, field: WantedField, *, based_on: int, author: str
    ) -> MappedField:
        """Idempotent: a field of this label and type is used as it is, and one that is mapped already stays so.

        The new field goes first in its row; what filled the target before fills it where the new field is empty.

        Raises:
            InvalidSettings: the target takes no such field, or a template fills it; nothing was created.
            SettingsConflict: `based_on` is not the latest revision; nothing was created.
            PermissionMissing: the account's user may not create fields.
        """
        current = await self._settings.current(connection_id)
        if current.revision != based_on:
            raise SettingsConflict
        document = dump_settings(load_settings(current.document))
        place, kind = _TARGETS[field.section]
        section = _section(document, place)
        rows: list[dict[str, Any]] = section["mapping"]
        at = next((index for index, row in enumerate(rows) if row["target"] == field.target), len(rows))
        faults = _faults(field, kind, rows[at] if at < len(rows) else None, f"{'.'.join(place)}.mapping.{at}")
        if faults:
            raise InvalidSettings(faults)
        made = await self._catalogues.create_field(connection_id, field.object_name, field.label, field.type)
        if at == len(rows):
            rows.append({"target": field.target, "sources": [made.path]})
        elif made.path not in rows[at]["sources"]:
            rows[at]["sources"] = [made.path, *rows[at]["sources"]]
        saved = await self._changing.save(
            connection_id,
            document,
            based_on=based_on,
            author=author,
            action="settings.field_mapped",
            facts={"field": made.path, "target": field.target, "section": field.section},
        )
        return MappedField(made, saved)


def _section(document: Mapping[str, Any], place: tuple[str, ...]) -> dict[str, Any]:
    at: Any = document
    for name in place:
        at = at[name]
    section: dict[str, Any] = at
    return section


def _faults(
    field: WantedField, kind: type[MappingTarget], row: Mapping[str, Any] | None, place: str
) -> tuple[SettingsFault, ...]:
    """What stands in the way, before anything is created."""
    try:
        target: MappingTarget = kind(field.target)
    except ValueError:
        problem = f"{field.target} is none of {', '.join(each.value for each in kind)}"
        return (SettingsFault("setting_malformed", "target", {"problem": problem}),)
    found: list[SettingsFault] = []
    needed = wanted(target)
    objects = readable_objects(target)
    if field.object_name not in objects:
        params = {"field": f"{field.object_name}.{field.label}", "objects": ", ".join(objects)}
        found.append(SettingsFault("setting_field_out_of_place", "object", params))
    if field.type not in TAKES[needed]:
        params = {"field": field.label, "type": field.type.value, "target": target.value, "wanted": needed.value}
        found.append(SettingsFault("setting_field_type", "type", params))
    if row is not None and row.get("template") is not None:
        found.append(SettingsFault("setting_filled_by_template", place, {"target": target.value}))
    return tuple(found)
