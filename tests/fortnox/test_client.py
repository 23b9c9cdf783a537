"""Edge cases of answers that the simulator does not give."""

import json

import httpx
import pytest
import respx
from tests.oauth.virtual_time import VirtualTime

from fortnox_bridge.domain.errors import (
    ContractViolation,
    InvariantBroken,
    OutcomeUnknown,
    ReconnectRequired,
    Unavailable,
    UserAction,
)
from fortnox_bridge.fortnox.client import FortnoxClient
from fortnox_bridge.fortnox.limiter import MemoryRateLimiter
from fortnox_bridge.fortnox.resources import COMPANY_INFORMATION, CUSTOMERS, INVOICES, Action, record_path
from fortnox_bridge.fortnox.window import GrantWindow
from fortnox_bridge.http import HostPolicy, HttpClient, NotSent
from fortnox_bridge.oauth.fixed import FixedToken

BASE = "https://api.fortnox.se"


class Replaceable:
    def __init__(self, error: Exception | None = None) -> None:
        self.replaced: list[str] = []
        self.error = error

    async def access_token(self) -> str:
        if self.error:
            raise self.error
        return "first"

    async def replace(self, rejected: str) -> str:
        self.replaced.append(rejected)
        return "second"


class Notes:
    def __init__(self) -> None:
        self.lines: list[tuple[str, dict]] = []

    def warning(self, event: str, /, **facts: str | int) -> None:
        self.lines.append((event, facts))


@pytest.fixture
async def http():
    policy = HostPolicy(("api.fortnox.se",))
    async with HttpClient(system="Fortnox", policy=policy, connect_timeout_s=1, timeout_s=1) as client:
        yield client


def make_client(http, tokens=None, log=None) -> FortnoxClient:
    time = VirtualTime()
    limiter = MemoryRateLimiter(GrantWindow(), time, sleep=time.sleep)
    fixed = FixedToken("t", system="Fortnox", reconnect_code="fortnox_reconnect")
    return FortnoxClient(http, BASE, tokens or fixed, limiter, time, log=log)


@respx.mock
async def test_token_refused_twice_asks_for_reconnect_and_is_not_tried_a_third_time(http):
    route = respx.post(f"{BASE}/3/invoices").respond(401, json={"message": "unauthorized"})
    tokens = Replaceable()
    with pytest.raises(ReconnectRequired) as refused:
        await make_client(http, tokens).post(INVOICES, {"CustomerNumber": "1"})
    assert refused.value.code == "fortnox_reconnect"
    assert tokens.replaced == ["first"]
    assert [call.request.headers["authorization"] for call in route.calls] == ["Bearer first", "Bearer second"]


@respx.mock
async def test_write_without_a_token_for_now_was_not_sent(http):
    route = respx.post(f"{BASE}/3/invoices")
    tokens = Replaceable(Unavailable("oauth_unavailable", system="Fortnox", retry_after_s=12))
    with pytest.raises(NotSent) as refused:
        await make_client(http, tokens).post(INVOICES, {})
    assert refused.value.retry_after_s == 12
    assert route.call_count == 0


@respx.mock
@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(201, json={"Invoice": []}),
        httpx.Response(201, json=["Invoice"]),
        httpx.Response(201, text="<html>welcome</html>"),
        httpx.Response(200, json={"ErrorInformation": {"error": 1, "message": "?", "code": 1}}),
        httpx.Response(400, text="<html>bad gateway</html>"),
        httpx.Response(400, json={"ErrorInformation": {"error": 1, "message": "System exception", "code": 1000003}}),
        httpx.Response(302, headers={"location": "https://elsewhere.example"}),
    ],
)
async def test_write_answered_by_something_else_is_of_unknown_outcome(http, answer):
    respx.post(f"{BASE}/3/invoices").mock(return_value=answer)
    with pytest.raises(OutcomeUnknown):
        await make_client(http).post(INVOICES, {})


@respx.mock
async def test_write_that_found_no_connection_was_not_sent_and_one_cut_off_is_unknown(http):
    respx.post(f"{BASE}/3/invoices").mock(side_effect=[httpx.ConnectError("x"), httpx.ReadTimeout("x")])
    with pytest.raises(NotSent):
        await make_client(http).post(INVOICES, {})
    with pytest.raises(OutcomeUnknown):
        await make_client(http).post(INVOICES, {})


@respx.mock
async def test_unknown_field_is_a_defect_of_ours_with_fortnox_s_words(http):
    said = {"ErrorInformation": {"error": 1, "message": "Felaktigt fältnamn\u0000 (Mobile).\n<b>", "code": "2001399"}}
    respx.post(f"{BASE}/3/customers").respond(400, json=said)
    with pytest.raises(InvariantBroken) as refused:
        await make_client(http).post(CUSTOMERS, {})
    assert refused.value.params == {"message": "Felaktigt fältnamn (Mobile). <b>", "fortnox_code": "2001399"}


@respx.mock
async def test_unknown_code_keeps_code_and_message(http):
    said = {"ErrorInformation": {"error": 1, "message": "Något nytt" * 100, "code": 2999999}}
    respx.post(f"{BASE}/3/customers").respond(400, json=said)
    with pytest.raises(UserAction) as refused:
        await make_client(http).post(CUSTOMERS, {})
    assert refused.value.code == "fortnox_refused"
    assert refused.value.params["fortnox_code"] == "2999999"
    assert len(refused.value.params["message"]) == 300


@respx.mock
async def test_missing_record_is_none_only_if_fortnox_says_so(http):
    route = respx.get(f"{BASE}/3/customers/7")
    route.respond(404, json={"ErrorInformation": {"Error": 1, "Message": "Kan inte hitta kunden.", "Code": 2000433}})
    assert await make_client(http).get(CUSTOMERS, "7") is None
    route.respond(404, html="<html>not here</html>")
    with pytest.raises(Unavailable):
        await make_client(http).get(CUSTOMERS, "7")


@respx.mock
async def test_answer_without_its_envelope_breaks_the_contract(http):
    respx.get(f"{BASE}/3/companyinformation").respond(200, json={"Company": {}})
    with pytest.raises(ContractViolation):
        await make_client(http).get(COMPANY_INFORMATION)


@respx.mock
async def test_every_page_is_read(http):
    def page(request: httpx.Request) -> httpx.Response:
        number = int(request.url.params.get("page", "1"))
        rows = [{"CustomerNumber": f"{number}-{index}"} for index in range(2)]
        meta = {"@TotalResources": 6, "@TotalPages": 3, "@CurrentPage": number}
        return httpx.Response(200, json={"MetaInformation": meta, "Customers": rows})

    route = respx.get(f"{BASE}/3/customers").mock(side_effect=page)
    rows = await make_client(http).list_all(CUSTOMERS, [("name", "Å & B")])
    assert [row["CustomerNumber"] for row in rows] == ["1-0", "1-1", "2-0", "2-1", "3-0", "3-1"]
    assert [dict(call.request.url.params).get("page") for call in route.calls] == [None, "2", "3"]
    assert all(call.request.url.params["limit"] == "500" for call in route.calls)
    assert all(call.request.url.params["name"] == "Å & B" for call in route.calls)


@respx.mock
async def test_preview_that_is_no_pdf_is_never_handed_on(http):
    route = respx.get(f"{BASE}/3/invoices/1/preview")
    client = make_client(http)
    route.respond(200, content=b"%PDF-1.7 ...", headers={"content-type": "application/pdf"})
    assert await client.preview(INVOICES, "1") == b"%PDF-1.7 ..."
    assert route.calls[0].request.headers["accept"] == "application/json"
    route.respond(200, html="<html>")
    with pytest.raises(Unavailable):
        await client.preview(INVOICES, "1")
    said = {"ErrorInformation": {"error": 1, "message": "Bankuppgifter saknas", "code": 1}}
    route.respond(200, json=said)
    with pytest.raises(UserAction) as refused:
        await client.preview(INVOICES, "1")
    assert refused.value.code == "fortnox_bank_details_missing"


@respx.mock
async def test_action_sends_no_body(http):
    route = respx.put(f"{BASE}/3/invoices/1/cancel").respond(200, json={"Invoice": {"DocumentNumber": "1"}})
    await make_client(http).act(INVOICES, "1", Action.CANCEL)
    assert route.calls[0].request.content == b""


@respx.mock
async def test_refusals_are_logged_by_fortnox_s_trace_id_and_nothing_secret(http):
    said = {"ErrorInformation": {"error": 1, "message": "kund Ekhammar", "code": 1}}
    respx.get(f"{BASE}/3/customers/1").respond(400, json=said, headers={"X-Uid": "7f3c"})
    log = Notes()
    with pytest.raises(UserAction):
        await make_client(http, log=log).get(CUSTOMERS, "1")
    assert log.lines == [("fortnox.request_refused", {"status": 400, "x_uid": "7f3c"})]


@respx.mock
async def test_record_that_does_not_exist_is_no_warning(http):
    said = {"ErrorInformation": {"Error": 1, "Message": "Kan inte hitta kunden.", "Code": 2000433}}
    respx.get(f"{BASE}/3/customers/1").respond(404, json=said)
    log = Notes()
    assert await make_client(http, log=log).get(CUSTOMERS, "1") is None
    assert log.lines == []


@pytest.mark.parametrize("key", ["1/email", "../invoices/1/print", "1?x=1", "1/../1/email", "1#"])
def test_key_can_never_become_an_action(key):
    path = record_path(INVOICES, key)
    assert path.count("/") == 3
    assert not set("?#") & set(path)


@pytest.mark.parametrize("key", ["", ".", ".."])
async def test_key_that_is_a_step_in_a_path_is_no_record(http, key):
    assert await make_client(http).get(INVOICES, key) is None


def test_no_action_that_books_prints_or_sends_can_be_named():
    assert {action.value for action in Action} == {"cancel", "createinvoice", "warehouseready"}


@respx.mock
async def test_amounts_pass_exactly_in_both_directions(http):
    from decimal import Decimal

    route = respx.post(f"{BASE}/3/invoices").respond(201, content=b'{"Invoice":{"Total":1234567890.13}}')
    answer = await make_client(http).post(INVOICES, {"Freight": Decimal("0.10"), "Price": Decimal("1234567890.13")})
    assert answer["Total"] == Decimal("1234567890.13")
    assert json.loads(route.calls[0].request.content, parse_float=str)["Invoice"]["Price"] == "1234567890.13"
