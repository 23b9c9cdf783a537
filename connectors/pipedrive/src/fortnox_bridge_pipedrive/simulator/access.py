"""Who calls: OAuth access token or API token (section 2)."""

from dataclasses import dataclass

from starlette.requests import Request

from fortnox_bridge_pipedrive.simulator.errors import refused, unauthorized
from fortnox_bridge_pipedrive.simulator.rate_window import TokenKind
from fortnox_bridge_pipedrive.simulator.state import Actor, Company, User
from fortnox_bridge_pipedrive.simulator.vendor import Vendor

CLIENT_ID = "sandbox-client"
CLIENT_SECRET = "sandbox-secret"  # noqa: S105  # the sandbox app's published secret


@dataclass(frozen=True, slots=True)
class Caller:
    company: Company
    user: User
    kind: TokenKind
    token: str
    scopes: tuple[str, ...] | None

    @property
    def client_id(self) -> str | None:
        return CLIENT_ID if self.kind == "oauth" else None

    @property
    def actor(self) -> Actor:
        return Actor(self.user.id, "api")

    def require(self, wanted: tuple[str, ...]) -> None:
        # API tokens have no scopes but every right of their user (section 2.4).
        if wanted and self.scopes is not None and not set(wanted) & set(self.scopes):
            raise refused(403, "Scope and URL mismatch")


def identify(vendor: Vendor, request: Request) -> Caller:
    """Find the caller.

    Raises:
        ApiError: 400 for a malformed Authorization header, 401 for an unknown or expired token.
    """
    api_token = request.headers.get("x-api-token")
    if api_token is not None:
        return _by_api_token(vendor, api_token)
    header = request.headers.get("authorization")
    if header is None:
        raise unauthorized()
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise refused(400, "Malformed Authorization header")
    grant = vendor.tokens.grant_of(token.strip())
    company = vendor.companies.get(grant.company_id) if grant else None
    user = company.users.get(grant.user_id) if company and grant else None
    if grant is None or company is None or user is None or not user.active:
        raise unauthorized()
    return Caller(company, user, "oauth", token.strip(), grant.scopes)


def _by_api_token(vendor: Vendor, api_token: str) -> Caller:
    for company in vendor.companies.values():
        for user in company.users.values():
            if user.active and user.api_token == api_token:
                return Caller(company, user, "api_token", api_token, None)
    raise unauthorized()
