"""The card of one record: a customer's finances and a deal's documents, computed once for every connector (F100-F103).

Nothing here waits for Fortnox if anything is known; what is older than the connection wants is fetched beside it.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from fortnox_bridge.domain.card import (
    Card,
    CardButton,
    CardDocumentState,
    CardNotice,
    CardPreview,
    CustomerCard,
    CustomerFigures,
    DealCard,
)
from fortnox_bridge.domain.catalogue import describe
from fortnox_bridge.domain.clock import business_date
from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.document_copy import FORTNOX_URL, figures_of, latest
from fortnox_bridge.domain.errors import BridgeError, UserAction
from fortnox_bridge.domain.ids import ConnectionId
from fortnox_bridge.domain.language import Language
from fortnox_bridge.domain.records import CustomerRecord
from fortnox_bridge.domain.run import Run, RunState
from fortnox_bridge.sdk import CardCall
from fortnox_bridge.services.cards.card_previews import preview_of
from fortnox_bridge.services.cards.deal_documents import DealDocuments, SeenDocuments
from fortnox_bridge.services.cards.finances import CustomerFinances, is_fresh
from fortnox_bridge.services.cards.places import CardPlace, CardPlaces
from fortnox_bridge.services.cards.presses import WRITES, CardPresses, Pressed
from fortnox_bridge.services.cards.records import CardRecords
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.services.runs.preview import PreviewDeal
from fortnox_bridge.storage import CachedCustomer, CardRecord

_UNDER_WAY: Final = frozenset({RunState.QUEUED, RunState.RUNNING})
_ANYBODY: Final = "card"


@dataclass(frozen=True, slots=True)
class _Asked:
    """One card as it was asked for. `until` is on the monotonic clock."""

    place: CardPlace
    record: CardRecord
    language: Language
    button: CardButton | None
    until: float


class Cards:
    def __init__(
        self,
        *,
        places: CardPlaces,
        records: CardRecords,
        finances: CustomerFinances,
        documents: DealDocuments,
        presses: CardPresses,
        previews: PreviewDeal,
        deployment: Deployment,
    ) -> None:
        self._places = places
        self._records = records
        self._finances = finances
        self._documents = documents
        self._presses = presses
        self._previews = previews
        self._deployment = deployment

    def now(self) -> datetime:
        """What ages are told against."""
        return self._deployment.clock.now()

    async def show(self, connector: str, call: CardCall, *, patience_s: float) -> Card:
        """What the platform's card asks for, within `patience_s`.

        Raises:
            SettingsInvalid: the account is not connected.
            SourceDataInvalid: the record is not there, or not this account's (F103).
        """
        until = self._deployment.clock.monotonic() + patience_s
        place = await self._places.of_account(connector, call.account, call.record_kind, call.external_id)
        asked = await self._ask(place, call.language, call.button, until)
        if call.button in WRITES:
            user = f"{_ANYBODY}: {call.user}" if call.user else _ANYBODY
            pressed = await self._presses(
                place, call.button, click_id=call.click_id, user=user, patience_s=self._left(until)
            )
            # The press may have changed where the record stands: its customer is known now, its run is queued.
            place = await self._places.of_account(connector, call.account, call.record_kind, call.external_id)
            return _with_press(await self._card(replace(asked, place=place)), pressed, asked.language)
        return await self._card(asked)

    async def of_connection(
        self, connection_id: ConnectionId, kind: str, external_id: str, language: str, *, patience_s: float
    ) -> Card:
        """The same for a program that may see this connection."""
        until = self._deployment.clock.monotonic() + patience_s
        place = await self._places.of_connection(connection_id, kind, external_id)
        return await self._card(await self._ask(place, language, None, until))

    async def _ask(self, place: CardPlace, language: str | None, button: CardButton | None, until: float) -> _Asked:
        record = await self._records.find(place.account, place.ref, place.rules, patience_s=self._left(until))
        is_known = language in {each.value for each in Language}
        chosen = Language(language) if language and is_known else place.rules.notes.language
        return _Asked(place, record, chosen, button, until)

    async def _card(self, asked: _Asked) -> Card:
        place = asked.place
        number = place.customer_number or asked.record.stated_number
        finances, documents = await asyncio.gather(self._money(asked, number), self._made(asked))
        card = Card(
            record_kind=place.ref.kind,
            external_id=place.ref.external_id,
            language=asked.language.value,
            customer=self._customer(asked, number, finances),
            deal=self._deal(asked, documents) if place.is_deal else None,
            buttons=self._buttons(place, documents),
        )
        if asked.button is CardButton.PREVIEW and place.is_deal:
            return replace(card, preview=await self._preview(asked))
        return card

    async def _money(self, asked: _Asked, number: str | None) -> CachedCustomer | None:
        if number is None:
            return None
        return await self._finances.of(
            asked.place.company,
            number,
            max_age=asked.place.rules.cards.max_age,
            is_wanted_now=asked.button is CardButton.REFRESH,
            # On a deal's card the customer's money is an extra: it is not waited for.
            patience_s=0 if asked.place.is_deal and asked.button is None else self._left(asked.until),
        )

    async def _made(self, asked: _Asked) -> SeenDocuments:
        return await self._documents.of(
            asked.place.company,
            asked.place.documents,
            max_age=asked.place.rules.cards.max_age,
            is_wanted_now=asked.button is CardButton.REFRESH,
            patience_s=self._left(asked.until),
        )

    def _customer(self, asked: _Asked, number: str | None, known: CachedCustomer | None) -> CustomerCard | None:
        place, rules = asked.place, asked.place.rules.cards
        if number is None or known is None:
            if place.is_deal:
                return None
            notice = _notice("card_customer_unknown", {"record": asked.record.name}, asked.language)
            return CustomerCard(None, asked.record.name, notice=notice)
        now = self._deployment.clock.now()
        today = business_date(now)
        linked = place.link.record if place.link else None
        name = linked.name if isinstance(linked, CustomerRecord) else _name_on(place) or asked.record.name
        figures = figures_of(known.documents, today) if known.as_of else ()
        return CustomerCard(
            customer_number=number,
            name=name,
            figures=figures,
            documents=latest(known.documents, today, rules.documents_shown) if known.as_of else (),
            as_of=known.as_of,
            is_stale=not is_fresh(known.as_of, now, rules.max_age),
            url=FORTNOX_URL,
            notice=_money_notice(known, figures, asked.language),
        )

    def _deal(self, asked: _Asked, seen: SeenDocuments) -> DealCard:
        run = asked.place.run
        return DealCard(
            documents=seen.documents,
            run_state=run.state.value if run else None,
            run_at=(run.ended_at or run.started_at or run.created_at) if run else None,
            problem=run_notice(run, asked.language) if run and run.state is RunState.PARKED else None,
        )

    def _buttons(self, place: CardPlace, seen: SeenDocuments) -> tuple[CardButton, ...]:
        if not place.is_deal:
            return (CardButton.REFRESH, *([CardButton.UPDATE_CUSTOMER] if place.connection.is_active else ()))
        if not place.connection.is_active or (place.run and place.run.state in _UNDER_WAY):
            return (CardButton.REFRESH,)
        is_made = any(each.state is not CardDocumentState.CANCELLED for each in seen.documents)
        creating = [CardButton.CREATE_INVOICE, *([CardButton.CREATE_ORDER] if self._deployment.ask_for_orders else ())]
        return (
            CardButton.REFRESH,
            CardButton.PREVIEW,
            *(() if is_made else creating),
            *([CardButton.REPLAY] if place.run and place.run.state is not RunState.SKIPPED else ()),
        )

    async def _preview(self, asked: _Asked) -> CardPreview:
        """The document as it would be, of the kind that the rules say; without a rule, an invoice."""
        place, run = asked.place, asked.place.run
        kind = DocumentKind(run.requested_kind) if run and run.requested_kind in set(DocumentKind) else None
        try:
            async with asyncio.timeout(self._left(asked.until)):
                seen = await self._previews(place.connection.id, place.ref.external_id, kind or DocumentKind.INVOICE)
        except TimeoutError:
            return CardPreview("", "", None, problem=_notice("card_too_slow", {}, asked.language))
        except BridgeError as error:
            return CardPreview("", "", None, problem=notice_of(error, asked.language))
        return preview_of(seen, asked.language)

    def _left(self, until: float) -> float:
        return max(0.0, until - self._deployment.clock.monotonic())


def notice_of(error: BridgeError, language: Language) -> CardNotice:
    sentence = describe(error.code, error.params, language)
    where = error.where if isinstance(error, UserAction) else None
    return CardNotice(error.code, sentence.what, sentence.remedy, _safe(where))


def run_notice(run: Run, language: Language) -> CardNotice:
    sentence = describe(run.reason or "unexpected", run.reason_params or {}, language)
    return CardNotice(run.reason or "unexpected", sentence.what, sentence.remedy, _safe(run.where))


def _with_press(card: Card, pressed: Pressed, language: Language) -> Card:
    if pressed.problem is not None:
        return replace(card, notice=run_notice(pressed.problem, language))
    return replace(card, said=describe(pressed.code, pressed.params, language).what, changes=pressed.changes)


def _money_notice(known: CachedCustomer, figures: Sequence[CustomerFigures], language: Language) -> CardNotice | None:
    """Trouble first: figures that cannot be renewed are shown with their age, and with why (F100)."""
    if known.failure is not None:
        return _notice(known.failure.code, known.failure.params, language)
    if known.as_of is None:
        return _notice("card_being_fetched", {}, language)
    is_assumed = any(each.is_balance_assumed for each in figures)
    return _notice("card_balance_assumed", {}, language) if is_assumed else None


def _notice(code: str, params: Mapping[str, str], language: Language) -> CardNotice:
    sentence = describe(code, params, language)
    return CardNotice(code, sentence.what, sentence.remedy)


def _name_on(place: CardPlace) -> str | None:
    return next((each.customer_name for each in reversed(place.documents) if each.customer_name), None)


def _safe(url: str | None) -> str | None:
    """Links come from source systems: anything but https stays text that nobody clicks."""
    return url if url and url.startswith("https://") else None
