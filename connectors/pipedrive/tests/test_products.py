"""Products by themselves: read one by one, walked through page by page."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from fortnox_bridge.sdk import ContractViolation, Money, SourceDataInvalid, currency

D = Decimal


def product(record_id, **overrides):
    return {
        "id": record_id,
        "name": f"Produkt {record_id}",
        "code": f"P-{record_id}",
        "tax": 25,
        "is_deleted": False,
        "prices": [],
        "custom_fields": None,
        **overrides,
    }


async def test_product_is_read_with_a_price_for_each_currency(account, vendor, ref):
    prices = [
        {"product_id": 77, "price": 310.5, "currency": "SEK", "cost": 0},
        {"product_id": 77, "price": 29, "currency": "EUR", "cost": 0},
        {"product_id": 77, "price": 1, "currency": "POÄNG", "cost": 0},
        {"product_id": 77, "price": None, "currency": "NOK", "cost": 0},
    ]
    vendor.data("GET", "/api/v2/products/77", product(77, prices=prices, unit=" m ", tax=12))

    async with account.session() as session:
        found = await session.products.read_product(ref("product", "77"))

    assert (found.ref, found.name, found.code, found.unit) == (ref("product", "77"), "Produkt 77", "P-77", "m")
    assert found.vat_rate == D(12)
    assert found.prices == (Money(D("310.5"), currency("SEK")), Money(D(29), currency("EUR")))


@pytest.mark.parametrize("prices", [None, []])
async def test_product_without_price_or_rate_states_neither(account, vendor, ref, prices):
    vendor.data("GET", "/api/v2/products/77", product(77, prices=prices, tax=0))

    async with account.session() as session:
        found = await session.products.read_product(ref("product", "77"))

    assert (found.prices, found.vat_rate) == ((), None)


@pytest.mark.parametrize("external_id", ["77", "../users", "", "x"])
@pytest.mark.parametrize("kind", ["product", "deal"])
async def test_what_is_no_product_is_missing(account, vendor, ref, kind, external_id):
    missing = {"success": False, "error": "Product not found", "code": "ERR_NOT_FOUND"}
    vendor.answer("GET", "/api/v2/products/77", missing, status=404)

    async with account.session() as session:
        with pytest.raises(SourceDataInvalid) as caught:
            await session.products.read_product(ref(kind, external_id))

    assert caught.value.code == "source_record_missing"


async def test_walk_leaves_deleted_ones_out_and_asks_from_the_instant_on(account, vendor):
    page = [product(77), product(78, is_deleted=True)]
    vendor.answer("GET", "/api/v2/products", {"success": True, "data": page, "additional_data": {"next_cursor": "abc"}})

    async with account.session() as session:
        first = await session.products.list_products(
            None, changed_since=datetime(2026, 5, 1, 8, 0, 0, 999999, tzinfo=UTC)
        )
        with pytest.raises(ContractViolation):
            await session.products.list_products("abc")

    assert [one.name for one in first.items] == ["Produkt 77"]
    assert first.next_cursor == "abc"
    assert ("updated_since", "2026-05-01T08:00:00Z") in vendor.requests[0].params
    assert ("cursor", "abc") in vendor.requests[1].params
