"""Exactly one webhook stands, whatever was there before (facts 17.1)."""

import pytest

from fortnox_bridge.sdk import HookState, HookTarget, SettingsInvalid, UserAction

HOOKS = "/v1/webhooks"
TARGET = HookTarget("https://bridge.example/webhooks/pipedrive/k1", "user", "secret")


def hook(number, **overrides):
    return {
        "id": number,
        "name": "fortnox-bridge",
        "subscription_url": TARGET.url,
        "event_action": "*",
        "event_object": "deal",
        "version": "2.0",
        "is_active": 1,
        "http_auth_user": "user",
        "http_auth_password": "secret",
        **overrides,
    }


def seed(vendor, *hooks):
    vendor.data("GET", HOOKS, list(hooks))
    vendor.answer("POST", HOOKS, {"status": "ok", "success": True, "data": hook(99)}, status=201)
    for found in hooks:
        vendor.answer("DELETE", f"{HOOKS}/{found['id']}", {"status": "ok", "success": True})


async def ensure(account, *kinds):
    async with account.session() as session:
        return await session.hooks.ensure_hooks(TARGET, frozenset({"deal", *kinds}))


def writes(vendor):
    return [path for path in vendor.paths() if not path.startswith("GET")]


async def test_missing_hook_is_created_with_its_own_credentials(account, vendor):
    seed(vendor)
    assert await ensure(account) == HookState(("99",), created=1, removed=0)
    assert vendor.requests[-1].json == {
        "subscription_url": TARGET.url,
        "event_action": "*",
        "event_object": "deal",
        "name": "fortnox-bridge",
        "http_auth_user": "user",
        "http_auth_password": "secret",
        "version": "2.0",
    }


async def test_hook_that_stands_is_left_as_it_is(account, vendor):
    seed(vendor, hook(1))
    assert await ensure(account) == HookState(("1",), created=0, removed=0)
    assert writes(vendor) == []


async def test_duplicate_is_removed(account, vendor):
    seed(vendor, hook(1), hook(2))
    assert await ensure(account) == HookState(("1",), created=0, removed=1)
    assert writes(vendor) == [f"DELETE {HOOKS}/2"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"is_active": 0},
        {"version": "1.0"},
        {"event_action": "change"},
        {"event_object": "*"},
        {"http_auth_password": "old"},
        {"http_auth_user": None},
        {"subscription_url": "https://bridge.example/webhooks/pipedrive/k0"},
    ],
)
async def test_hook_that_is_wrong_is_replaced_without_a_gap(account, vendor, wrong):
    seed(vendor, hook(1, **wrong))
    assert await ensure(account) == HookState(("99",), created=1, removed=1)
    assert writes(vendor) == [f"POST {HOOKS}", f"DELETE {HOOKS}/1"]


@pytest.mark.parametrize(
    "other",
    [
        {"name": "Zapier", "subscription_url": "https://hooks.zapier.example/1"},
        {"subscription_url": "https://staging.bridge.example/webhooks/pipedrive/k1"},
        {"name": "Eget", "subscription_url": "https://bridge.example/webhooks/pipedrive/other"},
    ],
)
async def test_hook_of_others_is_left_alone(account, vendor, other):
    seed(vendor, hook(1), hook(2, **other))
    assert await ensure(account) == HookState(("1",), created=0, removed=0)


async def test_full_account_makes_room_by_removing_our_stale_hook(account, vendor):
    vendor.data("GET", HOOKS, [hook(1, is_active=0)])
    vendor.answer("POST", HOOKS, {"success": False, "status": "error", "errors": {"limit": ["40"]}}, status=422)
    vendor.answer("POST", HOOKS, {"success": True, "data": hook(99)}, status=201)
    vendor.answer("DELETE", f"{HOOKS}/1", {"success": True})
    assert await ensure(account) == HookState(("99",), created=1, removed=1)


async def test_full_account_of_others_needs_a_person(account, vendor):
    vendor.data("GET", HOOKS, [])
    vendor.answer("POST", HOOKS, {"success": False, "status": "error", "message": "limit reached"}, status=422)
    with pytest.raises(UserAction) as caught:
        await ensure(account)
    assert caught.value.code == "source_hook_limit"


async def test_address_that_is_refused_is_named(account, vendor):
    vendor.data("GET", HOOKS, [])
    refusal = {"status": "error", "success": False, "errors": {"subscription_url": ["invalid or non-reachable URL"]}}
    vendor.answer("POST", HOOKS, refusal, status=400)
    with pytest.raises(SettingsInvalid) as caught:
        await ensure(account)
    assert caught.value.code == "source_hook_url_refused"
    assert caught.value.params["host"] == "bridge.example"
    assert "non-reachable" in caught.value.params["message"]
    assert "secret" not in f"{caught.value.params} {caught.value!r}"


async def test_hook_that_vanished_meanwhile_counts_as_removed_by_others(account, vendor):
    vendor.data("GET", HOOKS, [hook(1), hook(2)])
    vendor.answer("DELETE", f"{HOOKS}/2", {"success": False}, status=404)
    assert await ensure(account) == HookState(("1",), created=0, removed=0)


async def test_remove_takes_every_hook_of_the_address(account, vendor):
    seed(vendor, hook(1), hook(2, is_active=0), hook(3, subscription_url="https://other.example/x"))
    async with account.session() as session:
        assert await session.hooks.remove_hooks(TARGET.url) == 2
    assert writes(vendor) == [f"DELETE {HOOKS}/1", f"DELETE {HOOKS}/2"]


async def test_each_kind_that_is_wanted_has_one_hook_of_its_own(account, vendor):
    seed(vendor, hook(1), hook(2, event_object="product", event_action="change"))

    assert await ensure(account, "company", "contact", "product", "warehouse") == HookState(
        ("1", "99", "99", "2"), 2, 0
    )
    made = [(sent["event_object"], sent["event_action"]) for sent in posted(vendor)]
    assert made == [("organization", "change"), ("person", "change")]


async def test_hook_that_is_wanted_no_more_is_removed(account, vendor):
    seed(vendor, hook(1), hook(2, event_object="organization", event_action="change"))

    assert await ensure(account) == HookState(("1",), created=0, removed=1)
    assert writes(vendor) == [f"DELETE {HOOKS}/2"]


def posted(vendor):
    return [request.json for request in vendor.requests if request.method == "POST"]
