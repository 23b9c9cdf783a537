"""Rules of the house that no linter knows: who may be named where, how long files are, what is public."""

import ast
import re

from tests.architecture.source_codes import ROOT, parsed

from fortnox_bridge import sdk
from fortnox_bridge.domain.checkpoints import ACTION_PATH, DISCONNECT_PATH, DRAFT_PATH

CORE = ROOT / "src" / "fortnox_bridge"
SOURCE_SYSTEMS = re.compile(r"pipedrive|hubspot|shopify|productive", re.IGNORECASE)


def _code_lines(path):
    """Lines of code: comments and docstrings may explain by example, code may not decide by name."""
    tree = parsed(path)
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    quiet = set()
    for node in ast.walk(tree):
        if isinstance(node, documented) and ast.get_docstring(node) is not None:
            quiet |= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if number not in quiet:
            yield number, line.partition("#")[0]


def test_core_names_no_connector():
    named = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted(CORE.rglob("*.py"))
        for number, line in _code_lines(path)
        if SOURCE_SYSTEMS.search(line)
    ]

    assert named == []


def test_files_stay_short():
    folders = (ROOT / "src", *ROOT.glob("connectors/*/src"))
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for folder in folders
        for path in folder.rglob("*.py")
    }

    assert len(lengths) > 100
    # The catalogue is a table of sentences: it grows by rows, not by reasons to change.
    limits = {name: 500 if "/catalogue/" in name or name.startswith("connectors") else 320 for name in lengths}
    assert {name: length for name, length in lengths.items() if length > limits[name]} == {}


def test_checkpoints_in_the_source_are_those_of_the_draft_path():
    passed = [
        node.args[0].value
        for path in sorted(CORE.rglob("*.py"))
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"checkpoint", "_checkpoint"}
        and node.args
        and isinstance(node.args[0], ast.Constant)
    ]

    assert set(passed) == {*DRAFT_PATH, *ACTION_PATH, *DISCONNECT_PATH}
    assert len(DRAFT_PATH) == len(set(DRAFT_PATH))


def test_sdk_exports_exactly_the_pinned_names():
    """A name that leaves this list breaks connectors: change it only together with the contract's version."""
    pinned = (ROOT / "tests" / "architecture" / "sdk_names.txt").read_text(encoding="utf-8").split()

    assert list(sdk.__all__) == pinned
    assert all(hasattr(sdk, name) for name in pinned)
