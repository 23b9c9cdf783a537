"""What a stranger who writes a connector gets: the template, the kit from the command line, the list, the demo."""

import asyncio
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from fortnox_bridge.cli.connector_new import make_connector
from fortnox_bridge.cli.main import app

DIST_INFO = "Metadata-Version: 2.1\nName: fortnox-bridge-kontor\nVersion: 0.1.0\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_connector("kontor", tmp_path_factory.mktemp("author"))


def installed(made: Path) -> Mapping[str, str]:
    """The package as an installer would leave it: on the path, with its entry point."""
    info = made / "src" / "fortnox_bridge_kontor-0.1.0.dist-info"
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text(DIST_INFO, encoding="utf-8")
    (info / "entry_points.txt").write_text(
        "[fortnox_bridge.connectors]\nkontor = fortnox_bridge_kontor.plugin\n", encoding="utf-8"
    )
    paths = [str(made / "src"), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in paths if path), "COLUMNS": "100"}


async def command(environment: Mapping[str, str], *words: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "fortnox_bridge.cli",
        *words,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=dict(environment),
    )
    async with asyncio.timeout(100):
        output, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, output.decode()


async def test_template_passes_the_kit_unmodified_and_tells_the_demos_stories(made: Path) -> None:
    """F130: nothing of it was changed by hand."""
    environment = installed(made)

    (checked, rules), (listed, table), (told, stories) = await asyncio.gather(
        command(environment, "connectors", "check", str(made)),
        command(environment, "connectors", "list"),
        command(environment, "demo", "--connector", "kontor"),
    )

    assert checked == 0, rules
    assert re.search(r"[4-9]\d passed", rules), rules
    assert (listed, "kontor" in table, "bronze" in table) == (0, True, True), table
    assert told == 0, stories
    assert len(re.findall(r"→ draft invoice \d+", stories)) == 3


async def test_broken_rule_is_named_with_what_was_expected_and_what_came(made: Path, tmp_path: Path) -> None:
    """F131: prices as binary fractions, the commonest mistake."""
    broken = make_connector("brutet", tmp_path)
    mapping = broken / "src" / "fortnox_bridge_brutet" / "mapping.py"
    text = mapping.read_text(encoding="utf-8")
    mapping.write_text(text.replace("unit_price=wire.price,", "unit_price=float(wire.price),"), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(broken / "src"), os.environ.get("PYTHONPATH", "")])}

    code, output = await command(environment, "connectors", "check", str(broken))

    assert code == 1
    assert "Rule broken: " in output
    assert "expected:" in output
    assert "came:" in output


def test_name_that_cannot_be_one_and_a_folder_that_exists_are_refused(made: Path) -> None:
    """F130: nothing that exists is touched."""
    runner = CliRunner()

    assert runner.invoke(app, ["connectors", "new", "Kontor!"]).exit_code == 1
    again = runner.invoke(app, ["connectors", "new", "kontor", "--folder", str(made.parent)])
    assert again.exit_code == 1
    assert "exists already" in again.output
