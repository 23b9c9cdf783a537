"""The vendor's HTTP surface, as its documentation describes it."""

from collections.abc import Awaitable, Callable
from json import JSONDecodeError

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from fortnox_bridge_example.simulator.state import PIPELINES, Account, Record

Handler = Callable[[Account, Request, Record], Response]


def build_api(accounts: dict[str, Account]) -> Starlette:
    def route(method: str, path: str, handler: Handler) -> Route:
        return Route(path, _with_account(accounts, handler), methods=[method])

    return Starlette(
        routes=[
            route("GET", "/me", _me),
            route("GET", "/deals/{id}", _one("deals")),
            route("GET", "/companies/{id}", _one("companies")),
            route("GET", "/people/{id}", _one("people")),
            route("GET", "/pipelines", lambda *_: JSONResponse({"pipelines": list(PIPELINES)})),
            route("GET", "/deals/{id}/notes", _notes),
            route("POST", "/deals/{id}/notes", _add_note),
            route("PUT", "/notes/{id}", _change_note),
            route("GET", "/hooks", _hooks),
            route("POST", "/hooks", _add_hook),
            route("DELETE", "/hooks/{id}", _remove_hook),
        ]
    )


def _with_account(accounts: dict[str, Account], handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        account = next((each for each in accounts.values() if each.token == token), None)
        if account is None:
            return _refused(401, "token_unknown")
        try:
            body = await request.json() if request.method in {"POST", "PUT"} else {}
        except JSONDecodeError:
            return _refused(400, "bad_json")
        return handler(account, request, body)

    return serve


def _refused(status: int, code: str) -> Response:
    return JSONResponse({"error": {"code": code}}, status)


def _me(account: Account, _request: Request, _body: Record) -> Response:
    return JSONResponse({"id": account.id, "name": account.name, "currency": account.currency})


def _one(kind: str) -> Handler:
    def handler(account: Account, request: Request, _body: Record) -> Response:
        record = getattr(account, kind).get(request.path_params["id"])
        return JSONResponse(record) if record else _refused(404, "not_found")

    return handler


def _notes(account: Account, request: Request, _body: Record) -> Response:
    deal_id = request.path_params["id"]
    if deal_id not in account.deals:
        return _refused(404, "not_found")
    return JSONResponse({"notes": [note for note in account.notes.values() if note["deal_id"] == deal_id]})


def _add_note(account: Account, request: Request, body: Record) -> Response:
    deal_id = request.path_params["id"]
    if deal_id not in account.deals:
        return _refused(404, "not_found")
    if not isinstance(body.get("html"), str):
        return _refused(422, "html_missing")
    note = {"id": account.new_id(), "deal_id": deal_id, "html": body["html"]}
    account.notes[note["id"]] = note
    return JSONResponse(note, 201)


def _change_note(account: Account, request: Request, body: Record) -> Response:
    note = account.notes.get(request.path_params["id"])
    if note is None:
        return _refused(404, "not_found")
    note["html"] = body["html"]
    return JSONResponse(note)


def _hooks(account: Account, _request: Request, _body: Record) -> Response:
    shown = [{"id": hook["id"], "url": hook["url"]} for hook in account.hooks.values()]
    return JSONResponse({"hooks": shown})


def _add_hook(account: Account, _request: Request, body: Record) -> Response:
    hook = {"id": account.new_id(), "url": body["url"], "secret": body["secret"]}
    account.hooks[hook["id"]] = hook
    return JSONResponse({"id": hook["id"], "url": hook["url"]}, 201)


def _remove_hook(account: Account, request: Request, _body: Record) -> Response:
    account.hooks.pop(request.path_params["id"], None)
    return Response(status_code=204)
