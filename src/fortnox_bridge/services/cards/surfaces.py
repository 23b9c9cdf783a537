"""The platforms' ways of showing cards, each watched: a connector is a stranger's code."""

from typing import Any

from fortnox_bridge.domain.card import Card, CardNotice
from fortnox_bridge.registry import Registry
from fortnox_bridge.sdk import (
    CardCall,
    CardSurface,
    Connector,
    PlatformAnswer,
    RawRequest,
    WebhookSecrets,
)
from fortnox_bridge.services.absence import NotFound
from fortnox_bridge.services.access.guards import Guards
from fortnox_bridge.services.deployment import Deployment


class CardSurfaces:
    def __init__(self, *, registry: Registry, guards: Guards, deployment: Deployment) -> None:
        self._registry = registry
        self._guards = guards
        self._deployment = deployment

    def of(self, name: str) -> CardSurface:
        """How this connector's platform shows cards.

        Raises:
            NotFound: there is no such connector, or it has none.
        """
        return self._of(name)[1]

    def read(self, name: str, request: RawRequest, path: str) -> CardCall:
        """The proven call.

        Raises:
            NotAuthentic: the proof is wrong, stale or missing.
            UnreadablePayload: the call makes no sense.
        """
        connector, surface = self._of(name)
        app = self._deployment.connectors.get(name)
        secrets = app.secrets() if app else WebhookSecrets()
        now = self._deployment.clock.now()
        return self._guards.of(connector).call(
            "cards.read", CardCall, lambda: surface.read(request, path, secrets, now)
        )

    def render(self, name: str, call: CardCall, card: Card) -> PlatformAnswer:
        connector, surface = self._of(name)
        return self._guards.of(connector).call("cards.render", PlatformAnswer, lambda: surface.render(call, card))

    def refuse(self, name: str, notice: CardNotice) -> PlatformAnswer:
        connector, surface = self._of(name)
        return self._guards.of(connector).call("cards.refuse", PlatformAnswer, lambda: surface.refuse(notice))

    def _of(self, name: str) -> tuple[Connector[Any], CardSurface]:
        found = self._registry.get(name)
        if found is None or found.cards is None:
            raise NotFound
        return found, found.cards
