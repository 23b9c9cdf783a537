"""`fortnox-bridge` in processes of its own, each forked from one that has the modules loaded already.

Real processes, to be killed like any other; only the two seconds of imports are not spent for each. That the command
starts from nothing is shown by the tests of the demo, of the template and of the commands that stay up.
"""

import multiprocessing
import os
import sys
from collections.abc import Mapping
from multiprocessing.process import BaseProcess
from pathlib import Path

_forking = multiprocessing.get_context("forkserver")
# The command line itself is left out: what it draws, it fits to the terminal that it finds when it is imported.
_forking.set_forkserver_preload(
    ["fortnox_bridge.bootstrap", "fortnox_bridge_pipedrive.plugin", "pydantic_settings", "rich.console", "typer"]
)


def started(arguments: tuple[str, ...], environment: Mapping[str, str], *, out: Path, err: Path) -> BaseProcess:
    """A process with this environment and no other, whose output is added to the two files."""
    process = _forking.Process(target=_command, args=(arguments, dict(environment), out, err))
    process.start()
    return process


def _command(arguments: tuple[str, ...], environment: dict[str, str], out: Path, err: Path) -> None:
    os.environ.clear()
    os.environ.update(environment)
    for path, number in ((out, 1), (err, 2)):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(file, number)
        os.close(file)
    sys.argv = ["fortnox-bridge", *arguments]
    from fortnox_bridge.cli.__main__ import main

    main()
