"""No secret in logs, in the request log of vendors' addresses, or in the database in clear (P10)."""

import base64
from pathlib import Path

import pytest
from tests.e2e.bridge_process import prepared_world
from tests.e2e.bridging import ENCRYPTION_KEY
from tests.e2e.deliveries import hook_of
from tests.e2e.world import World, one_line, replay_link

from fortnox_bridge.config import SANDBOX_CLIENT_SECRET
from fortnox_bridge.domain.clock import SystemClock
from fortnox_bridge.storage import SYSTEM, Cipher, CredentialOwner, Storage


async def test_secrets_stand_neither_in_logs_nor_in_the_database_in_clear(tmp_path: Path) -> None:
    """Every secret of a connected world is looked for after a good run, a parked one, refusals and a crash."""
    async with prepared_world(tmp_path, time_factor=0.1) as prepared:
        world = prepared.world
        (tmp_path / "own").mkdir()
        database = prepared.copy_to(tmp_path / "own")
        hook = await hook_of(world)
        async with prepared.serving(database) as running:
            await world.settings(lambda document: document["products"].update(when_missing="stop"))
            await world.win(await world.deal(org_id=await world.company()))
            deal = await world.deal([one_line("SAKNAS")], org_id=await world.company())
            await world.win(deal)
            link = replay_link(await world.note(deal))
            await world.send("GET", link)
            await world.send("POST", link, form={})
            await hook.post(b"garbage")
            await hook.post(hook.body(deal), authorization="Basic d3Jvbmc6d3Jvbmc=")
            await world.send("GET", world.bridge_url + "/oauth/fortnox/callback?code=canary-code&state=canary-state")
            await world.seed("fortnox", {"invalidate_access_tokens": True})
            await world.win(await world.deal(org_id=await world.company()))
            running.process.terminate()
            await running.exit_code()

        secrets = {
            "client secret": SANDBOX_CLIENT_SECRET,
            "encryption key": ENCRYPTION_KEY,
            "API key": world.api_key,
            "hook password": hook.password,
            "hook token": hook.url.rpartition("/")[2],
            "replay token": link.rpartition("/")[2],
            "OAuth code": "canary-code",
            "OAuth state": "canary-state",
            **await _tokens(database),
        }
        logs = running.log.read_bytes()
        stored = b"".join(file.read_bytes() for file in database.parent.glob("bridge.db*"))
        sent = "".join(f"{row['path']}?{row['query']}\n" for row in await world.requests()).encode()
    assert b"run.done" in logs, "the log was watched"
    assert len([name for name in secrets if "token" in name]) >= 5
    for name, secret in secrets.items():
        assert secret.encode() not in logs, f"{name} in the log"
        assert secret.encode() not in stored, f"{name} in the database"
        assert secret.encode() not in sent, f"{name} in an address"


async def _tokens(database: Path) -> dict[str, str]:
    """What the credentials are, read the way the service reads them."""
    cipher = Cipher({"e2e": base64.b64decode(ENCRYPTION_KEY)})
    storage = Storage.open(f"sqlite+aiosqlite:///{database}", cipher, SystemClock())
    try:
        async with storage.unit(SYSTEM) as unit:
            owners = {
                "Fortnox": CredentialOwner(company_id=(await unit.companies.list_all())[0].id),
                "Pipedrive": CredentialOwner(source_account_id=(await unit.source_accounts.list_all())[0].id),
            }
        found = {}
        for system, owner in owners.items():
            held = (await storage.token_store(owner).read()).tokens
            assert held is not None
            found[f"{system} access token"] = held.access_token
            if held.refresh_token:
                found[f"{system} refresh token"] = held.refresh_token
        return found
    finally:
        await storage.close()


@pytest.mark.parametrize("provider", ["fortnox", "pipedrive"])
async def test_consent_denied_by_the_user_connects_nothing_and_says_so(world: World, provider: str) -> None:
    """The vendor's own way of refusing; the page names the system and stays free of codes."""
    await world.configure(provider, oauth_decision="deny")
    ticket = await world.api.post("/authorizations", {"provider": provider})
    before = await world.mark()

    with pytest.raises(Exception, match="answered 4"):
        await world.browser.open(str(ticket["url"]))

    tokens = [row for row in await world.requests(after=before) if row["path"].endswith("/token")]
    assert tokens == []
