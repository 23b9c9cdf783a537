from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from fortnox_bridge_example.mapping import Mapping
from fortnox_bridge_example.wire import WireDeal

from fortnox_bridge.sdk import Discount, DiscountKind, decode_json

PAYLOADS = Path(__file__).parent / "payloads"


def make_deal():
    return WireDeal.model_validate(decode_json((PAYLOADS / "deal.json").read_bytes()))


def test_deal_is_exact_in_money_and_time():
    deal = Mapping("1001").to_deal(make_deal(), None, None)

    first, second = deal.lines
    assert (first.quantity, first.unit_price) == (Decimal("120.5"), Decimal("310.25"))
    assert first.discounts == (Discount(DiscountKind.PERCENT, Decimal(10)),)
    assert deal.updated_at == datetime(2026, 11, 20, 14, 40, 12, tzinfo=UTC)
    assert (second.product, second.vat_rate) == (None, None)


def test_reference_names_account_and_record():
    head = Mapping("1001").to_head(make_deal())

    assert (head.ref.account, head.ref.kind, head.ref.external_id) == ("1001", "deal", "812")
    assert head.stage is not None
    assert (head.stage.id, head.stage.pipeline_id) == ("s3", "p1")
