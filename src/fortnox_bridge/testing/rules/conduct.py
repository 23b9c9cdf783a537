"""Rules about conduct: where a connector goes, what it tells, and that it stops when it is told to."""

import asyncio
import re
from collections.abc import Iterator

from fortnox_bridge.domain.errors import BridgeError
from fortnox_bridge.quality import Tier
from fortnox_bridge.testing.in_process import SocketOpened
from fortnox_bridge.testing.kit import WRONG_TOKEN, Kit, KitTokens
from fortnox_bridge.testing.rule import broken, require, rule
from fortnox_bridge.testing.rules.asking import error_of, note, use_everything

_EVENT = re.compile(r"[a-z][a-z0-9_.]{2,60}\Z")


@rule("own-sockets", "Every request goes through ctx.http.", tier=Tier.BRONZE)
async def check_own_sockets(kit: Kit) -> None:
    """Sockets and name look-ups are refused while the connector's code runs. `ctx.http` is how the bridge limits hosts,
    keeps time limits and tells whether a write may have happened.
    """
    ref = await kit.seeded()
    try:
        async with kit.session() as session:
            await use_everything(session, ref)
    except SocketOpened as error:
        broken("requests through ctx.http alone", str(error))
    require(not kit.sockets, "requests through ctx.http alone", ", ".join(kit.sockets))


@rule("hosts", "Requests stay within allowed_hosts.", tier=Tier.BRONZE)
async def check_hosts(kit: Kit) -> None:
    """`ctx.http` refuses every other host. Declare what the connector needs, and nothing more; never follow a URL that
    came in data.
    """
    ref = await kit.seeded()
    async with kit.session() as session:
        await use_everything(session, ref)
    require(not kit.refused_hosts, f"hosts within {kit.connector.allowed_hosts}", ", ".join(kit.refused_hosts))


@rule("base-urls", "Requests go where the deployment says.", tier=Tier.BRONZE)
async def check_base_urls(kit: Kit) -> None:
    """URLs are built from `ctx.base_urls`, by the keys of `Connector.base_urls`. Otherwise a sandbox would reach the
    real vendor.
    """
    ref = await kit.seeded()
    async with kit.session() as session:
        await error_of(session.account.identify())
        error = await error_of(session.deals.read_head(ref))
    strayed = kit.world.transport.strayed
    require(not strayed, f"requests to {kit.world.base_url}", ", ".join(strayed))
    require(error is None, "a head read there", error)


@rule("cancellation", "A cancelled call stops at once, and says nothing else.", tier=Tier.SILVER)
async def check_cancellation(kit: Kit) -> None:
    """`CancelledError` is never caught to go on, and never turned into another error: the bridge cancels what takes too
    long and what shall end.
    """
    ref = await kit.seeded()
    await kit.world.fault("hang", seconds=30)
    async with kit.session() as session:
        task = asyncio.ensure_future(session.deals.read_head(ref))
        while not kit.sent and not task.done():  # noqa: ASYNC110 - the connector tells nobody that it has sent
            await asyncio.sleep(0)
        await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.wait({task}, timeout=2)
        if not task.done():
            broken("an end within two seconds", "it goes on")
        if task.cancelled():
            return
        came = task.exception() or task.result()
    broken("CancelledError", repr(came))


@rule("secrets", "No token in errors, logs or notes.", tier=Tier.BRONZE)
async def check_secrets(kit: Kit) -> None:
    """Everything that goes wrong is made to go wrong, and every text that came of it is searched for the tokens: errors
    with their causes, params and details, log lines, and the notes on the record. Log events are constant names.
    """
    ref = await kit.seeded()
    texts: list[str] = []
    secrets = [WRONG_TOKEN, kit.account.token, kit.other.token]
    for status in (400, 401, 403, 404, 429, 500):
        await kit.world.heal()
        await kit.refuse(status)
        texts += await _said(kit, ref, KitTokens(kit.account.token, kit.account.token))
    await kit.world.heal()
    texts += await _said(kit, ref, KitTokens(WRONG_TOKEN, WRONG_TOKEN))
    await kit.world.fault("status", status=200, body="{garbage", content_type="application/json")
    texts += await _said(kit, ref, KitTokens(kit.account.token, kit.account.token))
    await kit.world.fault("reset")
    texts += await _said(kit, ref, KitTokens(kit.account.token, kit.account.token))
    for event, facts in kit.log.lines:
        require(_EVENT.match(event), "log events that are constant names", event)
        require(all(isinstance(value, str | int) for value in facts.values()), "facts of text or numbers", facts)
        texts += [event, repr(facts)]
    leaks = sorted({text for text in texts for secret in secrets if secret in text})
    require(
        not leaks, "no token", "; ".join(text.replace(_found(text, secrets), "<the token>") for text in leaks)[:500]
    )


@rule("secrets-in-notes", "No token in a note.", tier=Tier.BRONZE, needs="notes")
async def check_secrets_in_notes(kit: Kit) -> None:
    """Notes hold what the bridge asked to write, and nothing of the connector's own."""
    ref = await kit.seeded()
    async with kit.session() as session:
        assert session.notes is not None
        await session.notes.create_note(ref, note())
    stored = " ".join(await kit.harness.notes_of(kit.world, kit.account, ref))
    require(stored, "a note", "none")
    require(kit.account.token not in stored, "no token", "the account's token")


async def _said(kit: Kit, ref: object, tokens: KitTokens) -> list[str]:
    """What a failing call says, in all places where a log might take it from."""
    async with kit.session(tokens=tokens) as session:
        errors = [await error_of(session.account.identify()), await error_of(session.deals.read_head(ref))]  # type: ignore[arg-type]
        if session.notes is not None:
            errors.append(await error_of(session.notes.create_note(ref, note())))  # type: ignore[arg-type]
    return [text for error in errors if error is not None for text in _texts(error)]


def _texts(error: BaseException) -> Iterator[str]:
    seen: BaseException | None = error
    while seen is not None:
        yield from (str(seen), repr(seen))
        if isinstance(seen, BridgeError):
            yield from (seen.detail, repr(dict(seen.params)), str(getattr(seen, "where", "")))
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)


def _found(text: str, secrets: list[str]) -> str:
    return next(secret for secret in secrets if secret in text)
