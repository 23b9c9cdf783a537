"""HubSpot's outgoing HTTP: one request per connection, no redirects."""

import asyncio
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_MOST_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


async def send(method: str, url: str, body: bytes, headers: Mapping[str, str], *, timeout_s: float) -> Reply:
    """Send JSON and answer what came back.

    Raises:
        OSError: the receiver cannot be reached or ended the connection.
        TimeoutError: it did not answer in time.
        ValueError: what it answered is not HTTP.
    """
    async with asyncio.timeout(timeout_s):
        return await _exchange(method, url, body, headers)


async def _exchange(method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
    parts = urlsplit(url)
    is_tls = parts.scheme == "https"
    context = ssl.create_default_context() if is_tls else None
    port = parts.port or (443 if is_tls else 80)
    reader, writer = await asyncio.open_connection(parts.hostname, port, ssl=context)
    try:
        writer.write(_head(method, url, body, headers) + body)
        await writer.drain()
        return await _reply(reader)
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


def _head(method: str, url: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    every = {
        "Host": parts.netloc,
        "User-Agent": "HubSpot Webhooks",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Connection": "close",
        **headers,
    }
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in every.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1")


async def _reply(reader: asyncio.StreamReader) -> Reply:
    words = (await reader.readline()).split()
    if not words:
        raise ConnectionResetError("closed without an answer")
    if len(words) < 2 or not words[0].startswith(b"HTTP/"):
        raise ValueError("the answer is not HTTP")
    headers: dict[str, str] = {}
    while (line := (await reader.readline()).decode("latin-1").strip()) and ":" in line:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    length = headers.get("content-length", "")
    body = await reader.readexactly(int(length)) if length.isdecimal() else await reader.read(_MOST_BYTES)
    return Reply(int(words[1]), headers, body)
