"""Products, read by themselves or for the lines of a deal (facts 8)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from fortnox_bridge.sdk import Money, Product, SourceDataInvalid, SourcePage, SourceRef
from fortnox_bridge_pipedrive.account import Account
from fortnox_bridge_pipedrive.client import PipedriveClient
from fortnox_bridge_pipedrive.config import SYSTEM
from fortnox_bridge_pipedrive.currencies import known_currency
from fortnox_bridge_pipedrive.custom_fields import to_values
from fortnox_bridge_pipedrive.wire import WireProduct, WireProductPrice
from fortnox_bridge_pipedrive.wire_requests import (
    PRODUCT,
    changed_since_query,
    folder_of,
    ids_query,
    path_of,
    record_name,
)

PRODUCTS_RIGHT: Final = "products:read"
_IDS_PER_CALL: Final = 100


class PipedriveProducts:
    """A deleted product can be read for thirty days and says so; it is not listed."""

    def __init__(self, client: PipedriveClient, account: Account) -> None:
        self._client = client
        self._account = account

    async def read_product(self, ref: SourceRef) -> Product:
        record = record_name(ref.kind, ref.external_id)
        if ref.kind != PRODUCT:
            raise SourceDataInvalid("source_record_missing", system=SYSTEM, record=record[:80])
        answer = await self._client.get_v2(path_of(PRODUCT, ref.external_id), record=record, right=PRODUCTS_RIGHT)
        return to_product(answer.one(WireProduct), self._account)

    async def list_products(self, cursor: str | None, *, changed_since: datetime | None = None) -> SourcePage[Product]:
        """At most 500, in the order of their ids: a walk by time would skip what changes meanwhile (facts 5)."""
        query = changed_since_query(changed_since)
        found, following = await self._client.page_v2(
            folder_of(PRODUCT), WireProduct, query, cursor, record=PRODUCT, right=PRODUCTS_RIGHT
        )
        living = tuple(to_product(wire, self._account) for wire in found if not wire.is_deleted)
        return SourcePage(living, following)

    async def read_wires(self, ids: Sequence[str], record: str) -> dict[str, WireProduct]:
        """One call per hundred products; unknown and invisible ones are left out of the answer (facts 5)."""
        found: dict[str, WireProduct] = {}
        for first in range(0, len(ids), _IDS_PER_CALL):
            query = (ids_query(ids[first : first + _IDS_PER_CALL]),)
            batch = await self._client.list_v2(
                folder_of(PRODUCT), WireProduct, query, record=record, right=PRODUCTS_RIGHT
            )
            found |= {product.id: product for product in batch}
        return found


def to_product(wire: WireProduct, account: Account, *, name: str = "") -> Product:
    """`name` is what else is known of it, for a product without one."""
    return Product(
        ref=account.ref(PRODUCT, wire.id),
        name=(wire.name or name).strip(),
        code=(wire.code or "").strip() or None,
        unit=(wire.unit or "").strip() or None,
        description=(wire.description or "").strip() or None,
        category=wire.category,
        # 0 is what a product has when nobody entered a rate: unknown is never 0.
        vat_rate=wire.tax or None,
        is_deleted=wire.is_deleted,
        prices=_prices(wire.prices or ()),
        custom_fields=to_values(wire.custom_fields, account.log),
    )


def _prices(wires: Sequence[WireProductPrice]) -> tuple[Money, ...]:
    """One for each currency; those in a currency of the company's own making mean nothing elsewhere (facts 19)."""
    prices: dict[str, Money] = {}
    for wire in wires:
        money = known_currency(wire.currency)
        if money is not None and wire.price is not None:
            prices.setdefault(money, Money(wire.price, money))
    return tuple(prices.values())
