"""The deployment's settings, from the environment. Read once, by `bootstrap`; nothing else looks at the environment.

Every name starts with `FORTNOX_BRIDGE_`; nested names join with two underscores, for example
`FORTNOX_BRIDGE_FORTNOX__CLIENT_ID`. No secret has a default. `docs/settings.md` lists them all; a test compares.
"""

import base64
import binascii
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DUMMY_SECRETS = frozenset(
    {"changeme", "secret", "sandbox-secret", "sandbox-card-secret-known-to-all", "password", "example"}
)
SANDBOX_APP_ID = "900100"
SANDBOX_CLIENT_ID = "sandbox-client"
SANDBOX_CLIENT_SECRET = "sandbox-secret"  # noqa: S105 - the simulators' own, refused outside a sandbox
SANDBOX_CARD_SECRET = "sandbox-card-secret-known-to-all"  # noqa: S105 - likewise


def _origin(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
        raise ValueError("an http or https address without query is needed")
    return url.rstrip("/")


def _bare_origin(url: str) -> str:
    if urlsplit(url).path not in {"", "/"}:
        raise ValueError("the service is reached at the root of its address: no path, please")
    return _origin(url)


PublicUrl = Annotated[str, AfterValidator(_bare_origin)]
BaseUrl = Annotated[str, AfterValidator(_origin)]


class OAuthApp(BaseModel):
    """One registration at a vendor. `base_urls` override the vendor's own addresses, for a sandbox."""

    model_config = ConfigDict(extra="forbid")

    client_id: str | None = None
    client_secret: SecretStr | None = None
    base_urls: dict[str, BaseUrl] = Field(default_factory=dict)


class ConnectorApp(OAuthApp):
    """The app at a source system.

    `former_client_secret` still proves deliveries while a changed secret spreads. `card_secret` signs cards where the
    platform has a secret of its own for them. `app_id` is the app's number, where deliveries name it.
    """

    former_client_secret: SecretStr | None = None
    card_secret: SecretStr | None = None
    app_id: str | None = None


class FortnoxApp(OAuthApp):
    """The integration in Fortnox's developer portal.

    `with_orders` asks for the order scope too, which only companies with the Order licence can grant.
    `service_account` asks for a grant that survives staff changes; it must be enabled in the portal.
    `extra_scopes` are asked for besides, for what not every company uses or can grant.
    """

    with_orders: bool = True
    service_account: bool = True
    extra_scopes: tuple[str, ...] = ()


class WorkerSettings(BaseModel):
    """Background work. `slots` runs are worked on at once in each process.

    `per_account` is how many of them one source account may have at once, in all processes: the others find a slot
    free. `processes` is how many processes work at most: without Redis, each keeps to its part of the rate window.
    """

    model_config = ConfigDict(extra="forbid")

    enabled: bool = True
    slots: int = Field(default=8, ge=1, le=256)
    per_account: int = Field(default=4, ge=1, le=256)
    processes: int = Field(default=1, ge=1, le=1000)


class Config(BaseSettings):
    """See the module's text. `encryption_keys` maps a key's id to 32 bytes in base64; the last one encrypts."""

    model_config = SettingsConfigDict(
        env_prefix="FORTNOX_BRIDGE_", env_nested_delimiter="__", extra="forbid", frozen=True
    )

    public_url: PublicUrl = "http://127.0.0.1:8000"
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    database_url: str = "sqlite+aiosqlite:///fortnox-bridge.db"
    redis_url: SecretStr | None = None
    encryption_keys: dict[str, SecretStr] = Field(default_factory=dict)
    fortnox: FortnoxApp = FortnoxApp()
    connectors: dict[str, ConnectorApp] = Field(default_factory=dict)
    blocked_connectors: tuple[str, ...] = ()
    required_connectors: tuple[str, ...] = ()
    worker: WorkerSettings = WorkerSettings()
    support_contact: str | None = None
    replay_link_days: int = Field(default=30, ge=1, le=365)
    payload_days: int = Field(default=30, ge=1, le=3650)
    trace_days: int = Field(default=180, ge=1, le=3650)
    metrics: bool = True
    log_format: Literal["json", "text"] = "json"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    vies_url: BaseUrl | None = None
    sandbox_url: BaseUrl | None = None
    time_factor: float = Field(default=1.0, gt=0, le=1)
    crash_at: str | None = None
    shutdown_grace_s: float = Field(default=20, ge=0, le=300)

    @model_validator(mode="after")
    def _sound(self) -> "Config":
        if self.sandbox_url is None:
            if self.time_factor != 1 or self.crash_at is not None:
                raise ValueError("time_factor and crash_at are for the sandbox: set sandbox_url too")
            self._refuse_dummies()
        if self.redis_url is not None and sqlite_file(self.database_url) is not None:
            raise ValueError("redis_url is for several processes on PostgreSQL: SQLite is one process's own")
        for name, key in self.encryption_keys.items():
            if len(_decoded(key)) != 32:
                raise ValueError(f"encryption key {name!r} is not 32 bytes in base64; make one with `keys encryption`")
        return self

    def _refuse_dummies(self) -> None:
        for app in (self.fortnox, *self.connectors.values()):
            for secret in (app.client_secret, getattr(app, "card_secret", None)):
                if secret is not None and secret.get_secret_value() in DUMMY_SECRETS:
                    raise ValueError("a client secret is one that everybody knows")

    def cipher_keys(self) -> dict[str, bytes]:
        """The encryption keys, decoded.

        Raises:
            ValueError: there is none. Tokens are never stored in clear.
        """
        if not self.encryption_keys:
            raise ValueError(
                "FORTNOX_BRIDGE_ENCRYPTION_KEYS is missing; make one with `fortnox-bridge keys encryption` "
                'and set it as {"2026": "<key>"}'
            )
        return {name: _decoded(key) for name, key in self.encryption_keys.items()}

    def fortnox_app(self) -> FortnoxApp:
        """The Fortnox registration; in a sandbox the simulator's own."""
        if self.sandbox_url is None:
            return self.fortnox
        base = f"{self.sandbox_url}/fortnox"
        return self.fortnox.model_copy(
            update={
                "client_id": SANDBOX_CLIENT_ID,
                "client_secret": SecretStr(SANDBOX_CLIENT_SECRET),
                "base_urls": {"api": base, "oauth": base, **self.fortnox.base_urls},
            }
        )

    def vat_register_url(self) -> str | None:
        """Where VAT numbers are checked; in a sandbox its simulator, None for the EU's own address."""
        if self.vies_url is None and self.sandbox_url is not None:
            return f"{self.sandbox_url}/vies"
        return self.vies_url

    def connector_app(self, name: str, base_url_keys: tuple[str, ...]) -> ConnectorApp:
        """A connector's registration; in a sandbox its simulator's own."""
        app = self.connectors.get(name, ConnectorApp())
        if self.sandbox_url is None:
            return app
        base = f"{self.sandbox_url}/{name}"
        return ConnectorApp(
            client_id=SANDBOX_CLIENT_ID,
            client_secret=SecretStr(SANDBOX_CLIENT_SECRET),
            card_secret=app.card_secret or SecretStr(SANDBOX_CARD_SECRET),
            app_id=app.app_id or SANDBOX_APP_ID,
            base_urls={**dict.fromkeys(base_url_keys, base), **app.base_urls},
        )


def _decoded(key: SecretStr) -> bytes:
    try:
        return base64.b64decode(key.get_secret_value(), validate=True)
    except binascii.Error:
        return b""


def sqlite_file(database_url: str) -> Path | None:
    """The file behind a SQLite address, None for any other database."""
    head, slashes, path = database_url.partition("///")
    return Path(path) if slashes and head.startswith("sqlite") else None
