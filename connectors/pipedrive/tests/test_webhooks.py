"""Deliveries (facts 17): who may speak, what triggers, and that no body is too strange."""

import base64
import contextlib
import hashlib
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fortnox_bridge.sdk import (
    AccountClosed,
    NotAuthentic,
    Occasion,
    RawRequest,
    Trigger,
    UnreadablePayload,
    WebhookSecrets,
)
from fortnox_bridge_pipedrive.webhooks import receive

NOW = datetime(2026, 5, 4, 8, 15, 3, tzinfo=UTC)
SECRETS = WebhookSecrets(user="hook-user", password="hook:påss", client_id="app", client_secret="app-secret")
EVENT = "6c0f2a34-58d1-4a59-9e1c-6f2f8f1b7a10"


def basic(user="hook-user", password="hook:påss"):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def payload(action="change", entity="deal", previous=None, **meta):
    return {
        "meta": {
            "action": action,
            "entity": entity,
            "entity_id": "812",
            "id": EVENT,
            "company_id": "4410022",
            "user_id": "9001777",
            "webhook_id": "77120",
            "timestamp": "2026-05-04T08:15:02.431Z",
            "type": "application",
            "version": "2.0",
            "change_source": "app",
            "attempt": 1,
            **meta,
        },
        "data": {"id": 812, "stage_id": 14, "status": "open", "value": 48750.5},
        "previous": previous,
    }


def deliver(body, *, headers=None, method="POST", secrets=SECRETS):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    given_headers = {"authorization": basic()} if headers is None else headers
    return receive(
        RawRequest(method, "https://bridge.example/webhooks/pipedrive/x", given_headers, content), secrets, NOW
    )


def test_change_of_stage_triggers():
    assert deliver(payload(previous={"stage_id": 13})) == (
        Trigger(
            account="4410022",
            object_kind="deal",
            external_id="812",
            dedupe_key=EVENT,
            reason="stage_changed",
            occurred_at=datetime(2026, 5, 4, 8, 15, 2, 431000, tzinfo=UTC),
        ),
    )


def test_move_to_another_pipeline_triggers():
    assert len(deliver(payload(previous={"pipeline_id": 1, "stage_id": 3}))) == 1


def test_creation_triggers():
    (trigger,) = deliver(payload("create"))
    assert isinstance(trigger, Trigger)
    assert trigger.reason == "created"


def test_retry_has_the_same_dedupe_key():
    first, retry = (deliver(payload(previous={"stage_id": 13}, attempt=attempt))[0] for attempt in (1, 2))
    assert first.dedupe_key == retry.dedupe_key


@pytest.mark.parametrize("event_id", [None, 7, "", "a\x00b", "x" * 200])
def test_event_without_a_usable_id_is_known_by_its_body(event_id):
    body = json.dumps(payload(previous={"stage_id": 13}, id=event_id)).encode()
    (trigger,) = deliver(body)
    assert trigger.dedupe_key == hashlib.sha256(body).hexdigest()


@pytest.mark.parametrize(
    "body",
    [
        payload(previous={"notes_count": 1, "update_time": None}),
        payload(previous={"files_count": 0, "last_activity_id": 3}),
        payload(previous={}),
        payload(previous=None),
        payload("change", "activity", previous={"stage_id": 1}),
        payload("create", "note"),
    ],
)
def test_event_that_says_nothing_of_the_deal_does_not_matter(body):
    assert deliver(body) == ()


@pytest.mark.parametrize(
    ("body", "occasion"),
    [
        (payload("create"), Occasion.MAY_QUALIFY),
        (payload(previous={"stage_id": 13, "title": "Old"}), Occasion.MAY_QUALIFY),
        (payload(previous={"status": "open", "won_time": None}), Occasion.MAY_END),
        (payload("delete", previous={"stage_id": 13}, merged_to_id="900"), Occasion.MAY_END),
        (payload(previous={"title": "Old"}), Occasion.EDITED),
        (payload(previous={"value": 1, "update_time": None}), Occasion.EDITED),
    ],
)
def test_event_tells_what_kind_of_occurrence_it_was(body, occasion):
    (trigger,) = deliver(body)
    assert trigger.occasion is occasion


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": ""},
        {"authorization": "Basic"},
        {"authorization": "Basic !!!"},
        {"authorization": "Basic åäö"},
        {"authorization": basic().replace("Basic", "Bearer")},
        {"authorization": basic(user="other")},
        {"authorization": basic(password="other")},
        {"authorization": "Basic " + base64.b64encode(b"no-colon").decode()},
        {"authorization": "Basic " + base64.b64encode(b"\xff\xfe:\x00").decode()},
        {"authorization": basic("app", "app-secret")},
    ],
)
def test_wrong_proof_is_refused_before_the_body_is_read(headers):
    with pytest.raises(NotAuthentic):
        deliver(b"\xff not even json", headers=headers)


@pytest.mark.parametrize("secrets", [WebhookSecrets(), WebhookSecrets(user="", password=""), WebhookSecrets(user="u")])
def test_without_secrets_nothing_is_authentic(secrets):
    for headers in ({"authorization": basic("", "")}, {"authorization": basic("u", "")}, {}):
        with pytest.raises(NotAuthentic):
            deliver(payload("create"), headers=headers, secrets=secrets)


def test_scheme_may_be_written_in_any_case():
    assert len(deliver(payload("create"), headers={"authorization": basic().replace("Basic", "basic")})) == 1


V1 = {
    "v": 1,
    "meta": {"object": "deal", "action": "updated", "id": 812, "company_id": 4410022, "v": 1},
    "current": {"stage_id": 14},
    "previous": {"stage_id": 13},
    "event": "updated.deal",
    "retry": 0,
}


@pytest.mark.parametrize(
    ("body", "part"),
    [
        (V1, "old subscription"),
        (payload(version="1.0"), "old subscription"),
        (b"", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"\x00", "not JSON"),
        (b"[" * 200_000, "not JSON"),
        (b'{"a":' * 100_000, "not JSON"),
        (b"[]", "not an object"),
        (b"null", "not an object"),
        (b"{}", "no meta"),
        (b'{"meta": 1}', "meta is not an object"),
        (b'{"meta": {}, "meta": {}}', "twice"),
        (b'{"meta": {"version": "2.0", "x": 1e400}}', "out of range"),
        (b'{"meta": {"x": 1e99999999999999999999}}', "not JSON"),
        (b'{"meta": {"x": NaN}}', "not finite"),
        (b'{"meta": {"x": ' + b"9" * 6000 + b"}}", "not JSON"),
        (payload("merged"), "meta.action"),
        (payload(["create"]), "meta.action"),
        (payload("create", version=[]), "meta.version"),
        (payload("create", version="3.0"), "meta.version"),
        (payload(previous=[1]), "previous is not an object"),
        (payload(previous="stage_id"), "previous is not an object"),
        (payload("create", company_id=None), "meta.company_id"),
        (payload("create", company_id=True), "meta.company_id"),
        (payload("create", company_id="44\x00"), "meta.company_id"),
        (payload("create", entity_id="812\n"), "meta.entity_id"),
        (payload("create", entity_id=10**40), "meta.entity_id"),
        (payload("create", entity_id={"id": 1}), "meta.entity_id"),
    ],
)
def test_strange_body_is_unreadable_and_says_why(body, part):
    with pytest.raises(UnreadablePayload, match=part):
        deliver(body)


@pytest.mark.parametrize("timestamp", [None, 5, "yesterday", "2026-05-04T08:15:02", "0001-01-01T00:00:00+14:00"])
def test_senseless_time_is_no_time(timestamp):
    (trigger,) = deliver(payload("create", timestamp=timestamp))
    assert trigger.occurred_at is None


def test_uninstall_with_the_apps_credentials_closes_the_account():
    body = {"client_id": "app", "company_id": 4410022, "user_id": 9001777, "timestamp": "2026-05-04T10:00:12.000Z"}
    (closed,) = deliver(body, method="DELETE", headers={"authorization": basic("app", "app-secret")})
    assert isinstance(closed, AccountClosed)
    assert closed.account == "4410022"


def test_uninstall_with_a_hooks_credentials_is_refused():
    with pytest.raises(NotAuthentic):
        deliver({"company_id": 4410022}, method="DELETE")


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)


@given(st.binary(max_size=200) | ANY_JSON.map(lambda value: json.dumps(value).encode()))
def test_any_body_gives_triggers_or_is_unreadable(body):
    with contextlib.suppress(UnreadablePayload):
        assert isinstance(deliver(body), tuple)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys([*payload()["meta"], "v"], ANY_JSON)), ANY_JSON)
def test_any_members_of_the_envelope_give_triggers_or_are_unreadable(meta, previous):
    sound = payload(previous=previous)
    try:
        found = deliver({**sound, "meta": {**sound["meta"], **meta}})
    except UnreadablePayload:
        return
    assert all(isinstance(trigger, Trigger) and trigger.external_id.isdecimal() for trigger in found)


@given(st.text(max_size=60))
def test_any_authorization_is_refused(header):
    with pytest.raises(NotAuthentic):
        deliver(payload("create"), headers={"authorization": header})


@pytest.mark.parametrize(
    ("entity", "kind"), [("organization", "company"), ("person", "contact"), ("product", "product")]
)
def test_change_of_a_customer_or_product_triggers_by_our_name_for_it(entity, kind):
    (trigger,) = deliver(payload(entity=entity, previous={"name": "Förr"}))

    assert (trigger.object_kind, trigger.external_id, trigger.reason) == (kind, "812", "changed")


@pytest.mark.parametrize("entity", ["organization", "person", "product"])
@pytest.mark.parametrize("action", ["create", "delete"])
def test_new_or_deleted_customer_or_product_does_not_matter(entity, action):
    assert deliver(payload(action, entity)) == ()


def test_action_that_nobody_described_is_kept_as_unreadable():
    with pytest.raises(UnreadablePayload):
        deliver(payload("archive", "product"))
