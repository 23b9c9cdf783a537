"""Which fields of the source's own the settings of an account's connections name: what a session has to read."""

import json
import re
from typing import Final

from fortnox_bridge.domain.ids import SourceAccountId
from fortnox_bridge.storage import SYSTEM, Storage

# As a path (`deal.custom:KEY`) and as templates write it (`deal["custom:KEY"]`), in a document written as JSON.
_NAMED: Final = re.compile(r"\b(deal|company|contact|line|product)(?:\.|\[\\?[\"'])custom:([^\s\"'\\\]|},]+)")


class NamedFields:
    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def of_account(self, account_id: SourceAccountId) -> frozenset[str]:
        """Paths such as `deal.custom:KEY`; one too many costs nothing, so that text which only looks alike may pass."""
        async with self._storage.unit.view(SYSTEM) as unit:
            connections = await unit.connections.of_source_account(account_id)
            documents = [await unit.settings.current(each.id) for each in connections]
        texts = (json.dumps(each.document, ensure_ascii=False, default=str) for each in documents if each is not None)
        return frozenset(f"{kind}.custom:{key}" for text in texts for kind, key in _NAMED.findall(text))
