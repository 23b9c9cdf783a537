"""What is known of an authorization server, and what it hands out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class ClientAuth(StrEnum):
    """How the client proves itself at the token endpoint."""

    BASIC = "basic"
    FORM = "form"


@dataclass(frozen=True, slots=True)
class OAuthEndpoints:
    """One authorization server, as its vendor documents it.

    Attributes:
        authorize_path: path of the consent page, below the base URL named `base`.
        token_path: path of the token endpoint, below the same base.
        revoke_path: path of the revocation endpoint, None if there is none.
        scopes: scopes to ask for; empty when the vendor fixes them at registration.
        base: key into the base URLs of the connector (`ConnectorContext.base_urls`).
        token_base: the same for the token and revocation endpoints, None: those are below `base` too.
        client_auth: how the client authenticates at the token endpoint.
        authorize_params: further fixed parameters of the consent page.
        is_refresh_rotating: whether every refresh invalidates the refresh token that was used.
    """

    authorize_path: str
    token_path: str
    revoke_path: str | None = None
    scopes: tuple[str, ...] = ()
    base: str = "oauth"
    token_base: str | None = None
    client_auth: ClientAuth = ClientAuth.BASIC
    authorize_params: Mapping[str, str] = field(default_factory=dict)
    is_refresh_rotating: bool = False


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """The deployment's registration at one authorization server."""

    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TokenSet:
    """Tokens as issued. `extra` holds further members of the answer, such as `api_domain`, as text."""

    access_token: str = field(repr=False)
    expires_at: datetime
    issued_at: datetime
    refresh_token: str | None = field(default=None, repr=False)
    scopes: tuple[str, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)


class TokenSource(Protocol):
    """The tokens of one account, always fresh enough to use."""

    async def access_token(self) -> str:
        """A committed token with some minutes left.

        Raises:
            ReconnectRequired: only a person can get a new one.
            Unavailable: the authorization server does not answer; the old token is kept.
        """

    async def replace(self, rejected: str) -> str:
        """A token other than `rejected`, which the vendor refused with 401. At most one refresh happens at a time.

        Raises:
            ReconnectRequired: only a person can get a new one.
            Unavailable: the authorization server does not answer.
        """
