"""What every answer of the vendor becomes (facts 3 and 4), through the public capabilities."""

import pytest

from fortnox_bridge.sdk import (
    BridgeError,
    ContractViolation,
    CredentialKind,
    Note,
    NotSent,
    OutcomeUnknown,
    PermissionMissing,
    RateLimited,
    ReconnectRequired,
    SourceDataInvalid,
    Tone,
    Unanswered,
    Unavailable,
    UserAction,
)

ME = "/v1/users/me"
NOTE = Note(tone=Tone.SUCCESS, heading="Utkast skapat", reference="fnx-1")
UNAUTHORIZED = {"success": False, "error": "unauthorized access", "errorCode": 401}


def me(**overrides):
    return {
        "id": 9001777,
        "name": "Eva Ek",
        "company_id": 4410022,
        "company_name": "Nordlund Snickeri AB",
        "company_domain": "nordlund",
        "default_currency": "SEK",
        **overrides,
    }


async def identify(account):
    async with account.session() as session:
        return await session.account.identify()


async def create_note(account, ref):
    async with account.session() as session:
        return await session.notes.create_note(ref("deal", "812"), NOTE)


async def failure_of_read(account) -> BridgeError:
    with pytest.raises(BridgeError) as caught:
        await identify(account)
    return caught.value


async def failure_of_write(account, ref) -> BridgeError:
    with pytest.raises(BridgeError) as caught:
        await create_note(account, ref)
    return caught.value


async def test_identify_with_api_token_sends_its_header_and_answers_the_company(account, vendor):
    vendor.data("GET", ME, me())
    info = await identify(account)
    assert (info.external_id, info.name, info.user_name) == ("4410022", "Nordlund Snickeri AB", "Eva Ek")
    assert (info.url, info.default_currency) == ("https://nordlund.pipedrive.com", "SEK")
    assert vendor.requests[0].headers["x-api-token"] == "token-1"
    assert "authorization" not in vendor.requests[0].headers


async def test_identify_with_oauth_calls_the_api_domain_with_a_bearer_token(account, vendor):
    account.kind = CredentialKind.OAUTH
    account.account_extra = {"api_domain": "https://nordlund.pipedrive.com"}
    vendor.base = "https://nordlund.pipedrive.com"
    vendor.data("GET", ME, me())
    await identify(account)
    assert vendor.requests[0].url == "https://nordlund.pipedrive.com/v1/users/me"
    assert vendor.requests[0].headers["authorization"] == "Bearer token-1"


async def test_oauth_with_a_sandbox_as_api_domain_calls_it(account, vendor):
    account.kind = CredentialKind.OAUTH
    sandbox = "http://127.0.0.1:8900/pipedrive"
    account.base_urls = {"api": sandbox, "oauth": sandbox}
    account.account_extra = {"api_domain": sandbox}
    vendor.base = sandbox
    vendor.data("GET", ME, me())
    await identify(account)
    assert vendor.requests[0].url == sandbox + ME


async def test_api_token_with_company_domain_calls_the_company_host(account, vendor):
    vendor.base = "https://nordlund.pipedrive.com"
    vendor.data("GET", ME, me())
    async with account.session(company_domain="https://nordlund.pipedrive.com/pipeline/2") as session:
        await session.account.identify()
    assert vendor.requests[0].url.startswith("https://nordlund.pipedrive.com/")


async def test_api_token_with_an_overridden_base_never_leaves_it(account, vendor):
    account.base_urls = {"api": "http://127.0.0.1:8900/pipedrive"}
    vendor.base = "http://127.0.0.1:8900/pipedrive"
    vendor.data("GET", ME, me())
    async with account.session(company_domain="nordlund") as session:
        await session.account.identify()
    assert vendor.requests[0].url.startswith("http://127.0.0.1:8900/pipedrive/")


async def test_oauth_with_a_senseless_api_domain_is_the_vendors_fault(account):
    account.kind = CredentialKind.OAUTH
    account.account_extra = {"api_domain": "javascript:alert(1)"}
    with pytest.raises(ContractViolation):
        await identify(account)


async def test_read_refused_once_is_repeated_with_a_new_token(account, vendor):
    vendor.answer("GET", ME, UNAUTHORIZED, status=401)
    vendor.data("GET", ME, me())
    await identify(account)
    assert account.tokens.rejected == ["token-1"]
    assert [request.headers["x-api-token"] for request in vendor.requests] == ["token-1", "token-2"]


async def test_write_refused_once_is_repeated_since_it_had_no_effect(account, vendor, ref):
    vendor.answer("POST", "/v1/notes", UNAUTHORIZED, status=401)
    vendor.answer("POST", "/v1/notes", {"success": True, "data": {"id": 5, "active_flag": True}}, status=201)
    assert await create_note(account, ref) == "5"


async def test_read_refused_twice_needs_a_reconnect(account, vendor):
    vendor.answer("GET", ME, UNAUTHORIZED, status=401)
    error = await failure_of_read(account)
    assert isinstance(error, ReconnectRequired)
    assert len(vendor.requests) == 2


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (400, {"success": False, "error": "Bad", "error_info": "really"}, SourceDataInvalid, "source_refused"),
        (402, {"success": False, "error": "Company account is not open"}, UserAction, "source_account_closed"),
        (403, {"success": False, "error": "Scope and URL mismatch"}, PermissionMissing, "source_scope_missing"),
        (403, {"success": False, "error": "Forbidden"}, PermissionMissing, "source_permission_missing"),
        (403, {"success": False, "code": "feature_capping_deals_limit"}, UserAction, "source_plan_limit"),
        (403, b"<html>Cloudflare</html>", Unavailable, "source_blocked"),
        (404, {"success": False, "error": "Deal not found"}, SourceDataInvalid, "source_record_missing"),
        (404, b"<html>no such page</html>", Unavailable, "source_unavailable"),
        (410, {"success": True}, SourceDataInvalid, "source_record_missing"),
        (415, {"success": False, "error": "Feature off"}, PermissionMissing, "source_feature_missing"),
        (418, {"success": False}, SourceDataInvalid, "source_refused"),
        (500, {"success": False}, Unavailable, "source_unavailable"),
        (502, b"<html>bad gateway</html>", Unavailable, "source_unavailable"),
        (200, {"success": False, "error": "no"}, SourceDataInvalid, "source_refused"),
        (200, b"<html>login</html>", ContractViolation, "source_answer_unreadable"),
        (200, b"", ContractViolation, "source_answer_unreadable"),
        (200, b"[]", ContractViolation, "source_answer_unreadable"),
        (200, b'{"success": true, "data": 1e99999999999999999999}', ContractViolation, "source_answer_unreadable"),
        (302, {"success": False}, ContractViolation, "source_answer_unreadable"),
        (200, {"success": True, "data": {"company_id": None}}, ContractViolation, "source_answer_unreadable"),
        (200, {"success": True, "data": None}, ContractViolation, "source_answer_unreadable"),
    ],
)
async def test_read_answered_wrongly_becomes_the_right_error(account, vendor, status, body, kind, code):
    vendor.answer("GET", ME, body, status=status)
    error = await failure_of_read(account)
    assert (type(error), error.code) == (kind, code)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, {"success": False, "error": "Bad"}, SourceDataInvalid),
        (403, b"<html>Cloudflare</html>", Unavailable),
        (500, {"success": False}, OutcomeUnknown),
        (503, b"<html>bad gateway</html>", OutcomeUnknown),
        (200, b"<html>login</html>", OutcomeUnknown),
        (201, b"", OutcomeUnknown),
        (201, {"success": True, "data": {}}, OutcomeUnknown),
    ],
)
async def test_write_answered_wrongly_tells_whether_it_may_have_happened(account, vendor, ref, status, body, kind):
    vendor.answer("POST", "/v1/notes", body, status=status)
    assert type(await failure_of_write(account, ref)) is kind


async def test_write_not_sent_stays_so(account, vendor, ref):
    vendor.put("POST", "/v1/notes", NotSent("system_unreachable", system="Pipedrive"))
    assert isinstance(await failure_of_write(account, ref), NotSent)


async def test_write_unanswered_has_an_unknown_outcome(account, vendor, ref):
    vendor.put("POST", "/v1/notes", Unanswered("system_unanswered", system="Pipedrive"))
    assert isinstance(await failure_of_write(account, ref), OutcomeUnknown)


async def test_read_unanswered_is_only_unavailable(account, vendor):
    vendor.put("GET", ME, Unanswered("system_unanswered", system="Pipedrive"))
    assert type(await failure_of_read(account)) is Unavailable


@pytest.mark.parametrize(
    ("headers", "code", "wait"),
    [
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2"}, "source_rate_limited", 2),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1777930000"}, "source_rate_limited", 2),
        ({"x-ratelimit-remaining": "0", "retry-after": "7"}, "source_rate_limited", 7),
        ({}, "source_rate_limited", 10),
        # 22:30 UTC: until midnight it is 90 minutes, yet it is looked at hourly.
        ({"x-ratelimit-remaining": "18"}, "source_budget_empty", 3600),
        ({"x-ratelimit-remaining": "0", "x-daily-ratelimit-token-remaining": "0"}, "source_budget_empty", 3600),
    ],
)
async def test_too_many_requests_tells_burst_from_daily_budget(account, vendor, headers, code, wait):
    vendor.answer("GET", ME, {"success": False, "error": "limit"}, status=429, headers=headers)
    error = await failure_of_read(account)
    assert isinstance(error, RateLimited)
    assert (error.code, error.retry_after_s) == (code, wait)


async def test_blocked_read_waits_long(account, vendor):
    vendor.answer("GET", ME, b"<html>blocked</html>", status=403)
    error = await failure_of_read(account)
    assert isinstance(error, Unavailable)
    assert error.retry_after_s is not None
    assert error.retry_after_s >= 600


async def test_errors_and_logs_never_hold_the_token(account, vendor):
    vendor.answer("GET", ME, {"success": False, "error": "Bad"}, status=400, headers={"x-correlation-id": "abc"})
    error = await failure_of_read(account)
    assert "token-" not in f"{error!r} {error.params} {account.log.events}"
    assert account.log.events[0][1]["correlation_id"] == "abc"


async def test_list_of_pages_is_followed_to_its_end(account, vendor):
    stage = {"pipeline_id": 2, "name": "Vunnen", "order_nr": 1, "is_deleted": False}
    vendor.data("GET", "/api/v2/pipelines", [{"id": 2, "name": "Sälj", "order_nr": 1, "is_deleted": False}])
    vendor.data("GET", "/api/v2/stages", [{"id": 13, **stage}], next_cursor="abc")
    vendor.data("GET", "/api/v2/stages", [{"id": 14, **stage}], next_cursor=None)
    async with account.session() as session:
        (pipeline,) = await session.stages.list_pipelines()
    assert [found.id for found in pipeline.stages] == ["13", "14"]
    asked = [dict(request.params).get("cursor") for request in vendor.requests if request.url.endswith("stages")]
    assert asked == [None, "abc"]


async def test_list_that_repeats_its_cursor_is_the_vendors_fault(account, vendor):
    vendor.data("GET", "/api/v2/pipelines", [])
    vendor.data("GET", "/api/v2/stages", [], next_cursor="abc")
    with pytest.raises(ContractViolation):
        async with account.session() as session:
            await session.stages.list_pipelines()


async def test_stages_are_in_order_without_deleted_ones(account, vendor):
    vendor.data(
        "GET",
        "/api/v2/pipelines",
        [
            {"id": 3, "name": "Ny", "order_nr": 2},
            {"id": 2, "name": "Sälj", "order_nr": 1},
            {"id": 4, "name": "Bort", "is_deleted": True},
        ],
    )
    vendor.data(
        "GET",
        "/api/v2/stages",
        [
            {"id": 14, "name": "Vunnen", "pipeline_id": 2, "order_nr": 5},
            {"id": 13, "name": "Offert", "pipeline_id": 2, "order_nr": 1},
            {"id": 15, "name": "Gammal", "pipeline_id": 2, "order_nr": 2, "is_deleted": True},
        ],
    )
    async with account.session() as session:
        pipelines = await session.stages.list_pipelines()
    assert [(found.id, [stage.id for stage in found.stages]) for found in pipelines] == [("2", ["13", "14"]), ("3", [])]
