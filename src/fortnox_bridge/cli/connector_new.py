"""`fortnox-bridge connectors new NAME`: a connector of one's own, made from the template that ships with the kit."""

import keyword
import re
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from fortnox_bridge.cli.running import fail, out

_NAME: Final = re.compile(r"[a-z][a-z0-9]{1,30}\Z", re.ASCII)
_LEFT_OUT: Final = frozenset({"__pycache__", ".pytest_cache"})


def make_connector(name: str, folder: Path | None) -> Path:
    """Write the package, and answer where it lies. Nothing that exists is touched."""
    if not _NAME.match(name) or keyword.iskeyword(name):
        fail(f"{name!r} is no name for a connector: small letters and digits, starting with a letter, such as kontor.")
    target = (folder or Path()) / f"fortnox-bridge-{name}"
    if target.exists():
        fail(f"{target} exists already. Choose another --folder, or another name.")
    template = resources.files("fortnox_bridge") / "testing" / "template"
    for source, path in _files(template, Path()):
        written = target / _renamed(str(path), name)
        written.parent.mkdir(parents=True, exist_ok=True)
        written.write_text(_renamed(source.read_text(encoding="utf-8"), name), encoding="utf-8")
    return target


def tell_next_steps(name: str, target: Path) -> None:
    out.print(f"A connector for {name.capitalize()} lies in {target}.\n", highlight=False, markup=False)
    for what, command in (
        ("install it", f"cd {target} && pip install -e '.[test]'"),
        ("hold it to the rules", "pytest"),
        ("watch it work", f"fortnox-bridge demo --connector {name}"),
    ):
        out.print(f"  {what + ':':22}{command}", highlight=False, markup=False, soft_wrap=True)
    out.print("\nThen make it yours, file by file: docs/connector-guide.md.", highlight=False)


def _files(folder: Traversable, path: Path) -> Iterator[tuple[Traversable, Path]]:
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        if entry.is_dir():
            if entry.name not in _LEFT_OUT:
                yield from _files(entry, path / entry.name)
        else:
            yield entry, path / entry.name


def _renamed(text: str, name: str) -> str:
    """Host names of examples stay what they are: nobody's."""
    kept = text.replace("example.com", "\0").replace("bridge.example", "\1")
    kept = kept.replace("EXAMPLE", name.upper()).replace("Example", name.capitalize()).replace("example", name)
    return kept.replace("\0", "example.com").replace("\1", "bridge.example")
