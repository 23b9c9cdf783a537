import asyncio
from collections.abc import Awaitable, Callable

import pytest

from fortnox_bridge.http import (
    FilePart,
    HostPolicy,
    HostRefused,
    HttpClient,
    HttpRequest,
    NotSent,
    Unanswered,
)

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture
async def serve():
    """Real sockets that answer exactly the bytes a test wants."""
    servers: list[asyncio.Server] = []

    async def start(handler: Handler) -> str:
        server = await asyncio.start_server(handler, "127.0.0.1", 0)
        servers.append(server)
        return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    yield start
    for server in servers:
        server.close()


def make_client(origin: str, timeout_s: float = 0.3) -> HttpClient:
    policy = HostPolicy(hosts=("*.pipedrive.com",), origins=(origin,))
    return HttpClient(system="Test", policy=policy, connect_timeout_s=0.3, timeout_s=timeout_s)


async def test_a_whole_answer_comes_back_whatever_its_status(serve):
    async def handler(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        head = b"HTTP/1.1 418 Teapot\r\nContent-Type: application/json; charset=utf-8\r\n"
        writer.write(head + b'Content-Length: 9\r\n\r\n{"a":1.1}')
        await writer.drain()
        writer.close()

    origin = await serve(handler)
    async with make_client(origin) as client:
        answer = await client.send(HttpRequest("GET", f"{origin}/x"))
    assert (answer.status, answer.content_type) == (418, "application/json")
    assert str(answer.json()) == "{'a': Decimal('1.1')}"


async def test_a_closed_port_is_certainly_not_sent():
    async with make_client("http://127.0.0.1:9") as client:
        with pytest.raises(NotSent):
            await client.send(HttpRequest("POST", "http://127.0.0.1:9/x", json={}))


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"])
async def test_an_answer_cut_short_leaves_the_outcome_unknown(serve, answer):
    async def handler(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    origin = await serve(handler)
    async with make_client(origin) as client:
        with pytest.raises(Unanswered):
            await client.send(HttpRequest("POST", f"{origin}/x", json={"a": 1}))


async def test_silence_leaves_the_outcome_unknown(serve):
    async def handler(reader, writer):
        await reader.read()
        writer.close()

    origin = await serve(handler)
    async with make_client(origin) as client:
        with pytest.raises(Unanswered):
            await client.send(HttpRequest("POST", f"{origin}/x", json={"a": 1}))


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://nordlund.pipedrive.com/api/v2/deals", True),
        ("http://nordlund.pipedrive.com/", False),
        ("https://nordlund.pipedrive.com:8443/", False),
        ("https://pipedrive.com.evil.example/", False),
        ("https://user@nordlund.pipedrive.com/", False),
        ("https://evil.example/?x=.pipedrive.com", False),
        ("file:///etc/passwd", False),
        ("http://127.0.0.1:8900/pipedrive", True),
        ("http://127.0.0.1:8901/pipedrive", False),
    ],
)
def test_only_declared_hosts_are_reachable(url, allowed):
    policy = HostPolicy(hosts=("*.pipedrive.com",), origins=("http://127.0.0.1:8900",))
    assert policy.allows(url) is allowed


async def test_a_refused_host_is_never_called():
    async with make_client("http://127.0.0.1:9") as client:
        with pytest.raises(HostRefused):
            await client.send(HttpRequest("GET", "https://evil.example/"))


async def test_multipart_form_and_decimals_arrive_as_sent(serve):
    seen: list[bytes] = []

    async def handler(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        seen.append(head + await reader.readexactly(length))
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        await writer.drain()
        writer.close()

    origin = await serve(handler)
    async with make_client(origin) as client:
        await client.send(
            HttpRequest(
                "POST",
                f"{origin}/files",
                form={"deal_id": "812"},
                files=[FilePart("file", "utkast.pdf", "application/pdf", b"%PDF-1.4")],
            )
        )
    assert b'name="deal_id"' in seen[0]
    assert b'filename="utkast.pdf"' in seen[0]
    assert b"%PDF-1.4" in seen[0]
