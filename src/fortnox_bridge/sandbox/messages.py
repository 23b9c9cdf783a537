"""A whole HTTP request and a whole answer, so that a fault can come between them."""

from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_LIMIT = 32 * 1024 * 1024


class RequestTooLargeError(Exception):
    """The body is larger than the sandbox reads."""


class ClientGoneError(Exception):
    """The client hung up before its request was complete."""


@dataclass(frozen=True, slots=True)
class Incoming:
    method: str
    path: str
    query: str
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    def header(self, name: str) -> str:
        wanted = name.encode("latin-1").lower()
        return next((value.decode("latin-1") for key, value in self.headers if key.lower() == wanted), "")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()

    @property
    def content_type(self) -> str:
        return next((v.decode("latin-1") for k, v in self.headers if k.lower() == b"content-type"), "")

    async def send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status, "headers": list(self.headers)})
        await send({"type": "http.response.body", "body": self.body})


def make_answer(status: int, body: str | bytes, content_type: str, headers: dict[str, str] | None = None) -> Answer:
    payload = body.encode("utf-8") if isinstance(body, str) else body
    lines = {"content-type": content_type, "content-length": str(len(payload)), **(headers or {})}
    raw = tuple((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in lines.items())
    return Answer(status, payload, raw)


async def read_request(scope: Scope, receive: Receive) -> Incoming:
    """Read one request to its end.

    `path` is the one below the mount, decoded, as fault plans and the log name it.
    """
    chunks: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > BODY_LIMIT:
            raise RequestTooLargeError
        chunks.append(chunk)
        more = message.get("more_body", False)
    path = scope["path"].removeprefix(scope.get("root_path", "")) or "/"
    query = scope["query_string"].decode("latin-1")
    return Incoming(scope["method"], path, query, tuple(scope["headers"]), b"".join(chunks))


async def call(app: ASGIApp, scope: Scope, body: bytes) -> Answer:
    """Run an application to its end and collect the answer, whether or not a client still listens."""
    start: dict[str, object] = {}
    chunks: list[bytes] = []
    sent = False

    async def receive() -> Message:
        nonlocal sent
        if sent:
            return {"type": "http.disconnect"}
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        elif message["type"] == "http.response.body":
            chunks.append(message.get("body", b""))

    await app(scope, receive, send)
    status = start.get("status", 500)
    headers = start.get("headers", [])
    assert isinstance(status, int)
    assert isinstance(headers, list)
    return Answer(status, b"".join(chunks), tuple(headers))
