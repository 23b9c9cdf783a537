"""Connecting a Fortnox company (facts: fortnox 2)."""

import base64
import binascii
from collections.abc import Collection, Mapping
from typing import Final

from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.errors import BridgeError, PermissionMissing, UserAction
from fortnox_bridge.domain.wire_json import UnreadableJson, decode_json
from fortnox_bridge.oauth.types import OAuthEndpoints

API_BASE_URL: Final = "https://api.fortnox.se"
OAUTH_BASE_URL: Final = "https://apps.fortnox.se"
ALLOWED_HOSTS: Final = ("api.fortnox.se", "apps.fortnox.se")
SYSTEM: Final = "Fortnox"
RECONNECT_CODE: Final = "fortnox_reconnect"

# The least that drafts need: each scope more is one more licence that a company may lack.
BASE_SCOPES: Final = ("companyinformation", "settings", "customer", "article", "invoice", "currency", "price")
ORDER_SCOPE: Final = "order"

_CONSENT_ERRORS: Final[Mapping[str, str]] = {
    "error_missing_license": "fortnox_licence_missing",
    "error_missing_app_license": "fortnox_integration_licence_missing",
    "invalid_scope": "fortnox_scope_not_enabled",
}


def scopes(kinds: Collection[DocumentKind], *, extra: Collection[str] = ()) -> tuple[str, ...]:
    """What to ask for so that documents of `kinds` can be made. A company without Order cannot grant `order`."""
    orders = (ORDER_SCOPE,) if DocumentKind.ORDER in kinds else ()
    return tuple(dict.fromkeys((*BASE_SCOPES, *orders, *extra)))


def endpoints(wanted_scopes: tuple[str, ...], *, is_service_account: bool = True) -> OAuthEndpoints:
    """`is_service_account`: the grant survives staff changes, and needs a system administrator to approve."""
    params = {"access_type": "offline"}
    if is_service_account:
        params["account_type"] = "service"
    return OAuthEndpoints(
        authorize_path="/oauth-v1/auth",
        token_path="/oauth-v1/token",  # noqa: S106 - a path
        revoke_path="/oauth-v1/revoke",
        scopes=wanted_scopes,
        authorize_params=params,
        is_refresh_rotating=True,
    )


def credentials_headers(tenant_id: str) -> Mapping[str, str]:
    """What client credentials need besides the client itself."""
    return {"TenantId": tenant_id}


def tenant_id(access_token: str) -> str | None:
    """The company's `DatabaseNumber` from the token, None if it cannot be read.

    The signature is not verified: the token came straight from Fortnox over TLS, and nothing is allowed by it.
    """
    claim = _claims(access_token).get("tenantId")
    if isinstance(claim, bool) or not isinstance(claim, int | str):
        return None
    return str(claim).strip() or None


def consent_error(query: Mapping[str, str]) -> BridgeError | None:
    """The error that Fortnox sent the user back with, None if there is none."""
    error = query.get("error", "")
    description = query.get("error_description", "")
    if not error:
        return None
    for sign, code in _CONSENT_ERRORS.items():
        if sign in {error, description}:
            return PermissionMissing(code)
    if "service account" in description.lower():
        return PermissionMissing("fortnox_service_account_refused")
    return UserAction("fortnox_consent_refused")


def _claims(access_token: str) -> Mapping[str, object]:
    parts = access_token.split(".")
    if len(parts) != 3:
        return {}
    try:
        claims = decode_json(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError, UnreadableJson):
        return {}
    return claims if isinstance(claims, dict) else {}
