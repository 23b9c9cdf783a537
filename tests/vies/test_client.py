"""Our client against the simulated register over real HTTP, and against every odd answer that is known of it."""

from datetime import UTC, datetime

import httpx
import pytest

from fortnox_bridge.domain.vat import RegisterAnswer, read_vat_number
from fortnox_bridge.domain.wire_json import encode_json
from fortnox_bridge.http import HostPolicy, HttpClient, HttpResponse
from fortnox_bridge.sandbox.serve import serve_sandbox
from fortnox_bridge.sandbox.vies import VIES_SIMULATOR
from fortnox_bridge.vies import ViesClient

GERMAN = read_vat_number("DE136695976")


class Site:
    def __init__(self, client, control):
        self.client, self.control = client, control

    async def configure(self, **knobs):
        (await self.control.post("/_control/vies/configure", json=knobs)).raise_for_status()

    async def fault(self, **action):
        plan = {"simulator": "vies", "method": "GET", "path": "/ms/DE/vat/136695976", "times": 3, "action": action}
        (await self.control.post("/_control/faults", json=plan)).raise_for_status()


@pytest.fixture
async def site():
    async with (
        serve_sandbox([VIES_SIMULATOR], now=lambda: datetime.now(UTC), time_scale=0.01) as running,
        httpx.AsyncClient(base_url=running.base_url, timeout=5) as control,
        HttpClient(
            system="VIES", policy=HostPolicy((), (running.base_url,)), connect_timeout_s=1, timeout_s=0.5
        ) as http,
    ):
        yield Site(ViesClient(http, f"{running.base_url}/vies", timeout_s=0.5), control)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DE136695976", RegisterAnswer.REGISTERED),
        ("FI01120389", RegisterAnswer.REGISTERED),
        ("EL094259216", RegisterAnswer.UNREGISTERED),
        ("XI432525179", RegisterAnswer.UNREGISTERED),
    ],
)
async def test_register_says_whether_a_number_is_in_it(site, text, expected):
    assert await site.client.check(read_vat_number(text)) is expected
    (asked,) = (await site.control.get("/_control/vies/checks")).json()
    assert asked["number"] == text


@pytest.mark.parametrize(
    "knobs",
    [
        {"outages": {"DE": "MS_UNAVAILABLE"}},
        {"outages": {"DE": "MS_MAX_CONCURRENT_REQ"}},
        {"outages": {"DE": "TIMEOUT"}},
        {"down": "SERVICE_UNAVAILABLE"},
        {"down": "GLOBAL_MAX_CONCURRENT_REQ"},
    ],
    ids=str,
)
async def test_register_that_is_down_is_no_denial(site, knobs):
    await site.configure(**knobs)

    assert await site.client.check(GERMAN) is RegisterAnswer.UNAVAILABLE


@pytest.mark.parametrize(
    "action",
    [
        {"kind": "reset"},
        {"kind": "html", "status": 200},
        {"kind": "html", "status": 503},
        {"kind": "hang", "seconds": 5},
        {"kind": "apply_then_empty", "status": 200},
    ],
    ids=str,
)
async def test_answer_that_says_nothing_is_no_denial(site, action):
    await site.fault(**action)

    assert await site.client.check(GERMAN) is RegisterAnswer.UNAVAILABLE


class Canned:
    def __init__(self, status, content):
        self.answer = HttpResponse(status, {"content-type": "application/json"}, encode_json(content))
        self.urls = []

    async def send(self, request):
        self.urls.append(request.url)
        return self.answer


@pytest.mark.parametrize(
    ("status", "content", "expected"),
    [
        (200, {"isValid": True, "userError": "VALID"}, RegisterAnswer.REGISTERED),
        (200, {"isValid": True}, RegisterAnswer.REGISTERED),
        (200, {"isValid": False, "userError": "INVALID"}, RegisterAnswer.UNREGISTERED),
        (200, {"isValid": False, "userError": "INVALID_INPUT"}, RegisterAnswer.UNREGISTERED),
        (200, {"isValid": False}, RegisterAnswer.UNAVAILABLE),
        (200, {"isValid": False, "userError": "VAT_BLOCKED"}, RegisterAnswer.UNAVAILABLE),
        (200, {"isValid": True, "userError": "MS_UNAVAILABLE"}, RegisterAnswer.UNAVAILABLE),
        (200, {"isValid": "true", "userError": "VALID"}, RegisterAnswer.UNAVAILABLE),
        (200, {"isValid": False, "userError": "INVALID", "errorWrappers": [{}]}, RegisterAnswer.UNAVAILABLE),
        (200, {"isValid": False, "userError": ["INVALID"]}, RegisterAnswer.UNAVAILABLE),
        (200, {}, RegisterAnswer.UNAVAILABLE),
        (200, ["isValid"], RegisterAnswer.UNAVAILABLE),
        (200, None, RegisterAnswer.UNAVAILABLE),
        (500, {"isValid": True, "userError": "VALID"}, RegisterAnswer.UNAVAILABLE),
        (301, {"isValid": True, "userError": "VALID"}, RegisterAnswer.UNAVAILABLE),
    ],
)
async def test_only_a_clear_verdict_counts(status, content, expected):
    assert await ViesClient(Canned(status, content), "https://vies.example", timeout_s=1).check(GERMAN) is expected


async def test_number_is_asked_for_under_its_own_prefix():
    http = Canned(200, {})

    await ViesClient(http, "https://vies.example", timeout_s=1).check(read_vat_number("GR094259216"))

    assert http.urls == ["https://vies.example/ms/EL/vat/094259216"]
