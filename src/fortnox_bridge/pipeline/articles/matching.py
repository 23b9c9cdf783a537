"""Match, the articles: every distinct product of the deal to one article, or to one to be created (F40, F41, F46)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from fortnox_bridge.domain.deal import Deal, LineItem
from fortnox_bridge.domain.draft_plan import ArticleUpdate, NewArticle
from fortnox_bridge.domain.errors import MappingMissing, SettingsInvalid, SourceDataInvalid
from fortnox_bridge.domain.ids import SourceRef
from fortnox_bridge.domain.origin import Origin, ValueOrigin
from fortnox_bridge.domain.records import ArticleRecord
from fortnox_bridge.domain.rules import (
    ArticleKey,
    ArticleMode,
    DealDiscount,
    MissingArticle,
    MissingLines,
    ProductRules,
    VatRules,
)
from fortnox_bridge.domain.run import Notice
from fortnox_bridge.pipeline.articles.filling import number_for, plan_article
from fortnox_bridge.pipeline.articles.lookup import ArticleFacts, ArticleLookup, Wanted, sold_lines, wanted_of
from fortnox_bridge.pipeline.articles.overwriting import decide_update, updated


@dataclass(frozen=True, slots=True)
class ArticleChoice:
    """`record` for an article that exists, `new` for one to be created. `origin` is what chose it.

    `to_remember` is the product that the article shall be remembered for; None: it is remembered, or not its own.
    """

    number: str
    record: ArticleRecord | None = None
    new: NewArticle | None = None
    update: ArticleUpdate | None = None
    origin: Origin = field(default_factory=lambda: Origin(ValueOrigin.SOURCE, "products.source"))
    to_remember: SourceRef | None = None


@dataclass(frozen=True, slots=True)
class ArticleMatch:
    """`by_line` is keyed by the line's id; `whole_deal` is the article of a deal without lines (F42).

    `discount` is the article of the rows that deal discounts become (F43).
    """

    by_line: Mapping[str, ArticleChoice]
    whole_deal: ArticleChoice | None = None
    discount: ArticleRecord | None = None
    notices: tuple[Notice, ...] = ()

    @property
    def updates(self) -> tuple[ArticleUpdate, ...]:
        """One for each article."""
        found = {choice.number: choice.update for choice in self.by_line.values() if choice.update is not None}
        return tuple(found.values())


def decide(deal: Deal, facts: ArticleFacts, rules: ProductRules, vat: VatRules) -> ArticleMatch:
    lines = sold_lines(deal)
    if not lines:
        return ArticleMatch({}, _for_whole_deal(deal, facts, rules))
    _refuse_collisions(facts, rules)
    matching = _Matching(deal, facts, rules, vat, _shared(deal, facts, rules))
    by_line: dict[str, ArticleChoice] = {}
    notices: dict[tuple[str, str], Notice] = {}
    for line in lines:
        wanted = wanted_of(line, deal, rules)
        lookup = facts.of(wanted)
        choice = by_line[line.external_id] = matching.choose(line, wanted, lookup)
        for notice in _notices(line, lookup, choice, facts, rules):
            notices[notice.code, str(notice.params)] = notice
    said = (*notices.values(), *facts.codes.notices)
    return ArticleMatch(by_line, None, _discount(deal, facts, rules), said)


@dataclass(frozen=True, slots=True)
class _Matching:
    """`shared` are the numbers of articles that stand for several products: no single one may overwrite them."""

    deal: Deal
    facts: ArticleFacts
    rules: ProductRules
    vat: VatRules
    shared: frozenset[str]

    def choose(self, line: LineItem, wanted: Wanted, lookup: ArticleLookup | None) -> ArticleChoice:
        if lookup is not None and lookup.hits:
            return self._existing(line, lookup)
        if wanted.is_in_table:
            raise SettingsInvalid(
                "table_article_missing",
                where=self.deal.url,
                product=line.name,
                value=wanted.stated,
                number=wanted.value,
            )
        if self.rules.when_missing is MissingArticle.DEFAULT:
            return self._default(line)
        if not wanted.value:
            raise self._code_missing(line)
        if self.rules.when_missing is MissingArticle.STOP:
            raise self._not_found(line, wanted)
        return self._new(line, wanted)

    def _existing(self, line: LineItem, lookup: ArticleLookup) -> ArticleChoice:
        record = self._usable(line, lookup)
        update = None
        if record.number not in self.shared and record.fields is not None:
            update = decide_update(record, line, self.deal, self.rules, self.facts.codes)
        product = line.product.ref if line.product is not None else None
        is_known = lookup.link is not None and (lookup.link.source, lookup.link.number) == (product, record.number)
        return ArticleChoice(
            record.number,
            updated(record, update),
            update=update,
            origin=_origin(lookup, self.rules),
            to_remember=None if is_known else product,
        )

    def _usable(self, line: LineItem, lookup: ArticleLookup) -> ArticleRecord:
        active = [record for record in lookup.hits if record.is_active]
        if not active:
            raise self._inactive(line, lookup)
        if len(active) > 1:
            raise MappingMissing(
                "article_ambiguous",
                where=self.deal.url,
                product=line.name,
                value=lookup.wanted.stated,
                candidates="; ".join(f"{record.number} {record.description}" for record in active),
            )
        (record,) = active
        return _without_housework(line.name, record)

    def _inactive(self, line: LineItem, lookup: ArticleLookup) -> MappingMissing | SettingsInvalid:
        number = lookup.hits[0].number
        if lookup.wanted.is_in_table:
            return SettingsInvalid(
                "table_article_inactive",
                where=self.deal.url,
                product=line.name,
                value=lookup.wanted.stated,
                number=number,
            )
        return MappingMissing("article_inactive", where=self.deal.url, product=line.name, number=number)

    def _default(self, line: LineItem) -> ArticleChoice:
        record = self.facts.fallback
        if record is None or not record.is_active:
            raise SettingsInvalid(
                "default_article_missing", product=line.name, number=self.rules.default_article or "–"
            )
        origin = Origin(ValueOrigin.CONNECTION_DEFAULT, "products.default_article")
        return ArticleChoice(record.number, _without_housework(line.name, record), origin=origin)

    def _new(self, line: LineItem, wanted: Wanted) -> ArticleChoice:
        if wanted.key is ArticleKey.NUMBER and self.rules.mode is ArticleMode.FIELD:
            if line.product is None:
                raise self._code_missing(line)
            product, number = line.product, wanted.value
        else:
            product, number = number_for(line, self.deal, self.rules)
        new = plan_article(product.ref, number, line, self.deal, self.rules, self.vat, self.facts.codes)
        return ArticleChoice(number, new=new)

    def _code_missing(self, line: LineItem) -> SourceDataInvalid:
        return SourceDataInvalid(
            "product_code_missing", where=self.deal.url, product=line.name, field=str(self.rules.source)
        )

    def _not_found(self, line: LineItem, wanted: Wanted) -> MappingMissing:
        params = {"product": line.name, "value": wanted.value, "key": wanted.key.value}
        code = "article_not_in_table" if self.rules.mode is ArticleMode.TABLE else "article_not_found"
        return MappingMissing(code, where=self.deal.url, **params)


def _for_whole_deal(deal: Deal, facts: ArticleFacts, rules: ProductRules) -> ArticleChoice:
    if rules.when_no_lines is MissingLines.STOP:
        raise SourceDataInvalid("deal_without_lines", where=deal.url, record=deal.title)
    record = facts.fallback
    if record is None or not record.is_active:
        raise SettingsInvalid("default_article_missing", product=deal.title, number=rules.no_lines_article or "–")
    origin = Origin(ValueOrigin.CONNECTION_DEFAULT, "products.no_lines_article")
    return ArticleChoice(record.number, _without_housework(deal.title, record), origin=origin)


def _discount(deal: Deal, facts: ArticleFacts, rules: ProductRules) -> ArticleRecord | None:
    """The article of the discount's own rows, which must be there when there is a discount (F43)."""
    if rules.deal_discount is not DealDiscount.OWN_LINE or not deal.discounts:
        return None
    record = facts.discount
    if record is None or not record.is_active:
        raise SettingsInvalid(
            "discount_article_missing", where=deal.url, record=deal.title, number=rules.discount_article or "–"
        )
    return _without_housework(deal.title, record)


def _without_housework(product: str, record: ArticleRecord) -> ArticleRecord:
    if record.has_housework:
        raise MappingMissing("article_housework", product=product, number=record.number)
    return record


def _refuse_collisions(facts: ArticleFacts, rules: ProductRules) -> None:
    """Two products that come out as one number would be invoiced as each other (F46)."""
    if rules.key is not ArticleKey.NUMBER or rules.mode is ArticleMode.TABLE:
        return
    stated: dict[str, Wanted] = {}
    for lookup in facts.lookups:
        other = stated.setdefault(lookup.wanted.value.casefold(), lookup.wanted)
        if other.stated.casefold() != lookup.wanted.stated.casefold():
            raise SourceDataInvalid(
                "article_number_collision",
                product=lookup.wanted.label,
                other=other.label,
                number=lookup.wanted.value,
            )


def _shared(deal: Deal, facts: ArticleFacts, rules: ProductRules) -> frozenset[str]:
    """Numbers that several rows of the table name, or several products of the deal come out as."""
    in_table = Counter(rules.table.values() if rules.mode is ArticleMode.TABLE else ())
    products: dict[str, set[SourceRef | None]] = {}
    for line in sold_lines(deal):
        lookup = facts.of(wanted_of(line, deal, rules))
        for record in lookup.hits if lookup is not None else ():
            products.setdefault(record.number, set()).add(line.product.ref if line.product is not None else None)
    named_twice = {number for number, count in in_table.items() if count > 1}
    return frozenset(named_twice | {number for number, refs in products.items() if len(refs) > 1})


def _origin(lookup: ArticleLookup, rules: ProductRules) -> Origin:
    if lookup.link is not None and lookup.link.is_picked_by_user:
        return Origin(ValueOrigin.DECISION, "products.picked_by_user")
    if lookup.wanted.is_in_table:
        return Origin(ValueOrigin.CONNECTION_DEFAULT, "products.table")
    return Origin(ValueOrigin.SOURCE, str(rules.source))


def _notices(
    line: LineItem, lookup: ArticleLookup | None, choice: ArticleChoice, facts: ArticleFacts, rules: ProductRules
) -> list[Notice]:
    notices = []
    is_by_number = rules.key is ArticleKey.NUMBER and rules.mode is ArticleMode.FIELD
    if lookup is not None and is_by_number and lookup.wanted.stated != lookup.wanted.value:
        changed = {"product": line.name, "stated": lookup.wanted.stated, "number": lookup.wanted.value}
        notices.append(Notice("article_number_cleaned", changed))
    if facts.fallback is not None and choice.record is facts.fallback and not (lookup and lookup.hits):
        notices.append(Notice("default_article_used", {"product": line.name, "number": choice.number}))
    if choice.new is not None:
        notices.append(Notice("article_created", {"product": line.name, "number": choice.number}))
    if choice.update is not None:
        names = ", ".join(sorted(target.value for target in choice.update.fields))
        notices.append(Notice("article_updated", {"product": line.name, "number": choice.number, "fields": names}))
    return notices
