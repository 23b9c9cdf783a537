"""The platforms' ways of showing cards. A connector is a stranger's code: what it raises becomes a defect of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from fortnox_bridge.domain.card import Card, CardNotice
from fortnox_bridge.domain.errors import BridgeError, Defect
from fortnox_bridge.registry import Registry
from fortnox_bridge.sdk import (
    CardCall,
    CardSurface,
    NotAuthentic,
    PlatformAnswer,
    RawRequest,
    UnreadablePayload,
    WebhookSecrets,
)
from fortnox_bridge.services.absence import NotFound
from fortnox_bridge.services.deployment import Deployment


class CardSurfaces:
    def __init__(self, *, registry: Registry, deployment: Deployment) -> None:
        self._registry = registry
        self._deployment = deployment

    def of(self, connector: str) -> CardSurface:
        """How this connector's platform shows cards.

        Raises:
            NotFound: there is no such connector, or it has none.
        """
        found = self._registry.get(connector)
        if found is None or found.cards is None:
            raise NotFound
        return found.cards

    def read(self, connector: str, request: RawRequest, path: str) -> CardCall:
        """The proven call.

        Raises:
            NotAuthentic: the proof is wrong, stale or missing.
            UnreadablePayload: the call makes no sense.
        """
        app = self._deployment.connectors.get(connector)
        secrets = app.secrets() if app else WebhookSecrets()
        with _contained(connector):
            return self.of(connector).read(request, path, secrets, self._deployment.clock.now())

    def render(self, connector: str, call: CardCall, card: Card) -> PlatformAnswer:
        with _contained(connector):
            return self.of(connector).render(call, card)

    def refuse(self, connector: str, notice: CardNotice) -> PlatformAnswer:
        with _contained(connector):
            return self.of(connector).refuse(notice)


@contextmanager
def _contained(connector: str) -> Iterator[None]:
    try:
        yield
    except (BridgeError, NotAuthentic, UnreadablePayload):
        raise
    except Exception as error:
        raise Defect("connector_failed", connector=connector, detail=f"{type(error).__name__}: {error}") from error
