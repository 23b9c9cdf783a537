"""Answers of the simulator against the response schemas of the vendor's own OpenAPI description."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

SPECS = Path(__file__).resolve().parents[4].parent / "shared" / "specs"

pytestmark = pytest.mark.skipif(
    not (SPECS / "pipedrive-openapi-v2.yaml").exists(),
    reason="the vendor's API descriptions are not part of the repository: expected in ../shared/specs",
)

# Properties that are null where the description knows no null -> section of facts/pipedrive.md.
NULL_IN_SPITE_OF_DESCRIPTION = {
    "next_cursor": "5 and 22: null at the end",
    "custom_fields": "0, 9 and 14.3: null for a record that never had any",
    "org_id": "6 and 10: int or null",
    "person_id": "6: int or null",
    "stage_change_time": "6: null until the first move",
    "won_time": "6: only on won deals",
    "lost_time": "6: only on lost deals",
    "expected_close_date": "6",
    "last_name": "10: may be null",
    "picture_id": "10",
    "address": "9: object or null",
    "code": "8: may be null",
    "unit": "8: free text, may be empty",
    "description": "8",
    **dict.fromkeys(
        (
            "street_number",
            "route",
            "subpremise",
            "sublocality",
            "locality",
            "admin_area_level_1",
            "admin_area_level_2",
            "country",
            "postal_code",
        ),
        "9: null components of a typed address",
    ),
    **dict.fromkeys(
        ("deal_id", "lead_id", "project_id", "task_id", "product_id", "activity_id"), "15 and 16: unset links"
    ),
    **dict.fromkeys(("deal", "last_update_user_id", "icon_url", "person", "organization"), "11 and 15: unset links"),
}
OTHER_DEVIATIONS = {
    ("GET", "/products/search", "code"): "8: the code is free text, the description says integer",
    ("DELETE", "/deals/{id}/discounts/{discount_id}", "id"): "7.2: discounts have UUIDs",
}
STATUS_DEVIATIONS = {
    ("POST", "/notes"): "3: v1 creates answer 201",
    ("POST", "/files"): "3: v1 creates answer 201",
}


def _json_schema(node: Any) -> Any:
    """OpenAPI 3.0 to JSON Schema: `nullable` becomes a type."""
    if isinstance(node, list):
        return [_json_schema(item) for item in node]
    if not isinstance(node, dict):
        return node
    made = {
        key: _json_schema(value) for key, value in node.items() if key not in {"nullable", "example", "discriminator"}
    }
    if node.get("nullable") is True and isinstance(node.get("type"), str):
        made["type"] = [node["type"], "null"]
        if isinstance(node.get("enum"), list):
            made["enum"] = [*node["enum"], None]
    return made


@pytest.fixture(scope="module")
def descriptions() -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return {
        version: yaml.load((SPECS / f"pipedrive-openapi-{version}.yaml").read_text(), Loader=loader)
        for version in ("v1", "v2")
    }


def _problems(description, method, path, response):
    operation = description["paths"][path][method.lower()]
    status = str(response.status_code)
    if status not in operation["responses"]:
        assert (method, path) in STATUS_DEVIATIONS, f"{method} {path} answered {status}"
        status = "200"
    schema = operation["responses"][status]["content"]["application/json"]["schema"]
    whole = _json_schema({**schema, "components": description.get("components", {})})
    for error in Draft202012Validator(whole).iter_errors(response.json()):
        name = next((part for part in reversed(error.absolute_path) if isinstance(part, str)), "")
        if error.instance is None and name in NULL_IN_SPITE_OF_DESCRIPTION:
            continue
        if (method, path, name) in OTHER_DEVIATIONS:
            continue
        yield f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"


V2_READS = [
    ("/deals", "/deals"),
    ("/deals/{id}", "/deals/1?include_fields=products_count,first_won_time"),
    ("/deals/{id}/products", "/deals/1/products"),
    ("/deals/products", "/deals/products?deal_ids=1"),
    ("/deals/{id}/discounts", "/deals/1/discounts"),
    ("/deals/installments", "/deals/installments?deal_ids=1"),
    ("/organizations", "/organizations"),
    ("/organizations/{id}", "/organizations/1"),
    ("/persons", "/persons"),
    ("/persons/{id}", "/persons/1"),
    ("/products", "/products"),
    ("/products/{id}", "/products/6"),
    ("/products/{id}/variations", "/products/1/variations"),
    ("/pipelines", "/pipelines"),
    ("/pipelines/{id}", "/pipelines/1"),
    ("/stages", "/stages"),
    ("/stages/{id}", "/stages/1"),
    ("/dealFields", "/dealFields?include_fields=ui_visibility,important_fields,required_fields&limit=500"),
    ("/organizationFields", "/organizationFields"),
    ("/personFields", "/personFields"),
    ("/productFields", "/productFields"),
    ("/organizations/search", "/organizations/search?term=bygg"),
    ("/persons/search", "/persons/search?term=sven"),
    ("/products/search", "/products/search?term=al"),
    ("/itemSearch/field", "/itemSearch/field?entity_type=organization&field=name&term=Brf&match=beginning"),
]


@pytest.mark.parametrize(("path", "url"), V2_READS)
async def test_v2_read_has_the_described_shape(pipedrive, descriptions, path, url):
    pipedrive.seed(
        add_discount={"deal_id": 1, "amount": 5},
        products=[{"name": "V", "variations": [{"name": "Röd", "prices": [{"price": 5, "currency": "SEK"}]}]}],
    )

    response = await pipedrive.call("GET", f"/api/v2{url}")

    assert response.json()["data"] or path in {"/deals/installments", "/products/{id}/variations"}
    assert list(_problems(descriptions["v2"], "GET", path, response)) == []


V2_WRITES = [
    ("POST", "/deals", "/deals", {"title": "Ny"}),
    ("PATCH", "/deals/{id}", "/deals/1", {"status": "won"}),
    ("POST", "/deals/{id}/products", "/deals/1/products", {"product_id": 1, "item_price": 1.5, "quantity": 2}),
    ("POST", "/deals/{id}/discounts", "/deals/1/discounts", {"description": "x", "amount": 1, "type": "amount"}),
    ("POST", "/organizations", "/organizations", {"name": "Ny AB", "address": {"value": "Gatan 1"}}),
    ("PATCH", "/organizations/{id}", "/organizations/1", {"website": "https://x.example"}),
    ("POST", "/persons", "/persons", {"name": "Ny Person"}),
    ("POST", "/products", "/products", {"name": "Ny vara", "prices": [{"price": 1, "currency": "SEK"}]}),
    ("POST", "/dealFields", "/dealFields", {"field_name": "F", "field_type": "enum", "options": [{"label": "a"}]}),
    ("DELETE", "/deals/{id}", "/deals/1", None),
    ("DELETE", "/organizations/{id}", "/organizations/1", None),
]


@pytest.mark.parametrize(("method", "path", "url", "body"), V2_WRITES)
async def test_v2_write_answers_the_described_shape(pipedrive, descriptions, method, path, url, body):
    kwargs = {} if body is None else {"json": body}

    response = await pipedrive.call(method, f"/api/v2{url}", **kwargs)

    assert response.is_success, response.text
    assert list(_problems(descriptions["v2"], method, path, response)) == []


async def test_deleting_a_discount_answers_its_uuid(pipedrive, descriptions):
    made = pipedrive.seed(add_discount={"deal_id": 1, "amount": 5})["add_discount"]

    response = await pipedrive.call("DELETE", f"/api/v2/deals/1/discounts/{made['id']}")

    assert list(_problems(descriptions["v2"], "DELETE", "/deals/{id}/discounts/{discount_id}", response)) == []


V1_CALLS = [
    ("GET", "/users/me", "/users/me", {}),
    ("GET", "/users/{id}", "/users/9001777", {}),
    ("GET", "/users", "/users", {}),
    ("GET", "/currencies", "/currencies", {}),
    ("POST", "/notes", "/notes", {"json": {"deal_id": 1, "content": "x"}}),
    ("GET", "/notes", "/notes", {}),
    ("POST", "/files", "/files", {"data": {"deal_id": "1"}, "files": {"file": ("a.pdf", b"%PDF-")}}),
    ("GET", "/files", "/files", {}),
    ("GET", "/deals/{id}/files", "/deals/1/files", {}),
    ("GET", "/webhooks", "/webhooks", {}),
    ("GET", "/deals/{id}/participants", "/deals/1/participants", {}),
    ("PUT", "/organizations/{id}/merge", "/organizations/1/merge", {"json": {"merge_with_id": 2}}),
    ("POST", "/webhooks", "/webhooks", {"json": {"name": "x"}}),
    ("DELETE", "/webhooks/{id}", "/webhooks/99", {}),
]


@pytest.mark.parametrize(("method", "path", "url", "kwargs"), V1_CALLS)
async def test_v1_call_answers_the_described_shape(pipedrive, descriptions, subscribe, method, path, url, kwargs):
    await subscribe()
    pipedrive.seed(notes=[{"org_id": 2, "content": "x"}])
    await pipedrive.call("POST", "/v1/files", files={"file": ("b.pdf", b"%PDF-")})

    response = await pipedrive.call(method, f"/v1{url}", **kwargs)

    assert list(_problems(descriptions["v1"], method, path, response)) == []


async def test_created_webhook_has_the_described_shape(descriptions, subscribe):
    response = await subscribe()

    assert response.status_code == 201
    assert list(_problems(descriptions["v1"], "POST", "/webhooks", response)) == []


async def test_costs_are_those_of_the_description(pipedrive, descriptions):
    from fortnox_bridge_pipedrive.simulator.app import V1_ENDPOINTS, V2_ENDPOINTS

    wrong = []
    for version, endpoints in (("v1", V1_ENDPOINTS), ("v2", V2_ENDPOINTS)):
        for endpoint in endpoints:
            path = endpoint.path.replace(":int", "").replace("{line_id}", "{product_attachment_id}")
            path = path.replace("{code}", "{field_code}")
            described = descriptions[version]["paths"][path][endpoint.method.lower()].get("x-token-cost")
            if described is not None and described != endpoint.cost:
                wrong.append((endpoint.method, path, endpoint.cost, described))

    assert wrong == []
