"""The OAuth server (facts 2.2 to 2.4): consent, tokens, introspection, revocation."""

from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from fortnox_bridge_hubspot.simulator.answers import Record, json_response
from fortnox_bridge_hubspot.simulator.state import Portal
from fortnox_bridge_hubspot.simulator.tokens import ACCESS_LIFETIME, BY_PLAN, Grant
from fortnox_bridge_hubspot.simulator.vendor import APP_ID, CLIENT_ID, CLIENT_SECRET, Vendor

# What the app was registered with: the consent page refuses a list that lacks one of these.
REQUIRED: Final = frozenset(
    {
        "oauth",
        "crm.objects.deals.read",
        "crm.objects.companies.read",
        "crm.objects.contacts.read",
        "crm.objects.contacts.write",
        "crm.objects.line_items.read",
        "files",
    }
)
_Form = Callable[[Vendor, FormData], Response]


class _Refused(Exception):
    def __init__(self, status: str, error: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.error = error


def oauth_routes(vendor: Vendor) -> list[Route]:
    async def authorize(request: Request) -> Response:
        return _authorize(vendor, request)

    return [
        Route("/oauth/authorize", authorize),
        Route("/oauth/{portal:int}/authorize", authorize),
        *(
            Route(path, _posted(vendor, handler), methods=["POST"])
            for handler, paths in _HANDLERS.items()
            for path in paths
        ),
        Route("/oauth/v1/access-tokens/{token:path}", _old_info(vendor)),
    ]


def _authorize(vendor: Vendor, request: Request) -> Response:
    """The consent page, which nobody has to press anything on: the knob decides."""
    query = request.query_params
    if query.get("client_id") != CLIENT_ID:
        return PlainTextResponse("This app does not exist.", 400)
    redirect_uri = query.get("redirect_uri", "")
    if not redirect_uri.startswith(("https://", "http://localhost", "http://127.0.0.1")):
        return PlainTextResponse("redirect_uri does not match a registered one.", 400)
    asked = set(query.get("scope", "").split())
    if not asked >= REQUIRED:
        missing = ", ".join(sorted(REQUIRED - asked))
        return PlainTextResponse(f"The scopes do not match those of the app; missing: {missing}", 400)
    answer = {"state": query["state"]} if "state" in query else {}
    if vendor.knobs.oauth_decision == "deny":
        refusal = {"error": "access_denied", "error_description": "The user declined", **answer}
        return RedirectResponse(f"{redirect_uri}?{urlencode(refusal)}", 302)
    portal = _chosen(vendor, request)
    if portal is None:
        return PlainTextResponse("no such sandbox_company", 400)
    optional = [each for each in query.get("optional_scope", "").split() if portal.plan in BY_PLAN.get(each, _ANY)]
    code = vendor.tokens.issue_code(portal.id, redirect_uri, tuple(sorted({*asked, *optional})))
    return RedirectResponse(f"{redirect_uri}?{urlencode({'code': code, **answer})}", 302)


_ANY: Final = frozenset({"free", "starter", "professional", "enterprise"})


def _chosen(vendor: Vendor, request: Request) -> Portal | None:
    """`sandbox_company` stands for the account that the user picks."""
    wanted = request.path_params.get("portal") or request.query_params.get("sandbox_company")
    return vendor.first_portal() if wanted is None else vendor.portals.get(int(wanted))


def _posted(vendor: Vendor, handler: _Form) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        try:
            return handler(vendor, await _client_form(request))
        except _Refused as refused:
            message = str(refused)
            body: Record = {
                "error": refused.error,
                "error_description": message,
                "status": refused.status,
                "message": message,
                "correlationId": vendor.correlation_id(),
            }
            return json_response(body, 400)

    return serve


async def _client_form(request: Request) -> FormData:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise _Refused("BAD_REQUEST", "invalid_request", "content must be application/x-www-form-urlencoded")
    form = await request.form()
    if (_text(form, "client_id"), _text(form, "client_secret")) != (CLIENT_ID, CLIENT_SECRET):
        raise _Refused("BAD_CLIENT_ID", "invalid_client", "missing or unknown client id")
    return form


def _token(vendor: Vendor, form: FormData) -> Response:
    match _text(form, "grant_type"):
        case "authorization_code":
            text = _text(form, "code")
            code = vendor.tokens.codes.pop(text, None)
            if code is None:
                raise _Refused("BAD_AUTH_CODE", "invalid_grant", "missing or unknown auth code")
            if code.expires_at <= vendor.clock.now():
                raise _Refused("EXPIRED_AUTH_CODE", "invalid_grant", "the code has expired")
            if code.redirect_uri != _text(form, "redirect_uri"):
                raise _Refused("MISMATCH_REDIRECT_URI_AUTH_CODE", "invalid_grant", "redirect_uri does not match")
            grant = vendor.tokens.open_grant(code)
            vendor.hooks.install(code.portal_id)
        case "refresh_token":
            found = vendor.tokens.grants.get(_text(form, "refresh_token"))
            if found is None:
                raise _Refused("BAD_REFRESH_TOKEN", "invalid_grant", "missing or invalid refresh token")
            if found.portal_id not in vendor.portals:
                raise _Refused("BAD_HUB", "access_denied", "the account does not exist")
            grant = found
        case _:
            raise _Refused("BAD_GRANT_TYPE", "unsupported_grant_type", "unsupported grant_type")
    return _issued(vendor, grant)


def _issued(vendor: Vendor, grant: Grant) -> Response:
    return json_response(
        {
            "token_type": "bearer",
            "access_token": vendor.tokens.new_access_token(grant),
            # The same one every time: no rotation is documented (facts 2.3).
            "refresh_token": grant.refresh_token,
            "expires_in": int(ACCESS_LIFETIME.total_seconds()),
            "hub_id": grant.portal_id,
            "user_id": 77,
            "token_use": "access_token",
            "scopes": list(grant.scopes),
        }
    )


def _introspect(vendor: Vendor, form: FormData) -> Response:
    hint = _text(form, "token_type_hint") or "access_token"
    token = _text(form, "token") or _text(form, hint)
    if hint == "refresh_token":
        grant, is_alive = vendor.tokens.grants.get(token), token in vendor.tokens.grants
    else:
        grant, is_alive = vendor.tokens.grant_of(token)
    if grant is None or not is_alive:
        return json_response({"active": False})
    return json_response({"active": True, "token_use": hint, "client_id": CLIENT_ID, **_about(vendor, grant)})


def _about(vendor: Vendor, grant: Grant) -> Record:
    portal = vendor.portals[grant.portal_id]
    return {
        "hub_id": portal.id,
        "hub_domain": f"{portal.id}.hubspot.example",
        "app_id": APP_ID,
        "user_id": 77,
        "user": "eva@nordlund-snickeri.example",
        "scopes": list(grant.scopes),
        "expires_in": int(ACCESS_LIFETIME.total_seconds()),
        "signed_access_token": {"hublet": "eu1"},
    }


def _revoke(vendor: Vendor, form: FormData) -> Response:
    grant = vendor.tokens.grants.get(_text(form, "token"))
    if grant is not None:
        vendor.tokens.close(grant)
    return json_response({})


def _old_info(vendor: Vendor) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        grant, is_alive = vendor.tokens.grant_of(request.path_params["token"])
        if grant is None or not is_alive:
            return json_response({"status": "error", "message": "access token not found"}, 404)
        return json_response({"token_type": "access", **_about(vendor, grant)})

    return serve


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


_HANDLERS: Final[dict[_Form, tuple[str, ...]]] = {
    _token: ("/oauth/2026-09/token", "/oauth/2026-03/token", "/oauth/v3/token", "/oauth/v1/token"),
    _introspect: ("/oauth/2026-09/token/introspect", "/oauth/2026-03/token/introspect", "/oauth/v3/token/introspect"),
    _revoke: ("/oauth/2026-09/token/revoke", "/oauth/2026-03/token/revoke", "/oauth/v3/token/revoke"),
}
