"""Cards: what the platform's own card asks `/cards/{connector}/…`, and how it wants the answer.

The core computes a neutral `Card`, cached with its age; a connector proves who asks and lays the card out. Pure and
synchronous, like webhooks: no I/O, no clock but `now`, no state.

A panel is the core's own page. Its buttons post a form with the members `button` (a `CardButton`) and `click` to the
address that the page was loaded from, query included; `read` makes a `CardCall` of that as well. A proof that ages is
renewed by the connector's script: `window.cardHost = {async address(url) {…}, resized(height) {…}}`, both optional,
where `address` answers the address with a fresh proof.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from fortnox_bridge.domain.card import Card, CardButton, CardNotice
from fortnox_bridge.sdk.webhooks import RawRequest, WebhookSecrets


class CardShape(StrEnum):
    """`data`: JSON laid out by the connector. `panel`: the core's own page, for platforms that show a frame."""

    DATA = "data"
    PANEL = "panel"


@dataclass(frozen=True, slots=True)
class CardCall:
    """One proven call of a card.

    Attributes:
        account: external id of the source account, from what was signed, never from the rest.
        record_kind: the kind of record the card stands on.
        external_id: its id. Often not signed: the core reads the record with the account's own tokens before it shows
            or does anything.
        button: what was pressed; None: the card only opens. What writes is done by POST alone.
        user: who looks, as the platform signed it; for the audit log.
        language: `sv` or `en`; None: the connection's own.
        click_id: equal when one press arrives twice; None: every call is a press of its own.
        shape: what to answer with.
    """

    account: str
    record_kind: str
    external_id: str
    button: CardButton | None = None
    user: str | None = None
    language: str | None = None
    click_id: str | None = None
    shape: CardShape = CardShape.DATA


@dataclass(frozen=True, slots=True)
class PlatformAnswer:
    """What the platform gets: `body` is encoded as JSON, exactly as its documentation wants it."""

    body: object
    status: int = 200


@dataclass(frozen=True, slots=True)
class CardAsset:
    """A file that the panel's page loads, such as the platform's own script."""

    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class CardSurface:
    """How one platform shows cards.

    Attributes:
        read: proves a call and says what it wants; gets the request and the path below `/cards/{connector}/`. Raises
            `NotAuthentic` for a wrong, stale or missing proof, `UnreadablePayload` for what it cannot make out.
        render: lays a card out.
        refuse: lays out that there is no card, and why. The status of what was not proven becomes 401 all the same.
        deadline_s: how long the platform waits; the core answers well before, with the last known figures if it must.
        frame_ancestors: origins that may frame the panel, as `Content-Security-Policy` writes them; empty: no panel.
        scripts: names of `assets` that the panel's page loads, in order.
        assets: files served below `/cards/{connector}/assets/`, by name.
    """

    read: Callable[[RawRequest, str, WebhookSecrets, datetime], CardCall]
    render: Callable[[CardCall, Card], PlatformAnswer]
    refuse: Callable[[CardNotice], PlatformAnswer]
    deadline_s: float
    frame_ancestors: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    assets: Mapping[str, CardAsset] = field(default_factory=dict)
