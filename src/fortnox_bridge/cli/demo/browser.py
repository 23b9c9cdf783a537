"""What the demo uses instead of a person: a JSON client, and a browser that follows redirects and keeps cookies."""

from collections.abc import Mapping
from http.cookies import SimpleCookie
from typing import cast
from urllib.parse import urljoin

from fortnox_bridge.domain.wire_json import JsonObject
from fortnox_bridge.http import HttpClient, HttpRequest, HttpResponse

_MAX_REDIRECTS = 10


class UnexpectedAnswer(RuntimeError):
    """Something answered otherwise than the story needs."""

    def __init__(self, request: HttpRequest, answer: HttpResponse) -> None:
        text = answer.body[:600].decode("utf-8", "replace")
        super().__init__(f"{request.method} {request.url} answered {answer.status}: {text}")


class JsonApi:
    """One JSON API under one address."""

    def __init__(self, http: HttpClient, base_url: str, headers: Mapping[str, str] | None = None) -> None:
        self._http = http
        self._base_url = base_url
        self._headers = dict(headers or {})

    async def get(self, path: str, **params: str) -> JsonObject:
        return await self._call(HttpRequest("GET", self._base_url + path, tuple(params.items()), self._headers))

    async def post(self, path: str, body: object = None) -> JsonObject:
        return await self._call(HttpRequest("POST", self._base_url + path, headers=self._headers, json=body or {}))

    async def put(self, path: str, body: object) -> JsonObject:
        return await self._call(HttpRequest("PUT", self._base_url + path, headers=self._headers, json=body))

    async def delete(self, path: str) -> None:
        await self._call(HttpRequest("DELETE", self._base_url + path, headers=self._headers))

    async def _call(self, request: HttpRequest) -> JsonObject:
        answer = await self._http.send(request)
        if not answer.is_success:
            raise UnexpectedAnswer(request, answer)
        return cast("JsonObject", answer.json()) if answer.body else {}


class Browser:
    """Follows redirects and keeps cookies, as the user's browser would during a consent."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http
        self._cookies: dict[str, str] = {}

    async def open(self, url: str, *, form: Mapping[str, str] | None = None) -> HttpResponse:
        """Open a page and go where it leads; the final page must be a success."""
        request = self._request("GET" if form is None else "POST", url, form)
        for _ in range(_MAX_REDIRECTS):
            answer = await self._http.send(request)
            self._keep_cookies(answer)
            if answer.status not in {301, 302, 303, 307}:
                if not answer.is_success:
                    raise UnexpectedAnswer(request, answer)
                return answer
            request = self._request("GET", urljoin(request.url, answer.headers["location"]), None)
        raise RuntimeError(f"too many redirects from {url}")

    def _request(self, method: str, url: str, form: Mapping[str, str] | None) -> HttpRequest:
        cookie = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        return HttpRequest(method, url, headers={"Cookie": cookie} if cookie else {}, form=form)

    def _keep_cookies(self, answer: HttpResponse) -> None:
        for name, morsel in SimpleCookie(answer.headers.get("set-cookie", "")).items():
            self._cookies[name] = morsel.value
