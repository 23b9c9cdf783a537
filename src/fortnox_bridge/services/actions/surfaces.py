"""The platforms' ways of asking for work. A connector is a stranger's code: what it raises becomes a defect of it."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from fortnox_bridge.domain.errors import BridgeError, Defect
from fortnox_bridge.registry import Registry
from fortnox_bridge.sdk import (
    ActionCall,
    ActionOption,
    ActionOutcome,
    ActionSurface,
    Connector,
    NotAuthentic,
    OptionsCall,
    PlatformAnswer,
    RawRequest,
    UnreadablePayload,
    WebhookSecrets,
)
from fortnox_bridge.services.absence import NotFound
from fortnox_bridge.services.deployment import Deployment

T = TypeVar("T")


class ActionSurfaces:
    def __init__(self, *, registry: Registry, deployment: Deployment) -> None:
        self._registry = registry
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
        return _contained(name, lambda: surface.read(request, path, secrets, self._deployment.clock.now()))

    def answer(self, name: str, call: ActionCall, outcome: ActionOutcome) -> PlatformAnswer:
        _, surface = self.of(name)
        return _contained(name, lambda: surface.answer(call, outcome))

    def options(
        self, name: str, call: OptionsCall, options: Sequence[ActionOption], following: str | None
    ) -> PlatformAnswer:
        _, surface = self.of(name)
        return _contained(name, lambda: surface.options(call, options, following))


def _contained(connector: str, work: Callable[[], T]) -> T:
    try:
        return work()
    except (BridgeError, NotAuthentic, UnreadablePayload):
        raise
    except Exception as error:
        raise Defect("connector_failed", connector=connector, detail=f"{type(error).__name__}: {error}") from error
