"""Terms of the draft: codes of Fortnox's registers, the print's language, the currency's rate (F51, F54).

A code that the register lacks would be refused by Fortnox without saying which field of the deal held it.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

from fortnox_bridge.domain.deal import Deal
from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.errors import MappingMissing, SourceDataInvalid
from fortnox_bridge.domain.fortnox_fields import DocumentField
from fortnox_bridge.domain.mapped import Mapped, find_mapped
from fortnox_bridge.domain.money import SEK, ZERO
from fortnox_bridge.domain.origin import Origin, ValueOrigin
from fortnox_bridge.domain.rules import DocumentRules
from fortnox_bridge.domain.run import Notice
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.document.header_part import CARD, FORTNOX, Part, left
from fortnox_bridge.pipeline.register_codes import (
    COST_CENTRES,
    NAMES,
    PRICE_LISTS,
    PRINT_TEMPLATES,
    PROJECTS,
    TERMS_OF_DELIVERY,
    TERMS_OF_PAYMENT,
    WAYS_OF_DELIVERY,
    RegisterCodes,
    find_code,
    is_in_use,
    read_codes,
)

REGISTERS: Final[Mapping[DocumentField, str]] = {
    DocumentField.TERMS_OF_PAYMENT: TERMS_OF_PAYMENT,
    DocumentField.TERMS_OF_DELIVERY: TERMS_OF_DELIVERY,
    DocumentField.WAY_OF_DELIVERY: WAYS_OF_DELIVERY,
    DocumentField.PRICE_LIST: PRICE_LISTS,
    DocumentField.PRINT_TEMPLATE: PRINT_TEMPLATES,
    DocumentField.COST_CENTRE: COST_CENTRES,
    DocumentField.PROJECT: PROJECTS,
}
_UNMAPPED: Final = {DocumentField.PRINT_TEMPLATE: FORTNOX}
_LANGUAGES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("sv", "se", "svenska", "swedish", "sv-se", "sv_se"), "SV"),
    **dict.fromkeys(("en", "gb", "engelska", "english", "en-gb", "en_gb", "en-us", "en_us"), "EN"),
}


async def gather_terms(ctx: StageContext, deal: Deal, rules: DocumentRules) -> RegisterCodes:
    """The registers that hold the mapped codes."""
    found = ((register, find_mapped(rules.mapping, target, deal)) for target, register in REGISTERS.items())
    return await read_codes(ctx, [(register, mapped.text) for register, mapped in found if mapped is not None])


def decide_terms(deal: Deal, kind: DocumentKind, codes: RegisterCodes, rules: DocumentRules) -> Part:
    part = Part(notices=codes.notices)
    for target in REGISTERS:
        mapped = find_mapped(rules.mapping, target, deal)
        if mapped is None:
            part |= left(target, _UNMAPPED.get(target, CARD))
        else:
            part |= _one(target, _code(target, mapped, deal, kind, codes), mapped)
    return part | _language(deal, rules) | _currency_rate(deal, rules)


def _code(target: DocumentField, mapped: Mapped, deal: Deal, kind: DocumentKind, codes: RegisterCodes) -> str:
    """The register's own code for what is stated: by code, or by a description that only one entry has."""
    register = REGISTERS[target]
    entries = codes.registers.get(register)
    if entries is None:
        return mapped.text
    if target is DocumentField.PRINT_TEMPLATE:
        entries = tuple(entry for entry in entries if ("type", kind.value) in entry.facts)
    named = [entry for entry in entries if entry.description.casefold() == mapped.text.casefold()]
    entry = find_code(entries, mapped.text) or (named[0] if len(named) == 1 else None)
    params = {"record": deal.title, "field": mapped.by, "value": mapped.text[:100], "register": NAMES[register]}
    if entry is None:
        raise MappingMissing("register_entry_missing", where=deal.url, **params)
    if not is_in_use(entry):
        raise MappingMissing("register_entry_inactive", where=deal.url, **params)
    return entry.code


def _language(deal: Deal, rules: DocumentRules) -> Part:
    target = DocumentField.LANGUAGE
    mapped = find_mapped(rules.mapping, target, deal)
    if mapped is None:
        return left(target, FORTNOX)
    code = _LANGUAGES.get(mapped.text.strip().casefold())
    if code is None:
        raise SourceDataInvalid(
            "document_language_unknown", where=deal.url, record=deal.title, field=mapped.by, value=mapped.text[:100]
        )
    return _one(target, code, mapped)


def _currency_rate(deal: Deal, rules: DocumentRules) -> Part:
    """Left out unless the source states one: the register's rate counts, and no rate is ever 1 for want of one."""
    target = DocumentField.CURRENCY_RATE
    mapped = find_mapped(rules.mapping, target, deal)
    if mapped is None or deal.currency == SEK:
        return left(target, FORTNOX)
    rate = _read_rate(mapped.text)
    if rate is None:
        raise SourceDataInvalid(
            "currency_rate_invalid", where=deal.url, record=deal.title, field=mapped.by, value=mapped.text[:100]
        )
    part = _one(target, format(rate, "f"), mapped)
    if rate == 1:
        part |= Part(notices=(Notice("currency_rate_one", {"record": deal.title, "currency": deal.currency}),))
    return part


def _read_rate(text: str) -> Decimal | None:
    try:
        rate = Decimal(text.strip().replace(" ", "").replace(",", "."))
    except InvalidOperation:
        return None
    return rate if rate.is_finite() and ZERO < rate < 1_000_000 else None


def _one(target: DocumentField, value: str, mapped: Mapped) -> Part:
    return Part({target: value}, {target: Origin(ValueOrigin.SOURCE, mapped.by)})
