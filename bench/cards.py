"""How fast a card is answered from what is stored, over real HTTP, against the readiness check in the same run.

The readiness check is one trip to the same database by the same server: what a card costs beyond it is its own work.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

from tests.e2e.bridging import running_bridge
from tests.e2e.world import Record, World, until

from bench.rate_window import Row

INVOICES = 120
LOOKS = 300
GOAL_MS = 300.0


def card_rows() -> Iterator[Row]:
    yield from asyncio.run(_measured())


async def _measured() -> list[Row]:
    async with _customer() as (world, path):
        baseline = await _times(lambda: world.send("GET", f"{world.bridge_url}/readyz"))
        card = await _times(lambda: world.api.get(path))
    worst = _percentile(card, 99)
    ratio = statistics.median(card) / statistics.median(baseline)
    return [
        Row(
            f"card from what is stored, {INVOICES} invoices",
            _said(card),
            _said(baseline),
            ratio,
            f"p99 < {GOAL_MS:.0f} ms",
            worst < GOAL_MS,
        )
    ]


@asynccontextmanager
async def _customer() -> AsyncIterator[tuple[World, str]]:
    """A company in the source whose card is known and counted."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'bench.db'}"
        async with running_bridge(url, time_factor=0.01) as (world, _):
            (number,) = (await world.seed("fortnox", {"customers": [{"Name": "Mätbolaget AB"}]}))["customers"]
            rows = [{"ArticleNumber": "KONS", "DeliveredQuantity": "1", "Price": 100, "VAT": 25}]
            drafts = [{"CustomerNumber": number, "InvoiceRows": rows}] * INVOICES
            made = (await world.seed("fortnox", {"invoices": drafts}))["invoices"]
            for each in made[:10]:
                await world.seed("fortnox", {"book_invoice": each})
            company = await world.company("Mätbolaget AB")
            link = f"{world.place}/customer-links/company/{company}"
            await world.api.put(link, {"customer_number": number})
            path = f"{world.place}/cards/company/{company}"

            async def counted() -> bool:
                figures = cast("Record", await world.api.get(path))["customer"]["figures"]
                return bool(figures) and all(each["turnover_this_year"] for each in figures)

            await until(counted, "the card to be counted")
            yield world, path


async def _times(look: Callable[[], Awaitable[object]]) -> list[float]:
    """Milliseconds of each of many looks, one after another, after some to warm up."""
    taken = []
    for place in range(LOOKS + 20):
        began = time.perf_counter()
        await look()
        if place >= 20:
            taken.append((time.perf_counter() - began) * 1000)
    return taken


def _percentile(times: list[float], percent: int) -> float:
    return statistics.quantiles(times, n=100)[percent - 1]


def _said(times: list[float]) -> str:
    return f"p50 {statistics.median(times):.1f} ms, p99 {_percentile(times, 99):.1f} ms"
