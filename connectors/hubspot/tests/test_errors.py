"""From HubSpot's answers to what happens next (facts 19): one row of the table each."""

import json

import pytest

from fortnox_bridge.sdk import (
    HttpResponse,
    LockHeld,
    OutcomeUnknown,
    PermissionMissing,
    RateLimited,
    ReconnectRequired,
    SourceDataInvalid,
    Unavailable,
)
from fortnox_bridge_hubspot.errors import Call, error_codes_of, error_of, message_of

HTML = b"<html><body>502 Bad gateway</body></html>"
READ = Call("deal 1", right="crm.objects.deals.read")
WRITE = Call("deal 1", right="crm.objects.deals.write", is_write=True)


def answer(status, body=b"", **headers):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return HttpResponse(status, {name.replace("_", "-"): value for name, value in headers.items()}, content)


@pytest.mark.parametrize("status", [200, 201, 204, 207])
def test_success_is_no_error(status):
    assert error_of(answer(status), READ) is None


@pytest.mark.parametrize(
    ("response", "kind", "code"),
    [
        (answer(401, {"category": "EXPIRED_AUTHENTICATION"}), ReconnectRequired, "source_unauthorized"),
        (answer(403, {"category": "MISSING_SCOPES"}), PermissionMissing, "source_scope_missing"),
        (answer(403, {"category": "BANNED", "message": "No"}), PermissionMissing, "source_permission_missing"),
        (answer(404, HTML), SourceDataInvalid, "source_record_missing"),
        (answer(410), SourceDataInvalid, "source_record_missing"),
        (answer(400, {"message": "Invalid"}), SourceDataInvalid, "source_refused"),
        (answer(409), SourceDataInvalid, "source_refused"),
        (answer(414), SourceDataInvalid, "source_refused"),
        (answer(423), LockHeld, "source_unavailable"),
        (answer(500, HTML), Unavailable, "source_unavailable"),
        (answer(524, HTML), Unavailable, "source_unavailable"),
    ],
)
def test_status_of_a_read_becomes_one_kind_of_error(response, kind, code):
    error = error_of(response, READ)

    assert type(error) is kind
    assert error.code == code


@pytest.mark.parametrize("status", [500, 502, 504, 521, 524])
def test_write_that_the_server_failed_may_have_had_its_effect(status):
    assert isinstance(error_of(answer(status, HTML), WRITE), OutcomeUnknown)


@pytest.mark.parametrize(
    ("policy", "headers", "code", "least_s"),
    [
        ("TEN_SECONDLY_ROLLING", {}, "source_rate_limited", 10),
        ("SECONDLY", {}, "source_rate_limited", 1),
        ("SECONDLY", {"retry_after": "17"}, "source_rate_limited", 17),
        ("DAILY", {}, "source_budget_empty", 3600),
        ("NEW_POLICY", {"retry_after": "soon"}, "source_rate_limited", 10),
    ],
)
def test_rate_limit_waits_as_its_policy_says_and_never_less_than_asked(policy, headers, code, least_s):
    error = error_of(answer(429, {"policyName": policy}, **headers), READ)

    assert isinstance(error, RateLimited)
    assert (error.code, error.retry_after_s) == (code, least_s)


def test_account_that_moves_data_centre_is_waited_for():
    error = error_of(answer(477, retry_after="86400"), READ)

    assert isinstance(error, Unavailable)
    assert error.retry_after_s == 86_400


def test_message_names_every_fault_once_in_one_line_and_is_cut():
    told = {
        "message": "Bad\n input",
        "errors": [{"message": "dealname  missing", "code": "A"}, {"message": "Bad input"}, 7],
    }

    assert message_of(told) == "Bad input dealname missing"
    assert error_codes_of(told) == {"A"}
    assert len(message_of({"message": "x" * 5000})) <= 300
    assert message_of({"message": 4, "errors": "no list"}) == ""
