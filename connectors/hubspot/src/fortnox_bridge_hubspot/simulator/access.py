"""Who calls: an installation of the app, or a private app of one portal (facts 2)."""

from dataclasses import dataclass

from starlette.requests import Request

from fortnox_bridge_hubspot.simulator.answers import ApiError
from fortnox_bridge_hubspot.simulator.state import Portal
from fortnox_bridge_hubspot.simulator.vendor import Vendor


@dataclass(frozen=True, slots=True)
class Caller:
    """`scopes` None: a private app's, which has all of them here."""

    portal: Portal
    is_oauth: bool
    scopes: tuple[str, ...] | None
    token: str

    def require(self, any_of: tuple[str, ...]) -> None:
        if not any_of or self.scopes is None or set(any_of) & set(self.scopes):
            return
        fault = {
            "message": "One or more of the following scopes are required.",
            "context": {"requiredGranularScopes": list(any_of)},
        }
        raise ApiError(
            403,
            "MISSING_SCOPES",
            "This app hasn't been granted all required scopes to make this call.",
            errors=[fault],
        )


def identify(vendor: Vendor, request: Request) -> Caller:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise ApiError(401, "INVALID_AUTHENTICATION", "Authentication credentials not found.")
    private = next((portal for portal in vendor.portals.values() if portal.private_token == token), None)
    if private is not None:
        return Caller(private, is_oauth=False, scopes=None, token=token)
    grant, is_alive = vendor.tokens.grant_of(token)
    if grant is None:
        raise ApiError(401, "INVALID_AUTHENTICATION", "The OAuth token used to make this call is invalid.")
    if not is_alive:
        raise ApiError(401, "EXPIRED_AUTHENTICATION", "The OAuth token used to make this call expired.")
    return Caller(vendor.portals[grant.portal_id], is_oauth=True, scopes=grant.scopes, token=token)
