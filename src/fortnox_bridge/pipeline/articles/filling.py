"""What the product mapping says of an article: of one to be created, and of one that exists (F47, F49)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from fortnox_bridge.domain.alphabet import clean_article_number
from fortnox_bridge.domain.deal import Deal, LineItem
from fortnox_bridge.domain.draft_plan import NewArticle
from fortnox_bridge.domain.errors import SettingsInvalid, SourceDataInvalid
from fortnox_bridge.domain.fortnox_fields import ArticleField
from fortnox_bridge.domain.ids import SourceRef
from fortnox_bridge.domain.mapped import mapped_text
from fortnox_bridge.domain.money import SEK
from fortnox_bridge.domain.origin import Origin, ValueOrigin
from fortnox_bridge.domain.product import Product
from fortnox_bridge.domain.rules import FieldMapping, ProductRules, VatRules
from fortnox_bridge.domain.vat import decide_rate
from fortnox_bridge.pipeline.articles.values import ACCOUNTS, article_value
from fortnox_bridge.pipeline.register_codes import ACCOUNTS as ACCOUNT_REGISTER
from fortnox_bridge.pipeline.register_codes import PRICE_LISTS, UNITS, RegisterCodes

STANDARD_PRICE_LIST: Final = "A"


@dataclass(frozen=True, slots=True)
class Stated:
    """A value before it is checked, and what said it."""

    text: str
    origin: Origin


def price_list_of(rules: ProductRules) -> str:
    return rules.price_list or STANDARD_PRICE_LIST


def unit_code(text: str, rules: ProductRules) -> str:
    """What Fortnox calls the source's unit (F47)."""
    return rules.units.get(text.casefold(), text)


def stated_fields(
    rows: Iterable[FieldMapping[ArticleField]], line: LineItem, deal: Deal, rules: ProductRules
) -> dict[ArticleField, Stated]:
    """What the rows say, units already by Fortnox's names. A price list knows no currency, so prices are in kronor."""
    in_kronor = replace(deal, currency=SEK)
    stated: dict[ArticleField, Stated] = {}
    for row in rows:
        mapped = mapped_text(row, in_kronor, line)
        if mapped is None:
            continue
        text = unit_code(mapped.text, rules) if row.target is ArticleField.UNIT else mapped.text
        stated.setdefault(row.target, Stated(text, Origin(ValueOrigin.SOURCE, mapped.by)))
    return stated


def new_fields(line: LineItem, deal: Deal, rules: ProductRules) -> dict[ArticleField, Stated]:
    """The mapping of an article to be created, completed by what the product itself tells."""
    stated = stated_fields(rules.mapping, line, deal, rules)
    product = line.product
    if product is None:
        return stated
    own = {
        ArticleField.DESCRIPTION: product.name,
        ArticleField.UNIT: unit_code(product.unit, rules) if product.unit else None,
        ArticleField.TYPE: product.kind.value if product.kind else None,
        ArticleField.NOTE: product.description,
    }
    names = {ArticleField.DESCRIPTION: "name", ArticleField.TYPE: "kind", ArticleField.NOTE: "description"}
    for target, text in own.items():
        if text and text.strip():
            by = f"product.{names.get(target, target.value)}"
            stated.setdefault(target, Stated(text.strip(), Origin(ValueOrigin.SOURCE, by)))
    return stated


def codes_in(stated: Mapping[ArticleField, Stated], rules: ProductRules) -> Iterable[tuple[str, str]]:
    """The registers' codes among the values, to be read before they are checked."""
    for target, value in stated.items():
        if target is ArticleField.UNIT:
            yield UNITS, value.text
        elif target in ACCOUNTS:
            yield ACCOUNT_REGISTER, value.text.strip()
        elif target is ArticleField.PRICE:
            yield PRICE_LISTS, price_list_of(rules)


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks the values of one product's article."""

    product: str
    where: str | None
    codes: RegisterCodes
    rules: ProductRules

    def checked(self, stated: Mapping[ArticleField, Stated]) -> dict[ArticleField, str]:
        """The values as Fortnox takes them; those of which nothing is left are left out."""
        values = {target: self._one(target, value) for target, value in stated.items()}
        return {target: text for target, text in values.items() if text}

    def _one(self, target: ArticleField, value: Stated) -> str:
        label = value.origin.by
        text = article_value(target, value.text, label=label, product=self.product, where=self.where).text
        if target is ArticleField.UNIT and text:
            return self._code(UNITS, text, label)
        if target in ACCOUNTS:
            return self._code(ACCOUNT_REGISTER, text, label)
        if target is ArticleField.PRICE:
            self._code(PRICE_LISTS, price_list_of(self.rules), "products.price_list")
        return text

    def _code(self, register: str, code: str, field: str) -> str:
        return self.codes.checked(register, code, product=self.product, field=field, where=self.where)


def plan_article(
    source: SourceRef, number: str, line: LineItem, deal: Deal, rules: ProductRules, vat: VatRules, codes: RegisterCodes
) -> NewArticle:
    """An article to be created. Its number and its name are mandatory; its VAT rate may be nobody's guess."""
    stated = new_fields(line, deal, rules)
    stated.pop(ArticleField.NUMBER, None)
    fields = Checker(line.name, deal.url, codes, rules).checked(stated)
    origins = {target: stated[target].origin for target in fields}
    fields.setdefault(ArticleField.DESCRIPTION, number)
    if ArticleField.VAT_RATE not in fields:
        rate = decide_rate(vat, article=None, source=_stated_rate(line))
        if rate is None:
            raise SettingsInvalid("vat_rate_unknown", where=deal.url, product=line.name)
        fields[ArticleField.VAT_RATE] = format(rate.rate.normalize(), "f")
        origins[ArticleField.VAT_RATE] = Origin(ValueOrigin.DECISION, "vat.row_rate")
    fields[ArticleField.NUMBER] = number
    origins[ArticleField.NUMBER] = Origin(ValueOrigin.SOURCE, str(rules.source))
    return NewArticle(source, number, fields, origins, price_list_of(rules) if ArticleField.PRICE in fields else None)


def number_for(line: LineItem, deal: Deal, rules: ProductRules) -> tuple[Product, str]:
    """The number of an article to be created that is not matched by its number.

    Raises:
        SourceDataInvalid: neither the mapping nor the product says one.
    """
    mapped = stated_fields((row for row in rules.mapping if row.target is ArticleField.NUMBER), line, deal, rules).get(
        ArticleField.NUMBER
    )
    product = line.product
    said = mapped.text if mapped is not None else (product.code if product is not None else None)
    number = clean_article_number(said or "").text
    if product is None or not number:
        raise SourceDataInvalid("product_code_missing", where=deal.url, product=line.name, field="product.code")
    return product, number


def _stated_rate(line: LineItem) -> Decimal | None:
    """The product's own rate first: a line's may be 0 because of who buys, and an article is for every buyer."""
    if line.product is not None and line.product.vat_rate is not None:
        return line.product.vat_rate
    return line.vat_rate
