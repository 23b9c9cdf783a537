"""The portals that a fresh sandbox starts with: a joinery in the middle of its day, and another company beside it.

Both count their ids from the same number: whatever mixes two portals up shows.
"""

import hashlib
from typing import Final

from fortnox_bridge_hubspot.simulator.answers import Record, wire_time
from fortnox_bridge_hubspot.simulator.definitions import built_in_properties, definition
from fortnox_bridge_hubspot.simulator.names import COMPANIES, CONTACTS, DEALS, KINDS, LINE_ITEMS, PRODUCTS
from fortnox_bridge_hubspot.simulator.seed import plant
from fortnox_bridge_hubspot.simulator.state import Portal
from fortnox_bridge_hubspot.simulator.vendor import Vendor

FIRST_PORTAL: Final = 424242
SECOND_PORTAL: Final = 535353

_STAGES: Final = (
    ("appointmentscheduled", "Möte bokat", "0.2", False),
    ("qualifiedtobuy", "Kvalificerad", "0.4", False),
    ("presentationscheduled", "Offert skickad", "0.6", False),
    ("contractsent", "Förhandling", "0.9", False),
    ("closedwon", "Vunnen", "1.0", True),
    ("closedlost", "Förlorad", "0.0", True),
)
_SERVICE: Final = (
    ("998211", "Bokad", "0.5", False),
    ("998212", "Klar att fakturera", "1.0", True),
    ("998213", "Avbokad", "0.0", True),
)
_OWN: Final = (
    (COMPANIES, "organisationsnummer", "Organisationsnummer", "string", "text", ()),
    (COMPANIES, "fakturamejl", "Fakturamejl", "string", "text", ()),
    (COMPANIES, "fortnox_customer_number", "Fortnox kundnummer", "string", "text", ()),
    (COMPANIES, "kundtyp", "Kundtyp", "enumeration", "select", (("bygg", "Byggföretag"), ("brf", "Förening"))),
    (CONTACTS, "personnummer", "Personnummer", "string", "text", ()),
    (CONTACTS, "fortnox_customer_number", "Fortnox kundnummer", "string", "text", ()),
    (DEALS, "er_referens", "Er referens", "string", "text", ()),
    (DEALS, "fakturatext", "Fakturatext", "string", "html", ()),
    (DEALS, "leveransdatum", "Leveransdatum", "date", "date", ()),
    (DEALS, "fortnox_document_number", "Fortnox fakturanummer", "string", "text", ()),
    (DEALS, "provision", "Provision", "number", "number", ()),
    (DEALS, "tillval", "Tillval", "enumeration", "checkbox", (("montering", "Montering"), ("frakt", "Frakt"))),
    (PRODUCTS, "artikelnummer_fortnox", "Artikelnummer Fortnox", "string", "text", ()),
    (LINE_ITEMS, "kostnadsstalle", "Kostnadsställe", "string", "text", ()),
)
_PRODUCTS: Final[tuple[Record, ...]] = (
    {"name": "Altanvirke 28x120", "hs_sku": "ALT-28120", "price": "310", "hs_product_type": "inventory"},
    {"name": "Montering, timme", "hs_sku": "ARB-1", "price": "695", "hs_product_type": "service"},
    {"name": "Trallskruv 4,2x55, paket", "hs_sku": "SKR-4255", "price": "249", "hs_product_type": "inventory"},
    {"name": "Frakt", "hs_sku": "FRAKT", "price": "950"},
    {"name": "Skötselråd (bok)", "hs_sku": "BOK-1", "price": "180"},
    {"name": "Specialsnickeri", "price": "0"},
)


def private_token(portal_id: int) -> str:
    # The same in every sandbox, so that a tour can be started without asking for it first.
    return f"pat-eu1-{hashlib.sha256(f'sandbox:{portal_id}'.encode()).hexdigest()[:32]}"


def build_default_world(vendor: Vendor) -> None:
    first = _found(vendor, FIRST_PORTAL, "Nordlund Snickeri")
    second = _found(vendor, SECOND_PORTAL, "Sund & Bro Konsult")
    _fill(vendor, first, "Bygg & Kakel i Nacka AB", "559012-3450", "Altan Lindvägen 4")
    _fill(vendor, second, "Kaféet vid Torget AB", "556677-8899", "Ny meny")


def _found(vendor: Vendor, portal_id: int, name: str) -> Portal:
    portal = Portal(
        id=portal_id,
        name=name,
        clock=vendor.clock,
        private_token=private_token(portal_id),
        publish=vendor.hooks.publish,
        properties=built_in_properties(),
    )
    for kind, key, label, value_type, field_type, options in _OWN:
        portal.properties[kind][key] = definition(key, label, value_type, field_type, options=options)
    for kind in KINDS:
        group = f"{kind}information"
        portal.groups[kind][group] = {"name": group, "label": group, "displayOrder": 0, "archived": False}
    now = wire_time(vendor.clock.now())
    portal.pipelines = [
        _pipeline("default", "Försäljning", 0, _STAGES, now),
        _pipeline("771100", "Service", 1, _SERVICE, now),
    ]
    portal.owners = [
        _owner("77001", "Anna", "Nordlund", "anna@nordlund-snickeri.example", is_archived=False),
        _owner("77002", "Per", "Ek", "per@nordlund-snickeri.example", is_archived=True),
    ]
    portal.tax_rates = [
        _tax_rate("70025", "Moms 25 %", 25),
        _tax_rate("70012", "Moms 12 %", 12),
        _tax_rate("70006", "Moms 6 %", 6),
        _tax_rate("70000", "Momsfritt", 0),
    ]
    vendor.portals[portal_id] = portal
    return portal


def _fill(vendor: Vendor, portal: Portal, company: str, number: str, deal: str) -> None:
    plant(
        vendor,
        {
            "portal": portal.id,
            "product": list(_PRODUCTS),
            "company": [
                {
                    "name": company,
                    "domain": "byggkakel.example",
                    "address": "Lindvägen 4",
                    "zip": "131 40",
                    "city": "Nacka",
                    "country": "Sverige",
                    "organisationsnummer": number,
                    "fakturamejl": "faktura@byggkakel.example",
                    "kundtyp": "bygg",
                },
                # Made of an e-mail domain: no name (facts 10).
                {"domain": "ekbacken.example"},
            ],
            "contact": {
                "firstname": "Karin",
                "lastname": "Öberg",
                "email": "karin@byggkakel.example",
                "phone": "070-174 06 05",
                "company": company,
            },
            "deal": {
                "dealname": deal,
                "stage": "Förhandling",
                "company": company,
                "contact": "Karin Öberg",
                "er_referens": "PO-7781",
                "tillval": "montering;frakt",
                "hubspot_owner_id": "77001",
                "lines": [
                    {
                        "sku": "ALT-28120",
                        "quantity": "120",
                        "hs_discount_percentage": "5",
                        "hs_tax_rate_group_id": "70025",
                    },
                    {"sku": "ARB-1", "quantity": "16", "hs_tax_rate_group_id": "70025"},
                ],
            },
        },
    )


def _pipeline(
    pipeline_id: str, label: str, place: int, stages: tuple[tuple[str, str, str, bool], ...], now: str
) -> Record:
    return {
        "id": pipeline_id,
        "label": label,
        "displayOrder": place,
        "archived": False,
        "createdAt": now,
        "updatedAt": now,
        "stages": [
            {
                "id": stage_id,
                "label": name,
                "displayOrder": order,
                "metadata": {"isClosed": "true" if is_closed else "false", "probability": probability},
                "archived": False,
                "createdAt": now,
                "updatedAt": now,
            }
            for order, (stage_id, name, probability, is_closed) in enumerate(stages)
        ],
    }


def _owner(owner_id: str, first: str, last: str, email: str, *, is_archived: bool) -> Record:
    return {
        "id": owner_id,
        "type": "PERSON",
        "email": email,
        "firstName": first,
        "lastName": last,
        "userId": int(owner_id) - 76924,
        "archived": is_archived,
        "createdAt": "2024-01-01T08:00:00.000Z",
        "updatedAt": "2024-01-01T08:00:00.000Z",
        "teams": [],
    }


def _tax_rate(rate_id: str, name: str, percent: int) -> Record:
    return {
        "id": rate_id,
        "name": name,
        "label": name,
        "percentageRate": percent,
        "active": True,
        "createdAt": "2024-01-01T08:00:00.000Z",
        "updatedAt": "2024-01-01T08:00:00.000Z",
    }
