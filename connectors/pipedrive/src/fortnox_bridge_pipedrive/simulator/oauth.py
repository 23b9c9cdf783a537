"""The OAuth server (section 2.1): authorization code for confidential clients, no scope parameter, no PKCE."""

import base64
import binascii
from urllib.parse import urlencode, urlsplit

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from fortnox_bridge_pipedrive.simulator.access import CLIENT_ID, CLIENT_SECRET
from fortnox_bridge_pipedrive.simulator.answers import json_response
from fortnox_bridge_pipedrive.simulator.state import Company
from fortnox_bridge_pipedrive.simulator.tokens import ACCESS_LIFETIME, Grant
from fortnox_bridge_pipedrive.simulator.vendor import Vendor

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_MOST_FORM_BYTES = 64 * 1024


class _OauthError(Exception):
    """Every refusal is 400 with a text reason, never 401 (section 2.1)."""

    def response(self) -> Response:
        return PlainTextResponse(str(self), 400)


def oauth_routes(vendor: Vendor) -> list[Route]:
    async def authorize(request: Request) -> Response:
        try:
            return _authorize(vendor, request)
        except _OauthError as error:
            return error.response()

    async def token(request: Request) -> Response:
        try:
            form = await _client_form(request)
            return _token(vendor, form)
        except _OauthError as error:
            return error.response()

    async def revoke(request: Request) -> Response:
        try:
            form = await _client_form(request)
        except _OauthError as error:
            return error.response()
        _revoke(vendor, _text(form, "token"))
        # 200 also for a token that nobody knows (section 2.1).
        return json_response({"success": True})

    return [
        Route("/oauth/authorize", authorize, methods=["GET"]),
        Route("/oauth/token", token, methods=["POST"]),
        Route("/oauth/revoke", revoke, methods=["POST"]),
    ]


def _authorize(vendor: Vendor, request: Request) -> Response:
    query = request.query_params
    if query.get("client_id") != CLIENT_ID:
        raise _OauthError("Invalid client: client is invalid")
    redirect_uri = query.get("redirect_uri", "")
    parts = urlsplit(redirect_uri)
    if parts.scheme not in {"http", "https"} or parts.hostname not in _LOOPBACK or parts.fragment:
        raise _OauthError("Invalid client: redirect_uri does not match")
    if query.get("response_type", "code") != "code":
        raise _OauthError("Invalid request: response_type must be code")
    if query.get("scope"):
        # Scopes are fixed in the app's registration; asking for some is a mistake worth finding (section 2.1).
        raise _OauthError("Invalid request: scope is not a parameter of this endpoint")
    company = _chosen_company(vendor, query.get("sandbox_company"))
    answer = {"state": query["state"]} if "state" in query else {}
    if vendor.knobs.oauth_decision == "deny":
        answer = {"error": "user_denied", **answer}
    else:
        user = int(query["sandbox_user"]) if query.get("sandbox_user", "").isdecimal() else company.first_user().id
        if user not in company.users:
            raise _OauthError("Invalid request: no such sandbox_user")
        answer = {"code": vendor.tokens.issue_code(company.id, user, redirect_uri), **answer}
    separator = "&" if parts.query else "?"
    return RedirectResponse(f"{redirect_uri}{separator}{urlencode(answer)}", 302)


def _chosen_company(vendor: Vendor, company_id: str | None) -> Company:
    if company_id is None:
        return vendor.first_company()
    company = vendor.companies.get(int(company_id)) if company_id.isdecimal() else None
    if company is None:
        raise _OauthError("Invalid request: no such sandbox_company")
    return company


async def _client_form(request: Request) -> FormData:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    announced = request.headers.get("content-length", "0")
    if media_type != "application/x-www-form-urlencoded" or int(announced) > _MOST_FORM_BYTES:
        raise _OauthError("Invalid request: content must be application/x-www-form-urlencoded")
    form = await request.form()
    header = request.headers.get("authorization")
    # Credentials in the form are accepted but discouraged (section 2.1).
    given = _basic(header) if header else (_text(form, "client_id"), _text(form, "client_secret"))
    if given != (CLIENT_ID, CLIENT_SECRET):
        raise _OauthError("Invalid client: client is invalid")
    return form


def _basic(header: str) -> tuple[str, str]:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        raise _OauthError("Invalid client: cannot retrieve client credentials")
    try:
        user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise _OauthError("Invalid client: cannot retrieve client credentials") from error
    return user, password


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _token(vendor: Vendor, form: FormData) -> Response:
    kind = _text(form, "grant_type")
    if kind == "authorization_code":
        code = vendor.tokens.take_code(_text(form, "code"))
        if code is None:
            raise _OauthError("Invalid grant: authorization code is invalid")
        if code.redirect_uri != _text(form, "redirect_uri"):
            raise _OauthError("Invalid grant: redirect_uri does not match")
        return _issued(vendor, vendor.tokens.open_grant(code, vendor.knobs.scopes))
    if kind == "refresh_token":
        grant = vendor.tokens.refresh(_text(form, "refresh_token"))
        if grant is None:
            raise _OauthError("Invalid grant: refresh token is invalid")
        return _issued(vendor, grant)
    raise _OauthError("Invalid request: unsupported grant_type")


def _issued(vendor: Vendor, grant: Grant) -> Response:
    return json_response(
        {
            "access_token": vendor.tokens.new_access_token(grant),
            "token_type": "Bearer",
            # The same one every time: no rotation (section 2.1).
            "refresh_token": grant.refresh_token,
            "scope": ",".join(grant.scopes),
            "expires_in": int(ACCESS_LIFETIME.total_seconds()) - 1,
            "api_domain": vendor.world.base_url,
        },
        headers={"cache-control": "no-store"},
    )


def _revoke(vendor: Vendor, token: str) -> None:
    vendor.tokens.revoke_access(token)
    grant = vendor.tokens.close_grant(token)
    if grant is not None:
        # Revoking the refresh token is uninstalling the app (section 2.1).
        vendor.hooks.register.remove_of_app(grant.company_id, grant.user_id, CLIENT_ID, vendor.clock.now())
