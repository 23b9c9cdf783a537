"""Commands that stay up: they say where they listen, answer, and end properly when told to."""

import json
import re
import signal
import socket
import urllib.request

import pytest
from tests.cli.conftest import one_sentence

LISTENS = re.compile(r"http://127\.0\.0\.1:\d+")


def _address(process):
    line = process.stdout.readline()
    found = LISTENS.search(line)
    assert found, line + process.stderr.read()
    return found[0]


def _get(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read()


def _stop(process, how):
    process.send_signal(how)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 0, out + err
    assert "Traceback" not in err


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_serve_answers_and_ends_with_0_when_told_to(terminal, how):
    process = terminal.start("serve", "--port", "0")
    try:
        address = _address(process)
        assert _get(f"{address}/livez") == b"ok\n"
        assert json.loads(_get(f"{address}/readyz")) == {"ready": True, "failed_connectors": []}
        _stop(process, how)
    finally:
        process.kill()
        process.communicate()


def test_sandbox_answers_and_ends_with_0_when_told_to(terminal):
    process = terminal.start("sandbox", "--port", "0")
    try:
        assert b"_control" in _get(f"{_address(process)}/_control")
        _stop(process, signal.SIGTERM)
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("command", ["serve", "sandbox"])
def test_port_that_is_taken_is_said_in_a_sentence(terminal, command):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = terminal.run(command, "--port", str(taken.getsockname()[1]))

    assert "in use" in one_sentence(ended).lower()
