import asyncio

from fortnox_bridge.worker.periodic import OwnTurns, Periodic


async def test_the_action_runs_again_and_again_even_when_it_fails():
    calls = asyncio.Queue()

    async def action():
        calls.put_nowait(None)
        raise RuntimeError("this time")

    periodic = Periodic("work", action, OwnTurns(), first_s=0, interval_s=0.001)
    periodic.start()
    async with asyncio.timeout(5):
        for _ in range(3):
            await calls.get()
    await periodic.stop()


async def test_stop_ends_an_action_under_way():
    entered, ended = asyncio.Event(), asyncio.Event()

    async def action():
        entered.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    periodic = Periodic("work", action, OwnTurns(), first_s=0, interval_s=60)
    periodic.start()
    async with asyncio.timeout(5):
        await entered.wait()
        await periodic.stop()
    assert ended.is_set()
