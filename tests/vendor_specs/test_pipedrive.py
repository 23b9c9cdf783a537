"""The validator itself: it would be worthless if it let everything through."""

import importlib.util
import json
from pathlib import Path

import pytest

_SPEC = importlib.util.spec_from_file_location("pipedrive_description", Path(__file__).with_name("pipedrive.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
description = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(description)

pytestmark = pytest.mark.skipif(not description.are_here(), reason=description.WHY_SKIPPED)

_JSON = "application/json"


@pytest.mark.parametrize(
    ("method", "path", "query", "body"),
    [
        ("GET", "/api/v2/deals/812", [("include_fields", "products_count,files_count")], None),
        ("GET", "/api/v2/deals/installments", [("deal_ids", "812,813")], None),
        ("GET", "/v1/users/me", [], None),
        ("PATCH", "/api/v2/organizations/205", [], {"custom_fields": {"ab": "1042", "cd": None}}),
        ("PATCH", "/api/v2/products/7", [], {"custom_fields": {"ab": "1042"}}),
        ("POST", "/v1/notes", [], {"content": "x", "deal_id": 812, "pinned_to_deal_flag": 0}),
        ("DELETE", "/v1/webhooks/4", [], None),
    ],
)
def test_a_described_request_has_no_violations(method, path, query, body):
    content = b"" if body is None else json.dumps(body).encode()
    assert description.violations(method, path, query, _JSON if body else "", content) == []


@pytest.mark.parametrize(
    ("method", "path", "query", "body", "part"),
    [
        ("GET", "/v1/deals/812", [], None, "not described"),
        ("GET", "/api/v2/notes", [], None, "not described"),
        ("GET", "/api/v2/deals/abc", [], None, "id is not of type integer"),
        ("GET", "/api/v2/deals/812", [("fields", "id")], None, "not a declared query"),
        ("GET", "/api/v2/deals/812", [("include_fields", "product_count")], None, "none of the declared"),
        ("GET", "/api/v2/deals/812", [("include_option_labels", "1")], None, "not of type boolean"),
        ("GET", "/api/v2/deals/installments", [], None, "deal_ids is required"),
        ("GET", "/api/v2/deals/installments", [("deal_ids", "1,x")], None, "not of type integer"),
        ("GET", "/v1/deals/1/files", [("limit", "101")], None, "above 100"),
        ("GET", "/v1/users/me", [], {"x": 1}, "a body is not described"),
        ("PATCH", "/api/v2/organizations/205", [], {"custom_field": {}}, "custom_field"),
        ("PATCH", "/api/v2/products/7", [], {"kod": "x"}, "kod"),
        ("PATCH", "/api/v2/deals/7", [], {"value": "12"}, "is not of type 'number'"),
        ("POST", "/v1/notes", [], {"deal_id": 812}, "'content' is a required property"),
        ("POST", "/v1/notes", [], {"content": "x", "dealid": 812}, "dealid"),
        ("POST", "/v1/webhooks", [], {"subscription_url": "https://a.example"}, "required property"),
    ],
)
def test_an_undescribed_request_is_named(method, path, query, body, part):
    content = b"" if body is None else json.dumps(body).encode()
    found = description.violations(method, path, query, _JSON if body else "", content)
    assert any(part in said for said in found), found


def test_a_file_without_its_part_is_named():
    body = b'--B\r\nContent-Disposition: form-data; name="deal_id"\r\n\r\nabc\r\n--B--\r\n'
    found = description.violations("POST", "/v1/files", [], "multipart/form-data; boundary=B", body)
    assert any("file is required" in said for said in found)
    assert any("deal_id is not of type integer" in said for said in found)


def test_a_json_body_of_another_content_type_is_named():
    found = description.violations("POST", "/v1/notes", [], "application/x-www-form-urlencoded", b"content=x")
    assert any("content type" in said for said in found)


def test_a_refresh_by_the_documented_form_is_allowed():
    body = b"grant_type=refresh_token&refresh_token=abc"
    assert description.violations("POST", "/oauth/token", [], "application/x-www-form-urlencoded", body) == []
