"""The conformance kit over the Pipedrive connector."""

import json
from collections.abc import Mapping, Sequence
from typing import ClassVar

from fortnox_bridge.testing import (
    ConnectorConformance,
    ConnectorHarness,
    DealSpec,
    Refusal,
    SourceAccount,
    World,
)
from fortnox_bridge_pipedrive.plugin import fortnox_bridge_connector


class PipedriveHarness(ConnectorHarness):
    connector = fortnox_bridge_connector()
    config_samples: ClassVar[Sequence[Mapping[str, object]]] = (
        {},
        {"company_domain": "nordlund", "reads_instalments": True},
    )
    libraries = frozenset({"babel", "pydantic", "typing_extensions"})

    async def accounts(self, world: World) -> tuple[SourceAccount, SourceAccount]:
        world.configure(rate_limits=False)
        second = world.seed(companies=[{"id": 5520011, "name": "Sund AB"}])["companies"][0]
        world.seed(company_id=second["id"], pipelines=[{"name": "Försäljning", "stages": ["Möte", "Vunnen"]}])
        first = world.rows("users")[0]
        return (
            SourceAccount(str(world.rows("companies")[0]["id"]), first["api_token"]),
            SourceAccount(str(second["id"]), second["api_token"]),
        )

    async def seed_deal(self, world: World, account: SourceAccount, deal: DealSpec) -> str:
        seeded = world.seed(
            company_id=int(account.external_id),
            deals=[
                {
                    "title": deal.title,
                    "currency": deal.currency,
                    "organization": {"name": deal.company},
                    "person": {"name": deal.contact},
                    "products": [
                        {"product": {"name": line.name}, "quantity": line.quantity, "item_price": line.unit_price}
                        for line in deal.lines
                    ],
                }
            ],
        )
        return str(seeded["deals"][0]["id"])

    def refusal(self, status: int) -> Refusal:
        headers = {"retry-after": "7"} if status == 429 else {}
        return Refusal(status, json.dumps({"success": False, "error": "not allowed"}), headers=headers)


class TestPipedrive(ConnectorConformance):
    harness = PipedriveHarness
