"""Products, read by themselves (facts 11). Lines of deals carry copies of their own."""

from datetime import datetime
from typing import Final

from fortnox_bridge.sdk import Currency, Money, Product, ProductKind, SourceDataInvalid, SourcePage, SourceRef
from fortnox_bridge_hubspot.account import Account, HubSpotAccount
from fortnox_bridge_hubspot.config import SYSTEM
from fortnox_bridge_hubspot.currencies import known_currency
from fortnox_bridge_hubspot.properties import OwnFields
from fortnox_bridge_hubspot.records import HubSpotRecords, is_changed_since, record_name
from fortnox_bridge_hubspot.values import NotADecimal, to_decimal
from fortnox_bridge_hubspot.wire import PRODUCT, WireRecord

_KINDS: Final = {"inventory": ProductKind.GOODS, "non_inventory": ProductKind.GOODS, "service": ProductKind.SERVICE}


def product_kind(text: str | None) -> ProductKind | None:
    return _KINDS.get((text or "").lower())


class HubSpotProducts:
    def __init__(
        self, records: HubSpotRecords, identity: HubSpotAccount, account: Account, own_fields: OwnFields
    ) -> None:
        self._records = records
        self._identity = identity
        self._account = account
        self._own_fields = own_fields

    async def read_product(self, ref: SourceRef) -> Product:
        if ref.kind != PRODUCT:
            record = record_name(ref.kind, ref.external_id)
            raise SourceDataInvalid("source_record_missing", system=SYSTEM, record=record)
        wire = await self._records.read(PRODUCT, ref.external_id, self._own_fields.asked(PRODUCT))
        return await self.to_product(wire)

    async def list_products(self, cursor: str | None, *, changed_since: datetime | None = None) -> SourcePage[Product]:
        page = await self._records.page(PRODUCT, cursor, self._own_fields.asked(PRODUCT))
        wires = [wire for wire in page.results if is_changed_since(wire, changed_since)]
        return SourcePage(tuple([await self.to_product(wire) for wire in wires]), page.after)

    async def to_product(self, wire: WireRecord) -> Product:
        return Product(
            ref=self._account.ref(PRODUCT, wire.id),
            name=wire.text("name") or "",
            code=wire.text("hs_sku"),
            description=wire.text("description"),
            kind=product_kind(wire.text("hs_product_type")),
            is_deleted=wire.archived,
            prices=self._prices(wire, known_currency((await self._identity.details()).company_currency)),
            custom_fields=await self._own_fields.values(PRODUCT, wire),
        )

    def _prices(self, wire: WireRecord, home: Currency | None) -> tuple[Money, ...]:
        """The price in the account's own currency; what is no number is no price."""
        text = wire.text("price")
        try:
            return (Money(to_decimal(text), home),) if text and home else ()
        except NotADecimal:
            return ()
