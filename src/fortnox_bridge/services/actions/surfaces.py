"""The platforms' ways of asking for work, each watched: a connector is a stranger's code."""

from collections.abc import Sequence
from typing import Any

from fortnox_bridge.registry import Registry
from fortnox_bridge.sdk import (
    ActionCall,
    ActionOption,
    ActionOutcome,
    ActionSurface,
    Connector,
    OptionsCall,
    PlatformAnswer,
    RawRequest,
    WebhookSecrets,
)
from fortnox_bridge.services.absence import NotFound
from fortnox_bridge.services.access.guards import Guards
from fortnox_bridge.services.deployment import Deployment


class ActionSurfaces:
    def __init__(self, *, registry: Registry, guards: Guards, deployment: Deployment) -> None:
        self._registry = registry
        self._guards = guards
        self._deployment = deployment

    def of(self, name: str) -> tuple[Connector[Any], ActionSurface]:
        """The connector and how its platform asks for work.

        Raises:
            NotFound: there is no such connector, or its platform asks for nothing.
        """
        found = self._registry.get(name)
        if found is None or found.actions is None:
            raise NotFound
        return found, found.actions

    def read(self, name: str, request: RawRequest, path: str) -> ActionCall | OptionsCall:
        """The proven call.

        Raises:
            NotAuthentic: the proof is wrong, stale or missing.
            UnreadablePayload: the call makes no sense.
        """
        connector, surface = self.of(name)
        app = self._deployment.connectors.get(connector.name)
        secrets = app.secrets() if app else WebhookSecrets()
        now = self._deployment.clock.now()
        return self._guards.of(connector).call(
            "actions.read", ActionCall | OptionsCall, lambda: surface.read(request, path, secrets, now)
        )

    def answer(self, name: str, call: ActionCall, outcome: ActionOutcome) -> PlatformAnswer:
        connector, surface = self.of(name)
        return self._guards.of(connector).call("actions.answer", PlatformAnswer, lambda: surface.answer(call, outcome))

    def options(
        self, name: str, call: OptionsCall, options: Sequence[ActionOption], following: str | None
    ) -> PlatformAnswer:
        connector, surface = self.of(name)
        return self._guards.of(connector).call(
            "actions.options", PlatformAnswer, lambda: surface.options(call, options, following)
        )
