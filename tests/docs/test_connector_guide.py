"""The guide's snippets are the template's own text, which the kit and the demo run; its commands exist."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from fortnox_bridge import sdk
from fortnox_bridge.cli.main import app

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "connector-guide.md").read_text(encoding="utf-8")
TEMPLATE = ROOT / "src" / "fortnox_bridge" / "testing" / "template"
SNIPPETS = re.findall(r"```(\w+)\n(.*?)```", GUIDE, flags=re.DOTALL)


def snippets(language: str) -> list[str]:
    return [text for kind, text in SNIPPETS if kind == language]


@pytest.mark.parametrize("snippet", [*snippets("python"), *snippets("toml")])
def test_snippet_is_verbatim_part_of_the_template(snippet: str) -> None:
    """`tests/e2e/test_connector_authors.py` runs that template: rules, list and demo."""
    texts = [path.read_text(encoding="utf-8") for path in TEMPLATE.rglob("*") if path.suffix in {".py", ".toml"}]

    assert any(snippet in text for text in texts), snippet


@pytest.mark.parametrize(
    "command", [line for text in snippets("console") for line in text.splitlines() if line.startswith("fortnox-bridge")]
)
def test_command_exists_with_its_options(command: str) -> None:
    words = shlex.split(command)[1:]
    name = [word for word in words if not word.startswith("-")][: 2 if words[0] == "connectors" else 1]
    options = {word for word in words if word.startswith("--")}

    told = CliRunner().invoke(app, [*name, "--help"], env={"COLUMNS": "200"})

    assert told.exit_code == 0, told.output
    assert all(option in told.output for option in options)


def test_names_of_the_contract_are_those_of_the_sdk() -> None:
    named = set(re.findall(r"`([A-Z][A-Za-z]+[a-z])(?:\(|`|\.)", GUIDE))
    ours = named - {"Decimal", "False", "None", "True"}

    assert {name for name in ours if not hasattr(sdk, name)} == set()


def test_files_named_are_those_of_the_template() -> None:
    table = re.findall(r"^\| `([^|]+)` \|", GUIDE.partition("| file | holds |")[2].partition("## 3")[0], re.MULTILINE)
    names = [name for cell in table for name in re.findall(r"[\w/]+\.py|simulator/", cell)]
    standing = {str(path.relative_to(TEMPLATE)) for path in TEMPLATE.rglob("*")}

    assert len(names) >= 12
    assert [name for name in names if not any(each.endswith(name.rstrip("/")) for each in standing)] == []


def test_errors_table_names_the_taxonomy() -> None:
    table = re.findall(r"^\| `(\w+)` \|", GUIDE.partition("| raise |")[2].partition("## 5")[0], re.MULTILINE)

    assert {"ReconnectRequired", "RateLimited", "OutcomeUnknown", "ContractViolation"} <= set(table)
    assert all(issubclass(getattr(sdk, name), sdk.BridgeError) for name in table)
