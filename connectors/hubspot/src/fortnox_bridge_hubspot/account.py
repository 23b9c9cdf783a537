"""Which portal we are in: its references, its links, and who it is."""

from dataclasses import dataclass
from typing import Final

from fortnox_bridge.sdk import AccountInfo, Log, SourceRef
from fortnox_bridge_hubspot.client import HubSpotClient
from fortnox_bridge_hubspot.config import ACCOUNT_INFO, NAME
from fortnox_bridge_hubspot.wire import COMPANY, CONTACT, DEAL, LINE_ITEM, PRODUCT, WireAccount

# Facts 7.5.
TYPE_IDS: Final = {CONTACT: "0-1", COMPANY: "0-2", DEAL: "0-3", PRODUCT: "0-7", LINE_ITEM: "0-8"}


@dataclass(frozen=True, slots=True)
class Account:
    """The portal of one session."""

    id: str
    log: Log

    def ref(self, kind: str, external_id: str) -> SourceRef:
        return SourceRef(NAME, self.id, kind, external_id)


class HubSpotAccount:
    """Reads who the token belongs to, once a session: currency, time zone and web address come with it (facts 12)."""

    def __init__(self, client: HubSpotClient) -> None:
        self._client = client
        self._known: WireAccount | None = None

    async def details(self) -> WireAccount:
        if self._known is None:
            answer = await self._client.get(f"{ACCOUNT_INFO}/details", record="account", right="oauth")
            self._known = answer.as_model(WireAccount)
        return self._known

    async def identify(self) -> AccountInfo:
        account = await self.details()
        return AccountInfo(
            external_id=account.portal_id,
            name=f"HubSpot {account.portal_id}",
            url=f"https://{account.ui_domain}/contacts/{account.portal_id}" if account.ui_domain else None,
            default_currency=account.company_currency,
        )
