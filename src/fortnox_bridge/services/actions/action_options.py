"""What an action's input may be, for the workflow's editor."""

from typing import Any, Final

from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.sdk import ActionOption, Connector, OptionsCall
from fortnox_bridge.storage import SYSTEM, Storage

DOCUMENT_KIND: Final = "document_kind"
_LABELS: Final = {DocumentKind.INVOICE: "Invoice (draft)", DocumentKind.ORDER: "Order"}


class ActionOptions:
    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def __call__(self, connector: Connector[Any], call: OptionsCall) -> tuple[ActionOption, ...]:
        """The options that hold what was searched for; none for an account that is not connected to Fortnox."""
        async with self._storage.unit.view(SYSTEM) as unit:
            account = await unit.source_accounts.find(connector.name, call.account)
            connections = await unit.connections.of_source_account(account.id) if account else ()
        if not connections or call.input_name != DOCUMENT_KIND:
            return ()
        wanted = call.search.strip().casefold()
        options = (ActionOption(kind.value, label) for kind, label in _LABELS.items())
        return tuple(each for each in options if wanted in f"{each.value} {each.label}".casefold())
