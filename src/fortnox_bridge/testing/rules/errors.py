"""How rules look at what a connector raises."""

from collections.abc import Awaitable

from fortnox_bridge.domain.errors import BridgeError


async def error_of(call: Awaitable[object]) -> BridgeError | None:
    """The error of the taxonomy that `call` raises, None if it raises none. Other exceptions pass through."""
    try:
        await call
    except BridgeError as error:
        return error
    return None
