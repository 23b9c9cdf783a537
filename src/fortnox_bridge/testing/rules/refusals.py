"""Rules about the vendor's refusals and failures: each lands in the error class that says what happens next."""

from collections.abc import Mapping
from string import Formatter

from fortnox_bridge.domain.catalogue import CATALOGUE
from fortnox_bridge.domain.errors import (
    BridgeError,
    ContractViolation,
    OutcomeUnknown,
    PermissionMissing,
    RateLimited,
    ReconnectRequired,
    Unavailable,
)
from fortnox_bridge.domain.ids import SourceRef
from fortnox_bridge.quality import Tier
from fortnox_bridge.testing.kit import WRONG_TOKEN, Kit, KitTokens
from fortnox_bridge.testing.rule import require, rule
from fortnox_bridge.testing.rules.asking import error_of, note


async def head_error(kit: Kit, ref: SourceRef) -> BridgeError | None:
    """What reading a deal's head raises."""
    async with kit.session() as session:
        return await error_of(session.deals.read_head(ref))


@rule("token-replaced", "A rejected token is exchanged once, and the work goes on.", tier=Tier.BRONZE)
async def check_token_replaced(kit: Kit) -> None:
    """On 401 call `ctx.tokens.replace(rejected)` with the token that was rejected, and send the request again."""
    ref = await kit.seeded()
    tokens = KitTokens(WRONG_TOKEN, kit.account.token)
    async with kit.session(tokens=tokens) as session:
        head = await session.deals.read_head(ref)
    require(head.ref == ref, "the deal's head", head)
    require(
        tokens.rejected == [WRONG_TOKEN], "one exchange, of the rejected token", f"{len(tokens.rejected)} exchanges"
    )


@rule(
    "token-refused", "A token that stays rejected means that a person must connect the account again.", tier=Tier.BRONZE
)
async def check_token_refused(kit: Kit) -> None:
    """When the exchanged token is answered 401 too, raise `ReconnectRequired`; do not exchange a second time."""
    ref = await kit.seeded()
    tokens = KitTokens(WRONG_TOKEN, WRONG_TOKEN + "-too")
    async with kit.session(tokens=tokens) as session:
        error = await error_of(session.deals.read_head(ref))
    require(isinstance(error, ReconnectRequired), "ReconnectRequired", error)
    require(len(tokens.rejected) == 1, "one exchange", f"{len(tokens.rejected)} exchanges")


@rule("permission", "A missing right is PermissionMissing.", tier=Tier.SILVER)
async def check_permission(kit: Kit) -> None:
    """A 403 in the vendor's words (`harness.refusal(403)`) asks a person for a right; trying again would not help."""
    ref = await kit.seeded()
    await kit.refuse(403)
    error = await head_error(kit, ref)
    require(isinstance(error, PermissionMissing), "PermissionMissing", error)


@rule("rate-limit", "A 429 is RateLimited, with at least the wait that the vendor asks for.", tier=Tier.SILVER)
async def check_rate_limit(kit: Kit) -> None:
    """`retry_after_s` is the wait in the answer (7 seconds here). Do not wait inside of the connector."""
    ref = await kit.seeded()
    await kit.refuse(429)
    error = await head_error(kit, ref)
    require(isinstance(error, RateLimited), "RateLimited", error)
    assert isinstance(error, RateLimited)
    require((error.retry_after_s or 0) >= 7, "retry_after_s of at least 7", error.retry_after_s)


@rule("server-error", "A 5xx is Unavailable.", tier=Tier.SILVER)
async def check_server_error(kit: Kit) -> None:
    """Whatever the body holds: JSON, nothing, or the page of a proxy. The bridge tries again later."""
    ref = await kit.seeded()
    for status in (500, 503):
        await kit.world.heal()
        await kit.refuse(status)
        error = await head_error(kit, ref)
        require(isinstance(error, Unavailable), f"Unavailable for {status}", error)


@rule("error-codes", "Every error has a code and the words of its sentence.", tier=Tier.SILVER)
async def check_error_codes(kit: Kit) -> None:
    """Codes are those of `docs/errors.md`, with every param that the sentence has a place for (`system`, `record`, …).
    Otherwise the user reads a sentence with holes.
    """
    ref = await kit.seeded()
    async with kit.session() as session:
        errors = [await error_of(session.deals.read_head(kit.ref("987654321")))]
        for status in (401, 403, 429, 503):
            await kit.world.heal()
            await kit.refuse(status)
            errors.append(await error_of(session.deals.read_head(ref)))
    for error in errors:
        require(error is not None, "an error", "none")
        assert error is not None
        message = CATALOGUE.get(error.code)
        require(message is not None, "a code of docs/errors.md", error.code)
        assert message is not None
        places = {name for text in (message.en, message.remedy_en) for _, name, _, _ in Formatter().parse(text) if name}
        missing = sorted(places - error.params.keys())
        require(not missing, f"{error.code} with {', '.join(sorted(places))}", f"without {', '.join(missing)}")


@rule("read-silence", "A read that is not answered is Unavailable.", tier=Tier.SILVER)
async def check_read_silence(kit: Kit) -> None:
    """`ctx.http` raises `Unanswered` when no whole answer came back (time out, broken connection). A read has no
    outcome to be unsure of: raise `Unavailable`, so that it is simply tried again.
    """
    ref = await kit.seeded()
    await kit.world.fault("reset")
    error = await head_error(kit, ref)
    require(isinstance(error, Unavailable), "Unavailable", error)


@rule(
    "read-garbage", "A success that is not JSON, or not what the vendor describes, is told as such.", tier=Tier.SILVER
)
async def check_read_garbage(kit: Kit) -> None:
    """Half a JSON text, a list where an object belongs, an empty body, and the page of a proxy, all with status 200:
    `ContractViolation` (or `Unavailable`), never a bare `KeyError` and never half a deal.
    """
    ref = await kit.seeded()
    bodies = {'{"data": {"id"': "application/json", "[]": "application/json", "": "application/json"}
    for body, kind in {**bodies, "<html><body>Hej</body></html>": "text/html"}.items():
        await kit.world.heal()
        await kit.world.fault("status", status=200, body=body, content_type=kind)
        error = await head_error(kit, ref)
        require(isinstance(error, ContractViolation | Unavailable), f"ContractViolation for {body!r}", error)


@rule("read-page", "The page of a proxy is Unavailable.", tier=Tier.SILVER)
async def check_read_page(kit: Kit) -> None:
    """A 502 with HTML comes from something in front of the vendor. It says nothing about the record."""
    ref = await kit.seeded()
    await kit.world.fault("html", status=502)
    error = await head_error(kit, ref)
    require(isinstance(error, Unavailable), "Unavailable", error)


@rule("not-sent", "What never left is Unavailable, for writes too.", tier=Tier.SILVER)
async def check_not_sent(kit: Kit) -> None:
    """`ctx.http` raises `NotSent`, an `Unavailable`, when nothing left this machine. Let it pass: such a write may
    simply be tried again.
    """
    ref = await kit.seeded()
    kit.world.transport.is_unplugged = True
    async with kit.session() as session:
        errors = [await error_of(session.deals.read_head(ref))]
        if session.notes is not None:
            errors.append(await error_of(session.notes.create_note(ref, note())))
    for error in errors:
        require(isinstance(error, Unavailable), "Unavailable", error)


@rule("write-silence", "A write that may have happened is OutcomeUnknown.", tier=Tier.SILVER, needs="notes")
async def check_write_silence(kit: Kit) -> None:
    """The vendor takes a note and the answer is lost; or a proxy answers for it; or the answer is empty. The bridge
    looks before it writes again, and finds the note by its reference.
    """
    ref = await kit.seeded()
    actions: tuple[Mapping[str, object], ...] = (
        {"kind": "apply_then_reset"},
        {"kind": "apply_then_html", "status": 502},
        {"kind": "apply_then_empty", "status": 200},
    )
    for number, action in enumerate(actions):
        await kit.world.heal()
        for method in ("POST", "PUT", "PATCH"):
            await kit.world.fault(**action, method=method)  # type: ignore[arg-type]
        async with kit.session() as session:
            assert session.notes is not None
            reference = f"FB-silent-{number}"
            error = await error_of(session.notes.create_note(ref, note(reference)))
            require(isinstance(error, OutcomeUnknown), f"OutcomeUnknown after {action['kind']}", error)
            await kit.world.heal()
            found = await session.notes.find_note(ref, reference)
        require(found is not None, "the note that was written after all is found by its reference", "None")
