import json
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.oauth.virtual_time import START, VirtualTime

from fortnox_bridge.domain.errors import ContractViolation, RateLimited, SettingsInvalid, Unavailable
from fortnox_bridge.http import HttpRequest, HttpResponse
from fortnox_bridge.oauth.errors import GrantRefused
from fortnox_bridge.oauth.flow import AuthorizationServer
from fortnox_bridge.oauth.types import ClientAuth, OAuthClient, OAuthEndpoints

ENDPOINTS = OAuthEndpoints("/auth", "/token", revoke_path="/revoke", scopes=("a", "b"))
TOKENS = {"access_token": "at", "refresh_token": "rt", "expires_in": 3600, "scope": "a b"}


class CannedHttp:
    def __init__(self, body: object, status: int = 200, content_type: str = "text/html", **headers: str) -> None:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.answer = HttpResponse(status, {"content-type": content_type, **headers}, raw)
        self.sent: list[HttpRequest] = []

    async def send(self, request: HttpRequest) -> HttpResponse:
        self.sent.append(request)
        return self.answer


def make_server(http: CannedHttp, endpoints: OAuthEndpoints = ENDPOINTS) -> AuthorizationServer:
    client = OAuthClient("id", "secret")
    return AuthorizationServer(
        http, endpoints, {endpoints.base: "https://oauth.example/"}, client, VirtualTime(), system="Fortnox"
    )


def test_authorize_url_carries_state_scopes_and_fixed_parameters():
    endpoints = OAuthEndpoints("/auth", "/token", scopes=("a", "b"), authorize_params={"access_type": "offline"})
    url = make_server(CannedHttp({}), endpoints).authorize_url(redirect_uri="https://we.example/cb?x=1", state="s&t")
    query = parse_qs(urlsplit(url).query)
    assert url.startswith("https://oauth.example/auth?")
    assert query == {
        "client_id": ["id"], "redirect_uri": ["https://we.example/cb?x=1"], "state": ["s&t"],
        "response_type": ["code"], "scope": ["a b"], "access_type": ["offline"],
    }  # fmt: skip


def test_authorize_url_without_scopes_has_no_scope_parameter():
    url = make_server(CannedHttp({}), OAuthEndpoints("/auth", "/token")).authorize_url(redirect_uri="u", state="s")
    assert "scope" not in url


async def test_exchange_reads_json_served_as_html():
    http = CannedHttp(TOKENS)
    tokens = await make_server(http).exchange_code("c", redirect_uri="https://we.example/cb")
    assert (tokens.access_token, tokens.refresh_token, tokens.scopes) == ("at", "rt", ("a", "b"))
    assert (tokens.expires_at - START).total_seconds() == 3600
    assert http.sent[0].basic_auth == ("id", "secret")
    assert http.sent[0].form == {
        "grant_type": "authorization_code", "code": "c", "redirect_uri": "https://we.example/cb",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "life_s", "scopes"),
    [
        ({"expires_in": None}, 3600, ("a", "b")),
        ({"expires_in": "120"}, 120, ("a", "b")),
        ({"expires_in": -5}, 3600, ("a", "b")),
        ({"expires_in": "soon"}, 3600, ("a", "b")),
        ({"scope": "deals:full,users:read"}, 3600, ("deals:full", "users:read")),
        ({"scope": None}, 3600, ()),
    ],
)
async def test_answer_is_read_leniently(changes, life_s, scopes):
    tokens = await make_server(CannedHttp({**TOKENS, **changes})).refresh("old")
    assert (tokens.expires_at - START).total_seconds() == life_s
    assert tokens.scopes == scopes


async def test_refresh_without_new_refresh_token_keeps_the_old_one_and_extra_members():
    http = CannedHttp({"access_token": "at", "api_domain": "https://x.pipedrive.com", "expires_in": 60})
    tokens = await make_server(http).refresh("old")
    assert tokens.refresh_token == "old"
    assert tokens.extra == {"api_domain": "https://x.pipedrive.com"}


async def test_client_credentials_name_the_tenant_and_give_no_refresh_token():
    http = CannedHttp({"access_token": "at", "expires_in": 3600})
    tokens = await make_server(http).client_credentials({"TenantId": "77"})
    assert http.sent[0].headers["TenantId"] == "77"
    assert tokens.refresh_token is None


async def test_client_in_the_form_when_the_vendor_wants_it_there():
    http = CannedHttp(TOKENS)
    await make_server(http, OAuthEndpoints("/a", "/t", client_auth=ClientAuth.FORM)).refresh("old")
    assert http.sent[0].basic_auth is None
    assert http.sent[0].form["client_secret"] == "secret"


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, {"error": "invalid_grant", "error_description": "Invalid refresh token"}, GrantRefused),
        (401, {"error": "invalid_client", "error_description": "x"}, SettingsInvalid),
        (400, {"error": "invalid_request"}, ContractViolation),
        (429, b"", RateLimited),
        (500, {"error": "server_error"}, Unavailable),
        (502, b"<html>", Unavailable),
        (400, b"<html>", Unavailable),
        (200, b"<html>", ContractViolation),
        (200, {"access_token": ""}, ContractViolation),
        (200, [], ContractViolation),
    ],
)
async def test_refusal_is_classified_without_leaking(status, body, error):
    with pytest.raises(error) as refused:
        await make_server(CannedHttp(body, status)).refresh("very-secret")
    assert "secret" not in f"{refused.value} {refused.value.params}"


async def test_revoke_posts_the_token_and_is_nothing_where_there_is_no_such_call():
    http = CannedHttp({"revoked": True})
    await make_server(http).revoke("rt")
    assert http.sent[0].form == {"token": "rt", "token_type_hint": "refresh_token"}
    silent = CannedHttp({})
    await make_server(silent, OAuthEndpoints("/a", "/t")).revoke("rt")
    assert silent.sent == []
