"""Creates properties, in a group of our own (facts 15.1)."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from fortnox_bridge.sdk import FieldDescriptor, FieldType, SourceDataInvalid
from fortnox_bridge_hubspot.client import Answer, HubSpotClient
from fortnox_bridge_hubspot.config import PROPERTIES, SYSTEM
from fortnox_bridge_hubspot.definitions import HubSpotDefinitions
from fortnox_bridge_hubspot.fields import described
from fortnox_bridge_hubspot.values import field_type as type_of
from fortnox_bridge_hubspot.wire import COMPANY, CONTACT, DEAL, PATHS, PRODUCT, WireProperty
from fortnox_bridge_hubspot.wire_requests import CREATABLE, group_body, property_body

_RIGHTS: Final[Mapping[str, str]] = {
    DEAL: "crm.schemas.deals.write",
    COMPANY: "crm.schemas.companies.write",
    CONTACT: "crm.schemas.contacts.write",
    PRODUCT: "e-commerce",
}
_MAX_NAME: Final = 100
_MAX_LABEL: Final = 255
_TRIES: Final = 3


class HubSpotFieldMaker:
    def __init__(self, client: HubSpotClient, definitions: HubSpotDefinitions) -> None:
        self._client = client
        self._definitions = definitions

    async def create_field(self, object_name: str, label: str, field_type: FieldType) -> FieldDescriptor:
        """An equal one is answered as it stands. A name that another kind of property has gets a number behind it."""
        title = " ".join(label.split())
        if object_name not in _RIGHTS or field_type not in CREATABLE or not 0 < len(title) <= _MAX_LABEL:
            raise SourceDataInvalid(
                "source_field_not_creatable", system=SYSTEM, field=title[:80], record=object_name, type=field_type.value
            )
        self._definitions.forget(object_name)
        known = await self._definitions.of_kind(object_name)
        standing = next((each for each in known.values() if _is_it(each, title, field_type)), None)
        if standing is not None:
            return described(object_name, standing)
        await self._ensure_group(object_name, title)
        made = await self._make(object_name, title, field_type, known)
        self._definitions.forget(object_name)
        return described(object_name, made)

    async def _make(
        self, kind: str, title: str, field_type: FieldType, known: Mapping[str, WireProperty]
    ) -> WireProperty:
        for attempt in range(1, _TRIES + 1):
            name = _free_name(title, frozenset(known), attempt)
            answer = await self._create(kind, "", property_body(name, title, field_type), title)
            if answer is not None:
                return answer.as_model(WireProperty)
            # Made by somebody else at this moment, or hidden from the list: equal ones are as good as ours.
            standing = await self._client.get(
                f"{PROPERTIES}/{PATHS[kind]}/{name}", record=f"{kind} property {name}", right=_RIGHTS[kind]
            )
            definition = standing.as_model(WireProperty)
            if _is_it(definition, title, field_type):
                return definition
        raise SourceDataInvalid(
            "source_field_not_creatable", system=SYSTEM, field=title[:80], record=kind, type=field_type.value
        )

    async def _ensure_group(self, kind: str, title: str) -> None:
        await self._create(kind, "/groups", group_body(), title)

    async def _create(self, kind: str, end: str, body: object, title: str) -> Answer | None:
        """None: there is one of this name already, which HubSpot says with status 409."""
        path = f"{PROPERTIES}/{PATHS[kind]}{end}"
        try:
            return await self._client.write(
                "POST", path, body, record=f"{kind} property {title[:80]}", right=_RIGHTS[kind]
            )
        except SourceDataInvalid as error:
            if error.detail.startswith("409"):
                return None
            raise


def _is_it(wire: WireProperty, title: str, field_type: FieldType) -> bool:
    return (
        not wire.archived and not wire.hubspot_defined and wire.label.strip() == title and type_of(wire) is field_type
    )


def _free_name(title: str, taken: frozenset[str], attempt: int) -> str:
    """Lower case letters, digits and underscores, a letter first; names can never be changed (facts 15.1)."""
    plain = unicodedata.normalize("NFKD", title.lower()).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    if not words or not words[0].isalpha() or words.startswith("hs_"):
        words = f"fortnox_{words or hashlib.sha256(title.encode()).hexdigest()[:8]}"
    name, number = words[: _MAX_NAME - 4], attempt
    candidate = name if number == 1 else f"{name}_{number}"
    while candidate in taken:
        number += 1
        candidate = f"{name}_{number}"
    return candidate
