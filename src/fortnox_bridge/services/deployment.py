"""What services know of the deployment. Made by `bootstrap` from the settings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from fortnox_bridge.domain.checkpoints import Checkpoint
from fortnox_bridge.domain.clock import Clock
from fortnox_bridge.domain.meters import Meters, NoMeters
from fortnox_bridge.domain.timing import Timing
from fortnox_bridge.oauth.types import OAuthClient
from fortnox_bridge.sdk import WebhookSecrets


@dataclass(frozen=True, slots=True)
class VendorApp:
    """A registration at one vendor and where the vendor is reached. `client` None: OAuth is not set up."""

    base_urls: Mapping[str, str]
    client: OAuthClient | None = None
    former_secret: str | None = field(default=None, repr=False)
    card_secret: str | None = field(default=None, repr=False)
    app_id: str | None = None

    def secrets(self) -> WebhookSecrets:
        """What app-wide calls of the vendor are checked against."""
        return WebhookSecrets(
            client_id=self.client.client_id if self.client else None,
            client_secret=self.client.client_secret if self.client else None,
            former_secret=self.former_secret,
            card_secret=self.card_secret,
            app_id=self.app_id,
        )


@dataclass(frozen=True, slots=True)
class Deployment:
    """`public_url` is how people and vendors reach this service, without a trailing slash.

    `is_past_known`: no process spoke for these companies just before, so that rate windows start empty.
    `vies_url` None: the EU's own register of VAT numbers. `jitter` answers a number between its two arguments.
    """

    public_url: str
    fortnox: VendorApp
    connectors: Mapping[str, VendorApp]
    clock: Clock
    timing: Timing
    new_id: Callable[[], UUID]
    jitter: Callable[[float, float], float]
    checkpoint: Checkpoint
    ask_for_orders: bool = True
    ask_for_service_account: bool = True
    extra_scopes: tuple[str, ...] = ()
    support_contact: str | None = None
    replay_link_days: int = 30
    payload_days: int = 30
    trace_days: int = 180
    is_past_known: bool = False
    vies_url: str | None = None
    meters: Meters = field(default_factory=NoMeters)

    def webhook_url(self, connector: str, token: str) -> str:
        return f"{self.public_url}/webhooks/{connector}/{token}"

    def oauth_callback(self, provider: str) -> str:
        return f"{self.public_url}/oauth/{provider}/callback"
