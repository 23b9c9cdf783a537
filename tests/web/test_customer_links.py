"""Customer copy and assistant over REST: who may ask, and what is refused before anybody is asked."""

from uuid import uuid4

import pytest


@pytest.fixture
def place(joined):
    return f"/api/v1/connections/{joined.id}"


def link(external_id="1", customer_number="1", kind="company"):
    return {"kind": kind, "external_id": external_id, "customer_number": customer_number}


async def test_copy_that_nobody_wanted_holds_nobody(http, joined, place):
    answer = await http.get(f"{place}/customer-copy", headers=joined.bearer)

    assert answer.status_code == 200
    assert answer.json() == {
        "known": 0,
        "detailed": 0,
        "missing": 0,
        "listed_at": None,
        "changes_at": None,
        "is_complete": False,
    }


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "customer-copy"), ("GET", "customer-suggestions"), ("POST", "customer-links")]
)
async def test_key_of_another_connection_finds_nothing(http, joined, method, path):
    url = f"/api/v1/connections/{uuid4()}/{path}"
    body = {"links": [link()]} if method == "POST" else None

    foreign = await http.request(method, url, headers=joined.bearer, json=body)
    nobody = await http.request(method, url, json=body)

    assert (foreign.status_code, foreign.json()["code"]) == (404, "not_found")
    assert nobody.status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        {"links": []},
        {"links": [link()] * 101},
        {"links": [link(kind="deal")]},
        {"links": [link(customer_number="../1")]},
        {"links": [link(external_id="")]},
        {"links": [{**link(), "force": True}]},
        {},
    ],
)
async def test_links_of_the_wrong_form_are_refused(http, joined, place, body):
    answer = await http.post(f"{place}/customer-links", headers=joined.bearer, json=body)

    assert (answer.status_code, answer.json()["code"]) == (422, "request_invalid")
    assert answer.json()["faults"]


@pytest.mark.parametrize("query", ["kind=deal", "cursor="])
async def test_suggestions_of_an_unknown_kind_are_refused(http, joined, place, query):
    answer = await http.get(f"{place}/customer-suggestions?{query}", headers=joined.bearer)

    assert (answer.status_code, answer.json()["code"]) == (422, "request_invalid")
