"""The command line as operators use it, on a database of the test's own."""

import base64
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import cast

import pytest
from tests.servers.commands import started


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Terminal:
    """Runs commands in processes of their own with nothing of this process's settings."""

    environment: dict[str, str]
    folder: Path
    _numbers: Iterator[int] = field(default_factory=count)

    def run(self, *arguments: str, **environment: str) -> Ended:
        number = next(self._numbers)
        out, err = self.folder / f"{number}.out", self.folder / f"{number}.err"
        process = started(arguments, self.environment | environment, out=out, err=err)
        process.join(60)
        if process.exitcode is None:
            process.kill()
            process.join()
        return Ended(cast("int", process.exitcode), out.read_text(), err.read_text())

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-u", "-m", "fortnox_bridge.cli", *arguments],
            env=self.environment | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


@pytest.fixture
def terminal(sqlite_url: str, tmp_path: Path) -> Terminal:
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return Terminal(
        kept
        | {
            "FORTNOX_BRIDGE_DATABASE_URL": sqlite_url,
            "FORTNOX_BRIDGE_ENCRYPTION_KEYS": '{"t": "' + base64.b64encode(b"2" * 32).decode() + '"}',
            "FORTNOX_BRIDGE_SANDBOX_URL": "http://127.0.0.1:9",
        },
        tmp_path,
    )


def database_file(terminal: Terminal) -> Path:
    return Path(terminal.environment["FORTNOX_BRIDGE_DATABASE_URL"].partition("///")[2])


def one_sentence(ended: Ended) -> str:
    """What a failed command said: one line for people, no stack trace."""
    assert ended.code == 1, ended
    assert "Traceback" not in ended.err
    lines = [line for line in ended.err.splitlines() if line.strip()]
    assert len(lines) == 1, ended.err
    assert lines[0].startswith("error: ")
    return re.sub(r"\s+", " ", lines[0]).removeprefix("error: ")
