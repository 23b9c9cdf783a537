"""`fortnox-bridge keys`: API keys for programs, and keys for encryption at rest."""

import base64
import secrets
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

import typer

from fortnox_bridge.cli.running import err, opened_bridge, out, run
from fortnox_bridge.domain.ids import ConnectionId

app = typer.Typer(help="Keys for programs and for encryption.", no_args_is_help=True)


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="What the key is for, such as `card` or `reporting`.")],
    connection: Annotated[UUID | None, typer.Option(help="Reach this connection only.")] = None,
    days: Annotated[int | None, typer.Option(min=1, help="Expire after this many days.")] = None,
) -> None:
    """Make an API key. It is shown once."""

    async def command() -> None:
        expires_at = datetime.now(UTC) + timedelta(days=days) if days else None
        async with opened_bridge() as bridge:
            key = await bridge.services.api_keys.create(
                name, connection_id=ConnectionId(connection) if connection else None, expires_at=expires_at
            )
        err.print("Keep this key now; it is not shown again:")
        out.print(key.secret, highlight=False, soft_wrap=True)

    run(command())


@app.command()
def encryption() -> None:
    """Make a key for encryption at rest, for FORTNOX_BRIDGE_ENCRYPTION_KEYS."""
    name = datetime.now(UTC).strftime("%Y%m%d")
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    err.print("Set FORTNOX_BRIDGE_ENCRYPTION_KEYS to this. Whoever has it can read the stored tokens:")
    out.print(f'{{"{name}": "{key}"}}', highlight=False, soft_wrap=True)
