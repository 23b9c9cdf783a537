"""The article table of a connection as CSV (F40)."""

from fortnox_bridge.domain.ids import ConnectionId
from fortnox_bridge.services.settings.change_settings import ChangeSettings, Saved
from fortnox_bridge.services.settings.settings import SyncSettings
from fortnox_bridge.sync_settings.article_table import read_table, write_table
from fortnox_bridge.sync_settings.faults import InvalidSettings
from fortnox_bridge.sync_settings.upgrade import dump_settings, load_settings


class ArticleTableFile:
    def __init__(self, *, settings: SyncSettings, changing: ChangeSettings) -> None:
        self._settings = settings
        self._changing = changing

    async def export(self, connection_id: ConnectionId) -> str:
        """The table in force, for a spreadsheet."""
        current = await self._settings.current(connection_id)
        return write_table(load_settings(current.document).products.table)

    async def import_(
        self, connection_id: ConnectionId, content: bytes, *, based_on: int, author: str, is_live: bool = True
    ) -> Saved:
        """Save the file's rows as the table, in a new revision of the settings; everything else stays as it is.

        Raises:
            InvalidSettings: every fault at once, those of the rows by the file's lines.
            SettingsConflict: `based_on` is not the latest revision.
        """
        table = read_table(content)
        current = await self._settings.current(connection_id)
        settings = load_settings(current.document)
        products = settings.products.model_copy(update={"table": table.rows})
        try:
            return await self._changing.save(
                connection_id,
                dump_settings(settings.model_copy(update={"products": products})),
                based_on=based_on,
                author=author,
                is_live=is_live,
                action="settings.table_imported",
                facts={"rows": len(table.rows)},
            )
        except InvalidSettings as error:
            raise InvalidSettings(table.at_lines(error.faults)) from error
