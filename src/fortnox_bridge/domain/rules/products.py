"""Which article a line becomes, and what is made of discounts, units and bundles (F40-F49)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from fortnox_bridge.domain.fields import FieldPath
from fortnox_bridge.domain.fortnox_fields import ArticleField
from fortnox_bridge.domain.money import Basis
from fortnox_bridge.domain.rules.mapping import FieldMapping, Schedule, WhenChanged


class ArticleKey(StrEnum):
    NUMBER = "number"
    NAME = "name"
    EAN = "ean"


class ArticleMode(StrEnum):
    """`field`: one source field equals an article's. `table`: explicit pairs (F40)."""

    FIELD = "field"
    TABLE = "table"


class MissingArticle(StrEnum):
    STOP = "stop"
    DEFAULT = "default"
    CREATE = "create"


class MissingLines(StrEnum):
    STOP = "stop"
    ONE_LINE = "one_line"


class DealDiscount(StrEnum):
    """`spread`: into the lines. `own_line`: rows of its own, one per VAT rate in proportion (F43)."""

    SPREAD = "spread"
    OWN_LINE = "own_line"


@dataclass(frozen=True, slots=True)
class ProductRules:
    """F40-F49. `source` and `key` pair the source's field with the article's.

    `table` maps what `source` says, in small letters, to article numbers; it counts in the mode `table`.
    `no_lines_basis` says whether the value of a deal without lines is net or gross. `units` maps the source's units,
    in small letters, to codes of Fortnox's register.
    """

    source: FieldPath
    key: ArticleKey = ArticleKey.NUMBER
    mode: ArticleMode = ArticleMode.FIELD
    table: Mapping[str, str] = field(default_factory=dict)
    when_missing: MissingArticle = MissingArticle.STOP
    default_article: str | None = None
    when_no_lines: MissingLines = MissingLines.STOP
    no_lines_article: str | None = None
    no_lines_basis: Basis = Basis.NET
    deal_discount: DealDiscount = DealDiscount.SPREAD
    discount_article: str | None = None
    mapping: tuple[FieldMapping[ArticleField], ...] = ()
    price_list: str | None = None
    units: Mapping[str, str] = field(default_factory=dict)
    when_changed: WhenChanged = WhenChanged.NEXT_USE
    schedule: Schedule = Schedule.NEVER
