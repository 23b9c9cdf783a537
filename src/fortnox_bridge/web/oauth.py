"""Connecting accounts by OAuth: the browser's way from a one-time ticket to the vendor and back."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from fortnox_bridge.domain.catalogue import describe
from fortnox_bridge.domain.errors import BridgeError, Transient
from fortnox_bridge.domain.language import Language
from fortnox_bridge.services.access.authorize import Authorize, ConsentAnswer, StateRefused
from fortnox_bridge.web.pages.render import page
from fortnox_bridge.web.problems import language_of

_COOKIE = "fb_oauth"
_COOKIE_PATH = "/oauth"
_COOKIE_SECONDS = 600


def oauth_routes(authorize: Authorize, *, is_secure: bool) -> list[BaseRoute]:
    async def start(request: Request) -> Response:
        provider = request.path_params["provider"]
        try:
            consent = await authorize.begin(provider, request.query_params.get("ticket", ""))
        except StateRefused:
            return _sorry(request, "oauth_ticket_refused", {})
        except BridgeError as error:
            return _sorry(request, error.code, error.params)
        answer = RedirectResponse(consent.url, 302)
        # Ties the consent to this browser: a state that leaks is of no use elsewhere.
        answer.set_cookie(
            _COOKIE,
            consent.browser_secret,
            max_age=_COOKIE_SECONDS,
            path=_COOKIE_PATH,
            secure=is_secure,
            httponly=True,
            samesite="lax",
        )
        return answer

    async def callback(request: Request) -> Response:
        consent = ConsentAnswer(
            provider=request.path_params["provider"],
            state=request.query_params.get("state", ""),
            browser_secret=request.cookies.get(_COOKIE, ""),
            code=request.query_params.get("code"),
            error=request.query_params.get("error"),
            error_text=request.query_params.get("error_description"),
            parameters=dict(request.query_params),
        )
        try:
            connected = await authorize.finish(consent)
        except StateRefused:
            return _sorry(request, "oauth_state_refused", {})
        except Transient:
            return _sorry(request, "oauth_interrupted", {})
        except BridgeError as error:
            return _sorry(request, error.code, error.params)
        is_swedish = language_of(request) is Language.SWEDISH
        heading = f"{connected.name} är ansluten" if is_swedish else f"{connected.name} is connected"
        paragraph = "Du kan stänga sidan." if is_swedish else "You can close this page."
        answer = page(request, "message.html", heading=heading, paragraphs=[paragraph], tone="good")
        answer.delete_cookie(_COOKIE, path=_COOKIE_PATH)
        return answer

    return [
        Route("/oauth/{provider}/start", start, methods=["GET"]),
        Route("/oauth/{provider}/callback", callback, methods=["GET"]),
    ]


def _sorry(request: Request, code: str, params: Mapping[str, str]) -> Response:
    sentence = describe(code, params, language_of(request))
    paragraphs = [sentence.remedy]
    return page(request, "message.html", status=400, heading=sentence.what, paragraphs=paragraphs, tone="bad")
