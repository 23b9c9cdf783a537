"""Cards inside source systems: proven by the platform's signature, answered before the platform gives up (F103)."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fortnox_bridge.domain.card import Card, CardNotice
from fortnox_bridge.domain.catalogue import describe
from fortnox_bridge.domain.errors import BridgeError, Defect
from fortnox_bridge.domain.language import Language
from fortnox_bridge.domain.wire_json import encode_json
from fortnox_bridge.sdk import (
    CardCall,
    CardShape,
    CardSurface,
    NotAuthentic,
    PlatformAnswer,
    UnreadablePayload,
)
from fortnox_bridge.services.absence import NotFound
from fortnox_bridge.services.cards.cards import Cards, notice_of
from fortnox_bridge.services.cards.presses import WRITES
from fortnox_bridge.services.cards.surfaces import CardSurfaces
from fortnox_bridge.storage import StorageUnavailable
from fortnox_bridge.web.cards.panel import panel_page, refusal_page
from fortnox_bridge.web.problems import language_of, problem_response
from fortnox_bridge.web.raw_request import raw_request

log = structlog.get_logger()

# Card calls that nobody could make out are not the card's business to explain in detail.
_PROBLEM_LENGTH: Final = 100


def card_routes(
    cards: Cards, surfaces: CardSurfaces, *, public_url: str, margin_s: float, now: Callable[[], datetime]
) -> list[BaseRoute]:
    async def answer(request: Request) -> Response:
        connector, path = request.path_params["connector"], request.path_params["path"]
        try:
            surface = surfaces.of(connector)
        except NotFound:
            return problem_response(request, status=404, code="not_found")
        try:
            call = surfaces.read(connector, await raw_request(request, public_url), path)
        except NotAuthentic:
            log.warning("card.refused", connector=connector)
            return _unproven(request, connector, surface, _say("card_not_authentic", language_of(request)), 401)
        except UnreadablePayload as error:
            problem = str(error)[:_PROBLEM_LENGTH]
            notice = _say("card_unreadable", language_of(request), problem=problem)
            return _unproven(request, connector, surface, notice, 400)
        except Defect as error:
            log.exception("card.connector_failed", connector=connector)
            return _unproven(request, connector, surface, notice_of(error, language_of(request)), 502)
        card = await _card(request, connector, surface, call)
        return _proven(request, connector, surface, call, card)

    async def _card(request: Request, connector: str, surface: CardSurface, call: CardCall) -> Card | CardNotice:
        """The card, or why there is none; always in time."""
        language = _language(call.language, request)
        if request.method != "POST" and call.button in WRITES:
            return _say("card_button_refused", language)
        deadline_s = max(surface.deadline_s - margin_s / 2, surface.deadline_s / 2)
        patience_s = max(surface.deadline_s - margin_s, deadline_s / 2)
        try:
            async with asyncio.timeout(deadline_s):
                return await cards.show(connector, call, patience_s=patience_s)
        except BridgeError as error:
            return notice_of(error, language)
        except TimeoutError:
            return _say("card_too_slow", language)
        except StorageUnavailable:
            return _say("storage_unavailable", language)
        except Exception:
            log.exception("card.failed", connector=connector)
            return _say("unexpected", language)

    def _proven(
        request: Request, connector: str, surface: CardSurface, call: CardCall, card: Card | CardNotice
    ) -> Response:
        if call.shape is CardShape.PANEL:
            language = _language(call.language, request)
            if isinstance(card, CardNotice):
                return refusal_page(surface, connector, card, language, status=200)
            return panel_page(surface, connector, card, now())
        try:
            laid_out = (
                surfaces.refuse(connector, card)
                if isinstance(card, CardNotice)
                else surfaces.render(connector, call, card)
            )
            return _encoded(laid_out)
        except Exception:
            log.exception("card.not_rendered", connector=connector)
            return problem_response(request, status=502, code="connector_failed", params={"connector": connector})

    def _unproven(request: Request, connector: str, surface: CardSurface, notice: CardNotice, status: int) -> Response:
        if "text/html" in request.headers.get("accept", "") and surface.frame_ancestors:
            return refusal_page(surface, connector, notice, language_of(request), status=status)
        try:
            return _encoded(PlatformAnswer(surfaces.refuse(connector, notice).body, status))
        except Exception:
            log.exception("card.not_rendered", connector=connector)
            return problem_response(request, status=status, code=notice.code)

    async def asset(request: Request) -> Response:
        """A file of the connector's, such as the platform's own script. Nothing in it is anybody's."""
        try:
            found = surfaces.of(request.path_params["connector"]).assets.get(request.path_params["name"])
        except NotFound:
            found = None
        if found is None:
            return problem_response(request, status=404, code="not_found")
        return Response(found.content, media_type=found.content_type, headers={"Cache-Control": "public, max-age=300"})

    return [
        Route("/cards/{connector}/assets/{name}", asset, methods=["GET"]),
        Route("/cards/{connector}/{path:path}", answer, methods=["GET", "POST"]),
    ]


def _encoded(answer: PlatformAnswer) -> Response:
    return Response(encode_json(answer.body), answer.status, media_type="application/json")


def _say(code: str, language: Language, **params: str) -> CardNotice:
    sentence = describe(code, params, language)
    return CardNotice(code, sentence.what, sentence.remedy)


def _language(named: str | None, request: Request) -> Language:
    return Language(named) if named in {each.value for each in Language} else language_of(request)
