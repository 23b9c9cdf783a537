"""Commands that a connector adds to the command line: `fortnox-bridge NAME COMMAND`."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from fortnox_bridge.domain.clock import Clock
from fortnox_bridge.sdk.context import HttpSender, Log


@dataclass(frozen=True, slots=True)
class CommandOption:
    """One option `--name`. A secret one is read from `variable` or asked for, never taken from the command line."""

    name: str
    help: str
    variable: str | None = None
    is_secret: bool = False
    default: str | None = None


@dataclass(frozen=True, slots=True)
class CommandContext:
    """What a command works with: no account, no database.

    `public_url` is how the platform reaches this service; `options` holds every option that was given or has a
    default.
    """

    http: HttpSender
    base_urls: Mapping[str, str]
    public_url: str
    app_id: str | None
    clock: Clock
    log: Log
    options: Mapping[str, str] = field(repr=False, default_factory=dict)


@dataclass(frozen=True, slots=True)
class ConnectorCommand:
    """One command. `run` answers the lines to print; errors by taxonomy are told as sentences."""

    name: str
    help: str
    run: Callable[[CommandContext], Awaitable[tuple[str, ...]]]
    options: tuple[CommandOption, ...] = ()
