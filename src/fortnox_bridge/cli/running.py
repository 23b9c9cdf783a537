"""Running asynchronous commands, and saying what went wrong in a sentence instead of a stack trace."""

import asyncio
import signal
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, NoReturn

import typer
import uvloop
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import SettingsError
from rich.console import Console
from rich.markup import escape
from rich.table import Column

from fortnox_bridge.bootstrap import Bridge, MigrationsPending, build_bridge
from fortnox_bridge.config import Config
from fortnox_bridge.domain.catalogue import describe
from fortnox_bridge.domain.errors import BridgeError
from fortnox_bridge.domain.language import Language
from fortnox_bridge.registry import RequiredConnectorMissing
from fortnox_bridge.storage import StorageUnavailable, UnknownKey

out = Console()
err = Console(stderr=True)


def run(command: Coroutine[Any, Any, int | None]) -> NoReturn:
    """Run to the end and exit; anything a user can mend is told as a sentence."""
    try:
        code = uvloop.run(command) or 0
    except BridgeError as error:
        sentence = describe(error.code, error.params, Language.ENGLISH)
        fail(f"{sentence.what} {sentence.remedy}".strip())
    except MigrationsPending as error:
        fail(f"{error} Run `fortnox-bridge migrate` first.")
    except StorageUnavailable as error:
        fail(f"The database does not answer ({error}). Check FORTNOX_BRIDGE_DATABASE_URL.")
    except RequiredConnectorMissing as error:
        fail(f"{error} `fortnox-bridge connectors list` shows why.")
    except UnknownKey:
        fail("A stored secret was encrypted with a key that FORTNOX_BRIDGE_ENCRYPTION_KEYS does not hold.")
    except OSError as error:
        fail(f"{error.strerror or error}.")
    except ValueError as error:
        fail(str(error))
    except KeyboardInterrupt:
        code = 130
    raise typer.Exit(code)


def id_column(title: str) -> Column:
    """Ids are there to be copied: they stay whole in the narrowest terminal."""
    return Column(title, no_wrap=True, min_width=36)


def fail(message: str) -> NoReturn:
    err.print(f"[red]error:[/] {escape(message)}", highlight=False, soft_wrap=True)
    raise typer.Exit(1)


def read_config(**overrides: Any) -> Config:  # noqa: ANN401 - whatever the settings take
    """The deployment's settings, with what the command line says on top."""
    try:
        return Config(**{name: value for name, value in overrides.items() if value is not None})
    except ValidationError as error:
        fail("; ".join(_fault(fault) for fault in error.errors(include_url=False, include_input=False)))
    except SettingsError as error:
        fail(f"{error}; it must be JSON.")


def _fault(fault: ErrorDetails) -> str:
    message = fault["msg"].removeprefix("Value error, ")
    name = "__".join(str(part) for part in fault["loc"]).upper()
    return f"FORTNOX_BRIDGE_{name}: {message}" if name else message


@asynccontextmanager
async def opened_bridge() -> AsyncIterator[Bridge]:
    """The service without its background work, for commands that look or change something."""
    bridge = await build_bridge(read_config(log_level="error", log_format="text"))
    try:
        yield bridge
    finally:
        await bridge.aclose()


async def until_told_to_stop() -> None:
    """Return at SIGINT or SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    await stop.wait()
