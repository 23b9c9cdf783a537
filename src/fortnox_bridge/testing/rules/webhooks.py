"""Rules about deliveries: who may speak, what it means, and that reading them does nothing else."""

import builtins
import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from fortnox_bridge.quality import Tier
from fortnox_bridge.sdk.shapes import fault_of
from fortnox_bridge.sdk.webhooks import (
    NotAuthentic,
    RawRequest,
    Received,
    Trigger,
    UnreadablePayload,
    WebhookSecrets,
)
from fortnox_bridge.testing.harness import HookEvent
from fortnox_bridge.testing.in_process import SocketOpened, as_connector
from fortnox_bridge.testing.kit import Kit
from fortnox_bridge.testing.rule import broken, require, rule

_DEAL = "4711"
_LATER = timedelta(days=1)


def receive(kit: Kit, request: RawRequest, secrets: WebhookSecrets, now: datetime) -> tuple[Received, ...]:
    assert kit.connector.webhooks is not None
    with as_connector():
        return kit.connector.webhooks(request, secrets, now)


def delivery(
    kit: Kit, now: datetime, *, event: HookEvent = HookEvent.QUALIFIES, external_id: str = _DEAL, occurrence: int = 1
) -> tuple[RawRequest, WebhookSecrets]:
    secrets = kit.harness.secrets(kit.account)
    body = kit.harness.event_body(kit.account, event, external_id, occurrence)
    return kit.harness.signed(body, secrets, now), secrets


def refuses(kit: Kit, request: RawRequest, secrets: WebhookSecrets, now: datetime) -> str | None:
    """None when the delivery is refused as it must be, else what came."""
    try:
        came = receive(kit, request, secrets, now)
    except NotAuthentic:
        return None
    except UnreadablePayload as error:
        return f"UnreadablePayload: {error}"
    return repr(came)


def changed(text: str) -> str:
    """The text with its last letter or digit changed."""
    at = max((place for place, char in enumerate(text) if char.isalnum()), default=-1)
    require(at >= 0, "a proof with letters or digits", repr(text))
    return text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]


@rule(
    "webhook-read",
    "A delivery becomes triggers that name account, kind and record.",
    tier=Tier.BRONZE,
    needs="webhooks",
)
async def check_webhook_read(kit: Kit) -> None:
    """The trigger names the account that `identify` answers, the connector's `object_kind`, the record's id as text,
    and when it happened, aware and UTC (or None).
    """
    now = kit.now()
    request, secrets = delivery(kit, now)
    triggers = receive(kit, request, secrets, now)
    require(triggers and type(triggers) is tuple, "a tuple of triggers", repr(triggers))
    fault = fault_of(triggers, tuple[Received, ...], "webhooks")
    require(fault is None, "members of the types that Received declares", fault)
    trigger = next((each for each in triggers if isinstance(each, Trigger)), None)
    require(trigger is not None, "a Trigger", repr(triggers))
    assert trigger is not None
    came = (trigger.account, trigger.object_kind, trigger.external_id)
    wanted = (kit.account.external_id, kit.connector.object_kind, _DEAL)
    require(came == wanted, f"{wanted}", f"{came}")
    require(trigger.dedupe_key and type(trigger.dedupe_key) is str, "a dedupe_key, as text", repr(trigger.dedupe_key))
    happened = trigger.occurred_at
    require(
        happened is None or happened.utcoffset() == timedelta(0), "occurred_at aware and UTC, or None", repr(happened)
    )


@rule(
    "webhook-proof", "A delivery whose proof is wrong in one character is refused.", tier=Tier.BRONZE, needs="webhooks"
)
async def check_webhook_proof(kit: Kit) -> None:
    """One character of the header `webhook_proof` is changed, then the header is cut, then it is missing:
    `NotAuthentic` each time. Secrets of another account do not help.
    """
    now = kit.now()
    request, secrets = delivery(kit, now)
    name = kit.harness.webhook_proof
    require(name in request.headers, f"a header {name} in the harness's delivery", sorted(request.headers))
    proof = request.headers[name]
    for what, wrong in (("changed", changed(proof)), ("cut", proof[: len(proof) // 2]), ("empty", "")):
        came = refuses(kit, replace(request, headers={**request.headers, name: wrong}), secrets, now)
        require(came is None, f"NotAuthentic with the proof {what}", came)
    bare = {key: value for key, value in request.headers.items() if key != name}
    came = refuses(kit, replace(request, headers=bare), secrets, now)
    require(came is None, "NotAuthentic without the proof", came)


@rule(
    "webhook-body", "A delivery whose body is wrong in one byte is refused.", tier=Tier.BRONZE, needs="webhooks",
    exempt_when="the vendor's scheme signs no body, such as Basic credentials",
)  # fmt: skip
async def check_webhook_body(kit: Kit) -> None:
    """The signature covers the raw body: check it before decoding, over the bytes as they came. One flipped byte
    anywhere is `NotAuthentic`.
    """
    now = kit.now()
    request, secrets = delivery(kit, now)
    for at in (0, len(request.body) // 2, len(request.body) - 1):
        flipped = request.body[:at] + bytes([request.body[at] ^ 1]) + request.body[at + 1 :]
        came = refuses(kit, replace(request, body=flipped), secrets, now)
        require(came is None, f"NotAuthentic with byte {at} flipped", came)


@rule(
    "webhook-stale", "A delivery that was signed long ago is refused.", tier=Tier.BRONZE, needs="webhooks",
    exempt_when="the vendor's scheme signs no time",
)  # fmt: skip
async def check_webhook_stale(kit: Kit) -> None:
    """A day later, and a day before it was signed, by the `now` that the receiver is given: `NotAuthentic`. There is no
    other clock in a receiver.
    """
    now = kit.now()
    request, secrets = delivery(kit, now)
    for what, instant in (("a day later", now + _LATER), ("a day early", now - _LATER)):
        came = refuses(kit, request, secrets, instant)
        require(came is None, f"NotAuthentic {what}", came)


@rule("webhook-empty-secret", "Without a secret nothing is authentic.", tier=Tier.BRONZE, needs="webhooks")
async def check_webhook_empty_secret(kit: Kit) -> None:
    """A deployment may have no secret yet. Then every delivery is refused, one that is proven with the empty secret
    too: an attacker knows that one.
    """
    now = kit.now()
    sound, secrets = delivery(kit, now)
    empty = WebhookSecrets(user="", password="", client_id="", client_secret="", former_secret="", card_secret="")
    body = kit.harness.event_body(kit.account, HookEvent.QUALIFIES, _DEAL, 1)
    for request, missing in (
        (sound, WebhookSecrets()),
        (sound, empty),
        (kit.harness.signed(body, empty, now), empty),
        (kit.harness.signed(body, empty, now), WebhookSecrets()),
        (kit.harness.signed(body, empty, now), replace(empty, user=secrets.user, client_id=secrets.client_id)),
    ):
        came = refuses(kit, request, missing, now)
        require(came is None, "NotAuthentic without a secret", came)


@rule(
    "webhook-event-id",
    "An event sent again has the same key, another event has another.",
    tier=Tier.BRONZE,
    needs="webhooks",
)
async def check_webhook_event_id(kit: Kit) -> None:
    """Vendors send until they are answered, hours later too and proven anew. `dedupe_key` is equal for the same
    occurrence, and differs between occurrences and between records.
    """
    now = kit.now()
    keys = []
    for occurrence, external_id, instant in (
        (1, _DEAL, now),
        (1, _DEAL, now + timedelta(minutes=90)),
        (2, _DEAL, now),
        (1, "4712", now),
    ):
        request, secrets = delivery(kit, instant, external_id=external_id, occurrence=occurrence)
        keys.append(tuple(trigger.dedupe_key for trigger in receive(kit, request, secrets, instant)))
    require(keys[0] == keys[1], f"the same key when it is sent again: {keys[0]}", f"{keys[1]}")
    require(keys[2] != keys[0], "another key for another occurrence", f"{keys[2]}")
    require(keys[3] != keys[0], "another key for another record", f"{keys[3]}")


@rule("webhook-unknown", "An event of an unknown kind is taken and ignored.", tier=Tier.BRONZE, needs="webhooks")
async def check_webhook_unknown(kit: Kit) -> None:
    """Vendors add events. Answer the empty tuple; an error would have them send it for days."""
    now = kit.now()
    request, secrets = delivery(kit, now, event=HookEvent.UNKNOWN)
    try:
        came = receive(kit, request, secrets, now)
    except (NotAuthentic, UnreadablePayload) as error:
        broken("()", f"{type(error).__name__}: {error}")
    require(came == (), "()", repr(came))


@rule(
    "webhook-malformed",
    "An authentic delivery that makes no sense is UnreadablePayload.",
    tier=Tier.BRONZE,
    needs="webhooks",
)
async def check_webhook_malformed(kit: Kit) -> None:
    """Half a JSON text, something that is not text, a number, and an empty body, all with a sound proof. Never a bare
    `KeyError`, and never `NotAuthentic`: the vendor would disable the hook.
    """
    now = kit.now()
    secrets = kit.harness.secrets(kit.account)
    for body in (b'{"meta": {', b"\xff\xfe\x00", b"7", b"", b'"text"', b"[" * 50_000):
        try:
            came = receive(kit, kit.harness.signed(body, secrets, now), secrets, now)
        except UnreadablePayload:
            continue
        except NotAuthentic:
            broken(f"UnreadablePayload for {body[:20]!r}", "NotAuthentic")
        broken(f"UnreadablePayload for {body[:20]!r}", repr(came))


@rule("webhook-pure", "Reading a delivery touches nothing.", tier=Tier.BRONZE, needs="webhooks")
async def check_webhook_pure(kit: Kit) -> None:
    """No socket, no file, no state: the same delivery read twice answers the same, and neither the request nor anything
    else is changed. The bridge answers the vendor within milliseconds and reads deliveries in any order.
    """
    now = kit.now()
    request, secrets = delivery(kit, now)
    headers = dict(request.headers)
    before = copy.deepcopy((headers, request.body))
    given = replace(request, headers=headers)
    try:
        with _closed_files():
            first = receive(kit, given, secrets, now)
            second = receive(kit, given, secrets, now)
    except (SocketOpened, _FileOpened) as error:
        broken("no I/O", str(error))
    require(first == second, f"the same the second time: {first}", f"{second}")
    require((headers, request.body) == before, "the request as it was", "it was changed")
    require(not kit.sockets and not kit.sent, "no I/O", ", ".join(kit.sockets))


class _FileOpened(AssertionError):
    pass


@contextmanager
def _closed_files() -> Iterator[None]:
    real = builtins.open

    def refuse(file: object, *_: object, **__: object) -> object:
        raise _FileOpened(f"the file {file} was opened")

    setattr(builtins, "open", refuse)  # noqa: B010 - a builtin is replaced
    try:
        yield
    finally:
        setattr(builtins, "open", real)  # noqa: B010
