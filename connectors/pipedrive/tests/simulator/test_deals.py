from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fortnox_bridge_pipedrive.simulator.deal_value import computed_value, line_sum


async def test_deal_from_seed_is_read_with_plain_ids_and_counts_only_when_asked(pipedrive):
    seeded = pipedrive.seed(
        deals=[
            {
                "id": 812,
                "title": "Altan",
                "organization": {"id": 205, "name": "Nord AB"},
                "person": {"id": 310, "name": "Eva Ek"},
                "products": [{"code": "ALT-28120", "quantity": 2}],
            }
        ]
    )["deals"][0]

    plain = await pipedrive.data("GET", "/api/v2/deals/812")
    counted = await pipedrive.data("GET", "/api/v2/deals/812?include_fields=products_count")

    assert (plain["org_id"], plain["person_id"], plain["owner_id"]) == (205, 310, 9001777)
    assert (plain["custom_fields"], plain["stage_change_time"], plain["visible_to"]) == (None, None, 3)
    assert "products_count" not in plain
    assert counted["products_count"] == 1
    assert len(seeded["products"]) == 1


async def test_deal_value_follows_enabled_lines_and_discounts_else_hand_entered(pipedrive):
    deal = pipedrive.seed(deals=[{"title": "D", "value": 500}])["deals"][0]
    path = f"/api/v2/deals/{deal['id']}"
    values = [(await pipedrive.data("GET", path))["value"]]
    line = {"product_id": 1, "item_price": 310, "quantity": 120.5, "discount": 5}
    made = await pipedrive.data("POST", f"{path}/products", json=line)
    values.append((await pipedrive.data("GET", path))["value"])
    discount = {"description": "Trogen kund", "amount": 10, "type": "percentage"}
    rabatt = await pipedrive.data("POST", f"{path}/discounts", json=discount)
    values.append((await pipedrive.data("GET", path))["value"])
    await pipedrive.data("PATCH", f"{path}/products/{made['id']}", json={"is_enabled": False})
    values.append((await pipedrive.data("GET", path))["value"])

    assert values == [500, 35487.25, 31938.53, 500]
    assert made["sum"] == 35487.25
    assert len(rabatt["id"]) == 36


async def test_lines_share_one_tax_method_and_number_themselves(pipedrive):
    deal = pipedrive.seed(deals=[{"title": "D", "products": [{"code": "ARB-1"}, {"code": "ARB-1"}]}])["deals"][0]
    path = f"/api/v2/deals/{deal['id']}/products"
    first = deal["products"][0]

    await pipedrive.data("PATCH", f"{path}/{first}", json={"tax_method": "inclusive"})
    lines = await pipedrive.data("GET", f"{path}?limit=500&sort_by=order_nr")

    assert [line["tax_method"] for line in lines] == ["inclusive", "inclusive"]
    assert [line["order_nr"] for line in lines] == [1, 2]
    assert {line["product_id"] for line in lines} == {2}
    assert lines[0]["id"] != lines[1]["id"]


async def test_bulk_lines_are_all_or_nothing(pipedrive):
    deal = pipedrive.seed(deals=[{"title": "D"}])["deals"][0]
    path = f"/api/v2/deals/{deal['id']}/products"
    good = {"product_id": 1, "item_price": 1, "quantity": 1}

    refused = await pipedrive.call("POST", f"{path}/bulk", json={"data": [good, {**good, "product_id": 999}]})
    empty = await pipedrive.data("GET", path)
    made = await pipedrive.data("POST", f"{path}/bulk", json={"data": [good, good]})

    assert (refused.status_code, empty, len(made)) == (404, [], 2)


async def test_lines_of_many_deals_and_unlinkable_product(pipedrive):
    pipedrive.seed(products=[{"id": 900, "name": "Spärrad", "is_linkable": False}])
    deals = pipedrive.seed(
        deals=[{"title": "A", "products": [{"code": "ARB-1"}]}, {"title": "B", "products": [{"code": "FRAKT"}]}]
    )["deals"]
    ids = ",".join(str(deal["id"]) for deal in deals)

    lines = await pipedrive.data("GET", f"/api/v2/deals/products?deal_ids={ids}")
    refused = await pipedrive.call(
        "POST",
        f"/api/v2/deals/{deals[0]['id']}/products",
        json={"product_id": 900, "item_price": 1, "quantity": 1},
    )

    assert [line["deal_id"] for line in lines] == [deal["id"] for deal in deals]
    assert refused.status_code == 400


async def test_recurring_line_rules(pipedrive):
    deal = pipedrive.seed(deals=[{"title": "D"}])["deals"][0]
    path = f"/api/v2/deals/{deal['id']}/products"
    line = {"product_id": 1, "item_price": 1, "quantity": 1, "billing_frequency": "weekly"}

    refused = await pipedrive.call("POST", path, json=line)
    taken = await pipedrive.call("POST", path, json={**line, "billing_frequency_cycles": 12})
    no_installments = await pipedrive.call(
        "POST",
        f"/api/v2/deals/{deal['id']}/installments",
        json={"description": "1", "amount": 1, "billing_date": "2026-05-01"},
    )

    assert (refused.status_code, taken.status_code, no_installments.status_code) == (400, 201, 400)


async def test_installments_are_listed_without_cursor_and_refused_on_lite(pipedrive):
    plan = {"description": "Del 1", "amount": 100, "billing_date": "2026-06-01"}
    deal = pipedrive.seed(deals=[{"title": "D", "products": [{"code": "ARB-1"}], "installments": [plan]}])["deals"][0]
    path = f"/api/v2/deals/installments?deal_ids={deal['id']}"

    listed = (await pipedrive.call("GET", path)).json()
    pipedrive.simulator.configure({"plan": "lite"})
    refused = await pipedrive.call("GET", path)

    assert listed["data"][0]["billing_date"] == "2026-06-01"
    assert "additional_data" not in listed
    assert refused.status_code == 415


async def test_list_filters_by_stage_and_update_time(pipedrive):
    pipedrive.seed(
        deals=[{"id": 100, "title": "Ny", "stage": "Vunnen"}, {"id": 101, "title": "Annan", "stage": "Bokad"}]
    )
    stage = next(row["id"] for row in pipedrive.collection("stages") if row["name"] == "Vunnen")
    before = (await pipedrive.data("GET", "/api/v2/deals/100"))["update_time"]
    pipedrive.clock.advance(3600)
    pipedrive.seed(update_deal={"id": 101, "title": "Ändrad"})
    later = (await pipedrive.data("GET", "/api/v2/deals/101"))["update_time"]

    async def ids(query):
        return [row["id"] for row in await pipedrive.data("GET", f"/api/v2/deals?{query}")]

    assert await ids(f"stage_id={stage}") == [100]
    assert await ids(f"updated_since={later}") == [101]
    assert 100 in await ids(f"updated_since={before}&updated_until={later}")
    assert 101 not in await ids(f"updated_until={later}")
    fraction = await pipedrive.call("GET", "/api/v2/deals?updated_since=2026-05-04T08:15:00.123Z")
    assert fraction.status_code == 400


async def test_cursor_walks_every_deal_once_and_ends_with_null(pipedrive):
    pipedrive.seed(deals=[{"title": f"D{number}"} for number in range(7)])
    seen, cursor, pages = [], None, 0
    while True:
        params = {"limit": 3, "sort_by": "id"} | ({"cursor": cursor} if cursor else {})
        answer = (await pipedrive.call("GET", "/api/v2/deals", params=params)).json()
        seen += [row["id"] for row in answer["data"]]
        cursor, pages = answer["additional_data"]["next_cursor"], pages + 1
        if cursor is None:
            break

    assert (len(seen), len(set(seen)), pages) == (8, 8, 3)
    assert (await pipedrive.call("GET", "/api/v2/deals?cursor=nonsense")).status_code == 400
    assert (await pipedrive.call("GET", "/api/v2/deals?limit=501")).status_code == 400


async def test_stage_move_sets_time_and_pipeline_and_won_keeps_stage(pipedrive):
    deal = pipedrive.seed(deals=[{"id": 50, "title": "D", "stage": "Möte bokat"}])["deals"][0]
    service = next(row for row in pipedrive.collection("stages") if row["name"] == "Utförd")

    moved = await pipedrive.data("PATCH", "/api/v2/deals/50", json={"stage_id": service["id"]})
    won = await pipedrive.data("PATCH", "/api/v2/deals/50", json={"status": "won"})
    mismatch = await pipedrive.call("PATCH", "/api/v2/deals/50", json={"stage_id": deal["stage_id"], "pipeline_id": 2})

    assert moved["pipeline_id"] == service["pipeline_id"]
    assert moved["stage_change_time"] is not None
    assert (won["stage_id"], won["status"]) == (service["id"], "won")
    assert won["won_time"] is not None
    assert mismatch.status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        {"value": "100"},
        {"title": 5},
        {"is_archived": 1},
        {"nonsense": 1},
        {"custom_fields": {"0" * 40: "x"}},
        {"org_id": "205"},
        {"org_id": 99999},
        {"stage_id": 99999},
        {"currency": "XXX"},
        {"expected_close_date": "31/12/2026"},
        ["no object"],
    ],
)
async def test_strict_body_refuses_and_changes_nothing(pipedrive, body):
    before = await pipedrive.data("GET", "/api/v2/deals/1")

    response = await pipedrive.call("PATCH", "/api/v2/deals/1", json=body)

    assert (response.status_code, response.json()["code"]) == (400, "ERR_SCHEMA_VALIDATION_FAILED")
    assert await pipedrive.data("GET", "/api/v2/deals/1") == before


async def test_refused_custom_field_beside_a_good_one_applies_neither(pipedrive):
    good, bad = pipedrive.code("deal", "Er referens"), pipedrive.code("deal", "Provision")

    response = await pipedrive.call(
        "PATCH", "/api/v2/deals/1", json={"title": "Nytt", "custom_fields": {good: "x", bad: "inte ett tal"}}
    )
    deal = await pipedrive.data("GET", "/api/v2/deals/1")

    assert response.status_code == 400
    assert (deal["title"], deal["custom_fields"][good]) == ("Altan Lindvägen 4", "PO-7781")


@pytest.mark.parametrize(
    ("method", "path", "kwargs", "status"),
    [
        ("PUT", "/api/v2/deals/1", {"json": {"title": "x"}}, 405),
        ("PATCH", "/api/v2/deals/1", {"data": {"title": "x"}}, 400),
        ("PATCH", "/api/v2/deals/1", {"content": b"{", "headers": {"content-type": "application/json"}}, 400),
        ("PATCH", "/api/v2/deals/1", {"json": {"title": "x" * 1_100_000}}, 413),
        ("PATCH", "/api/v2/deals/1", {"content": b"[" * 200_000, "headers": {"content-type": "application/json"}}, 400),
        ("GET", "/api/v2/deals/1?fields=title", {}, 400),
        ("GET", "/api/v2/deals/999", {}, 404),
        ("GET", "/v1/deals/1", {}, 404),
        ("GET", "/api/v1/organizations", {}, 404),
        ("GET", "/v2/deals/1", {}, 404),
    ],
)
async def test_wrong_way_of_asking_is_refused(pipedrive, method, path, kwargs, status):
    response = await pipedrive.call(method, path, **kwargs)

    assert response.status_code == status
    assert response.json()["success"] is False


async def test_deleted_deal_is_readable_for_thirty_days_and_listed_only_as_deleted(pipedrive):
    path = "/api/v2/deals/1"

    first, again = await pipedrive.call("DELETE", path), await pipedrive.call("DELETE", path)

    assert (first.status_code, again.status_code, again.json()["success"]) == (200, 410, True)
    assert (await pipedrive.data("GET", path))["is_deleted"] is True
    assert await pipedrive.data("GET", "/api/v2/deals") == []
    assert [row["id"] for row in await pipedrive.data("GET", "/api/v2/deals?status=deleted")] == [1]
    pipedrive.clock.advance(31 * 86_400)
    assert (await pipedrive.call("GET", path)).status_code == 404


async def test_ids_filter_omits_unknown_ids_silently(pipedrive):
    rows = await pipedrive.data("GET", "/api/v2/products?ids=1,2,999&limit=500")

    assert [row["id"] for row in rows] == [1, 2]
    too_many = ",".join(str(number) for number in range(1, 102))
    assert (await pipedrive.call("GET", f"/api/v2/products?ids={too_many}")).status_code == 400


def _line(**changes):
    base = {
        "quantity": 1,
        "item_price": 100,
        "discount": 0,
        "discount_type": "percentage",
        "is_enabled": True,
        "billing_frequency": "one-time",
    }
    return base | changes


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"quantity": Decimal("120.5"), "item_price": 310, "discount": 5}, "35487.25"),
        ({"quantity": 5, "item_price": 22, "discount": Decimal("0.2")}, "109.78"),
        ({"quantity": 3, "item_price": 100, "discount": 50, "discount_type": "amount"}, "250.00"),
        ({"quantity": 1, "item_price": Decimal("0.125")}, "0.13"),
        ({"quantity": 1, "item_price": -100}, "-100.00"),
    ],
)
def test_line_sum_matches_documented_examples(line, expected):
    assert line_sum(_line(**line)) == Decimal(expected)


@given(
    prices=st.lists(st.decimals(0, 10_000, places=2), min_size=1, max_size=5),
    percent=st.decimals("0.01", 100, places=2),
)
def test_percentage_discount_never_makes_value_negative_or_larger(prices, percent):
    lines = [_line(item_price=price) for price in prices]
    whole = computed_value(lines, [])

    reduced = computed_value(lines, [{"amount": percent, "type": "percentage"}])

    assert whole == sum(prices)
    assert 0 <= reduced <= whole


def test_value_of_deal_without_enabled_lines_is_unknown_and_recurring_lines_escape_discounts():
    discount = [{"amount": 50, "type": "percentage"}]
    recurring = _line(billing_frequency="monthly")

    assert computed_value([_line(is_enabled=False)], discount) is None
    assert computed_value([recurring], discount) == 100
    assert computed_value([recurring, _line()], discount) == 150
