"""Map, the header: everything the draft says besides its rows, and where each field came from (F50-F55, F58)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from fortnox_bridge.domain.address import Address
from fortnox_bridge.domain.clock import business_date
from fortnox_bridge.domain.deal import Deal
from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.errors import MappingMissing
from fortnox_bridge.domain.fortnox_fields import DocumentField
from fortnox_bridge.domain.money import SEK
from fortnox_bridge.domain.origin import Origin, ValueOrigin
from fortnox_bridge.domain.rules import DocumentRules
from fortnox_bridge.domain.run import Notice
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.document.addresses import decide_addresses
from fortnox_bridge.pipeline.document.dates import DateFacts, decide_dates, wanted_day
from fortnox_bridge.pipeline.document.locked_period import read_locked_until
from fortnox_bridge.pipeline.document.references import decide_references
from fortnox_bridge.pipeline.document.terms import decide_terms, gather_terms
from fortnox_bridge.pipeline.register_codes import RegisterCodes
from fortnox_bridge.pipeline.registers import holds_code


@dataclass(frozen=True, slots=True)
class HeaderFacts:
    dates: DateFacts
    is_currency_known: bool
    terms: RegisterCodes = field(default_factory=RegisterCodes)


@dataclass(frozen=True, slots=True)
class Header:
    """`first_text` is the text row before the first line; `origins` explains every field by our name for it."""

    document_date: date
    fields: Mapping[DocumentField, str]
    delivery_address: Address | None
    billing_address: Address | None
    first_text: str | None
    origins: Mapping[str, Origin]
    notices: tuple[Notice, ...]


async def gather(ctx: StageContext, deal: Deal) -> HeaderFacts:
    rules, trigger_day = ctx.rules.document, business_date(ctx.run.created_at)
    day = wanted_day(deal, trigger_day, rules)
    return HeaderFacts(
        dates=DateFacts(trigger_day, await read_locked_until(ctx, day)),
        is_currency_known=deal.currency == SEK or await holds_code(ctx, "currencies", deal.currency),
        terms=await gather_terms(ctx, deal, rules),
    )


def decide(deal: Deal, kind: DocumentKind, facts: HeaderFacts, rules: DocumentRules) -> Header:
    """The header.

    Raises:
        UserAction: a mapped value cannot stand there; its field, record and register are named.
    """
    if not facts.is_currency_known:
        raise MappingMissing("currency_missing", where=deal.url, record=deal.title, currency=deal.currency)
    day, dates = decide_dates(deal, kind, facts.dates, rules)
    part = dates | decide_references(deal, kind, rules) | decide_terms(deal, kind, facts.terms, rules)
    addresses = decide_addresses(deal, rules)
    fields = dict(part.fields)
    return Header(
        document_date=day,
        fields=fields,
        delivery_address=addresses.delivery,
        billing_address=addresses.billing,
        first_text=fields.pop(DocumentField.FIRST_TEXT_ROW, None),
        origins={
            **_FIXED,
            **{str(name): origin for name, origin in part.origins.items()},
            **addresses.origins,
        },
        notices=part.notices,
    )


# Sent the same on every draft, or decided before the header is.
_FIXED: Mapping[str, Origin] = {
    "customer": Origin(ValueOrigin.DECISION, "match.customer"),
    "marker": Origin(ValueOrigin.DECISION, "document.marker"),
    "currency": Origin(ValueOrigin.SOURCE, "deal.currency"),
    "freight": Origin(ValueOrigin.DECISION, "document.no_freight"),
    "administration_fee": Origin(ValueOrigin.DECISION, "document.no_administration_fee"),
    "not_completed": Origin(ValueOrigin.CONNECTION_DEFAULT, "document.mark_not_completed"),
}
