"""Which properties are asked for, and the account's own ones as values."""

from collections.abc import Mapping
from typing import Final

from fortnox_bridge.sdk import FieldValue
from fortnox_bridge_hubspot.definitions import HubSpotDefinitions
from fortnox_bridge_hubspot.values import to_value
from fortnox_bridge_hubspot.wire import COMPANY, CONTACT, DEAL, LINE_ITEM, PRODUCT, WireRecord

MERGED: Final = "hs_merged_object_ids"

BUILT_IN: Final[Mapping[str, tuple[str, ...]]] = {
    DEAL: (
        "dealname",
        "amount",
        "deal_currency_code",
        "pipeline",
        "dealstage",
        "closedate",
        "createdate",
        "hs_lastmodifieddate",
        "hs_v2_date_entered_current_stage",
        "hs_is_closed_won",
        "hs_is_closed_lost",
        "hubspot_owner_id",
        "description",
        "hs_primary_associated_company",
        MERGED,
    ),
    COMPANY: (
        "name",
        "domain",
        "website",
        "phone",
        "address",
        "address2",
        "zip",
        "city",
        "state",
        "country",
        "hs_country_code",
        "hs_lastmodifieddate",
        MERGED,
    ),
    CONTACT: (
        "firstname",
        "lastname",
        "email",
        "phone",
        "mobilephone",
        "company",
        "website",
        "address",
        "zip",
        "city",
        "state",
        "country",
        "hs_country_region_code",
        "lastmodifieddate",
        MERGED,
    ),
    LINE_ITEM: (
        "name",
        "description",
        "hs_sku",
        "hs_product_id",
        "quantity",
        "price",
        "discount",
        "hs_discount_percentage",
        "amount",
        "hs_tax_rate_group_id",
        "hs_tax_rate",
        "hs_line_item_currency_code",
        "hs_position_on_quote",
        "recurringbillingfrequency",
        "hs_recurring_billing_number_of_payments",
        "hs_recurring_billing_start_date",
        "hs_pricing_model",
        "hs_product_type",
    ),
    PRODUCT: (
        "name",
        "description",
        "hs_sku",
        "price",
        "hs_product_type",
        "hs_lastmodifieddate",
    ),
}
# In settings a line item is a `line`.
_SUBJECTS: Final = {LINE_ITEM: "line"}


class OwnFields:
    """The account's own properties that settings name, and how to read them."""

    def __init__(self, definitions: HubSpotDefinitions, wanted: frozenset[str]) -> None:
        self._definitions = definitions
        self._wanted = wanted

    def names(self, kind: str) -> tuple[str, ...]:
        head = f"{_SUBJECTS.get(kind, kind)}.custom:"
        return tuple(sorted(path.removeprefix(head) for path in self._wanted if path.startswith(head)))

    def asked(self, kind: str) -> tuple[str, ...]:
        """Every property to ask for. HubSpot passes over names that are defined no more (facts 7.1)."""
        return tuple(dict.fromkeys((*BUILT_IN[kind], *self.names(kind))))

    async def values(self, kind: str, record: WireRecord) -> Mapping[str, FieldValue]:
        """Those that are set. Their definitions are read once a session, and only when one is set at all."""
        filled = {name: text for name in self.names(kind) if (text := record.text(name)) is not None}
        if not filled:
            return {}
        definitions = await self._definitions.of_kind(kind)
        values = {
            name: to_value(definitions[name], text) if name in definitions else text for name, text in filled.items()
        }
        return {name: value for name, value in values.items() if value is not None}
