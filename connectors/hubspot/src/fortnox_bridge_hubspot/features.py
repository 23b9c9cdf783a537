"""What the account did not grant although something would need it (facts 2.5). Read from the account's own refusals."""

from typing import Final

from fortnox_bridge.sdk import Notice, PermissionMissing
from fortnox_bridge_hubspot.client import HubSpotClient
from fortnox_bridge_hubspot.config import OBJECTS, OWNERS, TAX_RATES
from fortnox_bridge_hubspot.wire import PATHS, PRODUCT

_ONE: Final = (("limit", "1"),)
_OPTIONAL: Final = (
    (f"{OBJECTS}/{PATHS[PRODUCT]}", "crm.objects.products.read"),
    (OWNERS, "crm.objects.owners.read"),
    (f"{TAX_RATES}/tax-rates", "tax_rates.read"),
)


class HubSpotFeatures:
    def __init__(self, client: HubSpotClient) -> None:
        self._client = client

    async def missing_features(self) -> tuple[Notice, ...]:
        """One record is asked for with each optional scope that reading makes use of."""
        missing: list[Notice] = []
        for path, right in _OPTIONAL:
            try:
                await self._client.get(path, _ONE, record=right, right=right)
            except PermissionMissing as refusal:
                missing.append(Notice(refusal.code, dict(refusal.params)))
        return tuple(missing)
