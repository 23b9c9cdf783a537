"""Field paths of a deal: its instants, its addresses part by part, its owner."""

from datetime import UTC, datetime

import pytest
from tests.pipeline.deals import make_company, make_deal

from fortnox_bridge.domain.address import Address
from fortnox_bridge.domain.deal import Owner
from fortnox_bridge.domain.fields import FieldPath, UnknownField, neutral_fields, read_field

STORE = Address("Lagret", "Hamngatan 1", "Port 2", "211 22", "Malmö", country_code="SE", phone="040-1")
MOVED = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("deal.stage_changed_at", MOVED),
        ("deal.updated_at", MOVED),
        ("deal.tags", "a, b"),
        ("deal.delivery_address", STORE),
        ("deal.delivery_address.name", "Lagret"),
        ("deal.delivery_address.line1", "Hamngatan 1"),
        ("deal.delivery_address.phone", "040-1"),
        ("deal.delivery_address.country_name", None),
        ("deal.billing_address.city", None),
        ("company.address.city", "Linköping"),
        ("company.delivery_address.city", None),
        ("owner.id", "17"),
        ("owner.name", None),
    ],
)
def test_path_reads_its_value(path, value):
    deal = make_deal(
        stage_changed_at=MOVED,
        updated_at=MOVED,
        tags=("a", "b"),
        delivery_address=STORE,
        owner=Owner("17"),
        company=make_company(),
    )

    assert read_field(FieldPath.parse(path), deal) == value


@pytest.mark.parametrize("path", ["deal.address.city", "deal.delivery_address.planet", "deal.title.city", "owner.age"])
def test_path_that_can_never_be_read_is_refused(path):
    with pytest.raises(UnknownField):
        FieldPath.parse(path)


@pytest.mark.parametrize("kind", ["deal", "company", "contact", "owner", "product", "line"])
def test_every_listed_field_can_be_read(kind):
    for name in neutral_fields(kind):
        read_field(FieldPath.parse(f"{kind}.{name}"), make_deal(owner=Owner("17")))
