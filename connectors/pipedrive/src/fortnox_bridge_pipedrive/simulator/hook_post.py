"""The vendor's outgoing HTTP: one request per connection, no redirects, the body of the answer is not read."""

import asyncio
import base64
import ssl
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import urlsplit


async def send_request(
    method: str, url: str, body: bytes, *, credentials: tuple[str, str] | None, timeout_s: float
) -> int:
    """Send JSON and answer the status code.

    Raises:
        OSError: the receiver cannot be reached or ended the connection.
        TimeoutError: it did not answer in time.
        ValueError: what it answered is not HTTP.
    """
    async with asyncio.timeout(timeout_s):
        return await _exchange(method, url, body, credentials)


async def _exchange(method: str, url: str, body: bytes, credentials: tuple[str, str] | None) -> int:
    parts = urlsplit(url)
    is_tls = parts.scheme == "https"
    port = parts.port or (443 if is_tls else 80)
    context = ssl.create_default_context() if is_tls else None
    reader, writer = await asyncio.open_connection(parts.hostname, port, ssl=context)
    try:
        writer.write(_head(method, url, body, credentials) + body)
        await writer.drain()
        return _status(await reader.readline())
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


def _head(method: str, url: str, body: bytes, credentials: tuple[str, str] | None) -> bytes:
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers: Mapping[str, str] = {
        "Host": parts.netloc.rpartition("@")[2],
        "User-Agent": "Pipedrive Webhooks",
        "Content-Type": "application/json; charset=utf-8",
        "Content-Length": str(len(body)),
        "Connection": "close",
        **_basic(credentials),
    }
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1")


def _basic(credentials: tuple[str, str] | None) -> dict[str, str]:
    if credentials is None:
        return {}
    pair = f"{credentials[0]}:{credentials[1]}".encode()
    return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}


def _status(line: bytes) -> int:
    words = line.split()
    if not line:
        raise ConnectionResetError("closed without an answer")
    if len(words) < 2 or not words[0].startswith(b"HTTP/"):
        raise ValueError("the answer is not HTTP")
    return int(words[1])
