"""Tax rates by their id, read once a session, and only for lines that name one (facts 12)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from fortnox_bridge.sdk import Log, PermissionMissing
from fortnox_bridge_hubspot.client import PAGE, HubSpotClient
from fortnox_bridge_hubspot.config import TAX_RATES
from fortnox_bridge_hubspot.errors import Call, unreadable
from fortnox_bridge_hubspot.values import NotADecimal, to_decimal
from fortnox_bridge_hubspot.wire import WireTaxRates

_RIGHT: Final = "tax_rates.read"
_MAX_PAGES: Final = 20


class HubSpotTaxes:
    def __init__(self, client: HubSpotClient, log: Log) -> None:
        self._client = client
        self._log = log
        self._rates: Mapping[str, Decimal] | None = None

    async def rates(self) -> Mapping[str, Decimal]:
        """Percent by the rate's id; inactive ones too, since old lines name them.

        Without the optional scope there is no statement about VAT, which is not the same as none.
        """
        if self._rates is None:
            try:
                self._rates = await self._read()
            except PermissionMissing:
                self._log.warning("hubspot_tax_rates_not_allowed")
                self._rates = {}
        return self._rates

    async def _read(self) -> Mapping[str, Decimal]:
        rates: dict[str, Decimal] = {}
        after: str | None = None
        for _ in range(_MAX_PAGES):
            query = [("limit", str(PAGE)), *([("after", after)] if after else [])]
            answer = await self._client.get(f"{TAX_RATES}/tax-rates", query, record="tax rates", right=_RIGHT)
            page = answer.as_model(WireTaxRates)
            for rate in page.results:
                try:
                    rates[rate.id] = to_decimal(rate.percentage_rate)
                except NotADecimal:
                    raise unreadable(answer.call, "no number", field="percentageRate") from None
            after = page.paging.next.after if page.paging and page.paging.next else None
            if after is None:
                return rates
        raise unreadable(Call("tax rates"), "a list without end", field="paging")
