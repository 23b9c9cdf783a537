"""Deliveries: proven, then read. A pure function: no network, no clock but `now`, nothing remembered."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Final

from pydantic import ValidationError

from fortnox_bridge.sdk import (
    AccountClosed,
    NotAuthentic,
    Occasion,
    RawRequest,
    Trigger,
    UnreadableJson,
    UnreadablePayload,
    WebhookSecrets,
    decode_json,
)
from fortnox_bridge_example.wire import WireEvent

_WINDOW: Final = timedelta(minutes=5)
_OCCASIONS: Final = {
    "deal.created": Occasion.MAY_QUALIFY,
    "deal.moved": Occasion.MAY_QUALIFY,
    "deal.lost": Occasion.MAY_END,
    "deal.edited": Occasion.EDITED,
}


def receive(request: RawRequest, secrets: WebhookSecrets, now: datetime) -> tuple[Trigger | AccountClosed, ...]:
    """Events of other kinds are authentic and do not matter: a vendor may add some any day."""
    _require_signed(request, secrets.password, now)
    try:
        event = WireEvent.model_validate(decode_json(request.body))
    except (UnreadableJson, ValidationError) as error:
        raise UnreadablePayload(type(error).__name__) from error
    if event.type == "app.removed":
        return (AccountClosed(event.account, dedupe_key=event.id),)
    if event.type not in _OCCASIONS:
        return ()
    return (
        Trigger(
            account=event.account,
            object_kind="deal",
            external_id=event.record,
            # The same however often it is sent; another one for another occurrence.
            dedupe_key=event.id,
            reason=event.type,
            occurred_at=event.at.astimezone(UTC),
            occasion=_OCCASIONS[event.type],
        ),
    )


def _require_signed(request: RawRequest, secret: str | None, now: datetime) -> None:
    """The signature covers the time and the bytes as they came. An empty secret proves nothing."""
    sent = request.headers.get("x-example-time", "")
    claimed = request.headers.get("x-example-signature", "")
    expected = hmac.new((secret or "").encode(), f"{sent}.".encode() + request.body, hashlib.sha256).hexdigest()
    is_signed = hmac.compare_digest(expected.encode(), claimed.encode())
    if not (secret and is_signed and sent.isascii() and sent.isdecimal() and len(sent) < 12):
        raise NotAuthentic
    if abs(now - datetime.fromtimestamp(int(sent), UTC)) > _WINDOW:
        raise NotAuthentic
