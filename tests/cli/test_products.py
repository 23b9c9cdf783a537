"""`fortnox-bridge products`: articles brought up to date without a document."""

# Fixtures of other modules are imported, and used by their names.
# ruff: noqa: F811

import re

from tests.cli.conftest import one_sentence
from tests.cli.test_commands import connection  # noqa: F401

RUN = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27} ")


def test_products_sync_queues_runs_and_says_which(terminal, connection):
    done = terminal.run("products", "sync", connection, "77", "78")

    assert done.code == 0, done.err
    lines = [line.split(maxsplit=1) for line in done.out.splitlines() if RUN.match(line)]
    assert [what for _, what in lines] == ["product 77", "product 78"]
    assert "product 77" in terminal.run("runs", "list").out


def test_products_sync_of_too_many_says_how_many_may_be(terminal, connection):
    refused = terminal.run("products", "sync", connection, *map(str, range(201)))

    assert "200" in one_sentence(refused)
