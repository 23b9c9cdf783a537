"""Rules about the vendor's refusals and failures: each lands in the error class that says what happens next."""

from fortnox_bridge.domain.errors import PermissionMissing, RateLimited, ReconnectRequired, Unavailable
from fortnox_bridge.quality import Tier
from fortnox_bridge.testing.kit import WRONG_TOKEN, Kit, KitTokens
from fortnox_bridge.testing.rule import require, rule
from fortnox_bridge.testing.rules.errors import error_of


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
    async with kit.session() as session:
        error = await error_of(session.deals.read_head(ref))
    require(isinstance(error, PermissionMissing), "PermissionMissing", error)


@rule("rate-limit", "A 429 is RateLimited, with at least the wait that the vendor asks for.", tier=Tier.SILVER)
async def check_rate_limit(kit: Kit) -> None:
    """`retry_after_s` is the wait in the answer (7 seconds here). Do not wait inside of the connector."""
    ref = await kit.seeded()
    await kit.refuse(429)
    async with kit.session() as session:
        error = await error_of(session.deals.read_head(ref))
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
        async with kit.session() as session:
            error = await error_of(session.deals.read_head(ref))
        require(isinstance(error, Unavailable), f"Unavailable for {status}", error)
