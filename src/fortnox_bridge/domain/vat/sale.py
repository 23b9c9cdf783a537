"""The one decision about a sale's VAT (F56): from who buys, where, and what, to the VAT type and how rows are taxed.

In Fortnox the VAT type stands on the customer: a new customer gets the decided one; for a customer who exists the
card decides, and `card.py` says whether the two agree.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from fortnox_bridge.domain.fortnox_fields import VatType
from fortnox_bridge.domain.product import ProductKind
from fortnox_bridge.domain.rules import ConsumerAbroad, VatRules
from fortnox_bridge.domain.run import Notice
from fortnox_bridge.domain.vat import explanation
from fortnox_bridge.domain.vat.number import VatNumber, read_vat_number
from fortnox_bridge.domain.vat.rates import has_oss_rates
from fortnox_bridge.domain.vat.territories import NOWHERE, Place, Territory, territory_of
from fortnox_bridge.domain.vat.whereabouts import Whereabouts, find_whereabouts


class RegisterAnswer(StrEnum):
    """What the EU's register said of the VAT number."""

    NOT_ASKED = "not_asked"
    REGISTERED = "registered"
    UNREGISTERED = "unregistered"
    UNAVAILABLE = "unavailable"


class Taxation(StrEnum):
    """How rows are taxed: at Swedish rates, by the One Stop Shop table, or not at all."""

    SWEDISH = "swedish"
    OSS = "oss"
    NONE = "none"


class Undecided(StrEnum):
    """Why a person must decide: no such country, goods and services that one VAT type cannot hold, no OSS rate."""

    COUNTRY = "country"
    MIXED = "mixed"
    OSS_RATE = "oss_rate"


@dataclass(frozen=True, slots=True)
class SaleFacts:
    """What is known of a sale by a Swedish seller. `customer` names the buyer in sentences.

    `billing` is where the customer is at home, `delivery` where goods go when it is said; `sold` is never empty.
    `is_number_trusted`: the shape of the VAT number is enough, since a person made a card of it that Fortnox took.
    `source_rates` are the rates in percent that the source charges. The defaults are the settings for new customers.
    """

    customer: str
    is_business: bool
    on: date
    billing: Place = NOWHERE
    delivery: Place | None = None
    vat_number: str | None = None
    is_number_trusted: bool = False
    register: RegisterAnswer = RegisterAnswer.NOT_ASKED
    sold: frozenset[ProductKind] = frozenset({ProductKind.GOODS})
    source_rates: frozenset[Decimal] = frozenset()
    default_country: str | None = None
    default_vat_type: VatType | None = None


@dataclass(frozen=True, slots=True)
class SaleDecision:
    """`vat_type` None: `undecided` says why. `explanation` and `notices` are catalogue codes with their params.

    `customer_country` is ISO's code of where the customer is, None when unknown; `destination` where the goods go, or
    for services the customer is; `rates_of` is the country whose OSS rates apply there. `main` is what rows that are
    neither goods nor services follow, such as freight.
    """

    vat_type: VatType | None
    goods: Taxation = Taxation.SWEDISH
    services: Taxation = Taxation.SWEDISH
    destination: str = ""
    rates_of: str = ""
    customer_country: str | None = None
    vat_number: str | None = None
    explanation: tuple[Notice, ...] = ()
    notices: tuple[Notice, ...] = ()
    undecided: Undecided | None = None
    main: ProductKind = ProductKind.GOODS

    def taxation(self, kind: ProductKind) -> Taxation:
        return self.goods if kind is ProductKind.GOODS else self.services


@dataclass(frozen=True, slots=True)
class _Leg:
    """The sale as it would be if only goods, or only services, were sold."""

    vat_type: VatType
    taxation: Taxation
    because: tuple[Notice, ...]
    notices: tuple[Notice, ...] = ()
    undecided: Undecided | None = None


@dataclass(frozen=True, slots=True)
class _Buyer:
    facts: SaleFacts
    where: Whereabouts
    number: VatNumber | None
    rules: VatRules = field(repr=False)

    @property
    def has_usable_number(self) -> bool:
        """Reverse charge needs a number of another member state, and none that the register denies."""
        is_denied = self.facts.register is RegisterAnswer.UNREGISTERED
        return self.number is not None and self.number.is_foreign and not is_denied


def decide_sale(facts: SaleFacts, rules: VatRules) -> SaleDecision:
    """Total: every combination gets a decision or a named reason why a person must decide."""
    number = _number(facts)
    where = find_whereabouts(facts.customer, facts.billing, facts.delivery, number, facts.default_country)
    if where is None:
        stated = facts.delivery if facts.delivery and facts.delivery.is_stated else facts.billing
        said = explanation.unknown_country(facts.customer, stated.words)
        return SaleDecision(None, notices=(said,), undecided=Undecided.COUNTRY)
    buyer = _Buyer(facts, where, number, rules)
    legs = {kind: _goods(buyer) if kind is ProductKind.GOODS else _services(buyer) for kind in sorted(facts.sold)}
    place = where.destination if ProductKind.GOODS in legs else where.customer
    decision = SaleDecision(
        vat_type=None,
        goods=legs[ProductKind.GOODS].taxation if ProductKind.GOODS in legs else Taxation.SWEDISH,
        services=legs[ProductKind.SERVICE].taxation if ProductKind.SERVICE in legs else Taxation.SWEDISH,
        destination=place.code,
        rates_of=place.taxed_as,
        customer_country=where.customer.country,
        vat_number=number.text if number else None,
        explanation=_distinct(notice for leg in legs.values() for notice in leg.because),
        main=ProductKind.GOODS if ProductKind.GOODS in legs else ProductKind.SERVICE,
        notices=_distinct((*where.notices, *(notice for leg in legs.values() for notice in leg.notices))),
    )
    return _concluded(decision, tuple(legs.values()), buyer)


def _concluded(decision: SaleDecision, legs: tuple[_Leg, ...], buyer: _Buyer) -> SaleDecision:
    unresolved = next((leg.undecided for leg in legs if leg.undecided), None)
    if unresolved is not None:
        return replace(decision, undecided=unresolved)
    types = {leg.vat_type for leg in legs}
    if types == {VatType.SWEDISH, VatType.EU_CONSUMER}:
        # Both charge what their rows say: one VAT type can hold them.
        types = {VatType.EU_CONSUMER}
    if len(types) > 1:
        return replace(decision, undecided=Undecided.MIXED)
    (vat_type,) = types
    if _is_reverse_charged_by_default(vat_type, buyer):
        return replace(
            decision,
            vat_type=VatType.SWEDISH_REVERSE_CHARGE,
            goods=Taxation.NONE,
            services=Taxation.NONE,
            explanation=(explanation.new_customer_reverse_charge(),),
        )
    # What is not sold follows what is: nothing in the decision contradicts itself.
    goods = decision.goods if ProductKind.GOODS in buyer.facts.sold else decision.services
    services = decision.services if ProductKind.SERVICE in buyer.facts.sold else decision.goods
    return replace(decision, vat_type=vat_type, goods=goods, services=services)


def _is_reverse_charged_by_default(vat_type: VatType, buyer: _Buyer) -> bool:
    """The settings may say that new Swedish businesses build: nothing else does (F26)."""
    return (
        vat_type is VatType.SWEDISH
        and buyer.facts.default_vat_type is VatType.SWEDISH_REVERSE_CHARGE
        and buyer.facts.is_business
        and buyer.where.customer.is_sweden
        and buyer.where.destination.is_sweden
    )


def _goods(buyer: _Buyer) -> _Leg:
    """Goods are taxed where they go."""
    customer, to = buyer.where.customer, buyer.where.destination
    if to.is_sweden:
        said = explanation.sold_in_sweden() if customer.is_sweden else explanation.delivered_in_sweden(customer.code)
        return _Leg(VatType.SWEDISH, Taxation.SWEDISH, (said,))
    if not to.is_eu_for_goods:
        return _Leg(VatType.EXPORT, Taxation.NONE, (explanation.goods_exported(to.code),))
    if not buyer.facts.is_business:
        return _goods_to_consumer(buyer, to)
    if buyer.has_usable_number and buyer.number is not None:
        because = explanation.goods_to_eu_business(to.code, buyer.number.text)
        return _reverse_charged(buyer, buyer.number, because)
    vat_type = VatType.SWEDISH if customer.is_sweden else VatType.EU_CONSUMER
    return _taxed_business(buyer, vat_type, to)


def _goods_to_consumer(buyer: _Buyer, to: Territory) -> _Leg:
    if buyer.rules.consumer_abroad is ConsumerAbroad.SWEDISH:
        return _Leg(VatType.EU_CONSUMER, Taxation.SWEDISH, (explanation.goods_to_eu_consumer(to.code),))
    has_rate = has_oss_rates(buyer.rules.oss, to.taxed_as, buyer.facts.on)
    because = (explanation.goods_by_oss(to.code),)
    return _Leg(VatType.EU_CONSUMER, Taxation.OSS, because, undecided=None if has_rate else Undecided.OSS_RATE)


def _services(buyer: _Buyer) -> _Leg:
    """Services to businesses are taxed where the business is, those to private persons where the seller is."""
    customer = buyer.where.customer
    if customer.is_sweden:
        return _Leg(VatType.SWEDISH, Taxation.SWEDISH, (explanation.sold_in_sweden(),))
    if not buyer.facts.is_business:
        return _Leg(VatType.SWEDISH, Taxation.SWEDISH, (explanation.services_to_consumer_abroad(customer.code),))
    if not customer.is_eu_for_services:
        return _Leg(VatType.EXPORT, Taxation.NONE, (explanation.services_exported(customer.code),))
    if buyer.has_usable_number and buyer.number is not None:
        because = explanation.services_to_eu_business(customer.code, buyer.number.text)
        return _reverse_charged(buyer, buyer.number, because)
    return _taxed_business(buyer, VatType.SWEDISH, customer)


def _reverse_charged(buyer: _Buyer, number: VatNumber, because: Notice) -> _Leg:
    reasons, notices = [because], []
    customer, home = buyer.facts.customer, buyer.where.customer
    if buyer.facts.register is RegisterAnswer.REGISTERED:
        reasons.append(explanation.number_in_register(number.text))
    if buyer.facts.register is RegisterAnswer.UNAVAILABLE:
        notices.append(explanation.register_unavailable(customer, number.text))
    if number.country != home.taxed_as:
        notices.append(explanation.number_of_other_country(customer, number.text, home.code))
    return _Leg(VatType.EU_REVERSE_CHARGE, Taxation.NONE, tuple(reasons), tuple(notices))


def _taxed_business(buyer: _Buyer, vat_type: VatType, place: Territory) -> _Leg:
    """A business elsewhere in the EU that pays Swedish VAT for want of a VAT number, and is told so."""
    facts = buyer.facts
    if buyer.number is None and (facts.vat_number or "").strip():
        warning = explanation.malformed_vat_number(facts.customer, facts.vat_number or "")
    elif buyer.number is not None and buyer.number.is_foreign:
        warning = explanation.unregistered_vat_number(facts.customer, buyer.number.text)
    else:
        warning = explanation.without_vat_number(facts.customer, place.code)
    return _Leg(vat_type, Taxation.SWEDISH, (explanation.eu_business_taxed(place.code, vat_type),), (warning,))


def _number(facts: SaleFacts) -> VatNumber | None:
    home = territory_of(facts.billing)
    return read_vat_number(facts.vat_number, home.taxed_as if home else None, is_trusted=facts.is_number_trusted)


def _distinct(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    seen: list[Notice] = []
    for notice in notices:
        if notice not in seen:
            seen.append(notice)
    return tuple(seen)
