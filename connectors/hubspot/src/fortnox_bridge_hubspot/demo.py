"""HubSpot's part in the demo: what a salesperson types into it, and where the note and the PDF are found."""

from typing import Final

from fortnox_bridge.sdk import DemoCompany, DemoDeal, DemoFile, DemoStage

_TAX_RATES: Final = {25: "70025", 12: "70012", 6: "70006", 0: "70000"}


class HubSpotDemo:
    fame: Final = 5
    won_stage: Final = "Vunnen"
    number_field: Final = "Organisationsnummer"
    attaches_files: Final = True

    async def prepare(self, stage: DemoStage, webhook_url: str) -> None:
        """The app has one address for all portals, set in its project; the account connects by consent."""
        await stage.configure({"webhook_url": webhook_url})

    async def plant_company(self, stage: DemoStage, company: DemoCompany) -> str:
        wish = {
            "name": company.name,
            "address": company.street,
            "zip": company.zip_code,
            "city": company.city,
            "country": "Sverige",
            "organisationsnummer": company.organisation_number,
            "fakturamejl": company.invoice_email,
        }
        return str((await stage.seed({"company": wish}))["company"]["id"])

    async def plant_deal(self, stage: DemoStage, company_id: str, deal: DemoDeal) -> str:
        known = {row["properties"].get("hs_sku") for row in await stage.rows("products")}
        for line in deal.lines:
            if line.code not in known:
                product = {"name": line.name, "hs_sku": line.code, "price": str(line.unit_price)}
                await stage.seed({"product": product})
        lines = [
            {
                "sku": line.code,
                "quantity": str(line.quantity),
                "price": str(line.unit_price),
                "hs_tax_rate_group_id": _TAX_RATES[line.vat_rate],
                **({"hs_discount_percentage": str(line.discount_percent)} if line.discount_percent else {}),
            }
            for line in deal.lines
        ]
        wish = {"dealname": deal.title, "company": company_id, "lines": lines}
        return str((await stage.seed({"deal": wish}))["deal"]["id"])

    async def win(self, stage: DemoStage, deal_id: str) -> None:
        await stage.seed({"move_deal": {"id": deal_id, "stage": self.won_stage}})

    async def notes(self, stage: DemoStage, deal_id: str) -> tuple[str, ...]:
        return tuple(str(row["properties"]["hs_note_body"]) for row in await self._of_deal(stage, deal_id))

    async def files(self, stage: DemoStage, deal_id: str) -> tuple[DemoFile, ...]:
        """Those attached to the deal's notes; private, so that the portal's own user asks for a signed address."""
        attached = {
            file_id
            for note in await self._of_deal(stage, deal_id)
            for file_id in (note["properties"]["hs_attachment_ids"] or "").split(";")
        }
        return tuple(
            [
                DemoFile(
                    f"{row['name']}.{row['extension']}",
                    await stage.fetch(f"/signed/{row['portal_id']}/{row['id']}?key={row['fileMd5']}", {}),
                )
                for row in await stage.rows("files")
                if row["id"] in attached
            ]
        )

    async def _of_deal(self, stage: DemoStage, deal_id: str) -> list[dict[str, dict[str, str]]]:
        """The notes of the first portal's deal: the other portal may use the same number."""
        rows = await stage.rows("notes")
        first = min((row["portal_id"] for row in rows), default=0)
        return [dict(row) for row in rows if row["portal_id"] == first and deal_id in row["links"].get("deals", ())]
