"""Built-in properties of a portal: the ones this product meets, with their types (facts 9 to 11, 13 and 15.1)."""

from typing import Final

from fortnox_bridge_hubspot.simulator.answers import Record
from fortnox_bridge_hubspot.simulator.names import COMPANIES, CONTACTS, DEALS, KINDS, LINE_ITEMS, NOTES, PRODUCTS

# name, label, type, fieldType; a trailing mark: r read-only, o refers to an owner.
_TABLE: Final = {
    DEALS: """
        dealname|Deal name|string|text
        amount|Amount|number|number
        deal_currency_code|Currency|enumeration|select
        pipeline|Pipeline|enumeration|select
        dealstage|Deal stage|enumeration|select
        closedate|Close date|datetime|date
        createdate|Create date|datetime|date|r
        hs_lastmodifieddate|Last modified|datetime|date|r
        dealtype|Deal type|enumeration|select
        description|Description|string|textarea
        hubspot_owner_id|Deal owner|enumeration|select|o
        hs_is_closed|Is closed|bool|booleancheckbox|r
        hs_is_closed_won|Is closed won|bool|booleancheckbox|r
        hs_is_closed_lost|Is closed lost|bool|booleancheckbox|r
        hs_num_of_associated_line_items|Number of line items|number|number|r
        hs_v2_date_entered_current_stage|Date entered stage|datetime|date|r
        hs_primary_associated_company|Primary company|number|number|r
        hs_pinned_engagement_id|Pinned engagement|number|number
    """,
    COMPANIES: """
        name|Company name|string|text
        domain|Company domain name|string|text
        website|Website URL|string|text
        phone|Phone number|string|phonenumber
        address|Street address|string|text
        address2|Street address 2|string|text
        zip|Postal code|string|text
        city|City|string|text
        state|State/Region|string|text
        country|Country/Region|string|text
        hs_country_code|Country code|string|text
        hubspot_owner_id|Company owner|enumeration|select|o
        hs_lastmodifieddate|Last modified|datetime|date|r
        createdate|Create date|datetime|date|r
    """,
    CONTACTS: """
        firstname|First name|string|text
        lastname|Last name|string|text
        email|Email|string|text
        phone|Phone number|string|phonenumber
        mobilephone|Mobile phone|string|phonenumber
        company|Company name|string|text
        website|Website URL|string|text
        address|Street address|string|text
        zip|Postal code|string|text
        city|City|string|text
        state|State/Region|string|text
        country|Country/Region|string|text
        hs_country_region_code|Country code|string|text
        associatedcompanyid|Primary company|number|number|r
        lastmodifieddate|Last modified|datetime|date|r
        createdate|Create date|datetime|date|r
    """,
    LINE_ITEMS: """
        name|Name|string|text
        description|Description|string|textarea
        hs_sku|SKU|string|text
        hs_product_id|Product ID|number|number
        quantity|Quantity|number|number
        price|Unit price|number|number
        discount|Unit discount|number|number
        hs_discount_percentage|Discount percentage|number|number
        hs_total_discount|Total discount|number|number|r
        hs_pre_discount_amount|Pre-discount amount|number|number|r
        amount|Net price|number|number|r
        hs_tax_rate_group_id|Tax rate|enumeration|select
        hs_tax_rate|Tax rate (%)|number|number|r
        hs_line_item_currency_code|Currency|enumeration|select
        hs_position_on_quote|Position|number|number
        recurringbillingfrequency|Billing frequency|enumeration|select
        hs_recurring_billing_period|Term|string|text
        hs_recurring_billing_start_date|Billing start|date|date
        hs_recurring_billing_number_of_payments|Number of payments|number|number|r
        hs_pricing_model|Pricing model|enumeration|select
        hs_product_type|Product type|enumeration|select
        hs_lastmodifieddate|Last modified|datetime|date|r
        createdate|Create date|datetime|date|r
    """,
    PRODUCTS: """
        name|Name|string|text
        description|Description|string|textarea
        hs_sku|SKU|string|text
        price|Unit price|number|number
        hs_product_type|Product type|enumeration|select
        recurringbillingfrequency|Billing frequency|enumeration|select
        hs_lastmodifieddate|Last modified|datetime|date|r
        createdate|Create date|datetime|date|r
    """,
    NOTES: """
        hs_timestamp|Activity date|datetime|date
        hs_note_body|Body|string|html
        hs_attachment_ids|Attachments|enumeration|checkbox
        hubspot_owner_id|Owner|enumeration|select|o
        hs_body_preview|Preview|string|text|r
        hs_lastmodifieddate|Last modified|datetime|date|r
        createdate|Create date|datetime|date|r
    """,
}
_EVERY: Final = "hs_object_id|Record ID|number|number|r\nhs_merged_object_ids|Merged ids|enumeration|checkbox|r"
# Enumerations whose values other registers hold are not checked against options.
OPEN: Final = frozenset({"pipeline", "dealstage", "hubspot_owner_id", "hs_tax_rate_group_id", "hs_merged_object_ids"})


def definition(
    name: str,
    label: str,
    kind: str = "string",
    field_type: str = "text",
    *,
    group: str = "custom",
    options: tuple[tuple[str, str], ...] = (),
    is_built_in: bool = False,
    is_read_only: bool = False,
    refers_to: str | None = None,
) -> Record:
    """A property's definition; `options` are value and label."""
    return {
        "name": name,
        "label": label,
        "type": kind,
        "fieldType": field_type,
        "description": "",
        "groupName": group,
        "options": [
            {"label": shown, "value": value, "displayOrder": place, "hidden": False}
            for place, (value, shown) in enumerate(options)
        ],
        "displayOrder": -1,
        "calculated": False,
        "externalOptions": refers_to is not None,
        "hasUniqueValue": False,
        "hidden": False,
        "hubspotDefined": is_built_in,
        "formField": False,
        "archived": False,
        "dataSensitivity": "non_sensitive",
        **({"referencedObjectType": refers_to} if refers_to else {}),
        "modificationMetadata": {
            "archivable": not is_built_in,
            "readOnlyDefinition": is_built_in,
            "readOnlyOptions": is_built_in,
            "readOnlyValue": is_read_only,
        },
    }


def built_in_properties() -> dict[str, dict[str, Record]]:
    found: dict[str, dict[str, Record]] = {}
    for kind in KINDS:
        rows = [row.strip() for row in (_TABLE[kind] + "\n" + _EVERY).splitlines() if row.strip()]
        found[kind] = {}
        for row in rows:
            name, label, value_type, field_type, *mark = row.split("|")
            found[kind][name] = definition(
                name,
                label,
                value_type,
                field_type,
                group=f"{kind}information",
                is_built_in=True,
                is_read_only="r" in mark,
                refers_to="OWNER" if "o" in mark else None,
            )
    return found
