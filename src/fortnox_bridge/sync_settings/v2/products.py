"""`products`: which article a line becomes."""

from collections import Counter

from pydantic import Field, model_validator

from fortnox_bridge.domain.fortnox_fields import ArticleField
from fortnox_bridge.domain.money import Basis
from fortnox_bridge.domain.rules import (
    ArticleKey,
    ArticleMode,
    DealDiscount,
    MissingArticle,
    MissingLines,
    Schedule,
    WhenChanged,
)
from fortnox_bridge.sync_settings.v2.base import (
    Article,
    Id,
    Mapping,
    PriceList,
    Section,
    SourceField,
    Unit,
    refuse_doubles,
)


class TableRow(Section):
    """One pair of the article table (F40)."""

    value: Id = Field(description="What `source` says of the product, whatever the case")
    article: Article = Field(description="The article's number in Fortnox")


class UnitRow(Section):
    """One unit of the source and what Fortnox calls it (F47)."""

    source: Id = Field(description="The unit as the source writes it, whatever the case")
    unit: Unit = Field(description="Code in Fortnox's register of units")


class Products(Section):
    """Which article a line becomes (F40-F49)."""

    source: SourceField = Field(
        default="product.code", description="Source field that says which article a line is (F40)"
    )
    mode: ArticleMode = Field(
        default=ArticleMode.FIELD,
        description="`field`: `source` equals the article's `key`. `table`: the pairs of `table` say it (F40)",
    )
    key: ArticleKey = Field(
        default=ArticleKey.NUMBER,
        description="What `source` is compared with in Fortnox: `number`, `name` or `ean` (F40, F46)",
    )
    table: tuple[TableRow, ...] = Field(
        default=(),
        max_length=5_000,
        description="Pairs for the mode `table`; several products may go to one article. Also as CSV (F40)",
    )
    when_missing: MissingArticle = Field(
        default=MissingArticle.STOP,
        description="`stop`: wait and name the product. `default`: use `default_article`. `create`: make it (F41)",
    )
    default_article: Article | None = Field(default=None, description="The article for `default` (F41)")
    when_no_lines: MissingLines = Field(
        default=MissingLines.STOP,
        description="A deal without lines: `stop` and wait, or `one_line` with the deal's value (F42)",
    )
    no_lines_article: Article | None = Field(default=None, description="The article of that one line (F42)")
    no_lines_value_is: Basis = Field(
        default=Basis.NET, description="Whether the value of a deal without lines is `net` or `gross` of VAT (F42)"
    )
    deal_discount: DealDiscount = Field(
        default=DealDiscount.SPREAD,
        description="A discount on the whole deal: `spread` into its lines, or on an "
        "`own_line`, one per VAT rate (F43)",
    )
    discount_article: Article | None = Field(default=None, description="The article of that own line (F43)")
    mapping: tuple[Mapping[ArticleField], ...] = Field(
        default=(), max_length=50, description="Rows that fill new articles, and existing ones by `overwrite` (F49)"
    )
    price_list: PriceList | None = Field(
        default=None, description="Price list that mapped prices go to; `A` if none (F49)"
    )
    units: tuple[UnitRow, ...] = Field(
        default=(), max_length=200, description="What Fortnox calls the source's units; equal ones need no row (F47)"
    )
    when_changed: WhenChanged = Field(
        default=WhenChanged.NEXT_USE,
        description="When a change in the source reaches the article: at its `next_use`, or `at_once` (F49)",
    )
    scheduled_sync: Schedule = Field(
        default=Schedule.NEVER,
        description="Bring every known product's article up to date `daily`, `weekly` or `never` (F16)",
    )

    @model_validator(mode="after")
    def _articles_named(self) -> "Products":
        if self.when_missing is MissingArticle.DEFAULT and self.default_article is None:
            raise ValueError("`when_missing` is `default`, so `default_article` must name the article")
        if self.when_no_lines is MissingLines.ONE_LINE and self.no_lines_article is None:
            raise ValueError("`when_no_lines` is `one_line`, so `no_lines_article` must name the article")
        if self.deal_discount is DealDiscount.OWN_LINE and self.discount_article is None:
            raise ValueError("`deal_discount` is `own_line`, so `discount_article` must name the article")
        refuse_doubles(self.mapping)
        return self

    @model_validator(mode="after")
    def _no_doubles(self) -> "Products":
        for name, values in (
            ("table", [row.value.casefold() for row in self.table]),
            ("units", [row.source.casefold() for row in self.units]),
        ):
            doubles = sorted(value for value, count in Counter(values).items() if count > 1)
            if doubles:
                raise ValueError(f"`{name}` names twice: {', '.join(doubles[:10])}")
        return self
