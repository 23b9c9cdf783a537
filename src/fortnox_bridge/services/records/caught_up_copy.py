"""The customer copy as runs ask it: before it says that there is nobody, it asks Fortnox who came lately (F20)."""

from dataclasses import dataclass, replace
from typing import Final

from fortnox_bridge.domain.customer_copy import CopyAnswer
from fortnox_bridge.domain.rules import CustomerKey
from fortnox_bridge.fortnox.gateway import FortnoxGateway
from fortnox_bridge.storage import StoredCustomerCopy

# More newcomers than this are read in the background, and the run waits for them.
_MOST_READ: Final = 10


@dataclass(frozen=True, slots=True)
class CaughtUpCopy:
    """A hit costs no call here. A miss costs one, at any size of the register, and one for each newcomer."""

    copy: StoredCustomerCopy
    gateway: FortnoxGateway

    async def find(self, key: CustomerKey, value: str) -> CopyAnswer:
        """A miss is only told when nobody was added since changes were last asked for: they may be who is sought."""
        answer = await self.copy.find(key, value)
        standing = await self.copy.standing()
        if answer.numbers or not answer.is_complete or standing is None or standing.changes_from is None:
            return answer
        page = await self.gateway.list_changed_customers(standing.changes_from, 1)
        if page.pages > 1:
            return replace(answer, is_complete=False)
        newcomers = await self.copy.keep_glimpsed(page.records)
        if len(newcomers) <= _MOST_READ:
            for number in newcomers:
                # The gateway tells the copy what it sees.
                await self.gateway.get_customer(number)
        return await self.copy.find(key, value)
