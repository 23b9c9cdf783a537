"""The page that a note links to: how the deal's run went, Replay, and its document anew (F60, F80, F81).

GET only shows, the effect is a POST: link scanners fetch every address in a note, and nothing they do may start a
run (facts: reliability 5, item 5).
"""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fortnox_bridge.domain.catalogue import describe
from fortnox_bridge.domain.errors import UserAction
from fortnox_bridge.domain.language import Language
from fortnox_bridge.domain.run import RequestedAction
from fortnox_bridge.services.absence import NotFound
from fortnox_bridge.services.runs.documents import DocumentRequests
from fortnox_bridge.services.runs.replay import LinkedDeal, LinkRefused, Replay
from fortnox_bridge.web.pages.render import page
from fortnox_bridge.web.pages.run_view import run_view
from fortnox_bridge.web.problems import language_of


def replay_routes(replay: Replay, documents: DocumentRequests, *, public_url: str) -> list[BaseRoute]:
    parts = urlsplit(public_url)
    own_origin = f"{parts.scheme}://{parts.netloc}"

    async def show(request: Request) -> Response:
        try:
            deal = await replay.look(request.path_params["token"])
        except LinkRefused:
            return _sorry(request, "replay_link_refused", status=404)
        path = f"/replay/{request.path_params['token']}/document"
        return page(request, "run.html", language=deal.language, view=run_view(deal), document_path=path)

    async def press(request: Request) -> Response:
        token = request.path_params["token"]
        if request.headers.get("origin", own_origin) != own_origin:
            return _sorry(request, "origin_refused", status=403)
        try:
            await replay.press(token)
            deal = await replay.look(token)
        except LinkRefused:
            return _sorry(request, "replay_link_refused", status=404)
        return started(request, deal)

    async def ask(request: Request) -> Response:
        """Update the draft, or make a new document: each form says which, and a new one carries its confirmation."""
        token = request.path_params["token"]
        if request.headers.get("origin", own_origin) != own_origin:
            return _sorry(request, "origin_refused", status=403)
        async with request.form(max_files=0, max_fields=10) as form:
            given = {name: value for name, value in form.items() if isinstance(value, str)}
        try:
            run_id = (await replay.look(token)).run.id
            await documents.of_run(
                run_id,
                RequestedAction.NEW if given.get("action") == "new" else RequestedAction.UPDATE,
                requested_by="replay link",
                is_confirmed=given.get("confirm") == "yes",
                after=_generation(given.get("after", "")),
            )
            deal = await replay.look(token)
        except (LinkRefused, NotFound):
            return _sorry(request, "replay_link_refused", status=404)
        except UserAction as error:
            return _sorry(request, error.code, status=422, **error.params)
        return started(request, deal)

    def started(request: Request, deal: LinkedDeal) -> Response:
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
            link=(f"/replay/{request.path_params['token']}", "Följ körningen" if is_swedish else "Follow the run"),
            tone="good",
        )

    return [
        Route("/replay/{token}", show, methods=["GET"]),
        Route("/replay/{token}", press, methods=["POST"]),
        Route("/replay/{token}/document", ask, methods=["POST"]),
    ]


def _generation(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else None


def _sorry(request: Request, code: str, *, status: int, **params: str) -> Response:
    sentence = describe(code, params, language_of(request))
    return page(request, "message.html", status=status, heading=sentence.what, paragraphs=[sentence.remedy], tone="bad")
