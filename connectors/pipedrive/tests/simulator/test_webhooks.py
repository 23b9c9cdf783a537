import asyncio
import base64

import pytest


async def _state(pipedrive, state: str, count: int = 1):
    async with asyncio.timeout(5):
        while True:
            rows = [row for row in pipedrive.collection("deliveries") if row["state"] == state]
            if len(rows) >= count:
                return rows
            await asyncio.sleep(0.005)


async def test_stage_move_sends_documented_payload_with_basic_credentials(pipedrive, receiver, subscribe):
    token = (await pipedrive.tokens())["access_token"]
    made = (await subscribe(token, event_action="change")).json()["data"]
    old = await pipedrive.data("GET", "/api/v2/deals/1")

    moved = pipedrive.seed(move_deal={"id": 1, "stage": "Vunnen"})["move_deal"]

    (body,) = await receiver.wait_for(1)
    _, headers, _ = receiver.requests[0]
    meta = body["meta"]
    assert base64.b64decode(headers["authorization"].removeprefix("Basic ")) == b"bridge:hemlig"
    assert headers["content-type"].startswith("application/json")
    assert not [name for name in headers if "signature" in name]
    assert {key: meta[key] for key in ("action", "entity", "entity_id", "company_id", "user_id", "webhook_id")} == {
        "action": "change",
        "entity": "deal",
        "entity_id": "1",
        "company_id": "4410022",
        "user_id": "9001777",
        "webhook_id": str(made["id"]),
    }
    assert (meta["version"], meta["attempt"], meta["type"], meta["change_source"]) == ("2.0", 1, "application", "app")
    assert meta["is_bulk_edit"] is False
    assert body["data"]["stage_id"] == moved["stage_id"]
    assert body["data"]["visible_to"] == "3"
    assert body["previous"]["stage_id"] == old["stage_id"]
    assert "title" not in body["previous"]
    assert "status" not in body["previous"]
    assert "products" not in body["data"]


async def test_deal_created_in_stage_comes_only_as_create_with_null_previous(pipedrive, receiver, subscribe):
    await subscribe()

    pipedrive.seed(deals=[{"title": "Direkt", "stage": "Vunnen"}])

    (body,) = await receiver.wait_for(1)
    assert (body["meta"]["action"], body["previous"]) == ("create", None)
    assert body["meta"]["type"] == "general"


async def test_edit_in_stage_does_not_name_stage_and_custom_fields_have_hook_shapes(pipedrive, receiver, subscribe):
    await subscribe(event_action="change")
    reference, extras = pipedrive.code("deal", "Er referens"), pipedrive.code("deal", "Tillval")
    money, period = pipedrive.code("deal", "Handpenning"), pipedrive.code("deal", "Byggperiod")
    wish = {"Handpenning": 100, "Byggperiod": {"value": "2026-05-01", "until": "2026-05-31"}, "Er referens": "NY"}

    pipedrive.seed(update_deal={"id": 1, "custom_fields": wish})

    (body,) = await receiver.wait_for(1)
    fields, previous = body["data"]["custom_fields"], body["previous"]
    assert "stage_id" not in previous
    assert fields[reference] == {"type": "varchar", "value": "NY"}
    assert [set(item) for item in fields[extras]["values"]] == [{"id"}, {"id"}]
    assert fields[money] == {"type": "monetary", "value": 100, "currency": "SEK"}
    assert fields[period] == {"type": "daterange", "from": "2026-05-01", "until": "2026-05-31"}
    assert previous["custom_fields"] == {
        reference: {"type": "varchar", "value": "PO-7781"},
        money: None,
        period: None,
    }


async def test_delete_has_null_data_and_full_last_state(pipedrive, receiver, subscribe):
    await subscribe(event_object="organization")

    pipedrive.seed(delete_organization=1)

    (body,) = await receiver.wait_for(1)
    assert (body["meta"]["action"], body["data"]) == ("delete", None)
    assert body["previous"]["name"] == "Bygg & Kakel i Nacka AB"


async def test_merge_sends_delete_of_loser_and_change_of_survivor_with_string_ids(pipedrive, receiver, subscribe):
    await subscribe(event_object="organization")

    pipedrive.seed(merge_organizations={"id": 2, "merge_with_id": 1})

    bodies = {body["meta"]["action"]: body["meta"] for body in await receiver.wait_for(2)}
    assert (bodies["delete"]["entity_id"], bodies["delete"]["merged_to_id"]) == ("2", "1")
    assert (bodies["change"]["entity_id"], bodies["change"]["merged_from_id"]) == ("1", "2")


async def test_api_write_says_api_and_line_change_reports_the_value(pipedrive, receiver, subscribe):
    await subscribe()
    line = {"product_id": 2, "item_price": 1000, "quantity": 1}

    await pipedrive.data("POST", "/api/v2/deals/1/products", json=line)

    (body,) = await receiver.wait_for(1)
    assert body["meta"]["change_source"] == "api"
    assert body["data"]["value"] - body["previous"]["value"] == 1000


async def test_bulk_edit_is_marked(pipedrive, receiver, subscribe):
    await subscribe()
    pipedrive.seed(deals=[{"id": 70, "title": "A"}, {"id": 71, "title": "B"}])
    await receiver.wait_for(2)

    pipedrive.seed(bulk_move_deals={"ids": [70, 71], "stage": "Vunnen"})

    assert [body["meta"]["is_bulk_edit"] for body in (await receiver.wait_for(4))[2:]] == [True, True]


async def test_note_person_and_product_events_reach_a_wildcard_hook(pipedrive, receiver, subscribe):
    await subscribe(event_object="*", event_action="create")

    pipedrive.seed(persons=[{"name": "P"}], products=[{"name": "Q"}], notes=[{"deal_id": 1, "content": "x"}])

    assert {body["meta"]["entity"] for body in await receiver.wait_for(3)} == {"person", "product", "note"}


async def test_failed_delivery_is_retried_three_times_with_same_event_id(pipedrive, receiver, subscribe):
    await subscribe()
    receiver.status = 500

    pipedrive.seed(update_deal={"id": 1, "title": "A"})

    bodies = await receiver.wait_for(4)
    (delivery,) = await _state(pipedrive, "failed")
    assert [body["meta"]["attempt"] for body in bodies] == [1, 2, 3, 4]
    assert len({body["meta"]["id"] for body in bodies}) == 1
    assert [attempt["status"] for attempt in delivery["attempts"]] == [500] * 4


async def test_redirect_is_a_failure_and_second_attempt_can_succeed(pipedrive, receiver, subscribe):
    await subscribe()
    receiver.statuses = [302]

    pipedrive.seed(update_deal={"id": 1, "title": "A"})

    (delivery,) = await _state(pipedrive, "delivered")
    assert [attempt["status"] for attempt in delivery["attempts"]] == [302, 200]


async def test_slow_receiver_counts_as_failure(pipedrive, receiver, subscribe):
    pipedrive.simulator.configure({"webhook_timeout_s": 0.05})
    receiver.delay_s = 0.5
    await subscribe()

    pipedrive.seed(update_deal={"id": 1, "title": "A"})

    (delivery,) = await _state(pipedrive, "failed")
    assert [attempt["error"] for attempt in delivery["attempts"]] == ["TimeoutError"] * 4


async def test_ten_failed_first_attempts_ban_the_hook_and_lose_events(pipedrive, receiver, subscribe):
    await subscribe()
    receiver.status = 500
    pipedrive.seed(update_deal=[{"id": 1, "title": f"T{number}"} for number in range(10)])
    await _state(pipedrive, "failed", 10)
    receiver.status = 200

    pipedrive.seed(update_deal={"id": 1, "title": "under avstängning"})
    lost = await _state(pipedrive, "lost_by_ban")
    pipedrive.clock.advance(1801)
    pipedrive.seed(update_deal={"id": 1, "title": "efter"})

    await _state(pipedrive, "delivered")
    assert lost[0]["attempts"] == []
    assert receiver.bodies[-1]["data"]["title"] == "efter"


async def test_three_days_without_success_delete_the_hook(pipedrive, receiver, subscribe):
    await subscribe()
    receiver.status = 500
    pipedrive.seed(update_deal={"id": 1, "title": "A"})
    await _state(pipedrive, "failed")
    pipedrive.clock.advance(3 * 86_400 + 1)

    listed = await pipedrive.data("GET", "/v1/webhooks")

    assert listed == []
    assert "3 days" in pipedrive.collection("webhooks")[0]["remove_reason"]


async def test_copies_duplicates_drop_and_pause(pipedrive, receiver, subscribe):
    await subscribe()
    pipedrive.simulator.configure({"webhook_copies": 5, "webhook_duplicates": 1, "webhook_shuffle_s": 0.02})
    pipedrive.seed(update_deal={"id": 1, "title": "A"})
    bodies = await receiver.wait_for(10)
    assert len({body["meta"]["id"] for body in bodies}) == 1

    pipedrive.simulator.configure(
        {"webhook_copies": 1, "webhook_duplicates": 0, "webhook_shuffle_s": 0, "webhook_drop": True}
    )
    pipedrive.seed(update_deal={"id": 1, "title": "tappad"})
    pipedrive.simulator.configure({"webhook_drop": False, "webhooks_paused": True})
    pipedrive.seed(update_deal={"id": 1, "title": "väntar"})
    await asyncio.sleep(0.05)
    assert len(receiver.bodies) == 10
    pipedrive.simulator.configure({"webhooks_paused": False})

    assert (await receiver.wait_for(11))[-1]["data"]["title"] == "väntar"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"subscription_url": "ftp://x.example"}, "subscription_url"),
        ({"subscription_url": "https://api.pipedrive.com/hook"}, "subscription_url"),
        ({"subscription_url": "not a url"}, "subscription_url"),
        ({"event_action": "updated"}, "event_action"),
        ({"event_object": "deal_product"}, "event_object"),
        ({"name": ""}, "name"),
        ({"name": "x" * 256}, "name"),
        ({"user_id": 5}, "user_id"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
async def test_bad_subscription_is_refused_in_the_webhook_envelope(subscribe, changes, field):
    response = await subscribe(**changes)

    assert response.status_code == 400
    assert (response.json()["status"], response.json()["success"]) == ("error", False)
    assert set(response.json()["errors"]) == {field}


async def test_subscriptions_are_listed_with_credentials_only_to_their_maker(pipedrive, subscribe):
    token = (await pipedrive.tokens())["access_token"]
    made = (await subscribe(token)).json()["data"]

    by_app = await pipedrive.data("GET", "/v1/webhooks", token=token)
    by_person = await pipedrive.data("GET", "/v1/webhooks")
    foreign = await pipedrive.call("DELETE", f"/v1/webhooks/{made['id']}")
    deleted = await pipedrive.call("DELETE", f"/v1/webhooks/{made['id']}", token=token)
    again = await pipedrive.call("DELETE", f"/v1/webhooks/{made['id']}", token=token)

    assert [row["http_auth_password"] for row in by_app] == ["hemlig"]
    assert by_person == []
    assert (foreign.status_code, deleted.status_code, again.status_code) == (403, 200, 404)


async def test_forty_first_subscription_is_refused_with_422(pipedrive, subscribe):
    pipedrive.simulator.configure({"rate_limits": False})
    statuses = [(await subscribe()).status_code for _ in range(41)]

    assert statuses == [201] * 40 + [422]


async def test_webhook_delivery_costs_no_tokens(pipedrive, receiver, subscribe):
    await subscribe()
    spent = pipedrive.collection("companies")[0]["daily_tokens_spent"]

    pipedrive.seed(update_deal={"id": 1, "title": "A"})
    await receiver.wait_for(1)

    assert pipedrive.collection("companies")[0]["daily_tokens_spent"] == spent
