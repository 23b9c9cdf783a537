"""Watching a deal's run until it has ended, with each stage shown as it is reached."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

from fortnox_bridge.cli.demo.browser import JsonApi

_PATIENCE_S = 30
_FINAL = {"done", "skipped", "parked"}

Run = dict[str, Any]


class StoryFailed(RuntimeError):
    """The product did not do what the story tells; the demo ends with an error."""


async def run_of_deal(api: JsonApi, deal_id: str, on_stage: Callable[[str], None], *, after: str | None = None) -> Run:
    """The newest run of the deal once it has ended; `after` is the id of a run that is not the one awaited."""
    shown: set[str] = set()
    try:
        async with asyncio.timeout(_PATIENCE_S):
            while True:
                run = await _newest(api, deal_id)
                if run is not None and run["id"] != after:
                    for step in run["steps"]:
                        if step["stage"] not in shown:
                            shown.add(step["stage"])
                            on_stage(step["stage"])
                    if run["state"] in _FINAL:
                        return run
                await asyncio.sleep(0.05)
    except TimeoutError as error:
        raise StoryFailed(f"deal {deal_id} had not ended after {_PATIENCE_S} s") from error


async def _newest(api: JsonApi, deal_id: str) -> Run | None:
    runs = cast("list[Run]", (await api.get("/runs", external_id=deal_id, limit="1"))["runs"])
    return await api.get(f"/runs/{runs[0]['id']}") if runs else None


def expect(condition: object, complaint: str) -> None:
    """Fail the story unless `condition` holds."""
    if not condition:
        raise StoryFailed(complaint)
