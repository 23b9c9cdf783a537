import hashlib
from collections.abc import Callable, Mapping, Sequence

from starlette.types import ASGIApp

from fortnox_bridge.sdk.simulator import JsonValue, SimulatorWorld
from fortnox_bridge_hubspot.simulator.answers import Record
from fortnox_bridge_hubspot.simulator.app import build_app
from fortnox_bridge_hubspot.simulator.default_world import build_default_world
from fortnox_bridge_hubspot.simulator.names import KINDS, LINE_ITEMS, NOTES
from fortnox_bridge_hubspot.simulator.rates import RateWindows
from fortnox_bridge_hubspot.simulator.seed import plant
from fortnox_bridge_hubspot.simulator.state import Portal
from fortnox_bridge_hubspot.simulator.tokens import TokenStore
from fortnox_bridge_hubspot.simulator.vendor import new_vendor
from fortnox_bridge_hubspot.simulator.views import record_view

_Lister = Callable[[], Sequence[Mapping[str, JsonValue]]]


class HubSpotSimulator:
    """The simulated vendor as the sandbox drives it; see `fortnox_bridge.sdk.simulator.Simulator`."""

    def __init__(self, world: SimulatorWorld) -> None:
        self._vendor = new_vendor(world)
        build_default_world(self._vendor)
        self._app = build_app(self._vendor)

    @property
    def app(self) -> ASGIApp:
        return self._app

    def reset(self) -> None:
        vendor = self._vendor
        vendor.board.reset()
        vendor.hooks.reset()
        vendor.workflows.reset()
        vendor.portals.clear()
        vendor.tokens = TokenStore(vendor.clock)
        vendor.rates = RateWindows(vendor.clock)
        build_default_world(vendor)

    def seed(self, data: Mapping[str, JsonValue]) -> JsonValue:
        return plant(self._vendor, data)

    def configure(self, knobs: Mapping[str, JsonValue]) -> None:
        self._vendor.board.turn(knobs)
        self._vendor.hooks.release()

    def collections(self) -> Mapping[str, _Lister]:
        vendor = self._vendor
        listers: dict[str, _Lister] = {
            kind: self._each(lambda portal, kind=kind: _records(portal, kind))  # type: ignore[misc]
            for kind in KINDS
        }
        return listers | {
            "portals": lambda: [
                {"id": each.id, "name": each.name, "private_token": each.private_token}
                for each in vendor.portals.values()
            ],
            "files": self._each(_files),
            "properties": self._each(_properties),
            "pipelines": self._each(lambda portal: portal.pipelines),
            "owners": self._each(lambda portal: portal.owners),
            "deliveries": lambda: list(vendor.hooks.deliveries),
            "tokens": self._tokens,
            "definitions": lambda: list(vendor.workflows.definitions.values()),
            "workflow_calls": lambda: list(vendor.workflows.calls.values()),
            "fetches": lambda: list(vendor.workflows.fetches),
        }

    def _tokens(self) -> list[Record]:
        return self._vendor.tokens.listing()

    async def aclose(self) -> None:
        await self._vendor.hooks.aclose()
        await self._vendor.workflows.aclose()

    def _each(self, rows_of: Callable[[Portal], list[Record]]) -> _Lister:
        """Rows of every portal, each saying whose it is."""

        def listed() -> list[Record]:
            return [
                {**row, "portal_id": portal.id} for portal in self._vendor.portals.values() for row in rows_of(portal)
            ]

        return listed


def _records(portal: Portal, kind: str) -> list[Record]:
    rows = []
    for record in portal.records[kind].values():
        view = record_view(portal, record, list(portal.properties[kind]))
        linked = {target: [each for each, _ in portal.links.of((kind, record.id), target)] for target in KINDS}
        view["links"] = {target: ids for target, ids in linked.items() if ids and (kind, target) != (LINE_ITEMS, NOTES)}
        rows.append(view)
    return rows


def _files(portal: Portal) -> list[Record]:
    return [
        {
            **{name: value for name, value in stored.record.items() if not name.startswith("_")},
            "sha256": hashlib.sha256(stored.content).hexdigest(),
            # A whole PDF starts and ends as one: a cut upload shows.
            "is_pdf": stored.content.startswith(b"%PDF-") and b"%%EOF" in stored.content[-1024:],
        }
        for stored in portal.files.values()
    ]


def _properties(portal: Portal) -> list[Record]:
    return [
        {"object": kind, **row}
        for kind in KINDS
        for row in portal.properties[kind].values()
        if not row["hubspotDefined"]
    ]
