"""Why each field of a draft says what it says, from what its run stored when it decided (F56, F112). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fortnox_bridge.domain.catalogue import describe
from fortnox_bridge.domain.explanation_words import BY_KIND, RULES, path_words
from fortnox_bridge.domain.language import Language
from fortnox_bridge.domain.origin import Origin, ValueOrigin
from fortnox_bridge.domain.run import Notice
from fortnox_bridge.domain.snapshot import Plain

_VAT_RULES: Final = frozenset({"vat.sale", "vat.row_rate"})


@dataclass(frozen=True, slots=True)
class ExplainedField:
    """One field of a payload. `field` is Fortnox's name and `name` ours; `label` is what users call its source field.

    `origin` None: nothing was recorded, which a draft made by this release never shows.
    """

    field: str
    name: str
    value: Plain
    origin: Origin | None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """`rows` in the document's order. `card`: fields written to the customer's card. `vat`: why it is taxed so.

    `system` is the source's name.
    """

    document: tuple[ExplainedField, ...] = ()
    rows: tuple[tuple[ExplainedField, ...], ...] = ()
    card: tuple[ExplainedField, ...] = ()
    vat: tuple[Notice, ...] = ()
    system: str = ""


def sentence(field: ExplainedField, of: Explanation, language: Language) -> str:
    """Where the field's value comes from, for people."""
    if field.origin is None:
        return BY_KIND[language][None]
    template = BY_KIND[language][field.origin.kind]
    return template.format(by=_by(field, of.vat, language), system=of.system).strip()


def _by(field: ExplainedField, vat: tuple[Notice, ...], language: Language) -> str:
    origin = field.origin
    assert origin is not None
    if origin.kind is ValueOrigin.DECISION and origin.by in _VAT_RULES and vat:
        return " ".join(describe(each.code, each.params, language).what for each in vat)
    if origin.by in RULES[language]:
        return RULES[language][origin.by]
    if origin.kind is ValueOrigin.SOURCE:
        label = field.label or path_words(origin.by, language)
        return f"{label} ({origin.by})" if label else origin.by
    return origin.by


def read_origin(plain: object) -> Origin | None:
    """An origin as a step stored it; None when it is not one."""
    if not isinstance(plain, Mapping):
        return None
    try:
        return Origin(ValueOrigin(str(plain.get("kind"))), str(plain.get("by") or ""))
    except ValueError:
        return None
