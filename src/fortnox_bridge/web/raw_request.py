"""A request as it arrived, for those who check what was signed."""

from starlette.requests import Request

from fortnox_bridge.sdk import RawRequest


async def raw_request(request: Request, public_url: str) -> RawRequest:
    """The address is the configured public one and the raw target, query included: never from headers."""
    path = request.scope.get("raw_path") or request.scope["path"].encode()
    query = request.scope["query_string"]
    target = path.partition(b"?")[0] + (b"?" + query if query else b"")
    return RawRequest(
        method=request.method,
        url=public_url + target.decode("latin-1"),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=await request.body(),
    )
