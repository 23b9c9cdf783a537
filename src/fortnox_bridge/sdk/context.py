"""What a connector is given. There is nothing else: no database, no other connection, no environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from fortnox_bridge.domain.clock import Clock
from fortnox_bridge.http import HttpRequest, HttpResponse
from fortnox_bridge.oauth.types import TokenSource


class HttpSender(Protocol):
    """A client that reaches the connector's declared hosts and nothing else; see `fortnox_bridge.http`."""

    async def send(self, request: HttpRequest) -> HttpResponse:
        """Send one request and answer whatever came back, of any status.

        Raises:
            NotSent: it certainly had no effect.
            Unanswered: it may have had its effect.
            HostRefused: the URL is not of a declared host.
        """


class Log(Protocol):
    """Structured logging: a constant event name and ids as keywords. Never payloads, names of people or secrets."""

    def info(self, event: str, /, **facts: str | int) -> None:
        """Something happened that an operator may want to see."""

    def warning(self, event: str, /, **facts: str | int) -> None:
        """Something is odd but handled."""


class CredentialKind(StrEnum):
    OAUTH = "oauth"
    API_TOKEN = "api_token"  # noqa: S105 - a kind, not a secret


@dataclass(frozen=True, slots=True)
class ConnectorContext:
    """One source account, one unit of work.

    Attributes:
        http: client limited to the connector's hosts.
        tokens: access tokens of this account; for `api_token` always the same one.
        credential_kind: how requests are authorized.
        base_urls: the deployment's base URLs by the connector's own keys, without trailing slashes.
        account: external id of the source account; empty while it is being identified for the first time.
        account_extra: what the connector kept from the token answer, such as `api_domain`.
        wanted_fields: paths of the source's own fields that settings name, such as `deal.custom:KEY`, for systems that
            answer only what is asked for; those that answer everything need not look at it.
        clock: the only source of time.
        log: structured log, already bound to connector and account.
    """

    http: HttpSender
    tokens: TokenSource
    credential_kind: CredentialKind
    base_urls: Mapping[str, str]
    account: str
    account_extra: Mapping[str, str]
    clock: Clock
    log: Log
    wanted_fields: frozenset[str] = frozenset()
