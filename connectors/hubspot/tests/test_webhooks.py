"""Deliveries (facts 6): what matters of a batch, what it is told apart by, and that no event spoils its neighbours."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fortnox_bridge.sdk import (
    NotAuthentic,
    Occasion,
    RawRequest,
    Trigger,
    Unreadable,
    UnreadablePayload,
    WebhookSecrets,
)
from fortnox_bridge_hubspot.webhooks import receive

URL = "https://bridge.example/webhooks/hubspot"
SECRET = "fb-demo-secret-0001"
SECRETS = WebhookSecrets(client_id="app", client_secret=SECRET, app_id="900100")
NOW = datetime(2026, 9, 21, 14, 13, 21, tzinfo=UTC)
STAMP = str(int(NOW.timestamp() * 1000))


def event(subscription="deal.propertyChange", **changes):
    told = {
        "eventId": 70001,
        "subscriptionId": 31,
        "portalId": 424242,
        "appId": 900100,
        "occurredAt": 1790000000000,
        "subscriptionType": subscription,
        "attemptNumber": 0,
        "objectId": 5501,
        "changeSource": "CRM_UI",
        "sourceId": "userId:77",
    }
    if subscription.endswith("propertyChange"):
        told |= {"propertyName": "dealstage", "propertyValue": "closedwon"}
    return {name: value for name, value in (told | changes).items() if value is not None}


def deliver(*events, secrets=SECRETS, content=None):
    body = json.dumps(list(events)).encode() if content is None else content
    message = b"POST" + URL.encode() + body + STAMP.encode()
    signature = base64.b64encode(hmac.new(SECRET.encode(), message, hashlib.sha256).digest()).decode()
    headers = {"x-hubspot-signature-v3": signature, "x-hubspot-request-timestamp": STAMP}
    return receive(RawRequest("POST", URL, headers, body), secrets, NOW)


def test_change_of_stage_triggers():
    assert deliver(event()) == (
        Trigger(
            account="424242",
            object_kind="deal",
            external_id="5501",
            dedupe_key="424242:deal.propertyChange:0-3:5501:70001:1790000000000",
            reason="stage_changed",
            occurred_at=datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC),
            occasion=Occasion.MAY_QUALIFY,
        ),
    )


MERGED = {"objectId": 5599, "primaryObjectId": 5503, "mergedObjectIds": [5503, 5504], "newObjectId": 5599}


@pytest.mark.parametrize(
    ("subscription", "changes", "kind", "external_id", "reason", "occasion"),
    [
        ("deal.propertyChange", {"propertyName": "pipeline"}, "deal", "5501", "stage_changed", Occasion.MAY_QUALIFY),
        ("deal.propertyChange", {"propertyName": "amount"}, "deal", "5501", "edited", Occasion.EDITED),
        ("object.propertyChange", {"objectTypeId": "0-3"}, "deal", "5501", "stage_changed", Occasion.MAY_QUALIFY),
        ("deal.creation", {"changeFlag": "NEW"}, "deal", "5501", "created", Occasion.MAY_QUALIFY),
        ("object.creation", {"objectTypeId": "0-3"}, "deal", "5501", "created", Occasion.MAY_QUALIFY),
        ("deal.deletion", {"changeFlag": "DELETED"}, "deal", "5501", "deleted", Occasion.MAY_END),
        ("deal.merge", MERGED, "deal", "5599", "merged", Occasion.MAY_QUALIFY),
        ("deal.merge", {**MERGED, "newObjectId": None}, "deal", "5503", "merged", Occasion.MAY_QUALIFY),
        (
            "deal.associationChange",
            {"objectId": None, "associationType": "DEAL_TO_LINE_ITEM", "fromObjectId": 5501, "toObjectId": 91001},
            *("deal", "5501", "edited", Occasion.EDITED),
        ),
        (
            "line_item.associationChange",
            {"objectId": None, "associationType": "LINE_ITEM_TO_DEAL", "fromObjectId": 91001, "toObjectId": 5501},
            *("deal", "5501", "edited", Occasion.EDITED),
        ),
        ("company.propertyChange", {"propertyName": "name"}, "company", "5501", "changed", Occasion.MAY_QUALIFY),
        ("contact.propertyChange", {"propertyName": "email"}, "contact", "5501", "changed", Occasion.MAY_QUALIFY),
        ("product.propertyChange", {"propertyName": "price"}, "product", "5501", "changed", Occasion.MAY_QUALIFY),
        ("company.merge", MERGED, "company", "5599", "merged", Occasion.MAY_QUALIFY),
    ],
)
def test_what_matters(subscription, changes, kind, external_id, reason, occasion):
    (trigger,) = deliver(event(subscription, **changes))

    came = (trigger.object_kind, trigger.external_id, trigger.reason, trigger.occasion)
    assert came == (kind, external_id, reason, occasion)


@pytest.mark.parametrize(
    ("subscription", "changes"),
    [
        ("deal.restore", {}),
        ("deal.propertyChange", {"propertyName": "notes_last_updated"}),
        ("deal.propertyChange", {"propertyName": "hs_num_of_associated_line_items"}),
        ("company.creation", {}),
        ("company.deletion", {}),
        ("contact.privacyDeletion", {}),
        ("line_item.propertyChange", {"propertyName": "price"}),
        ("ticket.propertyChange", {"propertyName": "subject"}),
        ("object.propertyChange", {"objectTypeId": "2-77"}),
        ("conversation.newMessage", {"objectId": None}),
        ("event.completed", {"objectId": None}),
        (
            "deal.associationChange",
            {"objectId": None, "associationType": "DEAL_TO_NOTE", "fromObjectId": 5501, "toObjectId": 7},
        ),
    ],
)
def test_what_does_not_matter_is_answered_and_forgotten(subscription, changes):
    assert deliver(event(subscription, **changes)) == ()


def test_empty_batch_is_taken():
    assert deliver() == ()


def test_what_we_wrote_ourselves_is_no_news():
    ours = {"changeSource": "INTEGRATION", "sourceId": "900100"}
    assert deliver(event(**ours)) == ()
    assert len(deliver(event(**ours | {"sourceId": "555111"}))) == 1
    assert len(deliver(event(**ours), secrets=WebhookSecrets(client_secret=SECRET))) == 1


KEYED = ["portalId", "subscriptionType", "objectTypeId", "objectId", "eventId", "occurredAt"]


def test_event_is_told_from_others_by_these_members_and_no_others():
    told = event("object.creation", objectTypeId="0-3")
    (first,) = deliver(told)
    (again,) = deliver({**told, "attemptNumber": 7, "subscriptionId": 99, "changeSource": "API", "new": "member"})
    assert again.dedupe_key == first.dedupe_key

    others = [
        {"portalId": 7},
        {"subscriptionType": "object.deletion"},
        {"objectTypeId": "0-2", "subscriptionType": "object.merge"},
        {"objectId": 5502},
        {"eventId": 70002},
        {"occurredAt": 1790000000001},
    ]
    keys = {first.dedupe_key, *(deliver({**told, **other})[0].dedupe_key for other in others)}
    assert len(keys) == 1 + len(KEYED)


def test_two_associations_of_one_deal_are_two_events():
    ends = {"objectId": None, "associationType": "DEAL_TO_LINE_ITEM", "fromObjectId": 5501}
    first, second = deliver(
        event("deal.associationChange", **ends, toObjectId=91001),
        event("deal.associationChange", **ends, toObjectId=91002),
    )
    assert first.dedupe_key != second.dedupe_key


def test_batch_of_several_portals_keeps_with_each_only_its_own_event():
    events = [event(portalId=1 + number % 2, objectId=number, eventId=number) for number in range(1, 101)]
    received = deliver(*events)

    assert len(received) == 100
    assert {each.account for each in received} == {"1", "2"}
    assert [json.loads(each.excerpt) for each in received] == events


@pytest.mark.parametrize(
    "bad",
    [
        None,
        7,
        "text",
        [],
        {},
        {"portalId": 424242},
        {"portalId": 424242, "subscriptionType": 7},
        event(objectId=None),
        event(objectId="5501; drop"),
        event(objectId=-1),
        event(objectId=True),
        event(objectId=1.5),
        event(portalId="x"),
        event(propertyName=7),
        event("deal.associationChange", associationType="DEAL_TO_LINE_ITEM", fromObjectId=None),
        event(objectId="\ud800"),
    ],
    ids=str,
)
def test_event_without_sense_leaves_its_neighbours_alone(bad):
    received = deliver(event(objectId=1), bad, event(objectId=2))

    first, unreadable, last = received
    assert (first.external_id, last.external_id) == ("1", "2")
    assert isinstance(unreadable, Unreadable)
    assert unreadable.reason
    portal = bad.get("portalId") if isinstance(bad, dict) else None
    assert unreadable.account == ("424242" if portal == 424242 else None)


def test_time_that_makes_no_sense_is_left_out():
    for told in (None, "yesterday", 10**30, -(10**30), True):
        (trigger,) = deliver(event(occurredAt=told))
        assert trigger.occurred_at is None


@pytest.mark.parametrize("content", [b"", b"{", b"7", b'"text"', b"\xff\xfe\x00", b"[" * 50_000, b"{}", b"[NaN]"])
def test_delivery_without_sense_is_said_to_be_unreadable(content):
    with pytest.raises(UnreadablePayload):
        deliver(content=content)


def test_unsigned_delivery_is_refused_before_it_is_read():
    with pytest.raises(NotAuthentic):
        receive(RawRequest("POST", URL, {}, b"{"), SECRETS, NOW)


def test_events_of_another_app_are_not_ours():
    assert len(deliver(event(appId=5), event())) == 1
    with pytest.raises(NotAuthentic):
        deliver(event(appId=5))


@given(events=st.lists(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists), max_size=3))
@settings(max_examples=60)
def test_any_signed_list_is_answered(events):
    assert all(isinstance(each, Unreadable) for each in deliver(*events))
