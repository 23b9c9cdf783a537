from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fortnox_bridge.sdk import NotAuthentic, RawRequest, WebhookSecrets
from fortnox_bridge_hubspot.signatures import require_own_app, require_signed

# Vectors of facts/hubspot.md 5.
SECRET = "fb-demo-secret-0001"
SENT_AT = 1790000001234
SECRETS = WebhookSecrets(client_secret=SECRET, app_id="900100")
HOOK = "https://bridge.example/hubspot/webhook"
CARD = (
    "https://bridge.example/hubspot/card/deals/5501?portalId=424242&userId=77&userEmail=eva%40example.se&appId=900100"
)
ACTION = "https://bridge.example/hubspot/actions/create-invoice"
BODY_A = (
    b'[{"appId":900100,"attemptNumber":0,"eventId":70001,"objectId":5501,"objectTypeId":"0-3",'
    b'"occurredAt":1790000000000,"portalId":424242,"propertyName":"dealstage","propertyValue":"closedwon",'
    b'"subscriptionId":31,"subscriptionType":"object.propertyChange"}]'
)
BODY_C = '{"note":"Räksmörgås"}'.encode()
BODY_D = (
    b'{"callbackId":"ap-424242-7-1","origin":{"portalId":424242,"actionDefinitionId":81001,'
    b'"actionDefinitionVersion":3},"context":{"source":"WORKFLOWS","workflowId":9100},"object":{"objectId":5501,'
    b'"objectType":"DEAL","properties":{"dealname":"Altan 12 m2"}},"inputFields":{"documentType":"invoice"}}'
)
V3_A = "2WwqGorQTksaZwKyhBGqFMJLjfBsD6sXxHPzyavYYfk="
V2_D = "e13c85f1eea2d1c6ab8ea1bf15fe4406d57e285ebd588d68616fb211de2be0ed"


def instant(milliseconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)


def signed_v3(signature: str, body: bytes = BODY_A, url: str = HOOK, method: str = "POST", sent_at: str | None = None):
    headers = {"x-hubspot-signature-v3": signature, "x-hubspot-request-timestamp": sent_at or str(SENT_AT)}
    return RawRequest(method, url, headers, body)


def is_taken(request: RawRequest, *, secrets: WebhookSecrets = SECRETS, at: int = SENT_AT, takes_v2: bool = False):
    try:
        require_signed(request, secrets, instant(at), takes_v2=takes_v2)
    except NotAuthentic:
        return False
    return True


@pytest.mark.parametrize(
    "request_",
    [
        signed_v3(V3_A),
        signed_v3("Au0Ra7zPAtU9ufIkvIVjZQTjA2f1o8nWoZKl73aKXUU=", b"", CARD, "GET"),
        signed_v3("s+D4MR0cpskCYq172ojy2IwUWhuRXCQx5/iGFFSELSI=", b"", CARD, "GET"),
        signed_v3("AIoZP8fadZE0SmH39hp+ujalSOEDsRlDrjrYeMWxmgs=", BODY_C),
        signed_v3("6UR85ZUTWd5L57XTDrEXEK/WQaRFFhYpEwZkcXGLRE0=", BODY_D, ACTION),
    ],
    ids=["webhook", "card decoded", "card raw", "utf-8", "workflow"],
)
def test_signature_v3_of_the_vectors_is_taken(request_):
    assert is_taken(request_)


@pytest.mark.parametrize(
    ("now", "taken"),
    [(1790000301234, True), (1790000301235, False), (1789999701234, True), (1789999701233, False)],
)
def test_signature_v3_holds_five_minutes_both_ways(now, taken):
    assert is_taken(signed_v3(V3_A), at=now) is taken


@pytest.mark.parametrize("sent_at", ["abc", "-1790000001234", "1790000001234.0", "1790000001234 ", "١٧٩٠٠٠٠٠٠١٢٣٤", ""])
def test_timestamp_that_is_no_number_is_refused(sent_at):
    headers = {"x-hubspot-signature-v3": V3_A, "x-hubspot-request-timestamp": sent_at}

    assert not is_taken(RawRequest("POST", HOOK, headers, BODY_A))


@given(place=st.integers(min_value=0, max_value=len(BODY_A) - 1), flip=st.integers(min_value=1, max_value=255))
def test_any_changed_byte_of_the_body_is_refused(place, flip):
    body = bytearray(BODY_A)
    body[place] ^= flip

    assert not is_taken(signed_v3(V3_A, bytes(body)))


@given(signature=st.text(max_size=60).filter(lambda text: text != V3_A))
def test_any_other_signature_is_refused_without_an_exception(signature):
    assert not is_taken(signed_v3(signature))


def test_wrong_v3_is_not_mended_by_a_right_v2():
    headers = {
        "x-hubspot-signature-v3": "x",
        "x-hubspot-request-timestamp": str(SENT_AT),
        "x-hubspot-signature": V2_D,
        "x-hubspot-signature-version": "v2",
    }

    assert not is_taken(RawRequest("POST", ACTION, headers, BODY_D), takes_v2=True)


def test_v2_is_taken_only_where_it_is_asked_for():
    request = RawRequest("POST", ACTION, {"x-hubspot-signature": V2_D, "x-hubspot-signature-version": "v2"}, BODY_D)

    assert is_taken(request, takes_v2=True)
    assert not is_taken(request)


def test_v1_is_never_taken():
    v1 = "2978e4062a11cb894eccfce1097897bb8b0351082dc5bab098133774aceb6e2a"
    request = RawRequest("POST", HOOK, {"x-hubspot-signature": v1, "x-hubspot-signature-version": "v1"}, BODY_A)

    assert not is_taken(request, takes_v2=True)


def test_secret_before_the_change_is_taken_and_an_empty_one_never():
    assert is_taken(signed_v3(V3_A), secrets=WebhookSecrets(client_secret="new", former_secret=SECRET))
    assert not is_taken(signed_v3(V3_A), secrets=WebhookSecrets(client_secret="", former_secret=None))


def test_call_for_another_app_is_refused():
    require_own_app(900100, SECRETS)
    require_own_app(None, SECRETS)
    require_own_app(7, WebhookSecrets())
    with pytest.raises(NotAuthentic):
        require_own_app(900101, SECRETS)
