"""The installed connectors, how each was loaded, and what went wrong inside it lately."""

from dataclasses import dataclass
from typing import Any

from fortnox_bridge.registry import LoadReport, LoadStatus, Registry
from fortnox_bridge.sdk import Connector
from fortnox_bridge.services.access.failures import ConnectorFailure, ConnectorFailures


@dataclass(frozen=True, slots=True)
class InstalledConnector:
    """A connector as found. `title` and `capabilities` are empty when it did not load.

    `recent_failures` are those that this process met, newest first.
    """

    name: str
    title: str | None
    report: LoadReport
    capabilities: tuple[str, ...] = ()
    recent_failures: tuple[ConnectorFailure, ...] = ()


class InstalledConnectors:
    def __init__(self, registry: Registry, failures: ConnectorFailures) -> None:
        self._registry = registry
        self._failures = failures

    def list(self) -> tuple[InstalledConnector, ...]:
        return tuple(self._installed(report) for report in self._registry.reports)

    def title(self, name: str) -> str:
        """The source system's name for people; the connector's own if it is not installed any more."""
        found = self._registry.get(name)
        return found.title if found is not None else name

    def failed(self) -> tuple[str, ...]:
        """Names of those that should have loaded and did not."""
        return tuple(each.entry_point for each in self._registry.reports if each.status is LoadStatus.FAILED)

    def _installed(self, report: LoadReport) -> InstalledConnector:
        connector = self._registry.get(report.entry_point)
        if connector is None or report.problem:
            return InstalledConnector(report.entry_point, None, report)
        recent = self._failures.recent(connector.name)
        return InstalledConnector(connector.name, connector.title, report, _capabilities(connector), recent)


def _capabilities(connector: Connector[Any]) -> tuple[str, ...]:
    has = {
        "oauth": connector.oauth is not None,
        "api_token": connector.accepts_api_token,
        "webhooks": connector.webhooks is not None,
        "cards": connector.cards is not None,
        "actions": connector.actions is not None,
        "create_fields": bool(connector.creatable_fields),
        "simulator": connector.simulator is not None,
    }
    return tuple(name for name, present in has.items() if present)
