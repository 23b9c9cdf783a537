"""Worlds for the end-to-end tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.e2e.bridging import running_world
from tests.e2e.vendor_checks import why_unchecked
from tests.e2e.world import World

HERE = Path(__file__).parent
CALM = 0.2
# Thirty times faster: quarantine 4 s, lease 2 s. Answer deadlines shrink too, so nothing here is done in parallel.
HASTY = 1 / 30


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.e2e)


def pytest_report_header() -> list[str]:
    return [f"e2e: vendor requests are not checked: {reason}" for reason in why_unchecked()]


@pytest.fixture
async def world(sqlite_url: str) -> AsyncIterator[World]:
    """Connected accounts on SQLite; retries come soon, deadlines stay comfortable."""
    async with running_world(sqlite_url, time_factor=CALM) as running:
        yield running


@pytest.fixture
async def hasty_world(sqlite_url: str) -> AsyncIterator[World]:
    """The same with every interval so short that a quarantine can be waited for."""
    async with running_world(sqlite_url, time_factor=HASTY) as running:
        yield running
