"""Which customers in Fortnox have what the source says, pair after pair until one has a hit (F20, F22, F23)."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from fortnox_bridge.domain.alphabet import clean_text
from fortnox_bridge.domain.customer import Customer
from fortnox_bridge.domain.customer_copy import CopyAnswer
from fortnox_bridge.domain.customer_keys import comparable, value_of
from fortnox_bridge.domain.errors import SourceDataInvalid
from fortnox_bridge.domain.normalise import (
    is_valid_email,
    is_valid_vat_number,
    normalise_email,
    normalise_gln,
    normalise_organisation_number,
    normalise_phone,
    normalise_vat_number,
)
from fortnox_bridge.domain.records import CustomerRecord
from fortnox_bridge.domain.rules import CustomerKey, EmptyMatchField, MatchPair, PartyRules
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.customers.fields import SWEDEN
from fortnox_bridge.pipeline.customers.party import Sought, first_text, party_of

_NAME_LIMIT: Final = 1024
_CUSTOMER_NUMBER: Final = re.compile(r"[0-9A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Lookup:
    """One pair's search: where it looked, the value as searched for, and every customer that has it.

    `key` is the pair's own, but for a Swedish VAT number, which is looked for among organisation numbers. `unread`
    is what the local copy said of itself when it found nobody and has not been read to the end.
    """

    pair: MatchPair
    key: CustomerKey
    value: str
    hits: tuple[CustomerRecord, ...]
    unread: CopyAnswer | None = None


async def look_up(ctx: StageContext, sought: Sought) -> tuple[Lookup, ...]:
    """An empty field parks or is passed over, as configured."""
    party, rules = party_of(sought, ctx.rules.customers)
    lookups: list[Lookup] = []
    for pair in rules.match:
        text = first_text(sought, (pair.source,))
        if text is None:
            _pass_over(pair, party, rules)
            continue
        lookups.append(await _search(ctx, pair, text, party))
        if lookups[-1].hits:
            break
    return tuple(lookups)


def as_fortnox_has_it(name: str) -> str:
    """A name with an emoji was stored without it, and must be found again without it."""
    return clean_text(name, limit=_NAME_LIMIT).text


def is_customer_number(text: str) -> bool:
    """Whether it can be one: a field that two merged records were written into usually cannot."""
    return bool(_CUSTOMER_NUMBER.fullmatch(text))


def tried(lookups: Iterable[Lookup]) -> str:
    return "; ".join(f"{lookup.pair.key.value}: {lookup.value}" for lookup in lookups) or "–"


async def _search(ctx: StageContext, pair: MatchPair, text: str, party: Customer) -> Lookup:
    key, value = _searchable(pair, text, party)
    if key.is_searchable:
        return Lookup(pair, key, value, await ctx.fortnox.find_customers(key, value))
    answer = await ctx.customer_copy.find(key, comparable(key, value))
    hits = await _confirmed(ctx, key, value, answer)
    return Lookup(pair, key, value, hits, unread=None if hits or answer.is_complete else answer)


async def _confirmed(ctx: StageContext, key: CustomerKey, value: str, answer: CopyAnswer) -> tuple[CustomerRecord, ...]:
    """The copy may be behind, so each customer is asked for and compared once more."""
    wanted = comparable(key, value)
    found = [await ctx.fortnox.get_customer(number) for number in answer.numbers]
    return tuple(record for record in found if record is not None and value_of(record, key) == wanted)


def _pass_over(pair: MatchPair, party: Customer, rules: PartyRules) -> None:
    if rules.when_empty is EmptyMatchField.PARK:
        raise SourceDataInvalid("match_field_empty", where=party.url, customer=party.name, field=str(pair.source))


def _searchable(pair: MatchPair, text: str, party: Customer) -> tuple[CustomerKey, str]:
    if pair.key is CustomerKey.VAT_NUMBER and (ten_digits := _swedish(text)):
        return CustomerKey.ORGANISATION_NUMBER, ten_digits
    form = _FORMS.get(pair.key)
    value = form(text) if form else text.strip()
    if pair.key is CustomerKey.ORGANISATION_NUMBER and not value and _is_foreign(party):
        value = text.strip()
    if not value or not comparable(pair.key, value):
        raise SourceDataInvalid(
            "match_field_invalid", where=party.url, customer=party.name, field=str(pair.source), value=text[:100]
        )
    return pair.key, value


def _swedish(vat_number: str) -> str | None:
    """The organisation number in a Swedish VAT number, which every Swedish customer's card holds."""
    plain = normalise_vat_number(vat_number)
    return normalise_organisation_number(plain) if plain.startswith("SE") else None


def _is_foreign(party: Customer) -> bool:
    country = party.address.country_code if party.address else None
    return country is not None and country.upper() != SWEDEN


def _email(text: str) -> str:
    return normalise_email(text) if is_valid_email(text) else ""


_FORMS: Final[Mapping[CustomerKey, Callable[[str], str]]] = {
    CustomerKey.NAME: as_fortnox_has_it,
    CustomerKey.ORGANISATION_NUMBER: lambda text: normalise_organisation_number(text) or "",
    CustomerKey.EMAIL: _email,
    CustomerKey.INVOICE_EMAIL: _email,
    CustomerKey.PHONE: normalise_phone,
    CustomerKey.GLN: normalise_gln,
    CustomerKey.VAT_NUMBER: lambda text: normalise_vat_number(text) if is_valid_vat_number(text) else "",
    CustomerKey.CUSTOMER_NUMBER: lambda text: text.strip() if is_customer_number(text.strip()) else "",
}
