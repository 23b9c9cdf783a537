"""Example's part in `fortnox-bridge demo`: what a salesperson types into it, and where the note is found."""

from typing import Final

from fortnox_bridge.sdk import DemoCompany, DemoDeal, DemoFile, DemoStage


class ExampleDemo:
    fame: Final = 0
    won_stage: Final = "Won"
    number_field: Final = None
    attaches_files: Final = False

    async def prepare(self, stage: DemoStage, _webhook_url: str) -> str:
        """Accounts connect by token, and the hook is registered with it."""
        return str((await stage.rows("accounts"))[0]["token"])

    async def plant_company(self, stage: DemoStage, company: DemoCompany) -> str:
        wish = {
            "name": company.name,
            "organisation_number": company.organisation_number,
            "email": company.invoice_email,
            "street": company.street,
            "zip_code": company.zip_code,
            "city": company.city,
            "country_code": "SE",
        }
        return str((await stage.seed({"company": wish}))["company"]["id"])

    async def plant_deal(self, stage: DemoStage, company_id: str, deal: DemoDeal) -> str:
        lines = [
            {
                "code": line.code,
                "name": line.name,
                "quantity": str(line.quantity),
                "price": str(line.unit_price),
                "vat_percent": str(line.vat_rate),
                **({"discount_percent": str(line.discount_percent)} if line.discount_percent else {}),
            }
            for line in deal.lines
        ]
        wish = {"title": deal.title, "company_id": company_id, "lines": lines}
        return str((await stage.seed({"deal": wish}))["deal"]["id"])

    async def win(self, stage: DemoStage, deal_id: str) -> None:
        await stage.seed({"move_deal": {"id": deal_id, "stage": self.won_stage}})

    async def notes(self, stage: DemoStage, deal_id: str) -> tuple[str, ...]:
        return tuple(str(row["html"]) for row in await stage.rows("notes") if row["deal_id"] == deal_id)

    async def files(self, _stage: DemoStage, _deal_id: str) -> tuple[DemoFile, ...]:
        return ()
