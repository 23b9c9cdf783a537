"""The demo as a newcomer runs it: one command, its exit code, what it prints."""

import asyncio
import os
import re
import sys

import pytest

pytestmark = pytest.mark.e2e


async def run_demo(*options: str, **environment: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "fortnox_bridge.cli",
        "demo",
        *options,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "COLUMNS": "120", **environment},
    )
    async with asyncio.timeout(100):
        output, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, output.decode()


async def test_demo_tells_three_stories_and_exits_with_success():
    code, output = await run_demo()
    assert code == 0, output
    assert len(re.findall(r"→ draft invoice \d+", output)) == 3
    assert "TRALL-45" in output
    assert re.search(r"parked .*TRALL-45", output)
    assert output.count("The note on the deal") == 3
    # The known customer's deal: the draft and its PDF, nothing else; of Pipedrive also the owner, our reference.
    assert "fortnox 2, pipedrive 8" in output
    for path in re.findall(r"PDF: (\S+\.pdf)$", output, flags=re.MULTILINE):
        with open(path, "rb") as file:  # noqa: ASYNC230, PTH123
            assert file.read(5) == b"%PDF-"


async def test_demo_tells_the_same_stories_with_another_connector():
    """F130: the stories are the core's; what people type into the source is the connector's."""
    code, output = await run_demo("--connector", "hubspot")
    assert code == 0, output
    assert len(re.findall(r"→ draft invoice \d+", output)) == 3
    assert "fortnox 2, hubspot 7" in output


async def test_demo_whose_stories_cannot_come_true_exits_with_an_error():
    code, output = await run_demo(FORTNOX_BRIDGE_BLOCKED_CONNECTORS='["pipedrive", "hubspot"]')
    assert code == 1
    assert "The demo failed" in output
