"""Finds the installed connectors. A broken one is reported and left out; the others go on."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import pluggy

from fortnox_bridge.sdk.connector import Connector
from fortnox_bridge.sdk.hookspecs import ENTRY_POINT_GROUP, PROJECT, HookSpecs
from fortnox_bridge.sdk.soundness import faults_of


class LoadStatus(StrEnum):
    LOADED = "loaded"
    BLOCKED = "blocked"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What became of one entry point. `problem` says in a sentence why it was left out."""

    entry_point: str
    distribution: str
    version: str
    status: LoadStatus
    problem: str | None = None


class RequiredConnectorMissing(RuntimeError):
    """The deployment names a connector as required and it did not load."""


@dataclass(frozen=True, slots=True)
class Registry:
    """The connectors of one application, by name, and the report of how each was loaded."""

    connectors: Mapping[str, Connector[Any]]
    reports: tuple[LoadReport, ...]

    def get(self, name: str) -> Connector[Any] | None:
        return self.connectors.get(name)


def load_registry(
    *, blocked: Collection[str] = (), required: Collection[str] = (), found: Collection[EntryPoint] | None = None
) -> Registry:
    """Load every installed connector. `found` replaces the installed entry points, for tests.

    Raises:
        RequiredConnectorMissing: a connector in `required` did not load.
    """
    connectors: dict[str, Connector[Any]] = {}
    reports: list[LoadReport] = []
    points = entry_points(group=ENTRY_POINT_GROUP) if found is None else found
    for point in sorted(points, key=_precedence):
        if point.name in blocked:
            reports.append(_report(point, LoadStatus.BLOCKED, "blocked by the deployment's settings"))
            continue
        if point.name in connectors:
            reports.append(_report(point, LoadStatus.FAILED, f"the name {point.name!r} is taken already"))
            continue
        try:
            connector = _load(point)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a stranger's code: whatever it raises is reported
            reports.append(_report(point, LoadStatus.FAILED, f"{type(error).__name__}: {error}"))
            continue
        connectors[connector.name] = connector
        reports.append(_report(point, LoadStatus.LOADED))
    missing = sorted(set(required) - set(connectors))
    if missing:
        raise RequiredConnectorMissing(f"required connectors did not load: {', '.join(missing)}; {reports}")
    return Registry(connectors, tuple(reports))


def _precedence(point: EntryPoint) -> tuple[str, bool, str]:
    """Of two that claim one name, the package that is called after it comes first; the other is never imported."""
    distribution = point.dist.name if point.dist else ""
    return point.name, distribution != f"fortnox-bridge-{point.name}", distribution


def _load(point: EntryPoint) -> Connector[Any]:
    # One manager per plugin: a misspelt hook of one must not fail the check of another.
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(HookSpecs)
    manager.register(point.load(), point.name)
    manager.check_pending()
    answers = manager.hook.fortnox_bridge_connector()
    if not answers:
        raise TypeError("it implements no fortnox_bridge_connector hook")
    connector = answers[0]
    if not isinstance(connector, Connector):
        raise TypeError(f"its hook answered {type(connector).__name__}, not a Connector")
    for fault in faults_of(connector):
        raise TypeError(str(fault))
    if connector.name != point.name:
        # What a deployment blocks or requires, it names by the entry point: nothing is imported to find out.
        raise TypeError(f"its entry point is called {point.name!r}, the connector {connector.name!r}")
    return connector


def _report(point: EntryPoint, status: LoadStatus, problem: str | None = None) -> LoadReport:
    distribution = point.dist
    return LoadReport(
        entry_point=point.name,
        distribution=distribution.name if distribution else "",
        version=distribution.version if distribution else "",
        status=status,
        problem=problem,
    )
