"""Workflow actions: calls as they were seen, and their registration with the developer's key."""

from datetime import UTC, datetime, timedelta

import pytest

from fortnox_bridge.http import HostPolicy, HttpClient
from fortnox_bridge.sdk import (
    ActionCall,
    ActionOutcome,
    ActionState,
    CommandContext,
    NotAuthentic,
    RawRequest,
    UnreadablePayload,
    WebhookSecrets,
)
from fortnox_bridge_hubspot.action_registration import register_actions
from fortnox_bridge_hubspot.actions import answer, read
from fortnox_bridge_hubspot.simulator.signing import sign_v2


@pytest.fixture
async def plain_http(hubspot):
    policy = HostPolicy(hosts=(), origins=(hubspot.base_url.removesuffix("/hubspot"),))
    async with HttpClient(system="HubSpot", policy=policy, connect_timeout_s=2, timeout_s=5) as http:
        yield http


SECRETS = WebhookSecrets(client_secret="fb-demo-secret-0001", app_id="900100")
NOW = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=1790000001234)
URL = "https://bridge.example/actions/hubspot/create-document"


def called(body: bytes) -> RawRequest:
    headers = {
        "x-hubspot-signature": sign_v2("fb-demo-secret-0001", "POST", URL, body),
        "x-hubspot-signature-version": "v2",
    }
    return RawRequest("POST", URL, headers, body)


@pytest.mark.parametrize(
    "inputs",
    [
        b'"inputFields":{"document_kind":"order","wait":"true"}',
        b'"fields":{"document_kind":"order","wait":true}',
        b'"typedInputs":{"document_kind":{"type":"STATIC_VALUE","value":"order"},"wait":{"value":"true"}}',
    ],
)
@pytest.mark.parametrize("record", [b"5501", b'"5501"'])
def test_call_is_read_in_every_variant_that_was_seen(inputs, record):
    body = (
        b'{"callbackId":"ap-1","origin":{"portalId":424242},"object":{"objectId":'
        + record
        + b',"objectType":"DEAL"},'
        + inputs
        + b"}"
    )

    call = read(called(body), "create-document", SECRETS, NOW)

    assert isinstance(call, ActionCall)
    assert (call.account, call.record_kind, call.external_id, call.call_id) == ("424242", "deal", "5501", "ap-1")
    assert (call.inputs["document_kind"], call.waits) == ("order", True)


@pytest.mark.parametrize("body", [b"", b"[]", b'{"callbackId":"x"}', b'{"origin":{"portalId":1},"object":{}}'])
def test_call_that_makes_no_sense_says_what_it_lacks(body):
    with pytest.raises(UnreadablePayload):
        read(called(body), "create-document", SECRETS, NOW)


def test_unsigned_call_is_refused_before_it_is_read():
    with pytest.raises(NotAuthentic):
        read(RawRequest("POST", URL, {}, b"[]"), "create-document", SECRETS, NOW)


def test_failure_lets_the_workflow_go_on_with_its_reason():
    call = ActionCall("1", kind=None, record_kind="deal", external_id="1", call_id="c")  # type: ignore[arg-type]
    outcome = ActionOutcome(ActionState.FAILED, error_code="action_no_deal", said="No open deal.")

    fields = answer(call, outcome).body["outputFields"]

    assert (fields["hs_execution_state"], fields["errorCode"]) == ("FAIL_CONTINUE", "ACTION_NO_DEAL")
    assert fields["message"] == "No open deal."


async def test_registering_twice_leaves_two_published_definitions(hubspot, plain_http):
    context = CommandContext(
        http=plain_http,
        base_urls={"api": hubspot.base_url},
        public_url="https://bridge.example",
        app_id="900100",
        clock=None,  # type: ignore[arg-type]
        log=None,  # type: ignore[arg-type]
        options={"developer-key": "sandbox-developer-key"},
    )

    first, second = await register_actions(context), await register_actions(context)

    assert ["created" in line for line in first] == [True, True]
    assert ["stands" in line for line in second] == [True, True]
    assert [each["published"] for each in hubspot.collection("definitions")] == [True, True]
