"""Connectors that misbehave in every way that one process can contain."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from pydantic import BaseModel

from fortnox_bridge.domain.clock import SystemClock
from fortnox_bridge.domain.errors import BridgeError, ContractViolation, Defect, OutcomeUnknown, Unavailable
from fortnox_bridge.sdk import AccountInfo, Connector, DealHead, DealStatus, Session, SourceRef
from fortnox_bridge.services.access.failures import ConnectorFailures
from fortnox_bridge.services.access.guarded import Guard

REF = SourceRef("rogue", "1", "deal", "7")
HEAD = DealHead(REF, "Affär", DealStatus.OPEN, None, None, datetime(2026, 11, 26, tzinfo=UTC))


class NoConfig(BaseModel):
    pass


class Rogue:
    """Answers, raises or hangs as it was told."""

    def __init__(self, behave) -> None:
        self._behave = behave

    async def identify(self):
        return AccountInfo("1", "Rogue")

    async def read_head(self, _ref):
        return await self._behave()

    async def create_note(self, _ref, _note):
        return await self._behave()


def rogue(behave, **slots):
    @asynccontextmanager
    async def open_session(_config, _ctx):
        slot = Rogue(behave)
        yield Session(**{"account": slot, "deals": slot, "notes": slot, **slots})

    return Connector(name="rogue", title="Rogue", config_model=NoConfig, open=open_session)


def guard(call_s=0.2):
    return Guard("rogue", "Rogue", call_s, ConnectorFailures(SystemClock()))


async def outcome(behave, method="read_head", **slots):
    watched = guard()

    async def work() -> None:
        async with watched.session(rogue(behave, **slots), NoConfig(), None) as session:
            if method == "create_note":
                await session.notes.create_note(REF, None)
            else:
                await session.deals.read_head(REF)

    with pytest.raises(BridgeError) as failure:
        await work()
    return failure.value, watched.failures.recent("rogue")


async def raising():
    raise KeyError("surprise")


async def hanging():
    await asyncio.sleep(60)


async def stubborn():
    """Is cancelled, and goes on."""
    for _ in range(2):
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            continue


async def leaving():
    raise SystemExit(3)


async def answer(value):
    return value


@pytest.mark.parametrize("behave", [raising, leaving])
async def test_exception_becomes_a_defect_that_names_the_connector(behave):
    error, (failure,) = await outcome(behave)

    assert type(error) is Defect
    assert (error.code, error.params["connector"], failure.capability) == (
        "connector_failed",
        "rogue",
        "deals.read_head",
    )


@pytest.mark.parametrize("behave", [hanging, stubborn])
async def test_call_that_hangs_ends_in_time(behave):
    async with asyncio.timeout(5):
        error, _ = await outcome(behave)

    assert type(error) is Unavailable
    assert error.code == "connector_hangs"


async def test_write_that_hangs_leaves_its_outcome_unknown():
    error, _ = await outcome(hanging, "create_note")

    assert type(error) is OutcomeUnknown


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "DealHead wanted"),
        ("deal", "DealHead wanted"),
        (DealHead(REF, "x", DealStatus.OPEN, None, None, datetime(2026, 11, 26)), "updated_at"),  # noqa: DTZ001
        (DealHead(SourceRef("rogue", "1", "deal", 7), "x", DealStatus.OPEN, None, None), "external_id"),  # type: ignore[arg-type]
    ],
)
async def test_garbage_is_no_answer(value, said):
    error, _ = await outcome(lambda: answer(value))

    assert type(error) is ContractViolation
    assert error.code == "connector_answer_wrong"
    assert said in error.params["fault"]


async def test_answer_that_is_no_awaitable_and_a_session_without_its_slots_are_garbage():
    error, _ = await outcome(lambda: answer(HEAD), account=None)

    assert error.code == "connector_answer_wrong"
    assert "account" in error.params["fault"]


async def test_sound_answer_passes_and_nothing_but_the_contract_is_reachable():
    async with guard().session(rogue(lambda: answer(HEAD)), NoConfig(), None) as session:
        assert await session.deals.read_head(REF) == HEAD
        with pytest.raises(AttributeError):
            session.deals._behave  # noqa: B018


async def test_error_of_our_own_work_is_not_blamed_on_the_connector():
    watched = guard()

    async def work() -> None:
        async with watched.session(rogue(lambda: answer(HEAD)), NoConfig(), None):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await work()
    assert watched.failures.recent("rogue") == ()
