"""Incoming webhooks: from raw bytes to triggers, purely."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class RawRequest:
    """What arrived, untouched. `url` is the configured public URL and the raw target as it was sent, query included.

    Nothing of it comes from headers. Header names are lower case. The body is what was signed; decode it only after
    the check.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class WebhookSecrets:
    """What deliveries are checked against. A missing value means: nothing can be authentic.

    Attributes:
        user: user name of the account's own hook.
        password: password of the account's own hook.
        client_id: the deployment's app, for app-wide hooks.
        client_secret: the app's secret.
        former_secret: the secret before it was changed, accepted until the deployment takes it out.
        card_secret: what cards are signed with, where the platform has a secret of its own for them.
        app_id: the app's number at the vendor, where deliveries name it.
    """

    user: str | None = None
    password: str | None = field(default=None, repr=False)
    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)
    former_secret: str | None = field(default=None, repr=False)
    card_secret: str | None = field(default=None, repr=False)
    app_id: str | None = None


class Occasion(StrEnum):
    """Why a record may be worth a look.

    `may_qualify`: it was created, or moved to where a rule may be waiting. `may_end`: it was won, lost, cancelled,
    deleted or opened again. `edited`: something else of it changed. The last two are kept only where settings make use
    of them.
    """

    MAY_QUALIFY = "may_qualify"
    MAY_END = "may_end"
    EDITED = "edited"


@dataclass(frozen=True, slots=True)
class Trigger:
    """A hint that something happened to a record. The record is read afresh before anything is decided.

    Attributes:
        account: external id of the source account the delivery speaks of.
        object_kind: kind of record, such as `deal`.
        external_id: the record's id, as text.
        dedupe_key: equal for the same occurrence however often it is delivered.
        reason: why it may matter, such as `stage_changed`; for people and logs.
        occurred_at: when the source says it happened, aware and UTC; None if it does not say.
        occasion: what kind of occurrence it was; a doubtful one `may_qualify`.
        excerpt: the part of the delivery that tells of it, where a delivery may hold several: what is kept with the
            account. None: the whole body.
    """

    account: str
    object_kind: str
    external_id: str
    dedupe_key: str
    reason: str
    occurred_at: datetime | None = None
    occasion: Occasion = Occasion.MAY_QUALIFY
    excerpt: bytes | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class AccountClosed:
    """The source account uninstalled the app or withdrew its consent."""

    account: str
    dedupe_key: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """One occurrence of several in a delivery that does not make sense: kept and parked, and its neighbours go on.

    Attributes:
        account: external id of the source account it speaks of; None: not even that can be made out.
        dedupe_key: equal for the same occurrence however often it is delivered.
        reason: what is wrong with it, for people.
        excerpt: as of a `Trigger`.
    """

    account: str | None
    dedupe_key: str
    reason: str
    excerpt: bytes | None = field(default=None, repr=False, compare=False)


Received = Trigger | AccountClosed | Unreadable


class NotAuthentic(Exception):
    """The delivery is not from whom it claims to be: answered 401, with the same work for every cause."""


class UnreadablePayload(Exception):
    """Authentic, but not what the vendor describes: the delivery as a whole. The text says what is wrong.

    Kept, parked and answered 2xx where the hook is one account's own. Of an app-wide hook it belongs to nobody and
    cannot be kept: the vendor is told to send it again.
    """


class WebhookReceiver(Protocol):
    """Turns one delivery into triggers. Pure and synchronous: no I/O, no clock but `now`, no state."""

    def __call__(self, request: RawRequest, secrets: WebhookSecrets, now: datetime) -> tuple[Received, ...]:
        """Answer the triggers in `request`; empty when it is authentic and does not matter.

        Where a delivery holds several occurrences, one that makes no sense is answered as `Unreadable`.

        Raises:
            NotAuthentic: wrong, stale or missing proof, or a header that cannot be parsed.
            UnreadablePayload: the proof holds, the body does not make sense.
        """
