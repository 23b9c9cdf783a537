"""The command line as operators use it, on a database of the test's own."""

import base64
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Terminal:
    """Runs commands in processes of their own with nothing of this process's settings."""

    environment: dict[str, str]

    def run(self, *arguments: str, **environment: str) -> Ended:
        done = subprocess.run(
            [sys.executable, "-m", "fortnox_bridge.cli", *arguments],
            env=self.environment | environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-u", "-m", "fortnox_bridge.cli", *arguments],
            env=self.environment | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


@pytest.fixture
def terminal(sqlite_url: str) -> Terminal:
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return Terminal(
        kept
        | {
            "FORTNOX_BRIDGE_DATABASE_URL": sqlite_url,
            "FORTNOX_BRIDGE_ENCRYPTION_KEYS": '{"t": "' + base64.b64encode(b"2" * 32).decode() + '"}',
            "FORTNOX_BRIDGE_SANDBOX_URL": "http://127.0.0.1:9",
        }
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
