"""The Replay link of a note: GET only shows what would happen, the effect is a POST (facts: reliability 5, item 5).

Link scanners fetch every address in a note; nothing they do may start a run.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fortnox_bridge.domain.catalogue import describe
from fortnox_bridge.domain.language import Language
from fortnox_bridge.services.replay import LinkRefused, Replay
from fortnox_bridge.web.pages.render import page
from fortnox_bridge.web.problems import language_of, problem_response


def replay_routes(replay: Replay, *, public_url: str) -> list[BaseRoute]:
    async def confirm(request: Request) -> Response:
        try:
            offer = await replay.offer(request.path_params["token"])
        except LinkRefused:
            return _expired(request)
        sentence = describe(offer.code, offer.params, offer.language)
        return page(
            request,
            "replay.html",
            language=offer.language,
            deal=offer.deal,
            outcome=sentence.what,
            remedy=sentence.remedy,
        )

    async def press(request: Request) -> Response:
        origin = request.headers.get("origin")
        if origin is not None and origin != public_url:
            return problem_response(request, status=403, code="origin_refused")
        try:
            offer = await replay.press(request.path_params["token"])
        except LinkRefused:
            return _expired(request)
        is_swedish = offer.language is Language.SWEDISH
        heading = "Körningen är startad" if is_swedish else "The run has started"
        paragraph = (
            "Resultatet kommer som en anteckning på affären om en stund."
            if is_swedish
            else "The result comes as a note on the deal in a moment."
        )
        return page(
            request,
            "message.html",
            language=offer.language,
            heading=heading,
            paragraphs=[offer.deal, paragraph],
            tone="good",
        )

    return [
        Route("/replay/{token}", confirm, methods=["GET"]),
        Route("/replay/{token}", press, methods=["POST"]),
    ]


def _expired(request: Request) -> Response:
    sentence = describe("replay_link_refused", {}, language_of(request))
    paragraphs = [sentence.remedy]
    return page(request, "message.html", status=404, heading=sentence.what, paragraphs=paragraphs, tone="bad")
