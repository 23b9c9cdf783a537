"""The sale's VAT: facts out of deal, customer and articles for the one decision, and what parks it (F56).

The decision itself is `domain/vat/sale.py`.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from fortnox_bridge.domain.address import Address
from fortnox_bridge.domain.customer import Customer, PartyKind
from fortnox_bridge.domain.deal import Deal, LineItem, LineKind
from fortnox_bridge.domain.errors import MappingMissing, SettingsInvalid, UserAction
from fortnox_bridge.domain.fortnox_fields import CustomerField, VatType
from fortnox_bridge.domain.money import ZERO
from fortnox_bridge.domain.product import ProductKind
from fortnox_bridge.domain.records import CustomerRecord
from fortnox_bridge.domain.rules import SyncRules, VatRules
from fortnox_bridge.domain.run import Notice
from fortnox_bridge.domain.source_total import is_sold
from fortnox_bridge.domain.vat import (
    Place,
    RegisterAnswer,
    SaleDecision,
    SaleFacts,
    Taxation,
    Undecided,
    by_card,
    decide_sale,
    explanation,
    is_conflict,
    territory_of,
)
from fortnox_bridge.pipeline.articles.matching import ArticleChoice, ArticleMatch
from fortnox_bridge.pipeline.document.addresses import decide_addresses
from fortnox_bridge.pipeline.document.row_text import number_text
from fortnox_bridge.pipeline.vat.country_names import country_code_of


@dataclass(frozen=True, slots=True)
class SaleBasis:
    """What the deal adds to what is known of the customer. A customer made without a deal has the bare `sold`.

    `source_rates` are the rates in percent that the source charges on what is sold; `where` is a link to the deal.
    """

    sold: frozenset[ProductKind]
    source_rates: frozenset[Decimal] = frozenset()
    billing: Address | None = None
    delivery: Address | None = None
    where: str | None = None
    record: str = ""


@dataclass(frozen=True, slots=True)
class VatNumberFacts:
    """The day whose rules count, and what the EU's register said of a new customer's VAT number."""

    on: date
    register: RegisterAnswer = RegisterAnswer.NOT_ASKED


def basis_of(deal: Deal, articles: ArticleMatch, rules: SyncRules) -> SaleBasis:
    """Delivery is what the document will show, mapped rows and all."""
    lines = [line for line in deal.lines if is_sold(line)]
    kinds = {kind_of(line, articles.by_line.get(line.external_id), rules.vat) for line in lines}
    if articles.whole_deal is not None:
        kinds.add(_stated_kind(articles.whole_deal) or rules.vat.default_kind)
    rates = {rate for line in lines if (rate := stated_rate(line)) is not None and line.unit_price != ZERO}
    return SaleBasis(
        sold=frozenset(kind for kind in kinds if kind is not None) or frozenset({rules.vat.default_kind}),
        source_rates=frozenset(rates),
        billing=deal.billing_address,
        delivery=decide_addresses(deal, rules.document).delivery,
        where=deal.url,
        record=deal.title,
    )


def kind_of(line: LineItem, choice: ArticleChoice | None, rules: VatRules) -> ProductKind | None:
    """Goods or service, by article, then product, then setting; None for freight and fees, which follow the rest."""
    if line.kind is not LineKind.PRODUCT:
        return None
    stated = _stated_kind(choice) if choice is not None else None
    if stated is None and line.product is not None:
        stated = line.product.kind
    return stated or rules.default_kind


def stated_rate(line: LineItem) -> Decimal | None:
    """What the source says of the line's VAT, in percent: its rate, the sum of its taxes, or its product's rate."""
    if line.vat_rate is not None:
        return line.vat_rate
    rates = [tax.rate for tax in line.taxes if tax.rate is not None]
    if rates and len(rates) == len(line.taxes):
        return sum(rates, ZERO)
    return line.product.vat_rate if line.product is not None else None


def sale_to_new(facts: SaleFacts, party: Customer, basis: SaleBasis, rules: SyncRules) -> SaleDecision:
    """The sale to a customer about to be created.

    Raises:
        UserAction: a person must decide.
    """
    decision = decide_sale(facts, rules.vat)
    if decision.undecided is not None:
        raise _undecidable(decision, decision.undecided, facts, party, basis)
    return _beside_source_tax(decision, basis)


def sale_to_known(
    facts: SaleFacts, party: Customer, record: CustomerRecord, basis: SaleBasis, rules: SyncRules
) -> SaleDecision:
    """The sale to a customer who exists: by the card, unless the card contradicts what was decided.

    Raises:
        UserAction: it does, or a person must decide.
    """
    card = record.vat_type
    if card is None:
        raise MappingMissing("vat_type_unknown", customer=record.name, number=record.number)
    if not facts.billing.is_stated and facts.delivery is None and not facts.vat_number:
        # Nothing speaks for or against the card.
        main = ProductKind.GOODS if ProductKind.GOODS in basis.sold else ProductKind.SERVICE
        return _beside_source_tax(by_card(SaleDecision(None, main=main), card), basis)
    decision = decide_sale(facts, rules.vat)
    if decision.undecided in {Undecided.MIXED, Undecided.OSS_RATE}:
        raise _undecidable(decision, decision.undecided, facts, party, basis)
    if is_conflict(decision, card):
        raise MappingMissing(
            "vat_type_conflict",
            where=party.url,
            customer=record.name,
            number=record.number,
            card_type=explanation.words(card),
            decided_type=explanation.words(decision.vat_type),
            country=decision.destination,
            vat_number=decision.vat_number or facts.vat_number or "–",
        )
    settled = by_card(decision, card)
    differs = _country_differs(record, party, basis)
    return _beside_source_tax(replace(settled, notices=(*settled.notices, *differs)), basis)


def _country_differs(record: CustomerRecord, party: Customer, basis: SaleBasis) -> tuple[Notice, ...]:
    """The card's country decides, but a source that says another one may know better."""
    said, held = territory_of(_home(party, basis)), territory_of(Place(record.country_code))
    if said is None or held is None or said.country == held.country:
        return ()
    return (explanation.country_differs(record.name, record.number, said.country, held.country),)


def facts_of_known(
    record: CustomerRecord, party: Customer, basis: SaleBasis, stated_number: str | None, on: date, rules: SyncRules
) -> SaleFacts:
    """The card comes first; what it leaves open the source tells."""
    home = _home(party, basis)
    if record.country_code:
        is_same = (home.country_code or "").upper() == record.country_code.upper()
        zip_code = record.card.get(CustomerField.ZIP_CODE) or (home.zip_code if is_same else None)
        home = Place(record.country_code, zip_code)
    return SaleFacts(
        customer=record.name,
        is_business=not record.is_person if record.is_person is not None else party.kind is PartyKind.COMPANY,
        on=on,
        billing=home,
        delivery=_delivery(party, basis),
        vat_number=record.vat_number or stated_number,
        is_number_trusted=bool(record.vat_number) and record.vat_type is VatType.EU_REVERSE_CHARGE,
        sold=basis.sold,
        source_rates=basis.source_rates,
        default_country=rules.customers.default_country_code,
    )


def facts_of_new(
    party: Customer,
    fields: dict[CustomerField, str],
    basis: SaleBasis,
    known: VatNumberFacts,
    rules: SyncRules,
    *,
    is_person: bool,
) -> SaleFacts:
    """`fields` are what the customer will be created with."""
    country = fields.get(CustomerField.COUNTRY_CODE)
    return SaleFacts(
        customer=party.name,
        is_business=not is_person,
        on=known.on,
        billing=Place(country, fields.get(CustomerField.ZIP_CODE)) if country else _home(party, basis),
        delivery=_delivery(party, basis),
        vat_number=fields.get(CustomerField.VAT_NUMBER) or party.vat_number,
        register=known.register,
        sold=basis.sold,
        source_rates=basis.source_rates,
        default_country=rules.customers.default_country_code,
        default_vat_type=rules.customers.default_vat_type,
    )


def _undecidable(
    decision: SaleDecision, undecided: Undecided, facts: SaleFacts, party: Customer, basis: SaleBasis
) -> UserAction:
    match undecided:
        case Undecided.COUNTRY:
            stated = facts.delivery if facts.delivery is not None and facts.delivery.is_stated else facts.billing
            return MappingMissing("vat_undecided", where=party.url, customer=party.name, country=stated.words or "–")
        case Undecided.MIXED:
            return MappingMissing(
                "vat_mixed_sale",
                where=basis.where,
                record=basis.record,
                customer=party.name,
                country=decision.destination,
            )
        case Undecided.OSS_RATE:
            return SettingsInvalid(
                "oss_rate_missing", where=basis.where, record=basis.record, country=decision.rates_of, day=str(facts.on)
            )


def _beside_source_tax(decision: SaleDecision, basis: SaleBasis) -> SaleDecision:
    """The same decision; told where the source charges VAT on a sale that has none."""
    charged = max(basis.source_rates, default=ZERO)
    untaxed = {decision.taxation(kind) for kind in basis.sold} == {Taxation.NONE}
    if not untaxed or charged == ZERO or decision.vat_type is None:
        return decision
    said = explanation.charged_by_source(number_text(charged), decision.vat_type)
    return replace(decision, notices=(*decision.notices, said))


def _home(party: Customer, basis: SaleBasis) -> Place:
    for address in (party.address, basis.billing):
        if address is not None and _place(address).is_stated:
            return _place(address)
    return Place()


def _delivery(party: Customer, basis: SaleBasis) -> Place | None:
    for address in (basis.delivery, party.delivery_address):
        if address is not None and _place(address).is_stated:
            return _place(address)
    return None


def _place(address: Address) -> Place:
    code = address.country_code or country_code_of(address.country_name or "")
    return Place(code, address.zip_code, address.country_name)


def _stated_kind(choice: ArticleChoice) -> ProductKind | None:
    is_service = choice.record.is_service if choice.record else (choice.new.is_service if choice.new else None)
    if is_service is None:
        return None
    return ProductKind.SERVICE if is_service else ProductKind.GOODS
