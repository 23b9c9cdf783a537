"""The OAuth 2.0 conversation with one authorization server, for Fortnox and every source alike."""

from collections.abc import Mapping
from typing import Protocol
from urllib.parse import urlencode

from fortnox_bridge.domain.clock import Clock
from fortnox_bridge.http import HttpRequest, HttpResponse
from fortnox_bridge.oauth.answers import read_refusal, read_tokens
from fortnox_bridge.oauth.types import ClientAuth, OAuthClient, OAuthEndpoints, TokenSet


class HttpSender(Protocol):
    async def send(self, request: HttpRequest) -> HttpResponse: ...


class AuthorizationServer:
    """One authorization server as seen by one registered client. `system` names it in errors.

    Every call raises `NotSent` or `Unanswered` when the network fails, `GrantRefused` for a grant that is spent or
    withdrawn, `SettingsInvalid` for a wrong client id or secret, `Unavailable` for anything that will pass.
    """

    def __init__(
        self,
        http: HttpSender,
        endpoints: OAuthEndpoints,
        base_urls: Mapping[str, str],
        client: OAuthClient,
        clock: Clock,
        *,
        system: str,
        timeout_s: float = 30,
    ) -> None:
        self._http = http
        self._endpoints = endpoints
        self._consent_url = base_urls[endpoints.base].rstrip("/")
        self._token_url = base_urls[endpoints.token_base or endpoints.base].rstrip("/")
        self._client = client
        self._clock = clock
        self._system = system
        self._timeout_s = timeout_s

    def authorize_url(self, *, redirect_uri: str, state: str, scopes: tuple[str, ...] | None = None) -> str:
        """Where the user approves. `scopes` replaces the fixed ones where the vendor takes a choice."""
        wanted = self._endpoints.scopes if scopes is None else scopes
        query = {
            "client_id": self._client.client_id,
            "redirect_uri": redirect_uri,
            "state": state,
            "response_type": "code",
            **({"scope": " ".join(wanted)} if wanted else {}),
            **self._endpoints.authorize_params,
        }
        return f"{self._consent_url}{self._endpoints.authorize_path}?{urlencode(query)}"

    async def exchange_code(self, code: str, *, redirect_uri: str) -> TokenSet:
        """The first tokens. `redirect_uri` is exactly the one the user was sent with."""
        return await self._ask({"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri})

    async def refresh(self, refresh_token: str) -> TokenSet:
        """New tokens. Where refresh tokens rotate, `refresh_token` is spent once this was answered."""
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return await self._ask(form, kept_refresh_token=refresh_token)

    async def client_credentials(self, headers: Mapping[str, str]) -> TokenSet:
        """A token of a service account; `headers` name the tenant. There is no refresh token and no race."""
        return await self._ask({"grant_type": "client_credentials"}, headers=headers)

    async def revoke(self, refresh_token: str) -> None:
        """Withdraw the grant; nothing to do where the vendor has no such call. Idempotent."""
        if self._endpoints.revoke_path is None:
            return
        form = {"token": refresh_token, "token_type_hint": "refresh_token"}
        response = await self._post(self._endpoints.revoke_path, form, {})
        if not response.is_success:
            raise read_refusal(response, system=self._system)

    async def _ask(
        self,
        form: Mapping[str, str],
        *,
        headers: Mapping[str, str] | None = None,
        kept_refresh_token: str | None = None,
    ) -> TokenSet:
        response = await self._post(self._endpoints.token_path, form, headers or {})
        if not response.is_success:
            raise read_refusal(response, system=self._system)
        return read_tokens(response, now=self._clock.now(), system=self._system, kept_refresh_token=kept_refresh_token)

    async def _post(self, path: str, form: Mapping[str, str], headers: Mapping[str, str]) -> HttpResponse:
        is_basic = self._endpoints.client_auth is ClientAuth.BASIC
        client = self._client
        own = {} if is_basic else {"client_id": client.client_id, "client_secret": client.client_secret}
        return await self._http.send(
            HttpRequest(
                "POST",
                f"{self._token_url}{path}",
                headers={"accept": "application/json", **headers},
                form={**form, **own},
                basic_auth=(client.client_id, client.client_secret) if is_basic else None,
                timeout_s=self._timeout_s,
            )
        )
