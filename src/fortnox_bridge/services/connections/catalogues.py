"""What settings can choose from: the source's fields and stages, Fortnox's registers, the installed connectors."""

from dataclasses import dataclass
from typing import Any

from fortnox_bridge.domain.errors import SettingsInvalid
from fortnox_bridge.domain.ids import ConnectionId
from fortnox_bridge.domain.records import REGISTERS, RegisterEntry
from fortnox_bridge.domain.values import FieldType
from fortnox_bridge.registry import LoadReport, Registry
from fortnox_bridge.sdk import Connector, FieldDescriptor, PipelineDescriptor, SourceDataInvalid
from fortnox_bridge.services.access.fortnox_access import FortnoxAccess
from fortnox_bridge.services.access.source_access import SourceAccess
from fortnox_bridge.services.connections.connections import Connections
from fortnox_bridge.storage import Storage


@dataclass(frozen=True, slots=True)
class InstalledConnector:
    """A connector as found. `title` and `capabilities` are empty when it did not load."""

    name: str
    title: str | None
    report: LoadReport
    capabilities: tuple[str, ...]


class Catalogues:
    def __init__(
        self,
        *,
        connections: Connections,
        sources: SourceAccess,
        fortnox: FortnoxAccess,
        storage: Storage,
        registry: Registry,
    ) -> None:
        self._connections = connections
        self._sources = sources
        self._fortnox = fortnox
        self._storage = storage
        self._registry = registry

    async def fields(self, connection_id: ConnectionId) -> tuple[FieldDescriptor, ...]:
        overview = await self._connections.get(connection_id)
        async with self._sources.open(overview.source_account) as session:
            if session.fields is None:
                return ()
            return await session.fields.list_fields()

    async def create_field(
        self, connection_id: ConnectionId, object_name: str, label: str, field_type: FieldType
    ) -> FieldDescriptor:
        overview = await self._connections.get(connection_id)
        async with self._sources.open(overview.source_account) as session:
            if session.field_maker is None:
                raise SettingsInvalid(
                    "capability_missing", connector=overview.source_account.connector, capability="field_maker"
                )
            return await session.field_maker.create_field(object_name, label, field_type)

    async def pipelines(self, connection_id: ConnectionId) -> tuple[PipelineDescriptor, ...]:
        overview = await self._connections.get(connection_id)
        async with self._sources.open(overview.source_account) as session:
            if session.stages is None:
                return ()
            return await session.stages.list_pipelines()

    async def register(
        self, connection_id: ConnectionId, name: str, *, is_reloaded: bool = False
    ) -> tuple[RegisterEntry, ...]:
        if name not in REGISTERS:
            raise SourceDataInvalid("register_unknown", register=name, known=", ".join(REGISTERS))
        overview = await self._connections.get(connection_id)
        cache = self._storage.registers(overview.company.id)
        cached = None if is_reloaded else await cache.register(name)
        if cached is not None:
            return cached
        entries = await self._fortnox.gateway(overview.company).register(name)
        await cache.keep_register(name, entries)
        return entries

    def connectors(self) -> tuple[InstalledConnector, ...]:
        return tuple(self._installed(report) for report in self._registry.reports)

    def _installed(self, report: LoadReport) -> InstalledConnector:
        connector = self._registry.get(report.entry_point)
        if connector is None or report.problem:
            return InstalledConnector(report.entry_point, None, report, ())
        return InstalledConnector(connector.name, connector.title, report, _capabilities(connector))


def _capabilities(connector: Connector[Any]) -> tuple[str, ...]:
    has = {
        "oauth": connector.oauth is not None,
        "api_token": connector.accepts_api_token,
        "webhooks": connector.webhooks is not None,
        "create_fields": bool(connector.creatable_fields),
        "simulator": connector.simulator is not None,
    }
    return tuple(name for name, present in has.items() if present)
