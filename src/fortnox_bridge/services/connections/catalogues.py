"""What settings can choose from: the source's fields and stages, Fortnox's registers."""

from fortnox_bridge.domain.errors import SettingsInvalid
from fortnox_bridge.domain.ids import ConnectionId
from fortnox_bridge.domain.records import REGISTERS, RegisterEntry
from fortnox_bridge.domain.values import FieldType
from fortnox_bridge.sdk import FieldDescriptor, PipelineDescriptor, SourceDataInvalid
from fortnox_bridge.services.access.fortnox_access import FortnoxAccess
from fortnox_bridge.services.access.source_access import SourceAccess
from fortnox_bridge.services.connections.connections import Connections
from fortnox_bridge.storage import Storage


class Catalogues:
    def __init__(
        self,
        *,
        connections: Connections,
        sources: SourceAccess,
        fortnox: FortnoxAccess,
        storage: Storage,
    ) -> None:
        self._connections = connections
        self._sources = sources
        self._fortnox = fortnox
        self._storage = storage

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
