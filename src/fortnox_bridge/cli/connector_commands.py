"""Commands that connectors add: `fortnox-bridge NAME COMMAND`. A connector that fails adds none and breaks nothing."""

import inspect
import os
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Annotated, Any, Final

import structlog
import typer

from fortnox_bridge.cli.running import out, read_config, run
from fortnox_bridge.domain.clock import SystemClock
from fortnox_bridge.domain.timing import Timing
from fortnox_bridge.http import HttpClient
from fortnox_bridge.registry import load_registry
from fortnox_bridge.sdk import CommandContext, CommandOption, Connector, ConnectorCommand
from fortnox_bridge.services.access.failures import ConnectorFailures
from fortnox_bridge.services.access.guarded import Guard
from fortnox_bridge.services.access.source_access import host_policy

# Somebody sits before it and may stop it; what hangs ends all the same.
_COMMAND_S: Final = 600.0


def groups(taken: Collection[str]) -> Iterable[tuple[str, typer.Typer]]:
    """The commands of each installed connector, by its name; a name that we use ourselves stays ours."""
    config = read_config()
    for name, connector in load_registry(blocked=config.blocked_connectors).connectors.items():
        if connector.commands and name not in taken:
            group = typer.Typer(help=f"What {connector.title} adds.", no_args_is_help=True)
            # With one command only, its name would be left out.
            group.callback()(_nothing)
            for command in connector.commands:
                group.command(command.name, help=command.help)(_runner(connector, command))
            yield name, group


def _nothing() -> None:
    return


def _runner(connector: Connector[Any], command: ConnectorCommand) -> Callable[..., None]:
    def execute(**given: str | None) -> None:
        options = {
            option.name: value
            for option in command.options
            if (value := _value(option, given.get(_parameter(option)))) is not None
        }
        run(_run(connector, command, options))

    signature = inspect.Signature([_described(option) for option in command.options if not option.is_secret])
    execute.__signature__ = signature  # type: ignore[attr-defined]  # read by the command line's parser
    execute.__annotations__ = {name: each.annotation for name, each in signature.parameters.items()}
    return execute


async def _run(connector: Connector[Any], command: ConnectorCommand, options: dict[str, str]) -> None:
    config, timing = read_config(log_level="error", log_format="text"), Timing()
    app = config.connector_app(connector.name, tuple(connector.base_urls))
    http = HttpClient(
        system=connector.title,
        policy=host_policy(connector, app.base_urls),
        connect_timeout_s=timing.connect_timeout_s,
        timeout_s=timing.read_timeout_s,
    )
    guard = Guard(connector.name, connector.title, _COMMAND_S, ConnectorFailures(SystemClock()))
    async with http:
        context = CommandContext(
            http=http,
            base_urls={**connector.base_urls, **app.base_urls},
            public_url=config.public_url,
            app_id=app.app_id,
            clock=SystemClock(),
            log=structlog.get_logger().bind(connector=connector.name),
            options=options,
        )
        capability = f"commands.{command.name}"
        for line in await guard.wait(capability, Sequence[str], lambda: command.run(context), writes=True):
            out.print(line, highlight=False, markup=False, soft_wrap=True)


def _value(option: CommandOption, given: str | None) -> str | None:
    """As given, else from the environment, else asked for if it is a secret, else the default."""
    if given is not None:
        return given
    if option.variable and (found := os.environ.get(option.variable)):
        return found
    if option.is_secret:
        return str(typer.prompt(option.help, hide_input=True))
    return option.default


def _described(option: CommandOption) -> inspect.Parameter:
    return inspect.Parameter(
        _parameter(option),
        inspect.Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[str | None, typer.Option(f"--{option.name}", help=option.help)],
    )


def _parameter(option: CommandOption) -> str:
    return option.name.replace("-", "_")
