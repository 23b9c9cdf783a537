"""Connecting by OAuth: every link of the chain works once, briefly, in one browser (facts: reliability 5, item 8)."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from tests.web.conftest import CONNECTOR, PUBLIC_URL, Joined, consent, park_run

from fortnox_bridge.domain.run import Done, Parked, RunState
from fortnox_bridge.storage import SYSTEM, CredentialOwner


@pytest.fixture
def vendors_url(sandbox):
    return sandbox.base_url


def _text(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.text.partition("<main")[2]).split())


async def _ticket(http, operator, provider):
    answer = await http.post("/api/v1/authorizations", json={"provider": provider}, headers=operator)
    assert answer.status_code == 201, answer.text
    return answer.json()["url"]


async def _callback(http, operator, provider):
    """The address at which the vendor sends the browser back, not yet opened."""
    start = await http.get(await _ticket(http, operator, provider))
    assert start.status_code == 302
    answer = await http.get(start.headers["location"])
    while answer.status_code in {302, 303} and not answer.headers["location"].startswith(PUBLIC_URL):
        answer = await http.get(answer.headers["location"])
    return answer.headers["location"]


async def _accounts(http, operator):
    sources = (await http.get("/api/v1/source-accounts", headers=operator)).json()["source_accounts"]
    companies = (await http.get("/api/v1/fortnox-companies", headers=operator)).json()["fortnox_companies"]
    return sources, companies


async def test_both_consents_connect_both_accounts(http, operator, bridge, tmp_path):
    for provider in ("fortnox", CONNECTOR):
        page = await consent(http, operator, provider)
        assert page.status_code == 200
        assert "är ansluten" in _text(page)

    (source,), (company,) = await _accounts(http, operator)
    assert (source["connector"], source["access"]) == (CONNECTOR, "connected")
    assert company["access"] == "connected"
    assert company["organisation_number"]


async def test_same_account_connected_again_stays_one_account(http, operator):
    for _ in range(2):
        await consent(http, operator, "fortnox")

    _, companies = await _accounts(http, operator)
    assert len(companies) == 1


async def test_ticket_works_once(http, operator):
    url = await _ticket(http, operator, "fortnox")
    assert (await http.get(url)).status_code == 302

    again = await http.get(url)

    assert again.status_code == 400
    assert "redan använd" in _text(again)


async def test_ticket_of_one_provider_does_not_start_another(http, operator):
    url = await _ticket(http, operator, "fortnox")

    page = await http.get(url.replace("/fortnox/", f"/{CONNECTOR}/"))

    assert page.status_code == 400


@pytest.mark.parametrize("path", ["/oauth/fortnox/start", "/oauth/fortnox/start?ticket=x", "/oauth/%00/start?ticket=x"])
async def test_start_without_a_good_ticket_is_refused(http, path):
    page = await http.get(path, headers={"Accept-Language": "en"})

    assert page.status_code == 400
    assert page.headers["content-type"].startswith("text/html")


async def test_expired_ticket_is_refused(http, bridge):
    await _remember(bridge, "ticket:fortnox", {"author": "test"})

    assert (await http.get(f"/oauth/fortnox/start?ticket={'t' * 32}")).status_code == 400


async def test_expired_state_is_refused(http, bridge):
    await _remember(bridge, "state:fortnox", {"author": "test", "browser_secret": "s"})
    http.cookies.set("fb_oauth", "s")

    assert (await http.get(f"/oauth/fortnox/callback?code=c&state={'t' * 32}")).status_code == 400


async def _remember(bridge, purpose, payload):
    expires_at = datetime.now(UTC) - timedelta(seconds=1)
    async with bridge.storage.unit(SYSTEM) as unit:
        await unit.oauth_states.add("t" * 32, purpose, payload, expires_at=expires_at)


async def test_cookie_is_out_of_reach_for_scripts_and_other_sites(http, operator):
    start = await http.get(await _ticket(http, operator, "fortnox"))

    cookie = start.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/oauth" in cookie
    assert "max-age=600" in cookie
    location = urlsplit(start.headers["location"])
    query = parse_qs(location.query)
    assert query["redirect_uri"] == [f"{PUBLIC_URL}/oauth/fortnox/callback"]
    secret = start.headers["set-cookie"].partition("=")[2].partition(";")[0]
    assert secret not in start.headers["location"]


async def test_callback_in_another_browser_connects_nothing(http, bridge, operator):
    callback = await _callback(http, operator, "fortnox")

    stranger = httpx.AsyncClient(transport=httpx.ASGITransport(bridge.app), base_url=PUBLIC_URL)
    async with stranger:
        refused = await stranger.get(callback)
        stranger.cookies.set("fb_oauth", "guess")
        guessed = await stranger.get(callback)

    assert refused.status_code == guessed.status_code == 400
    assert await _accounts(http, operator) == ([], [])


async def test_callback_works_once(http, operator):
    callback = await _callback(http, operator, "fortnox")
    assert (await http.get(callback)).status_code == 200

    again = await http.get(callback)

    assert again.status_code == 400
    assert "Ingenting har anslutits" in _text(again)


async def test_callback_of_one_provider_does_not_finish_another(http, operator):
    callback = await _callback(http, operator, "fortnox")

    page = await http.get(callback.replace("/fortnox/", f"/{CONNECTOR}/"))

    assert page.status_code == 400
    assert await _accounts(http, operator) == ([], [])


@pytest.mark.parametrize(
    ("provider", "answer", "sentence"),
    [
        ("fortnox", "error=access_denied", "Anslutningen godkändes inte i Fortnox."),
        ("fortnox", "error=error_missing_license", "saknar en programlicens i Fortnox"),
        (CONNECTOR, "error=user_denied", "godkändes inte i Pipedrive (user_denied)"),
        (CONNECTOR, "", "godkändes inte i Pipedrive (no code)"),
        (CONNECTOR, "error=%3Cscript%3Ealert(1)%3C/script%3E", "alert(1)"),
    ],
)
async def test_consent_that_was_denied_is_told_and_connects_nothing(http, operator, provider, answer, sentence):
    start = await http.get(await _ticket(http, operator, provider))
    state = parse_qs(urlsplit(start.headers["location"]).query)["state"][0]

    page = await http.get(f"/oauth/{provider}/callback?state={state}&{answer}")

    assert page.status_code == 400
    assert sentence in _text(page)
    assert "<script" not in page.text
    assert await _accounts(http, operator) == ([], [])


async def test_code_that_the_vendor_refuses_is_told_and_connects_nothing(http, operator):
    start = await http.get(await _ticket(http, operator, CONNECTOR))
    state = parse_qs(urlsplit(start.headers["location"]).query)["state"][0]

    page = await http.get(f"/oauth/{CONNECTOR}/callback?state={state}&code=forged")

    assert page.status_code == 400
    assert "godtog inte" in _text(page)
    assert await _accounts(http, operator) == ([], [])


async def test_unknown_provider_is_a_problem_that_names_it(http, operator):
    answer = await http.post("/api/v1/authorizations", json={"provider": "sugarcrm"}, headers=operator)

    assert (answer.status_code, answer.json()["code"]) == (422, "connector_missing")
    assert "sugarcrm" in answer.json()["title"]


async def test_tokens_are_not_stored_in_clear(http, operator, bridge, sandbox, tmp_path):
    await consent(http, operator, "fortnox")
    requests = (await http.get(f"{sandbox.base_url}/_control/requests")).text
    async with bridge.storage.unit.view(SYSTEM) as unit:
        (company,) = await unit.companies.list_all()
    tokens = (await bridge.storage.token_store(CredentialOwner(company_id=company.id)).read()).tokens
    await bridge.storage.close()

    assert tokens is not None
    for secret in (tokens.access_token, tokens.refresh_token):
        assert secret not in requests
        assert all(secret.encode() not in each.read_bytes() for each in tmp_path.glob("bridge.db*"))


async def test_reconnecting_resumes_what_waited_for_it_once(http, operator, bridge, sandbox):
    """F9: each way of connecting resumes its own kind of waiting runs, and none of the others."""
    for provider in ("fortnox", CONNECTOR):
        await consent(http, operator, provider)
    await http.post("/api/v1/connections", json={}, headers=operator)
    (overview,) = await bridge.services.connections.list()
    joined = Joined(overview.source_account, overview.company, overview.connection, "")
    for number, code in enumerate(("fortnox_reconnect", "source_unauthorized", "no_rule")):
        await park_run(bridge, joined, Parked(code, {}), str(number))

    await consent(http, operator, "fortnox")
    assert await _queued(bridge) == {"0"}
    await consent(http, operator, "fortnox")
    assert await _queued(bridge) == {"0"}
    await _finish_queued(bridge)
    token = (await http.get(f"{sandbox.base_url}/_control/pipedrive/users")).json()[0]["api_token"]
    await http.post("/api/v1/source-accounts", json={"connector": CONNECTOR, "api_token": token}, headers=operator)

    assert await _queued(bridge) == {"1"}


async def _queued(bridge):
    page = await bridge.services.runs.list(
        connection_id=None, state=RunState.QUEUED, external_id=None, cursor=None, limit=50
    )
    return {run.key.external_id for run in page.runs}


async def _finish_queued(bridge):
    async with bridge.storage.unit(SYSTEM) as unit:
        for run in await unit.run_queue.claim(10, 60):
            await unit.run_queue.finish(run.id, run.fence, Done("invoice", "1"))
