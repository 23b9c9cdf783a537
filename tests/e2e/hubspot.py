"""HubSpot's side of a world: the portal's records, what people do to them, and what the bridge left there."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

from tests.e2e.bridging import running_bridge
from tests.e2e.companies import consent, join, open_company
from tests.e2e.world import World, organisation_number, until

from fortnox_bridge.domain.ids import SourceRef
from fortnox_bridge.domain.marker import document_marker

Record = dict[str, Any]
FIRST, SECOND = 424242, 535353
FINAL = frozenset({"done", "skipped", "parked"})


@dataclass
class Portal:
    """One portal, joined to Fortnox by `connection_id`."""

    world: World
    id: int = FIRST
    connection_id: str = ""
    _companies: int = 0

    async def seed(self, **wishes: Any) -> Record:
        return await self.world.seed("hubspot", {"portal": self.id, **wishes})

    async def rows(self, kind: str) -> list[Record]:
        return [row for row in await self.world.rows("hubspot", kind) if row["portal_id"] == self.id]

    async def company(self, name: str, serial: int) -> str:
        wish = {
            "name": name,
            "address": "Storgatan 1",
            "zip": "582 20",
            "city": "Linköping",
            "country": "Sverige",
            "organisationsnummer": organisation_number(serial),
        }
        return str((await self.seed(company=wish))["company"]["id"])

    async def deal(self, lines: Sequence[Record], **deal: Any) -> str:
        return str((await self.seed(deal={"dealname": "Provaffär", "lines": list(lines), **deal}))["deal"]["id"])

    async def move(self, deal_id: str, stage: str = "Vunnen") -> None:
        await self.seed(move_deal={"id": deal_id, "stage": stage})

    async def run(self, deal_id: str, *, state: str | None = None, count: int = 1) -> Record:
        """This portal's newest run of the deal, of those that ended as `state`, once `count` of them have ended.

        A webhook tells of no state: the one about the deal's creation may well find it won already, and the one about
        the move then finds it documented.
        """

        async def ended() -> Record | None:
            runs = await self.runs(deal_id)
            if len(runs) < count or any(run["state"] not in FINAL for run in runs):
                return None
            return next((run for run in runs if state is None or run["state"] == state), None)

        return await until(ended, f"{count} runs of deal {deal_id} in portal {self.id} to end")

    async def runs(self, deal_id: str) -> list[Record]:
        """Every run of this portal's deal, newest first; one that gave way to its successor is none."""
        answer = await self.world.api.get("/runs", external_id=deal_id, connection_id=self.connection_id, limit="200")
        runs = cast("list[Record]", answer["runs"])
        return [run for run in runs if not run["reason"] or run["reason"]["code"] != "superseded"]

    async def documents(self, deal_id: str, kind: str = "invoice") -> list[Record]:
        connection = cast("Record", await self.world.api.get(f"/connections/{self.connection_id}"))
        number = str(connection["fortnox_company"]["database_number"])
        marker = document_marker(number, SourceRef("hubspot", str(self.id), "deal", deal_id), kind, 1)
        rows = await self.world.rows("fortnox", f"{kind}s")
        return [row for row in rows if row["ExternalInvoiceReference1"] == marker]

    async def notes(self, deal_id: str) -> list[Record]:
        return [row for row in await self.rows("notes") if deal_id in row["links"].get("deals", ())]

    async def files(self) -> list[Record]:
        return await self.rows("files")


def one_line(quantity: int = 2, **changes: str) -> dict[str, str]:
    return {
        "name": "Konsulttimme",
        "hs_sku": "KONS",
        "hs_product_id": "9001",
        "price": "950",
        "quantity": str(quantity),
        "hs_tax_rate_group_id": "70025",
        **changes,
    }


async def second_portal(portal: Portal) -> Portal:
    """Another portal with the same app, joined to a Fortnox company of its own."""
    world = portal.world
    company = await open_company(world, 90210, "Sund & Bro Konsult")
    await consent(world, "hubspot", SECOND)
    accounts: Any = (await world.api.get("/source-accounts"))["source_accounts"]
    (account,) = [each["id"] for each in accounts if each["external_id"] == str(SECOND)]
    joined = await join(world, source_account_id=account, fortnox_company_id=company, name="Second")
    return Portal(world, SECOND, joined.connection_id)


@asynccontextmanager
async def running_portal(database_url: str, *, time_factor: float = 0.2) -> AsyncIterator[Portal]:
    """A world whose source is HubSpot's first portal."""
    async with running_bridge(database_url, time_factor=time_factor, source="hubspot") as (world, _):
        await world.configure("hubspot", webhook_url=f"{world.bridge_url}/webhooks/hubspot")
        yield Portal(world, FIRST, world.connection_id)
