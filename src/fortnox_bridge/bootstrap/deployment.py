"""What the services know of the deployment, made from the settings."""

import os
import random
from dataclasses import replace
from uuid import uuid4

from pydantic import SecretStr

from fortnox_bridge.config import Config, ConnectorApp, OAuthApp
from fortnox_bridge.domain.checkpoints import Checkpoint, pass_through
from fortnox_bridge.domain.clock import SystemClock
from fortnox_bridge.domain.meters import Meters
from fortnox_bridge.domain.timing import Timing
from fortnox_bridge.oauth.types import OAuthClient
from fortnox_bridge.registry import Registry
from fortnox_bridge.services.deployment import Deployment, VendorApp


def build_deployment(
    config: Config, registry: Registry, clock: SystemClock, meters: Meters, *, is_past_known: bool
) -> Deployment:
    fortnox = config.fortnox_app()
    return Deployment(
        public_url=config.public_url,
        fortnox=_vendor(fortnox),
        connectors={
            name: _source(config.connector_app(name, tuple(connector.base_urls)))
            for name, connector in registry.connectors.items()
        },
        clock=clock,
        timing=Timing().scaled(config.time_factor),
        new_id=uuid4,
        jitter=random.uniform,
        checkpoint=_checkpoint(config),
        ask_for_orders=fortnox.with_orders,
        ask_for_service_account=fortnox.service_account,
        extra_scopes=fortnox.extra_scopes,
        support_contact=config.support_contact,
        replay_link_days=config.replay_link_days,
        payload_days=config.payload_days,
        trace_days=config.trace_days,
        is_past_known=is_past_known,
        vies_url=config.vat_register_url(),
        meters=meters,
    )


def _vendor(app: OAuthApp) -> VendorApp:
    client = None
    if app.client_id and app.client_secret:
        client = OAuthClient(app.client_id, app.client_secret.get_secret_value())
    return VendorApp(
        base_urls=dict(app.base_urls),
        client=client,
    )


def _source(app: ConnectorApp) -> VendorApp:
    return replace(
        _vendor(app),
        former_secret=_plain(app.former_client_secret),
        card_secret=_plain(app.card_secret),
        app_id=app.app_id,
    )


def _plain(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None


def _checkpoint(config: Config) -> Checkpoint:
    if config.crash_at is None:
        return pass_through
    place = config.crash_at

    def crash(name: str) -> None:
        if name == place:
            os._exit(137)

    return crash
