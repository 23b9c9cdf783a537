"""The page that a note links to: how the deal's run went, and Replay (F80, F81).

GET only shows, the effect is a POST: link scanners fetch every address in a note, and nothing they do may start a
run (facts: reliability 5, item 5).
"""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fortnox_bridge.domain.catalogue import describe
from fortnox_bridge.domain.language import Language
from fortnox_bridge.services.replay import LinkRefused, Replay
from fortnox_bridge.web.pages.render import page
from fortnox_bridge.web.pages.run_view import run_view
from fortnox_bridge.web.problems import language_of


def replay_routes(replay: Replay, *, public_url: str) -> list[BaseRoute]:
    parts = urlsplit(public_url)
    own_origin = f"{parts.scheme}://{parts.netloc}"

    async def show(request: Request) -> Response:
        try:
            deal = await replay.look(request.path_params["token"])
        except LinkRefused:
            return _sorry(request, "replay_link_refused", status=404)
        return page(request, "run.html", language=deal.language, view=run_view(deal))

    async def press(request: Request) -> Response:
        token = request.path_params["token"]
        if request.headers.get("origin", own_origin) != own_origin:
            return _sorry(request, "origin_refused", status=403)
        try:
            await replay.press(token)
            deal = await replay.look(token)
        except LinkRefused:
            return _sorry(request, "replay_link_refused", status=404)
        is_swedish = deal.language is Language.SWEDISH
        return page(
            request,
            "message.html",
            language=deal.language,
            heading="Körningen är startad" if is_swedish else "The run has started",
            paragraphs=[
                run_view(deal).heading,
                "Resultatet kommer som en anteckning på affären om en stund."
                if is_swedish
                else "The result comes as a note on the deal in a moment.",
            ],
            link=(request.url.path, "Följ körningen" if is_swedish else "Follow the run"),
            tone="good",
        )

    return [
        Route("/replay/{token}", show, methods=["GET"]),
        Route("/replay/{token}", press, methods=["POST"]),
    ]


def _sorry(request: Request, code: str, *, status: int) -> Response:
    sentence = describe(code, {}, language_of(request))
    return page(request, "message.html", status=status, heading=sentence.what, paragraphs=[sentence.remedy], tone="bad")
