"""What happens to every REST call before and after its resource: token, window, rights, envelopes."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from fortnox_bridge.sandbox.fortnox import errors
from fortnox_bridge.sandbox.fortnox.consents import ConsentBook
from fortnox_bridge.sandbox.fortnox.errors import FortnoxError
from fortnox_bridge.sandbox.fortnox.knobs import ServiceKnobs
from fortnox_bridge.sandbox.fortnox.rate_window import RateWindow
from fortnox_bridge.sandbox.fortnox.scopes import lacks_licence
from fortnox_bridge.sandbox.fortnox.state import Company
from fortnox_bridge.sandbox.fortnox.tokens import AccessGrant
from fortnox_bridge.sandbox.json_codec import JsonAnswer, UnreadableJsonError, decode

HTML_NOT_FOUND = "<!DOCTYPE html><html><head><title>404</title></head><body><h1>Sidan finns inte</h1></body></html>"


@dataclass(frozen=True, slots=True)
class Call:
    """One authorised request to one company."""

    request: Request
    company: Company
    grant: AccessGrant
    base_url: str

    def parameter(self, name: str) -> str:
        value: str = self.request.path_params[name]
        return value

    @property
    def query(self) -> Mapping[str, str]:
        return self.request.query_params

    def url(self, path: str) -> str:
        return f"{self.base_url}/3/{quote(path, safe='/?&=')}"

    async def payload(self, envelope: str) -> object:
        """Return what lies in the envelope of the body.

        Raises:
            FortnoxError: wrong content type, not JSON, or no such envelope.
        """
        if not self.request.headers.get("content-type", "").lower().startswith("application/json"):
            raise errors.invalid(1000031, "Invalid content type.")
        try:
            body = decode(await self.request.body())
        except UnreadableJsonError as error:
            raise errors.invalid(2002115, "JSON parse error.") from error
        if not isinstance(body, dict) or set(body) != {envelope} or not isinstance(body[envelope], dict):
            raise errors.wrong_body()
        return body[envelope]


Handler = Callable[[Call], Awaitable[Response]]


def one(envelope: str, record: object, status: int = 200, location: str | None = None) -> Response:
    headers = {"location": location} if location else None
    return JsonAnswer({envelope: record}, status, headers)


@dataclass(slots=True)
class Rest:
    """Makes routes; each passes the same checks in the order Fortnox makes them."""

    book: ConsentBook
    knobs: ServiceKnobs
    companies: Mapping[int, Company]
    base_url: str
    window: RateWindow = field(default_factory=RateWindow)
    _uids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def route(self, path: str, scope: str, handler: Handler, methods: Sequence[str]) -> Route:
        """Serve `path`, which starts with "/3/" or "/api/", under a scope."""
        resource = path.removeprefix("/3/").removeprefix("/api/").split("/")[0]

        async def endpoint(request: Request) -> Response:
            if self.knobs.latency_ms:
                await asyncio.sleep(self.knobs.latency_ms / 1000)
            response = await self._answer(request, scope, resource, handler)
            response.headers["x-uid"] = f"{next(self._uids):08x}"
            response.headers["x-build"] = "simulated"
            response.headers["x-rack-responsetime"] = "1"
            return response

        return Route(path, endpoint, methods=list(methods))

    async def _answer(self, request: Request, scope: str, resource: str, handler: Handler) -> Response:
        grant = self._authenticate(request)
        if grant is None:
            return JsonAnswer({"message": "unauthorized"}, 401)
        company = self.companies[grant.tenant_id]
        key = (grant.client_id, grant.tenant_id)
        if not self.window.admits(key, company.clock.now().timestamp(), self.knobs.rate_window):
            return self._too_many()
        try:
            check_rights(company, grant, scope, resource)
            _check_accept(request)
            return await handler(Call(request, company, grant, self.base_url))
        except FortnoxError as error:
            return JsonAnswer(error.envelope(), error.status)

    def _authenticate(self, request: Request) -> AccessGrant | None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        grant = self.book.read_access_token(token.strip()) if scheme.lower() == "bearer" else None
        return grant if grant is not None and grant.tenant_id in self.companies else None

    def _too_many(self) -> Response:
        seconds = self.knobs.retry_after
        headers = {"retry-after": str(seconds)} if seconds is not None else None
        return JsonAnswer({"message": "Too many requests"}, 429, headers)


def check_rights(company: Company, grant: AccessGrant, scope: str, resource: str) -> None:
    """Raise what Fortnox answers when licence, scope or the user's rights do not reach."""
    knobs = company.knobs
    if knobs.is_api_licence_missing:
        raise errors.forbidden(2001103, "Api-licens saknas.")
    if scope not in grant.scopes:
        if scope == "bookkeeping":
            raise errors.forbidden(2002455, "Saknar behörighet för bokföring.")
        raise errors.forbidden(2000663, "Applikationen har inte behörighet för scope.")
    if lacks_licence(scope, knobs.missing_licences):
        raise errors.forbidden(2001101, "Det finns ingen aktiv licens för önskat scope.")
    if resource in knobs.missing_rights:
        raise errors.forbidden(2003275, "Användaren saknar behörighet för registret.")


def _check_accept(request: Request) -> None:
    # The PDF endpoints too answer "application/pdf" with this refusal (facts/fortnox.md section 1).
    accepted = request.headers.get("accept", "*/*").lower()
    if not any(kind in accepted for kind in ("application/json", "*/*", "application/*")):
        raise errors.invalid(1000030, "Invalid response type.")


async def not_here(_: Request, __: Exception) -> Response:
    """A wrong address is answered by the web server, not by the API: with a page."""
    return HTMLResponse(HTML_NOT_FOUND, 404)
