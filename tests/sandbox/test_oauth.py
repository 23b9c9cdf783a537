import base64
import json
from urllib.parse import parse_qs, urlsplit

import pytest

REDIRECT = "http://127.0.0.1:9999/oauth/fortnox/callback"


def query_of(answer) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def claims_of(token: str) -> dict:
    return json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))


async def refresh(fortnox, token: str):
    return await fortnox.ask_token({"grant_type": "refresh_token", "refresh_token": token})


async def test_authorize_approves_at_once_and_returns_state(stranger):
    answer = await stranger.authorize()
    assert answer.status_code == 302
    assert answer.headers["location"].startswith(REDIRECT)
    assert query_of(answer)["state"] == "s-1"


@pytest.mark.parametrize(
    "change", [{"client_id": "somebody"}, {"redirect_uri": "https://evil.example/cb"}, {"sandbox_company": "999"}]
)
async def test_authorize_with_wrong_client_or_redirect_never_redirects(stranger, change):
    answer = await stranger.authorize(**change)
    assert answer.status_code == 400
    assert "text/html" in answer.headers["content-type"]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"scope": "invoice everything"}, "invalid_scope"),
        ({"scope": "Invoice"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"account_type": "robot"}, "invalid_request"),
    ],
)
async def test_authorize_with_bad_parameters_redirects_with_error(stranger, change, error):
    assert query_of(await stranger.authorize(**change))["error"] == error


@pytest.mark.parametrize(
    ("knobs", "change", "error"),
    [
        ({"oauth_decision": "deny"}, {}, "access_denied"),
        ({"service_accounts_enabled": False}, {"account_type": "service"}, "invalid_request"),
        ({"missing_licences": ["Order"]}, {}, "error_missing_license"),
        ({"is_api_licence_missing": True}, {}, "error_missing_app_license"),
        ({"app_scopes": ["invoice"]}, {}, "invalid_scope"),
    ],
)
async def test_authorize_refused_by_knob_redirects_with_error(stranger, knobs, change, error):
    await stranger.configure(**knobs)
    refusal = query_of(await stranger.authorize(**change))
    assert refusal["error"] == error
    assert refusal["state"] == "s-1"


async def test_access_token_carries_the_documented_claims(fortnox):
    claims = claims_of(fortnox.token)
    expected = {
        "userId",
        "tenantId",
        "clientId",
        "scopes",
        "rightsAsJson",
        "authSource",
        "iss",
        "aud",
        "sub",
        "iat",
        "exp",
    }
    assert expected <= set(claims)
    assert claims["exp"] - claims["iat"] == 3600
    information = (await fortnox.get("/companyinformation"))["CompanyInformation"]
    assert claims["tenantId"] == information["DatabaseNumber"]


async def test_code_is_single_use_and_bound_to_its_redirect(stranger):
    code = await stranger.code()
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}
    assert (await stranger.ask_token(form)).status_code == 200
    assert (await stranger.ask_token(form)).json()["error"] == "invalid_grant"
    other = {**form, "code": await stranger.code(), "redirect_uri": REDIRECT + "/"}
    assert (await stranger.ask_token(other)).status_code == 400


async def test_code_after_ten_minutes_is_refused(stranger, clock):
    code = await stranger.code()
    clock.advance(601)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}
    assert (await stranger.ask_token(form)).status_code == 400


async def test_without_offline_access_no_refresh_token_is_given(stranger):
    assert "refresh_token" not in await stranger.connect(access_type="")


@pytest.mark.parametrize("auth", [("sandbox-client", "wrong"), ("other", "sandbox-secret"), None])
async def test_token_with_wrong_client_credentials_is_401(stranger, auth):
    answer = await stranger.ask_token({"grant_type": "refresh_token", "refresh_token": "x"}, auth=auth)
    assert answer.status_code == 401
    assert answer.json() == {
        "error": "invalid_client",
        "error_description": "The client credentials are invalid",
    }


async def test_refresh_rotates_and_spent_token_is_refused_as_html(stranger):
    first = await stranger.connect()
    second = (await refresh(stranger, first["refresh_token"])).json()
    assert second["refresh_token"] != first["refresh_token"]
    spent = await refresh(stranger, first["refresh_token"])
    assert spent.status_code == 400
    assert spent.headers["content-type"].startswith("text/html")
    assert spent.json() == {"error": "invalid_grant", "error_description": "Invalid refresh token"}
    # The pair that the spent one gave goes on working.
    assert (await refresh(stranger, second["refresh_token"])).status_code == 200


async def test_refresh_race_lets_both_succeed_but_only_the_last_pair_lives(stranger, clock):
    await stranger.configure(refresh_race_s=1)
    first = await stranger.connect()
    early = (await refresh(stranger, first["refresh_token"])).json()
    late = (await refresh(stranger, first["refresh_token"])).json()
    assert (await refresh(stranger, early["refresh_token"])).status_code == 400
    assert (await refresh(stranger, late["refresh_token"])).status_code == 200
    clock.advance(2)
    assert (await refresh(stranger, first["refresh_token"])).status_code == 400


async def test_refresh_token_dies_after_45_days(stranger, clock):
    first = await stranger.connect()
    clock.advance(46 * 86400)
    assert (await refresh(stranger, first["refresh_token"])).status_code == 400


async def test_access_token_past_its_hour_is_401_unauthorized(fortnox, http):
    await http.post("/_control/clock", json={"advance_s": 3601})
    answer = await fortnox.call("GET", "/companyinformation")
    assert (answer.status_code, answer.json()) == (401, {"message": "unauthorized"})


@pytest.mark.parametrize("damage", ["-", "x", "a.b.c", "é.b.c"])
async def test_damaged_access_token_is_401(fortnox, http, damage):
    headers = {"authorization": f"Bearer {damage}".encode()}
    answer = await http.get("/fortnox/3/units", headers=headers)
    assert (answer.status_code, answer.json()) == (401, {"message": "unauthorized"})


async def test_tampered_access_token_is_401(fortnox):
    head, _, signature = fortnox.token.split(".")
    claims = claims_of(fortnox.token) | {"exp": 9999999999}
    forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    fortnox.token = f"{head}.{forged}.{signature}"
    assert (await fortnox.call("GET", "/units")).status_code == 401


async def test_client_credentials_need_a_service_consent_first(stranger):
    form = {"grant_type": "client_credentials"}
    headers = {"TenantId": "1234567"}
    await stranger.connect()
    assert (await stranger.ask_token(form, headers=headers)).status_code == 400
    await stranger.connect(account_type="service")
    answer = (await stranger.ask_token(form, headers=headers)).json()
    assert "refresh_token" not in answer
    stranger.token = answer["access_token"]
    assert (await stranger.call("GET", "/companyinformation")).status_code == 200


async def test_client_credentials_narrow_scopes_and_refuse_wider_ones(stranger):
    await stranger.connect(account_type="service", scope="companyinformation customer")
    headers = {"TenantId": "1234567"}
    narrow = {"grant_type": "client_credentials", "scope": "customer"}
    assert (await stranger.ask_token(narrow, headers=headers)).json()["scope"] == "customer"
    wide = {"grant_type": "client_credentials", "scope": "customer invoice"}
    assert (await stranger.ask_token(wide, headers=headers)).status_code == 400
    other = {"grant_type": "client_credentials"}
    assert (await stranger.ask_token(other, headers={"TenantId": "1"})).status_code == 400


async def test_withdrawn_consent_ends_refresh_and_client_credentials(stranger):
    first = await stranger.connect(account_type="service")
    await stranger.seed(withdraw_consent=True)
    assert (await refresh(stranger, first["refresh_token"])).status_code == 400
    form = {"grant_type": "client_credentials"}
    assert (await stranger.ask_token(form, headers={"TenantId": "1234567"})).status_code == 400


async def test_revoke_answers_true_even_for_an_unknown_token(stranger, http):
    first = await stranger.connect()
    for token in (first["refresh_token"], "never-issued"):
        form = {"token_type_hint": "refresh_token", "token": token}
        answer = await http.post("/fortnox/oauth-v1/revoke", data=form, auth=("sandbox-client", "sandbox-secret"))
        assert answer.json() == {"revoked": True}
    assert (await refresh(stranger, first["refresh_token"])).status_code == 400


async def test_invalidated_access_tokens_are_401_and_refresh_heals(stranger):
    pair = await stranger.connect()
    await stranger.seed(invalidate_access_tokens=True)
    assert (await stranger.call("GET", "/units")).status_code == 401
    stranger.token = (await refresh(stranger, pair["refresh_token"])).json()["access_token"]
    assert (await stranger.call("GET", "/units")).status_code == 200


async def test_companies_are_apart(fortnox):
    await fortnox.seed(companies=[{"DatabaseNumber": 77, "CompanyName": "Andra AB"}])
    await fortnox.create("Customer", "/customers", {"Name": "Bara hos den första", "CustomerNumber": "X1"})
    await fortnox.connect(sandbox_company="77")
    assert await fortnox.refused("GET", "/customers/X1") == 2000433
    assert (await fortnox.get("/customers"))["MetaInformation"]["@TotalResources"] == 0
