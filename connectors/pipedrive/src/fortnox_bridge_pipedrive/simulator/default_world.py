"""The company that a fresh sandbox starts with: a small Swedish joinery in the middle of its day."""

import hashlib

from fortnox_bridge_pipedrive.simulator.answers import Record
from fortnox_bridge_pipedrive.simulator.field_registry import add_field
from fortnox_bridge_pipedrive.simulator.seed_records import plant_deal, plant_organization, plant_person, plant_product
from fortnox_bridge_pipedrive.simulator.state import Actor, Company, User
from fortnox_bridge_pipedrive.simulator.v2_pipelines import new_pipeline, new_stage
from fortnox_bridge_pipedrive.simulator.vendor import Vendor

DEFAULT_COMPANY_ID = 4410022
DEFAULT_USER_ID = 9001777

_CURRENCIES = (
    ("SEK", "Swedish Krona", "kr", False),
    ("EUR", "Euro", "€", False),
    ("NOK", "Norwegian Krone", "kr", False),
    ("DKK", "Danish Krone", "kr", False),
    ("USD", "US Dollar", "$", False),
    # Company-defined units are currencies too (section 6).
    ("TIM", "Timmar", "h", True),
)
_PIPELINES = {
    "Försäljning": ("Kvalificerad", "Möte bokat", "Offert skickad", "Förhandling", "Vunnen"),
    "Service": ("Bokad", "Utförd", "Klar att fakturera"),
}
_FIELDS: dict[str, tuple[tuple[str, str, tuple[str, ...]], ...]] = {
    "organization": (
        ("Organisationsnummer", "varchar", ()),
        ("Fakturamejl", "varchar", ()),
        ("Fortnox kundnummer", "varchar", ()),
        ("Kundtyp", "enum", ("Byggföretag", "Bostadsrättsförening", "Butik")),
        ("Leveransadress", "address", ()),
    ),
    "person": (("Personnummer", "varchar", ()), ("Fortnox kundnummer", "varchar", ())),
    "deal": (
        ("Er referens", "varchar", ()),
        ("Fakturatext", "text", ()),
        ("Leveransdatum", "date", ()),
        ("Fortnox fakturanummer", "varchar", ()),
        ("Handpenning", "monetary", ()),
        ("Tillval", "set", ("Montering", "Frakt", "Bortforsling")),
        ("Säljkanal", "enum", ("Webb", "Mässa", "Rekommendation")),
        ("Provision", "double", ()),
        ("Byggperiod", "daterange", ()),
        ("Leveranstid", "time", ()),
        ("Arbetstid", "timerange", ()),
        ("Arkitekt", "people", ()),
        ("Slutkund", "org", ()),
        ("Projektledare", "user", ()),
        ("Byggplats", "address", ()),
        ("Telefon på plats", "phone", ()),
    ),
    "product": (("Artikelnummer Fortnox", "varchar", ()),),
}
_PRODUCTS: tuple[Record, ...] = (
    {"name": "Altanvirke 28x120", "code": "ALT-28120", "unit": "m", "tax": 25, "price": 310},
    {"name": "Montering, timme", "code": "ARB-1", "unit": "h", "tax": 25, "price": 695},
    {"name": "Trallskruv 4,2x55, paket", "code": "SKR-4255", "unit": "st", "tax": 25, "price": 249},
    {"name": "Frakt", "code": "FRAKT", "unit": "st", "tax": 25, "price": 950},
    {"name": "Skötselråd (bok)", "code": "BOK-1", "unit": "st", "tax": 6, "price": 180},
    {"name": "Specialsnickeri", "tax": 25, "price": 0},
    {"name": "Terrass, export", "code": "EXP-1", "unit": "m2", "tax": 0, "prices": [{"price": 95, "currency": "EUR"}]},
)


def default_api_token(company_id: int, user_id: int) -> str:
    # 40 hex, the same in every sandbox, so that a tour can be started without asking for it first.
    return hashlib.sha256(f"sandbox:{company_id}:{user_id}".encode()).hexdigest()[:40]


def found_company(vendor: Vendor, company_id: int, name: str, domain: str, user: User) -> Company:
    """A company with its fields, pipelines and currencies, and no records yet."""
    company = Company(
        id=company_id,
        name=name,
        domain=domain,
        clock=vendor.clock,
        identities=vendor.identities,
        publish=vendor.hooks.publish,
    )
    company.users[user.id] = user
    company.currencies = [
        {
            "id": number,
            "code": code,
            "name": label,
            "decimal_points": 2,
            "symbol": symbol,
            "active_flag": True,
            "is_custom_flag": is_custom,
        }
        for number, (code, label, symbol, is_custom) in enumerate(_CURRENCIES, start=1)
    ]
    for entity, definitions in _FIELDS.items():
        for field_name, field_type, options in definitions:
            add_field(company, entity, field_name, field_type, option_labels=options)
    founder = Actor(user.id, "app")
    for pipeline_name, stages in _PIPELINES.items():
        pipeline = new_pipeline(company, pipeline_name, founder)
        for stage in stages:
            new_stage(company, pipeline["id"], stage, founder)
    vendor.companies[company_id] = company
    return company


def build_default_world(vendor: Vendor) -> None:
    user = User(
        DEFAULT_USER_ID,
        "Anna Nordlund",
        "anna@nordlund-snickeri.example",
        default_api_token(DEFAULT_COMPANY_ID, DEFAULT_USER_ID),
    )
    company = found_company(vendor, DEFAULT_COMPANY_ID, "Nordlund Snickeri", "nordlund-snickeri", user)
    actor = Actor(user.id, "app")
    for product in _PRODUCTS:
        plant_product(company, product, actor)
    plant_organization(
        company,
        {
            "name": "Bygg & Kakel i Nacka AB",
            "address": "Lindvägen 4, 131 40 Nacka",
            "custom_fields": {
                "Organisationsnummer": "559012-3450",
                "Fakturamejl": "faktura@byggkakel.example",
                "Kundtyp": "Byggföretag",
            },
        },
        actor,
    )
    # Never had a custom field set: `custom_fields` is null (section 0, 9).
    plant_organization(company, {"name": "Brf Ekbacken"}, actor)
    plant_person(
        company,
        {
            "name": "Karin Öberg",
            "organization": "Bygg & Kakel i Nacka AB",
            "email": "karin@byggkakel.example",
            "phone": "070-174 06 05",
        },
        actor,
    )
    # One entry with an empty value occurs in the wild (section 10).
    plant_person(company, {"name": "Sven", "emails": [{"value": "", "primary": True, "label": "work"}]}, actor)
    plant_deal(
        company,
        {
            "title": "Altan Lindvägen 4",
            "organization": "Bygg & Kakel i Nacka AB",
            "person": "Karin Öberg",
            "stage": "Förhandling",
            "custom_fields": {"Er referens": "PO-7781", "Tillval": ["Montering", "Frakt"]},
            "products": [
                {"code": "ALT-28120", "quantity": 120, "discount": 5},
                {"code": "ARB-1", "quantity": 16},
            ],
        },
        actor,
    )
