import base64
import json

import pytest

from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.errors import PermissionMissing, UserAction
from fortnox_bridge.fortnox import oauth


def token(claims: object) -> str:
    part = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"head.{part}.signature"


def test_scopes_without_orders_leave_the_order_licence_alone():
    assert "order" not in oauth.scopes([DocumentKind.INVOICE])
    assert "order" in oauth.scopes([DocumentKind.INVOICE, DocumentKind.ORDER])
    assert oauth.scopes([], extra=("invoice", "project"))[-1] == "project"


def test_endpoints_ask_for_offline_access_and_a_service_account_when_wanted():
    assert oauth.endpoints(("a",)).authorize_params == {"access_type": "offline", "account_type": "service"}
    assert "account_type" not in oauth.endpoints(("a",), is_service_account=False).authorize_params
    assert oauth.endpoints(("a",)).is_refresh_rotating


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (token({"tenantId": 1234567}), "1234567"),
        (token({"tenantId": "77"}), "77"),
        (token({"tenantId": True}), None),
        (token({}), None),
        (token([]), None),
        ("a.b", None),
        ("a.%%%.c", None),
        ("a.\u00e5.c", None),
        ("", None),
    ],
)
def test_tenant_is_read_from_the_token_or_not_at_all(text, number):
    assert oauth.tenant_id(text) == number


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"error": "error_missing_license"}, "fortnox_licence_missing"),
        ({"error": "error_missing_app_license"}, "fortnox_integration_licence_missing"),
        ({"error": "invalid_scope"}, "fortnox_scope_not_enabled"),
        (
            {"error": "invalid_request", "error_description": "Client does not allow service account"},
            "fortnox_service_account_refused",
        ),
    ],
)
def test_refused_consent_names_what_is_missing(query, code):
    error = oauth.consent_error(query)
    assert isinstance(error, PermissionMissing)
    assert error.code == code


def test_consent_denied_by_the_user_and_consent_given():
    error = oauth.consent_error({"error": "access_denied", "error_description": "<script>"})
    assert isinstance(error, UserAction)
    assert "script" not in str(error)
    assert oauth.consent_error({"code": "c", "state": "s"}) is None
