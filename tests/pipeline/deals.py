"""Deals, customers and rules as tests need them, each with sensible defaults."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from fortnox_bridge.domain.address import Address
from fortnox_bridge.domain.customer import Customer, PartyKind
from fortnox_bridge.domain.deal import ControlTotal, Deal, DealStatus, LineItem, Stage, Trust
from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.fields import FieldPath
from fortnox_bridge.domain.fortnox_fields import CustomerField, VatType
from fortnox_bridge.domain.ids import RunId, SourceAccountId, SourceRef
from fortnox_bridge.domain.language import Language
from fortnox_bridge.domain.money import SEK, Basis, Money
from fortnox_bridge.domain.product import Product
from fortnox_bridge.domain.records import ArticleRecord, CustomerRecord
from fortnox_bridge.domain.rules import (
    CustomerKey,
    CustomerRules,
    DocumentRules,
    FieldMapping,
    MatchPair,
    NoteRules,
    PartyRules,
    ProductRules,
    SyncRules,
    TriggerRule,
    VatRules,
)
from fortnox_bridge.domain.run import BusinessKey, Run, RunState, TriggerKind

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ORG_NUMBER = "556036-0793"
OTHER_ORG_NUMBER = "202100-5489"
WON = Stage("14", "1", "Vunnen", "Försäljning")
ACCOUNT = SourceAccountId(UUID(int=7))
D = Decimal


def ref(kind: str, external_id: str) -> SourceRef:
    return SourceRef("pipedrive", "7001", kind, external_id)


def make_company(**overrides) -> Customer:
    company = Customer(
        ref=ref("organization", "55"),
        kind=PartyKind.COMPANY,
        name="Ekhammars Plåt AB",
        organisation_number=ORG_NUMBER,
        email="info@ekhammar.example",
        address=Address(line1="Storgatan 4", zip_code="582 20", city="Linköping", country_code="SE"),
        url="https://crm.example/organization/55",
    )
    return replace(company, **overrides)


def make_contact(**overrides) -> Customer:
    contact = Customer(
        ref=ref("person", "66"),
        kind=PartyKind.PERSON,
        name="Otto Ek",
        email="otto@ek.example",
        address=Address(country_code="SE"),
    )
    return replace(contact, **overrides)


def make_line(number: int = 1, **overrides) -> LineItem:
    code = overrides.pop("code", "KONS")
    line = LineItem(
        external_id=str(number),
        name="Rådgivning",
        quantity=D("12.5"),
        unit_price=D(950),
        product=Product(ref("product", f"p{code}"), name="Rådgivning", code=code),
        vat_rate=D(25),
    )
    return replace(line, **overrides)


def make_deal(**overrides) -> Deal:
    deal = Deal(
        ref=ref("deal", "812"),
        title="Plåttak",
        status=DealStatus.WON,
        currency=SEK,
        lines=(make_line(),),
        prices_include_vat=False,
        company=make_company(),
        stage=WON,
        url="https://crm.example/deal/812",
    )
    return replace(deal, **overrides)


def exact_total(amount: str, basis: Basis = Basis.NET) -> ControlTotal:
    return ControlTotal(Money(D(amount), SEK), basis, Trust.EXACT)


def make_card(number: str = "1042", **overrides) -> CustomerRecord:
    card = CustomerRecord(
        number=number,
        name="Ekhammars Plåt AB",
        organisation_number=ORG_NUMBER,
        email="info@ekhammar.example",
        vat_type=VatType.SWEDISH,
        country_code="SE",
        currency="SEK",
        is_active=True,
        city="Linköping",
    )
    card = replace(card, **overrides)
    shown = {
        CustomerField.CUSTOMER_NUMBER: card.number,
        CustomerField.NAME: card.name,
        CustomerField.ORGANISATION_NUMBER: card.organisation_number,
        CustomerField.EMAIL: card.email,
        CustomerField.CITY: card.city,
    }
    return replace(card, card={**{field: text for field, text in shown.items() if text}, **card.card})


def make_article(number: str = "KONS", **overrides) -> ArticleRecord:
    return replace(ArticleRecord(number, "Rådgivning", is_active=True, vat_rate=D(25)), **overrides)


def make_rules(**overrides) -> SyncRules:
    company = PartyRules(
        match=(
            MatchPair(FieldPath.parse("company.organisation_number"), CustomerKey.ORGANISATION_NUMBER),
            MatchPair(FieldPath.parse("company.email"), CustomerKey.EMAIL),
        ),
        mapping=(
            FieldMapping(CustomerField.NAME, (FieldPath.parse("company.name"),)),
            FieldMapping(CustomerField.EMAIL, (FieldPath.parse("company.email"),)),
            FieldMapping(CustomerField.ADDRESS1, (FieldPath.parse("company.address.line1"),)),
            FieldMapping(CustomerField.ORGANISATION_NUMBER, (FieldPath.parse("company.organisation_number"),)),
        ),
        write_number_to=FieldPath.parse("company.custom:fortnox"),
    )
    contact = PartyRules(
        match=(MatchPair(FieldPath.parse("contact.email"), CustomerKey.EMAIL),),
        mapping=(FieldMapping(CustomerField.NAME, (FieldPath.parse("contact.name"),)),),
    )
    rules = SyncRules(
        revision=1,
        triggers=(TriggerRule("1", "14", DocumentKind.INVOICE),),
        customers=CustomerRules(company, contact, default_country_code="SE"),
        products=ProductRules(FieldPath.parse("product.code")),
        vat=VatRules(),
        document=DocumentRules(),
        notes=NoteRules(language=Language.SWEDISH, support_contact="hjalp@example.se"),
    )
    return replace(rules, **overrides)


def party_rules(rules: SyncRules, **overrides) -> SyncRules:
    """The same rules with the company's party rules changed."""
    return replace(rules, customers=replace(rules.customers, company=replace(rules.customers.company, **overrides)))


def make_run(number: int = 1, **overrides) -> Run:
    run = Run(
        id=RunId(UUID(int=1000 + number)),
        key=BusinessKey(ACCOUNT, "deal", "812"),
        source=ref("deal", "812"),
        trigger=TriggerKind.WEBHOOK,
        state=RunState.RUNNING,
        created_at=NOW,
        due_at=NOW,
        fence=1,
    )
    return replace(run, **overrides)
