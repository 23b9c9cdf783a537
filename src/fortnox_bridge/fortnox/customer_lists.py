"""The customer register as a whole, page by page, and what changed in it (facts: fortnox 1, 7.1)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from fortnox_bridge.domain.customer_copy import RegisterPage
from fortnox_bridge.fortnox import reading, wire
from fortnox_bridge.fortnox.client import FortnoxClient
from fortnox_bridge.fortnox.customer_card import record_of_row
from fortnox_bridge.fortnox.resources import CUSTOMERS

_ZONE: Final = ZoneInfo("Europe/Stockholm")
# `lastmodified` has minutes, and Fortnox's clock is not ours.
_OVERLAP: Final = timedelta(minutes=5)
_HOUR: Final = timedelta(hours=1)
# By number: an order by name would move while pages are read.
_ORDER: Final = (("sortby", "customernumber"),)


class CustomerLists:
    def __init__(self, client: FortnoxClient) -> None:
        self._client = client

    async def list_customers(self, page: int) -> RegisterPage:
        """Active and inactive ones, up to 500 on a page, from page 1."""
        return await self._page((), page)

    async def list_changed_customers(self, since: datetime, page: int) -> RegisterPage:
        """As `list_customers`, those that were made or changed at `since` or later, and some from just before."""
        return await self._page((("lastmodified", as_fortnox_reads_it(since)),), page)

    async def _page(self, params: Sequence[tuple[str, str]], page: int) -> RegisterPage:
        listed = await self._client.list_page(CUSTOMERS, (*params, *_ORDER), page)
        records = tuple(record_of_row(reading.parse(wire.CustomerRow, row)) for row in listed.rows)
        return RegisterPage(records, page, listed.pages, listed.total)


def as_fortnox_reads_it(since: datetime) -> str:
    """Swedish local time. An hour that the clocks repeat in autumn is read as its first: more comes, nothing less."""
    local = (since - _OVERLAP).astimezone(_ZONE)
    if local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset():
        local = (since - _OVERLAP - _HOUR).astimezone(_ZONE)
    return local.strftime("%Y-%m-%d %H:%M")
