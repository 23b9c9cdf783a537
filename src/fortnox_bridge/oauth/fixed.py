"""A token that a person pasted: it does not expire by itself and cannot be renewed."""

from fortnox_bridge.domain.errors import ReconnectRequired


class FixedToken:
    """Implements `TokenSource` for API tokens."""

    def __init__(self, token: str, *, system: str, reconnect_code: str) -> None:
        self._token = token
        self._system = system
        self._reconnect_code = reconnect_code

    async def access_token(self) -> str:
        return self._token

    async def replace(self, rejected: str) -> str:
        if rejected != self._token:
            return self._token
        raise ReconnectRequired(self._reconnect_code, system=self._system)
