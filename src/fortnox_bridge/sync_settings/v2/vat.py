"""`vat`: rates, accounts and sales abroad."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field, model_validator

from fortnox_bridge.domain.product import ProductKind
from fortnox_bridge.domain.rules import ConsumerAbroad, RowRate
from fortnox_bridge.sync_settings.v2.base import AccountNumber, CountryCode, Section

Rate = Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2)]


class OssRow(Section):
    """One destination country's rate and account under the One Stop Shop (F56)."""

    country: CountryCode = Field(description="The destination, as two letters such as `DE`")
    rate: Rate = Field(description='Its VAT rate in percent, as text such as `"25.5"`')
    account: AccountNumber | None = Field(default=None, description="Account with this rate; None: the article's")
    swedish_rate: Rate | None = Field(
        default=None, description="Only rows whose Swedish rate would be this one; None: all rows"
    )
    valid_from: date | None = Field(default=None, description="From this day on, `YYYY-MM-DD`; None: always")


class SaleAccounts(Section):
    """Accounts of sales abroad; None: the article's own (F56)."""

    eu_goods: AccountNumber | None = Field(default=None, description="Goods to businesses in the EU (F56)")
    eu_services: AccountNumber | None = Field(default=None, description="Services to businesses in the EU (F56)")
    export_goods: AccountNumber | None = Field(default=None, description="Goods out of the EU (F56)")
    export_services: AccountNumber | None = Field(default=None, description="Services out of the EU (F56)")


class Vat(Section):
    """VAT of rows and prices (F55, F56). Rates are percent."""

    row_rate: RowRate = Field(
        default=RowRate.ARTICLE,
        description="Whose VAT rate a row gets first: the `article`'s (and the customer's VAT type), or the `source`'s "
        "where it states one; `fortnox`: none is sent, and Fortnox decides. Where they disagree the note says so (F56)",
    )
    fallback_rate: Rate | None = Field(
        default=None,
        description='Rate in percent, as text such as `"25"`, when neither knows. None: the deal waits. Unknown never '
        "becomes 0 (F56)",
    )
    prices_include_vat: bool | None = Field(
        default=None,
        description="`true` or `false` overrides what the source says of its prices. None: the source decides (F55)",
    )
    default_kind: ProductKind = Field(
        default=ProductKind.GOODS,
        description="What a line is when neither article nor product says it: `goods` or `service` (F56)",
    )
    consumer_abroad: ConsumerAbroad = Field(
        default=ConsumerAbroad.SWEDISH,
        description="Goods to private persons in other EU countries: at `swedish` rates, or by the `oss` table (F56). "
        "Services to private persons abroad carry Swedish VAT",
    )
    oss: tuple[OssRow, ...] = Field(
        default=(),
        max_length=500,
        description="One Stop Shop: country, rate, account. A row for the Swedish rate comes before one for all; of "
        "several days the latest that has begun counts (F56)",
    )
    accounts: SaleAccounts = Field(default=SaleAccounts(), description="Accounts of sales abroad (F56)")
    check_vies: bool = Field(
        default=False,
        description="Ask the EU's VIES service whether a foreign VAT number is registered, before a new customer gets "
        "reverse charge (F56)",
    )

    @model_validator(mode="after")
    def _oss_has_rates(self) -> "Vat":
        if self.consumer_abroad is ConsumerAbroad.OSS and not self.oss:
            raise ValueError("`consumer_abroad` is `oss`, so `oss` needs at least one country")
        if any(row.country == "SE" for row in self.oss):
            raise ValueError("`oss` is for other countries than Sweden")
        keys = [(row.country, row.swedish_rate, row.valid_from) for row in self.oss]
        if len(set(keys)) < len(keys):
            raise ValueError("`oss` has two rows for the same country, Swedish rate and day")
        return self
