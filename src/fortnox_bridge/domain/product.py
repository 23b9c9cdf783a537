"""What is sold, as the source system's product register knows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from fortnox_bridge.domain.ids import SourceRef
from fortnox_bridge.domain.money import Currency, Money
from fortnox_bridge.domain.values import FieldValue


class ProductKind(StrEnum):
    GOODS = "goods"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Product:
    """`vat_rate` is percent, None when the source does not state one: unknown is never 0.

    `prices` holds at most one price for each currency.
    """

    ref: SourceRef
    name: str
    code: str | None = None
    variant_code: str | None = None
    ean: str | None = None
    unit: str | None = None
    description: str | None = None
    category: str | None = None
    kind: ProductKind | None = None
    vat_rate: Decimal | None = None
    is_deleted: bool = False
    prices: tuple[Money, ...] = ()
    custom_fields: Mapping[str, FieldValue] = field(default_factory=dict)

    def price_in(self, currency: Currency) -> Money | None:
        return next((price for price in self.prices if price.currency == currency), None)
