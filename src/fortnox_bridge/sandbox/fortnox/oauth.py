"""`/oauth-v1`: authorize, token, revoke (facts/fortnox.md section 2)."""

import base64
import binascii
from collections.abc import Mapping
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from fortnox_bridge.sandbox.fortnox.consents import Consent, ConsentBook, TokenPair
from fortnox_bridge.sandbox.fortnox.knobs import ServiceKnobs
from fortnox_bridge.sandbox.fortnox.scopes import LICENCES_BY_SCOPE, lacks_licence
from fortnox_bridge.sandbox.fortnox.state import Company
from fortnox_bridge.sandbox.json_codec import JsonAnswer, encode

CLIENT_ID = "sandbox-client"
CLIENT_SECRET = "sandbox-secret"  # noqa: S105 -- the published credentials of the simulated app
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1", "testserver"})


class OAuth:
    def __init__(self, book: ConsentBook, knobs: ServiceKnobs, companies: Mapping[int, Company]) -> None:
        self._book = book
        self._knobs = knobs
        self._companies = companies

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/oauth-v1/auth", self._authorize, methods=["GET"]),
            Route("/oauth-v1/authorize", self._authorize, methods=["GET"]),
            Route("/oauth-v1/token", self._token, methods=["POST"]),
            Route("/oauth-v1/revoke", self._revoke, methods=["POST"]),
        ]

    async def _authorize(self, request: Request) -> Response:
        """Ask, and answer at once as the knobs say: there is nobody to press a button."""
        query = request.query_params
        redirect_uri = query.get("redirect_uri", "")
        if query.get("client_id") != CLIENT_ID or not is_loopback(redirect_uri):
            return HTMLResponse("<h1>Ogiltig client_id eller redirect_uri</h1>", 400)
        company = self._chosen_company(query.get("sandbox_company"))
        if company is None:
            return HTMLResponse("<h1>Företaget finns inte i sandlådan</h1>", 400)
        scopes = frozenset(query.get("scope", "").split())
        refusal = self._refusal(request, company, scopes)
        state = {"state": query["state"]} if "state" in query else {}
        if refusal:
            return _redirect(redirect_uri, {**refusal, **state})
        consent = Consent(CLIENT_ID, company.number, scopes, query.get("account_type") == "service")
        is_offline = query.get("access_type") == "offline"
        code = self._book.approve(consent, redirect_uri=redirect_uri, is_offline=is_offline)
        return _redirect(redirect_uri, {"code": code, **state})

    def _chosen_company(self, number: str | None) -> Company | None:
        if number is None:
            return next(iter(self._companies.values()))
        return self._companies.get(int(number)) if number.isdecimal() else None

    def _refusal(self, request: Request, company: Company, scopes: frozenset[str]) -> dict[str, str] | None:
        query = request.query_params
        enabled = self._knobs.app_scopes or frozenset(LICENCES_BY_SCOPE)
        if query.get("response_type") != "code":
            return _oauth_error("unsupported_response_type", "Only code is supported")
        if not scopes or not scopes <= enabled & frozenset(LICENCES_BY_SCOPE):
            return _oauth_error("invalid_scope", "The requested scope is invalid, unknown, or malformed")
        account_type = query.get("account_type")
        if account_type == "service" and not self._knobs.service_accounts_enabled:
            return _oauth_error("invalid_request", "Client does not allow service account")
        if account_type not in {None, "service"}:
            return _oauth_error("invalid_request", "Unknown account_type")
        if self._knobs.oauth_decision == "deny":
            return _oauth_error("access_denied", "The resource owner denied the request")
        if company.knobs.is_api_licence_missing:
            return _oauth_error("error_missing_app_license", "The integration licence is missing")
        if any(lacks_licence(scope, company.knobs.missing_licences) for scope in scopes):
            return _oauth_error("error_missing_license", "A licence for the requested scope is missing")
        return None

    async def _token(self, request: Request) -> Response:
        if not _has_client_credentials(request):
            return _invalid_client()
        form = await _form(request)
        match form.get("grant_type"):
            case "authorization_code":
                pair = self._book.exchange(CLIENT_ID, form.get("code", ""), form.get("redirect_uri", ""))
                return self._answer(pair, "Invalid authorization code")
            case "refresh_token":
                pair = self._book.refresh(CLIENT_ID, form.get("refresh_token", ""))
                return self._answer(pair, "Invalid refresh token")
            case "client_credentials":
                scopes = frozenset(form.get("scope", "").split())
                pair = self._book.client_credentials(CLIENT_ID, request.headers.get("tenantid", ""), scopes)
                return self._answer(pair, "No service account consent for this tenant and scope")
            case _:
                return JsonAnswer(_oauth_error("unsupported_grant_type", "Unknown grant type"), 400)

    def _answer(self, pair: TokenPair | None, refusal: str) -> Response:
        if pair is None:
            # Recorded: this refusal is JSON under a text/html content type.
            body = encode(_oauth_error("invalid_grant", refusal))
            return Response(body, 400, media_type="text/html")
        answer: dict[str, object] = {
            "access_token": pair.access_token,
            "scope": " ".join(sorted(pair.scopes)),
            "expires_in": self._knobs.access_token_s,
            "token_type": "bearer",
        }
        if pair.refresh_token is not None:
            answer["refresh_token"] = pair.refresh_token
        return JsonAnswer(answer)

    async def _revoke(self, request: Request) -> Response:
        if not _has_client_credentials(request):
            return _invalid_client()
        form = await _form(request)
        self._book.revoke(form.get("token", ""))
        return JsonAnswer({"revoked": True})


def is_loopback(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and parts.hostname in _LOOPBACK and not parts.fragment
    except ValueError:
        return False


async def _form(request: Request) -> dict[str, str]:
    if "x-www-form-urlencoded" not in request.headers.get("content-type", ""):
        return {}
    pairs = parse_qs((await request.body()).decode("latin-1"), keep_blank_values=True)
    return {name: values[-1] for name, values in pairs.items()}


def _has_client_credentials(request: Request) -> bool:
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return False
    try:
        given = base64.b64decode(encoded, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return False
    return given == f"{CLIENT_ID}:{CLIENT_SECRET}"


def _oauth_error(error: str, description: str) -> dict[str, str]:
    return {"error": error, "error_description": description}


def _invalid_client() -> Response:
    return JsonAnswer(_oauth_error("invalid_client", "The client credentials are invalid"), 401)


def _redirect(redirect_uri: str, parameters: dict[str, str]) -> Response:
    separator = "&" if urlsplit(redirect_uri).query else "?"
    return RedirectResponse(f"{redirect_uri}{separator}{urlencode(parameters)}", 302)
