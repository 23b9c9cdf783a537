"""Which occurrences in a source account anybody makes use of: the others are answered and forgotten.

Every edit of every deal would otherwise be an event, a run and a look at the deal, for settings that are mostly off.
"""

from fortnox_bridge.domain.ids import SourceAccountId
from fortnox_bridge.domain.rules import SyncRules, WhenChanged
from fortnox_bridge.domain.run import RunTask
from fortnox_bridge.sdk import Occasion
from fortnox_bridge.services.settings.settings import SyncSettings
from fortnox_bridge.storage import SYSTEM, Storage
from fortnox_bridge.sync_settings.faults import InvalidSettings


class Interests:
    def __init__(self, storage: Storage, settings: SyncSettings) -> None:
        self._storage = storage
        self._settings = settings

    async def __call__(self, account_id: SourceAccountId, occasion: Occasion, task: RunTask) -> bool:
        """Whether some connection of the account has a use for it. Settings that cannot be read have one for all."""
        if occasion is Occasion.MAY_QUALIFY and task is RunTask.DOCUMENT:
            return True
        async with self._storage.unit.view(SYSTEM) as unit:
            connections = await unit.connections.of_source_account(account_id)
        for connection in connections:
            if not connection.is_active:
                continue
            try:
                rules = await self._settings.rules(connection.id)
            except InvalidSettings:
                return True
            if _uses(rules, occasion, task):
                return True
        return False


def _uses(rules: SyncRules, occasion: Occasion, task: RunTask) -> bool:
    """Hooks of an app tell of customers and products whether or not this account's settings follow them (F49).

    A draft that was cancelled with its deal is made again when the deal is opened again: both are ends (F18).
    """
    if task is RunTask.CUSTOMER:
        return rules.customers.when_changed is WhenChanged.AT_ONCE
    if task is RunTask.PRODUCT:
        return rules.products.when_changed is WhenChanged.AT_ONCE
    is_cancelling = bool(rules.cancel.statuses or rules.cancel.stages)
    return rules.document.follows_edits or (is_cancelling and occasion is Occasion.MAY_END)
