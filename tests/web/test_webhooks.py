"""Deliveries: verified, stored once, and only then answered (facts: reliability 4.1)."""

import base64
import json

import pytest
from tests.web.conftest import take_database_away

from fortnox_bridge.storage import SYSTEM


@pytest.fixture
def vendors_url(sandbox):
    return sandbox.base_url


class Hook:
    """The connected account's own webhook, with what the vendor knows of it and the rows behind it."""

    def __init__(self, http, path, auth, account):
        self.http, self.path, self.auth, self.account = http, path, auth, account

    def body(self, deal=7, event="e-1", **changes):
        meta = {
            "action": "change",
            "entity": "deal",
            "entity_id": str(deal),
            "company_id": self.account.partition(":")[0],
            "id": event,
            "version": "2.0",
            "timestamp": "2026-11-23T09:00:00.000Z",
            **changes,
        }
        return {"meta": meta, "data": {"id": deal, "stage_id": 5}, "previous": {"stage_id": 4}}

    async def deliver(self, body=None, *, path=None, auth=None, headers=None, content=None):
        sent = {"Content-Type": "application/json", **({} if auth == "" else {"Authorization": auth or self.auth})}
        raw = json.dumps(body or self.body()).encode() if content is None else content
        return await self.http.post(path or self.path, content=raw, headers={**sent, **(headers or {})})


def _basic(user, password):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@pytest.fixture
async def hook(http, connected, bridge):
    async with bridge.storage.unit.view(SYSTEM) as unit:
        (account,) = await unit.source_accounts.list_all()
        (stored,) = await unit.hooks.of_source_account(account.id)
    path = "/" + stored.url.partition("://")[2].partition("/")[2]
    return Hook(http, path, _basic(stored.user, stored.password), account.external_id)


async def _runs(bridge):
    page = await bridge.services.runs.list(connection_id=None, state=None, external_id=None, cursor=None, limit=50)
    return page.runs


async def test_delivery_is_answered_202_with_its_run_stored(hook, bridge):
    answer = await hook.deliver()

    assert (answer.status_code, answer.content) == (202, b"")
    (run,) = await _runs(bridge)
    assert (run.trigger, run.state, run.key.external_id) == ("webhook", "queued", "7")


async def test_same_delivery_again_is_answered_202_and_makes_no_second_run(hook, bridge):
    for _ in range(3):
        assert (await hook.deliver()).status_code == 202

    assert len(await _runs(bridge)) == 1


@pytest.mark.parametrize(
    "auth",
    ["", "Basic", "Basic !!!", _basic("a", "b"), _basic("", ""), "Bearer x", "Basic " + "A" * 5000, "Basic /w=="],
)
async def test_delivery_without_the_right_credentials_is_refused_and_stores_nothing(hook, bridge, auth):
    answer = await hook.deliver(auth=auth)

    assert (answer.status_code, answer.json()["code"]) == (401, "webhook_not_authentic")
    assert answer.headers["www-authenticate"].startswith("Basic")
    assert await _runs(bridge) == ()


async def test_unknown_token_looks_just_like_a_wrong_password(hook):
    head, _, _ = hook.path.rpartition("/")

    stranger = await hook.deliver(path=f"{head}/{'x' * 32}")
    wrong = await hook.deliver(auth=_basic("a", "b"))
    bare = await hook.deliver(path=head)

    assert stranger.status_code == wrong.status_code == bare.status_code == 401
    assert stranger.json() == wrong.json() == bare.json()


async def test_delivery_for_another_account_is_refused(hook, bridge):
    answer = await hook.deliver(hook.body(company_id="999999"))

    assert answer.status_code == 401
    assert await _runs(bridge) == ()


@pytest.mark.parametrize("connector", ["sugarcrm", "fortnox", "..%2fpipedrive", "%00"])
async def test_unknown_connector_answers_404(hook, connector):
    answer = await hook.deliver(path=f"/webhooks/{connector}")

    assert answer.status_code == 404


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\x00" * 64, b"\xff\xfe{}", b"[" * 200_000, b'{"meta": 1e400}', b'"\\ud800"', b"null", b"[]"],
)
async def test_garbage_with_the_right_credentials_is_kept_and_never_a_failure(hook, bridge, content):
    """Authentic, so it is ours to look at: stored with its bytes, answered 2xx, so that the vendor does not ban us."""
    first = await hook.deliver(content=content)
    again = await hook.deliver(content=content)

    assert first.status_code == again.status_code == 202
    assert await _runs(bridge) == ()


async def test_delivery_of_more_than_the_limit_is_refused(hook):
    answer = await hook.deliver(content=b"x" * (2 * 1024 * 1024))

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_delivery_that_cannot_be_stored_is_answered_503_so_that_it_comes_again(hook, bridge, sqlite_url):
    await bridge.storage.close()
    take_database_away(sqlite_url)

    answer = await hook.deliver()

    assert (answer.status_code, answer.json()["code"]) == (503, "ingest_unavailable")
    assert answer.headers["retry-after"] == "5"


async def test_headers_of_a_proxy_do_not_change_where_we_think_we_are(hook, bridge):
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}

    assert (await hook.deliver(headers=headers)).status_code == 202


async def test_uninstallation_deletes_the_tokens_and_says_not_connected(http, hook, bridge):
    """F3: Pipedrive announces it where the consent came back, by the app's own credentials (facts: pipedrive 2.1)."""
    company = hook.account.partition(":")[0]
    body = {"client_id": "sandbox-client", "company_id": int(company), "user_id": 1, "timestamp": "2026-11-23"}
    path = "/oauth/pipedrive/callback"

    forged = await http.request("DELETE", path, json=body, headers={"Authorization": _basic("a", "b")})
    async with bridge.storage.unit.view(SYSTEM) as unit:
        (before,) = await unit.source_accounts.list_all()
    real = await http.request(
        "DELETE", path, json=body, headers={"Authorization": _basic("sandbox-client", "sandbox-secret")}
    )
    async with bridge.storage.unit.view(SYSTEM) as unit:
        (after,) = await unit.source_accounts.list_all()

    assert (forged.status_code, before.access) == (401, "connected")
    assert (real.status_code, after.access) == (202, "not_connected")
