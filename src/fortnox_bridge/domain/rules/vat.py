"""What an administrator decides about VAT (F55, F56)."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from fortnox_bridge.domain.product import ProductKind


class RowRate(StrEnum):
    """Where a row's VAT rate comes from first (F56). `fortnox`: no rate is sent, and Fortnox decides."""

    ARTICLE = "article"
    SOURCE = "source"
    FORTNOX = "fortnox"


class ConsumerAbroad(StrEnum):
    """How goods to private persons in other EU countries are taxed: by Swedish rates, or the country's own (OSS)."""

    SWEDISH = "swedish"
    OSS = "oss"


@dataclass(frozen=True, slots=True)
class OssRate:
    """A destination country's rate and the account set up for it, from a day on. `swedish_rate` narrows it.

    Rows whose Swedish rate would be `swedish_rate` get this one; None: all rows.
    """

    country: str
    rate: Decimal
    account: str | None = None
    swedish_rate: Decimal | None = None
    valid_from: date | None = None


@dataclass(frozen=True, slots=True)
class SaleAccounts:
    """Accounts of sales that are not ordinary Swedish ones; None: the article's own, as Fortnox chooses (F56)."""

    eu_goods: str | None = None
    eu_services: str | None = None
    export_goods: str | None = None
    export_services: str | None = None


@dataclass(frozen=True, slots=True)
class VatRules:
    """`fallback_rate` is percent, used when neither the source nor the article states a rate; None parks.

    `default_kind` is what a line is when neither article nor product says whether it is goods or a service.
    """

    row_rate: RowRate = RowRate.ARTICLE
    fallback_rate: Decimal | None = None
    prices_include_vat: bool | None = None
    default_kind: ProductKind = ProductKind.GOODS
    consumer_abroad: ConsumerAbroad = ConsumerAbroad.SWEDISH
    oss: tuple[OssRate, ...] = ()
    accounts: SaleAccounts = field(default_factory=SaleAccounts)
    checks_vies: bool = False
