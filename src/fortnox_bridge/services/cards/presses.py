"""What the buttons of a card do: each is a use case of its own, and one press does it once (F14, F101, F102)."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fortnox_bridge.domain.card import CardButton
from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.errors import SourceDataInvalid
from fortnox_bridge.domain.ids import RunId
from fortnox_bridge.domain.run import Change, Run, RunState, StageName, Step
from fortnox_bridge.services.cards.places import CardPlace
from fortnox_bridge.services.cards.records import COMPANY
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.services.records.customers import CustomerName, SyncCustomers
from fortnox_bridge.services.runs.replay import Replay
from fortnox_bridge.services.runs.runs import RunDetail, Runs
from fortnox_bridge.storage import SYSTEM, Storage

WRITES: Final = frozenset(
    {CardButton.UPDATE_CUSTOMER, CardButton.CREATE_INVOICE, CardButton.CREATE_ORDER, CardButton.REPLAY}
)
_ENDED: Final = frozenset({RunState.DONE, RunState.SKIPPED, RunState.PARKED})
_LOOK_EVERY_S: Final = 0.1
_SAID: Final[Mapping[str, str]] = {
    Change.CREATED: "card_customer_created",
    Change.UPDATED: "card_customer_updated",
    Change.UNCHANGED: "card_customer_unchanged",
}


@dataclass(frozen=True, slots=True)
class Pressed:
    """What came of a press: a code of the catalogue to say, and the changed fields of the customer by our names.

    `problem` is the run whose trouble is to be shown.
    """

    code: str
    params: Mapping[str, str]
    changes: tuple[tuple[str, str], ...] = ()
    problem: Run | None = None


class CardPresses:
    def __init__(
        self, *, storage: Storage, runs: Runs, replay: Replay, customers: SyncCustomers, deployment: Deployment
    ) -> None:
        self._storage = storage
        self._runs = runs
        self._replay = replay
        self._customers = customers
        self._deployment = deployment

    async def __call__(
        self, place: CardPlace, button: CardButton, *, click_id: str | None, user: str, patience_s: float
    ) -> Pressed:
        """Do what was pressed, once for each `click_id`; a run that it starts is waited for only to say its changes.

        Raises:
            SourceDataInvalid: the button does not belong to this record.
        """
        run_id = await self._once(place, button, click_id, user)
        if button is not CardButton.UPDATE_CUSTOMER:
            return Pressed("card_run_started", {})
        detail = await self._ended(run_id, patience_s) if run_id else None
        return _of_customer(detail)

    async def _once(self, place: CardPlace, button: CardButton, click_id: str | None, user: str) -> RunId | None:
        """The run of this press; None while another call of the same press is making it."""
        if click_id is None:
            return (await self._do(place, button, user)).id
        account = place.account.id
        async with self._storage.unit(SYSTEM) as unit:
            is_mine = await unit.card_presses.claim(account, click_id, self._deployment.clock.now())
            if not is_mine:
                return await unit.card_presses.run_of(account, click_id)
        try:
            run = await self._do(place, button, user)
        except BaseException:
            async with self._storage.unit(SYSTEM) as unit:
                await unit.card_presses.release(account, click_id)
            raise
        async with self._storage.unit(SYSTEM) as unit:
            await unit.card_presses.done(account, click_id, run.id)
        return run.id

    async def _do(self, place: CardPlace, button: CardButton, user: str) -> Run:
        connection, external_id = place.connection.id, place.ref.external_id
        if button is CardButton.UPDATE_CUSTOMER and not place.is_deal:
            name = CustomerName("company" if place.ref.kind == COMPANY else "contact", external_id)
            return (await self._customers(connection, [name], requested_by=user))[0]
        if button is CardButton.REPLAY and place.is_deal:
            if place.run is None:
                raise SourceDataInvalid("card_nothing_to_replay", record=str(place.ref))
            return await self._replay.replay(place.run.id, requested_by=user)
        if button in {CardButton.CREATE_INVOICE, CardButton.CREATE_ORDER} and place.is_deal:
            wanted = DocumentKind.INVOICE if button is CardButton.CREATE_INVOICE else DocumentKind.ORDER
            return await self._runs.create(connection, external_id, wanted, requested_by=user)
        raise SourceDataInvalid("card_button_refused", record=str(place.ref))

    async def _ended(self, run_id: RunId, patience_s: float) -> RunDetail | None:
        """The run when it ended; None: it takes longer."""
        try:
            async with asyncio.timeout(patience_s):
                while True:
                    detail = await self._runs.get(run_id)
                    if detail.run.state in _ENDED:
                        return detail
                    await asyncio.sleep(_LOOK_EVERY_S)
        except TimeoutError:
            return None


def _of_customer(detail: RunDetail | None) -> Pressed:
    if detail is None:
        return Pressed("card_update_started", {})
    if detail.run.state is not RunState.DONE:
        return Pressed(detail.run.reason or "unexpected", detail.run.reason_params or {}, problem=detail.run)
    result = detail.run.reason_params or {}
    code = _SAID.get(result.get("change", ""), "card_customer_updated")
    return Pressed(code, {"number": result.get("number", "")}, _changes(detail.steps))


def _changes(steps: tuple[Step, ...]) -> tuple[tuple[str, str], ...]:
    """What was written to the customer, by what the run decided: our names of the fields, and their values."""
    decided = [step.decision for step in steps if step.stage is StageName.DEFAULT_FILL]
    plan = decided[-1] if decided else None
    if not isinstance(plan, Mapping):
        return ()
    written = plan.get("update") or plan.get("customer")
    fields = written.get("fields") if isinstance(written, Mapping) else None
    return tuple((str(name), str(value)) for name, value in fields.items()) if isinstance(fields, Mapping) else ()
