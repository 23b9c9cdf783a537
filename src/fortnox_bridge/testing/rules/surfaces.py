"""Rules about the platform's cards and workflow actions."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from fortnox_bridge.domain.card import (
    Card,
    CardButton,
    CardDocument,
    CardDocumentState,
    CardNotice,
    CardPreview,
    CustomerCard,
    CustomerFigures,
    DealCard,
    PreviewLine,
)
from fortnox_bridge.domain.errors import BridgeError
from fortnox_bridge.domain.ids import SourceRef
from fortnox_bridge.domain.money import SEK, Money
from fortnox_bridge.domain.wire_json import encode_json
from fortnox_bridge.quality import Tier
from fortnox_bridge.sdk.actions import ActionCall, ActionKind, ActionOption, ActionOutcome, ActionState, OptionsCall
from fortnox_bridge.sdk.cards import CardCall, PlatformAnswer
from fortnox_bridge.sdk.webhooks import NotAuthentic, RawRequest, WebhookSecrets
from fortnox_bridge.testing.harness import ActionRequest, CardRequest
from fortnox_bridge.testing.in_process import as_connector
from fortnox_bridge.testing.kit import Kit
from fortnox_bridge.testing.rule import broken, require, rule
from fortnox_bridge.testing.rules.asking import HOSTILE, error_of

_DAY = date(2026, 5, 4)


def read_card(kit: Kit, request: RawRequest, path: str, secrets: WebhookSecrets, now: datetime) -> CardCall:
    assert kit.connector.cards is not None
    with as_connector():
        return kit.connector.cards.read(request, path, secrets, now)


def read_action(
    kit: Kit, request: RawRequest, path: str, secrets: WebhookSecrets, now: datetime
) -> ActionCall | OptionsCall:
    assert kit.connector.actions is not None
    with as_connector():
        return kit.connector.actions.read(request, path, secrets, now)


def refused(call: Callable[[], object]) -> str | None:
    """None when `call` raises `NotAuthentic`, else what came."""
    try:
        return repr(call())
    except NotAuthentic:
        return None


@rule(
    "card-read",
    "A proven card call says whose card of which record is wanted, and what was pressed.",
    tier=Tier.BRONZE,
    needs="cards",
)
async def check_card_read(kit: Kit) -> None:
    """A card of a deal is opened, and a button is pressed. Account, record and button are those of the call."""
    now, secrets = kit.now(), kit.harness.secrets(kit.account)
    for button in (None, CardButton.REFRESH):
        wanted = CardRequest(kit.account, kit.ref("4711"), button)
        call = read_card(kit, *kit.harness.card_request(wanted, secrets, now), secrets, now)
        came = (call.account, call.record_kind, call.external_id, call.button)
        expected = (kit.account.external_id, kit.connector.object_kind, "4711", button)
        require(came == expected, f"{expected}", f"{came}")
        require(call.language in {None, "sv", "en"}, "language sv or en, or None", call.language)


@rule("card-proof", "A card call with a wrong, stale or empty proof is refused.", tier=Tier.BRONZE, needs="cards")
async def check_card_proof(kit: Kit) -> None:
    """One character of the proof is changed; the call comes a day late; there is no secret: `NotAuthentic`."""
    now, secrets = kit.now(), kit.harness.secrets(kit.account)
    request, path = kit.harness.card_request(CardRequest(kit.account, kit.ref("4711")), secrets, now)
    forged = kit.harness.forged_card(request)
    require(forged != request, "a forged request from the harness", "the same request")
    for what, given, held, instant in (
        ("with one character changed", forged, secrets, now),
        ("a day later", request, secrets, now + timedelta(days=1)),
        ("without a secret", request, WebhookSecrets(), now),
    ):
        came = refused(lambda given=given, held=held, instant=instant: read_card(kit, given, path, held, instant))  # type: ignore[misc]
        require(came is None, f"NotAuthentic {what}", came)


@rule(
    "card-account",
    "A card shows the account that was signed, whatever else the call says.",
    tier=Tier.BRONZE,
    needs="cards",
)
async def check_card_account(kit: Kit) -> None:
    """The call is signed for one account and names another wherever nothing is signed. `CardCall.account` is the signed
    one, or the call is refused.
    """
    now, secrets = kit.now(), kit.harness.secrets(kit.account)
    wanted = CardRequest(kit.account, kit.ref("4711"), unsigned_account=kit.other)
    request, path = kit.harness.card_request(wanted, secrets, now)
    try:
        call = read_card(kit, request, path, secrets, now)
    except NotAuthentic:
        return
    require(call.account == kit.account.external_id, f"the signed account {kit.account.external_id}", call.account)


@rule("card-rendered", "Every card is laid out as JSON.", tier=Tier.SILVER, needs="cards")
async def check_card_rendered(kit: Kit) -> None:
    """A full card, one that says nothing, a stale one, a preview, and a refusal; with every state of documents and
    every button. Bodies encode as JSON with exact numbers. A card has status 200; a refusal has the
    status that the platform shows. Hostile names change nothing.
    """
    surface = kit.connector.cards
    assert surface is not None
    require(surface.deadline_s > 0, "the platform's deadline in seconds", surface.deadline_s)
    for card in _cards(kit.connector.object_kind):
        call = CardCall(kit.account.external_id, card.record_kind, card.external_id, language=card.language)
        _check_json(surface.render(call, card), "a card")
    notice = CardNotice("source_unauthorized", HOSTILE, "Gör om.", "https://bridge.example")
    _check_json(surface.refuse(notice), "a refusal", statuses=range(200, 500))
    for name in surface.scripts:
        require(name in surface.assets, f"an asset {name}, since the panel loads it", sorted(surface.assets))


@rule(
    "action-proof", "An action call with a wrong, stale or empty proof is refused.", tier=Tier.BRONZE, needs="actions"
)
async def check_action_proof(kit: Kit) -> None:
    """One character of the proof is changed; the deployment has no secret: `NotAuthentic`, for calls and for questions
    about options.
    """
    now, secrets = kit.now(), kit.harness.secrets(kit.account)
    requests = [
        kit.harness.action_request(
            ActionRequest(kit.account, ActionKind.CREATE_DOCUMENT, kit.ref("4711")), secrets, now
        ),
        kit.harness.options_request(kit.account, secrets, now),
    ]
    for request, path in requests:
        forged = kit.harness.forged_action(request)
        require(forged != request, "a forged request from the harness", "the same request")
        for what, given, held in (
            ("with one character changed", forged, secrets),
            ("without a secret", request, WebhookSecrets()),
        ):
            came = refused(lambda given=given, held=held, path=path: read_action(kit, given, path, held, now))  # type: ignore[misc]
            require(came is None, f"NotAuthentic {what}", came)


@rule("action-call", "A call has the same id however often it is delivered.", tier=Tier.BRONZE, needs="actions")
async def check_action_call(kit: Kit) -> None:
    """Each kind of action is read: account, kind and record are those of the call. A second delivery of the same call
    has the same `call_id`, another call another one: the work is done once per id.
    """
    now, secrets = kit.now(), kit.harness.secrets(kit.account)

    def read(wanted: ActionRequest) -> ActionCall:
        call = read_action(kit, *kit.harness.action_request(wanted, secrets, now), secrets, now)
        if not isinstance(call, ActionCall):
            broken("an ActionCall", repr(call))
        return call

    for kind, record in (
        (ActionKind.CREATE_DOCUMENT, kit.ref("4711")),
        (ActionKind.UPDATE_CUSTOMER, kit.ref("12", "company")),
    ):
        call = read(ActionRequest(kit.account, kind, record))
        _check_call(call, kind, kit.account.external_id, record)
        again = read(ActionRequest(kit.account, kind, record, delivery=2))
        other = read(ActionRequest(kit.account, kind, record, call="call-2"))
        require(call.call_id and again.call_id == call.call_id, f"{call.call_id!r} again", repr(again.call_id))
        require(other.call_id != call.call_id, "another id for another call", repr(other.call_id))
    came = read_action(kit, *kit.harness.options_request(kit.account, secrets, now), secrets, now)
    require(isinstance(came, OptionsCall) and came.account == kit.account.external_id, "an OptionsCall", repr(came))


@rule("action-answered", "Every outcome of an action is answered as JSON.", tier=Tier.SILVER, needs="actions")
async def check_action_answered(kit: Kit) -> None:
    """All states, with a document and with an error; options with and without a next page. A failure is an answer too:
    how the platform is told is the connector's business.
    """
    surface = kit.connector.actions
    assert surface is not None
    call = ActionCall(kit.account.external_id, ActionKind.CREATE_DOCUMENT, kit.connector.object_kind, "4711", "c-1")
    for outcome in _outcomes():
        _check_json(surface.answer(call, outcome), f"the outcome {outcome.state}", statuses=range(200, 600))
    asked = OptionsCall(kit.account.external_id, ActionKind.CREATE_DOCUMENT, "document_kind")
    options = [ActionOption("invoice", "Faktura", HOSTILE), ActionOption("order", "Order")]
    for after in (None, "2"):
        _check_json(surface.options(asked, options, after), "options")


@rule(
    "action-reported", "Reporting an outcome that nobody waits for is done.", tier=Tier.SILVER, needs="action_reporter"
)
async def check_action_reported(kit: Kit) -> None:
    """`may_wait` answers whether the account's access suffices. A call that is completed, expired or unknown is done:
    `report` says nothing, once and again.
    """
    async with kit.session() as session:
        reporter = session.action_reporter
        assert reporter is not None
        require(isinstance(await reporter.may_wait(), bool), "True or False", "something else")
        for outcome in _outcomes():
            if outcome.state in {ActionState.DONE, ActionState.FAILED}:
                error: BridgeError | None = await error_of(reporter.report("no-such-call", outcome))
                require(error is None, f"nothing for {outcome.state}", error)


def _check_call(call: ActionCall, kind: ActionKind, account: str, record: SourceRef) -> None:
    came = (call.account, call.kind, call.record_kind, call.external_id)
    wanted = (account, kind, record.kind, record.external_id)
    require(came == wanted, f"{wanted}", f"{came}")


def _check_json(answer: PlatformAnswer, what: str, *, statuses: Sequence[int] = (200,)) -> None:
    require(answer.status in statuses, f"{what} with a status that the platform shows", answer.status)
    try:
        encode_json(answer.body)
    except (TypeError, ValueError) as error:
        broken(f"{what} that encodes as JSON", f"{type(error).__name__}: {error}")


def _outcomes() -> tuple[ActionOutcome, ...]:
    done = {"document_kind": "invoice", "document_number": "50231", "document_url": "https://apps.fortnox.se/1"}
    return (
        ActionOutcome(ActionState.ACCEPTED),
        ActionOutcome(ActionState.WAITING),
        ActionOutcome(ActionState.DONE, **done, customer_number="1042", said="Utkast 50231"),
        ActionOutcome(ActionState.FAILED, error_code="source_record_missing", said=HOSTILE),
    )


def _cards(object_kind: str) -> tuple[Card, ...]:
    money = Money(Decimal("1234567.89"), SEK)
    documents = tuple(
        CardDocument("invoice", str(number), state, money, _DAY, _DAY, money, "https://apps.fortnox.se/1")
        for number, state in enumerate(CardDocumentState, 50_000)
    )
    notice = CardNotice("fortnox_unavailable", HOSTILE, "Försök igen", "https://bridge.example")
    asked = datetime(2026, 5, 4, 8, 15, tzinfo=UTC)
    figures = (CustomerFigures(money, money, money, None), CustomerFigures(money, Money(Decimal(0), SEK)))
    customer = CustomerCard(
        "1042", f"Nord {HOSTILE}", figures, documents, asked, is_stale=True, url=None, notice=notice
    )
    preview = CardPreview("invoice", "Nord AB", money, (PreviewLine(HOSTILE, "2,5 st", money),), (HOSTILE,))
    deal = DealCard(documents, "parked", asked, notice)
    return (
        Card(object_kind, "4711", "sv", customer, deal, buttons=tuple(CardButton), said="Uppdaterat"),
        Card(object_kind, "4711", "en", preview=preview, buttons=(CardButton.CREATE_INVOICE,)),
        Card("company", "12", "sv", CustomerCard(None, "Ny AB"), changes=(("Ort", HOSTILE),)),
        Card("contact", "13", "en", notice=notice),
    )
