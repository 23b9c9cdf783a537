"""Which account we are in: its references, its links, and who it is."""

from dataclasses import dataclass
from typing import Final

from fortnox_bridge.sdk import AccountInfo, Log, SourceRef
from fortnox_bridge_pipedrive.client import PipedriveClient
from fortnox_bridge_pipedrive.wire import WireMe
from fortnox_bridge_pipedrive.wire_requests import COMPANY, CONTACT, DEAL

NAME: Final = "pipedrive"

_PAGES: Final = {DEAL: "deal", COMPANY: "organization", CONTACT: "person"}


@dataclass(frozen=True, slots=True)
class Account:
    """`web_url` is where its users see their records, None when that is not known."""

    id: str
    web_url: str | None
    log: Log

    def ref(self, kind: str, external_id: str) -> SourceRef:
        return SourceRef(NAME, self.id, kind, external_id)

    def url(self, kind: str, external_id: str) -> str | None:
        """The record's page; conventional, not in the vendor's description (facts 1)."""
        return f"{self.web_url}/{_PAGES[kind]}/{external_id}" if self.web_url else None


class PipedriveAccount:
    """Reads who the token belongs to (facts 2.1: one user in one company)."""

    def __init__(self, client: PipedriveClient) -> None:
        self._client = client

    async def identify(self) -> AccountInfo:
        me = (await self._client.get_v1("/users/me", record="user", right="base")).one(WireMe)
        return AccountInfo(
            external_id=me.company_id,
            name=me.company_name or me.company_domain or me.company_id,
            user_name=me.name,
            url=f"https://{me.company_domain}.pipedrive.com" if me.company_domain else None,
            default_currency=me.default_currency,
        )
