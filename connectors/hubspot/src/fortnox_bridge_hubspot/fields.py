"""The fields that settings may name: what the neutral model knows, and every property beside it (facts 15.1)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from fortnox_bridge.sdk import CUSTOM, Choice, FieldDescriptor, neutral_fields
from fortnox_bridge_hubspot.definitions import HubSpotDefinitions
from fortnox_bridge_hubspot.values import field_type
from fortnox_bridge_hubspot.wire import COMPANY, CONTACT, DEAL, LINE_ITEM, PRODUCT, WireProperty

# Neutral fields that HubSpot fills, by the property whose label users know.
_ADDRESS: Final = {
    "address": "address",
    "address.line1": "address",
    "address.zip_code": "zip",
    "address.city": "city",
    "address.country_name": "country",
}
_BUILT_IN: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        DEAL: {
            "id": "hs_object_id",
            "title": "dealname",
            "amount": "amount",
            "currency": "deal_currency_code",
            "message": "description",
            "created_at": "createdate",
            "updated_at": "hs_lastmodifieddate",
            "stage_changed_at": "hs_v2_date_entered_current_stage",
            "closed_at": "closedate",
            "expected_close_on": "closedate",
        },
        COMPANY: {
            "id": "hs_object_id",
            "name": "name",
            "website": "website",
            "phone": "phone",
            **_ADDRESS,
            "address.line2": "address2",
            "address.country_code": "hs_country_code",
        },
        CONTACT: {
            "id": "hs_object_id",
            "first_name": "firstname",
            "last_name": "lastname",
            "email": "email",
            "phone": "phone",
            "website": "website",
            **_ADDRESS,
            "address.country_code": "hs_country_region_code",
        },
        PRODUCT: {
            "id": "hs_object_id",
            "name": "name",
            "code": "hs_sku",
            "description": "description",
            "price": "price",
        },
    }
)
# What no single property holds.
_OF_OURS: Final = (
    ("deal", "url", "Link to the deal"),
    ("contact", "name", "Name"),
    ("owner", "id", "Owner: ID"),
    ("owner", "name", "Owner: name"),
    ("owner", "email", "Owner: e-mail"),
    ("line", "name", "Line: name"),
    ("line", "comment", "Line: description"),
)


class HubSpotFields:
    def __init__(self, definitions: HubSpotDefinitions) -> None:
        self._definitions = definitions

    async def list_fields(self) -> tuple[FieldDescriptor, ...]:
        """Five calls, one for each kind of record."""
        found: list[FieldDescriptor] = []
        for kind, neutral in _BUILT_IN.items():
            definitions = await self._definitions.of_kind(kind)
            types = neutral_fields(kind)
            for name, own in neutral.items():
                label = definitions[own].label if own in definitions else own
                found.append(FieldDescriptor(f"{kind}.{name}", label or own, types[name]))
            found += _own(kind, definitions, frozenset(neutral.values()))
        found += _own("line", await self._definitions.of_kind(LINE_ITEM), frozenset())
        return (
            *found,
            *(FieldDescriptor(f"{kind}.{name}", label, neutral_fields(kind)[name]) for kind, name, label in _OF_OURS),
        )


def described(kind: str, wire: WireProperty) -> FieldDescriptor:
    return FieldDescriptor(
        path=f"{kind}.{CUSTOM}{wire.name}",
        label=wire.label or wire.name,
        type=field_type(wire),
        options=tuple(Choice(option.value, option.label or option.value) for option in wire.options),
        is_writable=is_writable(wire),
    )


def is_writable(wire: WireProperty) -> bool:
    return not (wire.calculated or wire.archived or wire.modification_metadata.read_only_value)


def _own(kind: str, definitions: Mapping[str, WireProperty], already: frozenset[str]) -> list[FieldDescriptor]:
    """The account's own properties first, then HubSpot's; hidden ones are left out."""
    shown = [each for each in definitions.values() if not each.hidden and each.name not in already]
    return [described(kind, each) for each in sorted(shown, key=lambda each: (each.hubspot_defined, each.label))]
