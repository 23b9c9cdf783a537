"""Runs the demo from beginning to end and says by its exit code whether every story came true."""

import tempfile
import time
from pathlib import Path
from typing import Any

from rich.console import Console

from fortnox_bridge.cli.demo.browser import UnexpectedAnswer
from fortnox_bridge.cli.demo.report import Report
from fortnox_bridge.cli.demo.stories import Storyteller
from fortnox_bridge.cli.demo.watching import StoryFailed
from fortnox_bridge.cli.demo.world import DemoWorld, demo_world
from fortnox_bridge.cli.running import read_config, until_told_to_stop
from fortnox_bridge.domain.errors import BridgeError
from fortnox_bridge.registry import load_registry
from fortnox_bridge.sdk import Connector, DemoScript


async def run_demo(
    *, stays_up: bool, connector_name: str | None = None, sandbox_port: int = 0, bridge_port: int = 0
) -> int:
    """Tell the three stories with one connector; answer the process's exit code."""
    console = Console()
    report = Report(console)
    try:
        connector, script = _cast(connector_name)
    except StoryFailed as error:
        report.failed(str(error))
        return 1
    started = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="fortnox-bridge-demo-"))
    try:
        async with demo_world(folder, connector, script, sandbox_port=sandbox_port, bridge_port=bridge_port) as world:
            report.opening(world.title, world.sandbox_url, world.bridge_url)
            await _tell(world, report)
            console.print(f"Everything above took {time.monotonic() - started:.1f} s. It is kept in {folder}")
            if stays_up:
                await _stay(world, console)
    except (StoryFailed, UnexpectedAnswer, BridgeError) as error:
        report.failed(str(error))
        return 1
    return 0


def _cast(name: str | None) -> tuple[Connector[Any], DemoScript]:
    """The connector that is asked for; else the one that says it is the best known."""
    config = read_config()
    loaded = load_registry(blocked=config.blocked_connectors).connectors
    able = [(each, each.demo) for each in loaded.values() if each.demo is not None and each.simulator is not None]
    chosen = [pair for pair in able if name in {None, pair[0].name}]
    if not chosen:
        known = ", ".join(sorted(each.name for each, _ in able)) or "none"
        raise StoryFailed(f"no installed connector {name or ''} has a demo; those that have one: {known}")
    return min(chosen, key=lambda pair: (-pair[1].fame, pair[0].name))


async def _tell(world: DemoWorld, report: Report) -> None:
    storyteller = Storyteller(world, report)
    report.closing(
        [
            await storyteller.new_company(),
            await storyteller.known_customer(),
            await storyteller.unknown_product(),
        ]
    )


async def _stay(world: DemoWorld, console: Console) -> None:
    console.print("\nBoth stay up until Ctrl-C. To look around:", highlight=False)
    for what, command in (
        ("the simulated vendors", f"{world.sandbox_url}/"),
        ("every call they got", f"{world.sandbox_url}/_control/requests"),
        ("the runs", f'curl -H "Authorization: Bearer {world.api_key}" {world.bridge_url}/api/v1/runs'),
    ):
        console.print(f"  {what}: {command}", highlight=False, soft_wrap=True)
    await until_told_to_stop()
