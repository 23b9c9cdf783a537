import pytest


async def test_every_answer_carries_rate_and_correlation_headers(pipedrive):
    fine, refused = await pipedrive.call("GET", "/api/v2/deals/1"), await pipedrive.call("GET", "/api/v2/deals/999")

    for response in (fine, refused):
        assert response.headers["x-ratelimit-limit"] == "40"
        assert response.headers["x-daily-ratelimit-token-limit"] == "300000"
        assert len(response.headers["x-correlation-id"]) == 36
    assert fine.headers["x-ratelimit-reset"] == "2"
    assert "x-daily-requests-left" not in fine.headers


@pytest.mark.parametrize(("plan", "limits"), [("lite", (20, 80)), ("ultimate", (120, 480))])
async def test_burst_limit_depends_on_plan_and_kind_of_token(pipedrive, plan, limits):
    pipedrive.simulator.configure({"plan": plan})
    token = (await pipedrive.tokens())["access_token"]

    by_token = await pipedrive.call("GET", "/v1/users/me")
    by_app = await pipedrive.call("GET", "/v1/users/me", token=token)

    assert (by_token.headers["x-ratelimit-limit"], by_app.headers["x-ratelimit-limit"]) == tuple(map(str, limits))


async def test_burst_over_limit_is_429_unexecuted_and_window_rolls(pipedrive):
    pipedrive.simulator.configure({"burst_limit": 3})
    body = {"name": "Ny"}
    responses = [await pipedrive.call("POST", "/api/v2/organizations", json=body) for _ in range(4)]
    refused = responses[-1]

    assert [response.status_code for response in responses] == [200, 200, 200, 429]
    assert refused.headers["x-ratelimit-remaining"] == "0"
    assert refused.headers["x-ratelimit-reset"] in {"1", "2"}
    assert sum(row["name"] == "Ny" for row in pipedrive.collection("organizations")) == 3
    pipedrive.clock.advance(2.1)
    assert (await pipedrive.call("POST", "/api/v2/organizations", json=body)).status_code == 200


async def test_search_has_its_own_limit_of_ten(pipedrive):
    path = "/api/v2/organizations/search?term=bygg"
    statuses = [(await pipedrive.call("GET", path)).status_code for _ in range(11)]

    assert statuses == [200] * 10 + [429]
    assert (await pipedrive.call("GET", "/api/v2/deals/1")).status_code == 200


async def test_daily_budget_is_spent_by_cost_and_refilled_next_day(pipedrive):
    pipedrive.simulator.configure({"daily_budget": 25})

    first = await pipedrive.call("GET", "/api/v2/deals")
    second = await pipedrive.call("POST", "/v1/notes", json={"deal_id": 1, "content": "x"})
    third = await pipedrive.call("GET", "/api/v2/deals")

    assert first.headers["x-daily-ratelimit-token-remaining"] == "15"
    assert second.headers["x-daily-ratelimit-token-remaining"] == "5"
    assert (third.status_code, int(third.headers["x-ratelimit-remaining"]) > 0) == (429, True)
    pipedrive.clock.advance(86_400)
    assert (await pipedrive.call("GET", "/api/v2/deals")).status_code == 200


async def test_reading_one_deal_completely_costs_33_tokens(pipedrive):
    paths = (
        "/api/v2/deals/1?include_fields=products_count",
        "/api/v2/organizations/1",
        "/api/v2/persons/1",
        "/api/v2/deals/1/products?limit=500&sort_by=order_nr",
        "/api/v2/deals/1/discounts",
        "/api/v2/products?ids=1,2&limit=500",
    )
    for path in paths:
        await pipedrive.data("GET", path)

    assert pipedrive.collection("companies")[0]["daily_tokens_spent"] == 33


async def test_cloudflare_and_payment_knobs(pipedrive):
    pipedrive.simulator.configure({"payment_required": True})
    unpaid = await pipedrive.call("GET", "/api/v2/deals/1")
    pipedrive.simulator.configure({"payment_required": False, "cloudflare_block": True})
    blocked = await pipedrive.call("GET", "/api/v2/deals/1")

    assert unpaid.status_code == 402
    assert (blocked.status_code, blocked.headers["content-type"].startswith("text/html")) == (403, True)


@pytest.mark.parametrize(
    "knobs",
    [{"nonsense": 1}, {"plan": "gold"}, {"seats": "5"}, {"webhook_drop": 1}, {"search_lag_s": -1}, {"scopes": "x"}],
)
def test_bad_knob_is_refused_and_none_of_the_change_applies(knobs, pipedrive):
    with pytest.raises(ValueError, match=next(iter(knobs))):
        pipedrive.simulator.configure({"burst_limit": 1, **knobs})


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"nonsense": []}, "unknown seed keys"),
        ({"deals": [{"title": "D", "stage": "Finns ej"}]}, "stages named"),
        ({"deals": [{"value": 5}]}, "title"),
        ({"organizations": [{"name": "X", "custom_fields": {"Finns ej": 1}}]}, "custom fields named"),
        ({"move_deal": {"id": 999, "stage_id": 1}}, "no deal"),
        ({"deals": ["text"]}, "shape"),
        ({"company_id": 5, "deals": []}, "no company"),
    ],
)
def test_seed_that_makes_no_sense_says_why(pipedrive, data, reason):
    with pytest.raises(ValueError, match=reason):
        pipedrive.simulator.seed(data)


async def test_seed_answers_ids_and_accepts_names_and_floats(pipedrive):
    made = pipedrive.seed(
        fields={"organization": [{"name": "Kundklass", "type": "enum", "options": ["A", "B"]}]},
        pipelines=[{"id": 20, "name": "Export", "stages": ["Ny", {"id": 140, "name": "Klar"}]}],
        organizations=[{"id": 205, "name": "Ett AB", "custom_fields": {"Kundklass": "B"}}],
        deals=[
            {
                "id": 812,
                "title": "D",
                "organization": "Ett AB",
                "stage": "Klar",
                "pipeline": "Export",
                "products": [{"product": {"name": "Ny vara", "price": 99.9}, "quantity": 2.5}],
                "discounts": [{"amount": 10}],
            }
        ],
    )

    deal = made["deals"][0]
    assert made["pipelines"][0]["stages"]["Klar"] == 140
    assert (deal["id"], deal["stage_id"], deal["org_id"], float(deal["value"])) == (812, 140, 205, 224.78)
    assert made["api_token"] == pipedrive.api_token
    (row,) = [row for row in pipedrive.collection("organizations") if row["id"] == 205]
    assert row["custom_fields_by_name"]["Kundklass"] == made["fields"]["organization"][0]["options"][1]["id"]


async def test_reset_returns_to_the_first_state_and_kills_tokens(pipedrive, subscribe):
    token = (await pipedrive.tokens())["access_token"]
    await subscribe(token)
    pipedrive.seed(organizations=[{"name": "Bort"}])
    pipedrive.simulator.configure({"plan": "lite"})

    pipedrive.simulator.reset()

    assert (await pipedrive.call("GET", "/v1/users/me", token=token)).status_code == 401
    assert len(pipedrive.collection("organizations")) == 2
    assert pipedrive.collection("webhooks") == []
    assert (await pipedrive.call("GET", "/v1/users/me")).headers["x-ratelimit-limit"] == "40"


async def test_token_listing_shows_no_secret(pipedrive):
    tokens = await pipedrive.tokens()

    shown = repr(pipedrive.collection("tokens"))

    assert tokens["refresh_token"] not in shown
    assert tokens["access_token"] not in shown


async def test_deactivated_user_is_unauthorized(pipedrive):
    user = pipedrive.seed(users=[{"name": "Olle"}])["users"][0]
    headers = {"x-api-token": user["api_token"]}
    assert (await pipedrive.call("GET", "/v1/users/me", headers=headers)).status_code == 200

    pipedrive.seed(change_user={"id": user["id"], "active": False})

    assert (await pipedrive.call("GET", "/v1/users/me", headers=headers)).status_code == 401


async def test_participants_nest_ids_under_value_and_custom_currency_is_flagged(pipedrive):
    participants = await pipedrive.data("GET", "/v1/deals/1/participants")
    currencies = await pipedrive.data("GET", "/v1/currencies")

    assert [row["person_id"]["value"] for row in participants] == [1]
    assert {row["code"] for row in currencies if row["is_custom_flag"]} == {"TIM"}
