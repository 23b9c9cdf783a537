"""Who calls the REST API: programs with an API key, sent as a bearer token."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from fortnox_bridge.domain.errors import BridgeError
from fortnox_bridge.domain.ids import ConnectionId
from fortnox_bridge.services.absence import NotFound
from fortnox_bridge.services.access.api_keys import Caller
from fortnox_bridge.web.services import Services, services_of

_bearer = HTTPBearer(auto_error=False, description="An API key made by `fortnox-bridge keys create`.")


class NotAuthenticated(Exception):
    """No key, or one that is unknown, expired or revoked."""


class NotAllowed(BridgeError):
    """The key is real but its scope does not reach this."""


@dataclass(frozen=True, slots=True)
class Access:
    """What the caller may reach. A key of one connection sees nothing of the others."""

    caller: Caller

    @property
    def name(self) -> str:
        return self.caller.name

    def require_global(self) -> None:
        if self.caller.connection_id is not None:
            raise NotAllowed("key_scope_too_small")

    def require_connection(self, connection_id: ConnectionId | None) -> None:
        own = self.caller.connection_id
        if own is not None and own != connection_id:
            raise NotFound


async def access(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Access:
    services: Services = services_of(request)
    caller = await services.api_keys.authenticate(credentials.credentials) if credentials else None
    if caller is None:
        raise NotAuthenticated
    return Access(caller)


CurrentAccess = Annotated[Access, Depends(access)]
