"""Runs the demo from beginning to end and says by its exit code whether every story came true."""

import tempfile
import time
from pathlib import Path

from rich.console import Console

from fortnox_bridge.cli.demo.browser import UnexpectedAnswer
from fortnox_bridge.cli.demo.report import Report
from fortnox_bridge.cli.demo.stories import Storyteller
from fortnox_bridge.cli.demo.watching import StoryFailed
from fortnox_bridge.cli.demo.world import DemoWorld, demo_world
from fortnox_bridge.cli.running import until_told_to_stop
from fortnox_bridge.domain.errors import BridgeError


async def run_demo(*, stays_up: bool, sandbox_port: int = 0, bridge_port: int = 0) -> int:
    """Tell the three stories; answer the process's exit code."""
    console = Console()
    report = Report(console)
    started = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="fortnox-bridge-demo-"))
    try:
        async with demo_world(folder, sandbox_port=sandbox_port, bridge_port=bridge_port) as world:
            report.opening(world.sandbox_url, world.bridge_url)
            await _tell(world, report)
            console.print(f"Everything above took {time.monotonic() - started:.1f} s. It is kept in {folder}")
            if stays_up:
                await _stay(world, console)
    except (StoryFailed, UnexpectedAnswer, BridgeError) as error:
        report.failed(str(error))
        return 1
    return 0


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
