"""Pipedrive's part in the demo: what a salesperson types into it, and where the note and the PDF are found."""

from typing import Any, Final, cast

from fortnox_bridge.sdk import DemoCompany, DemoDeal, DemoFile, DemoLine, DemoStage


class PipedriveDemo:
    fame: Final = 10
    won_stage: Final = "Vunnen"
    number_field: Final = "Organisationsnummer"
    attaches_files: Final = True

    async def prepare(self, _stage: DemoStage, _webhook_url: str) -> None:
        """The app registers its own hooks, and the account connects by consent."""

    async def plant_company(self, stage: DemoStage, company: DemoCompany) -> str:
        wish = {
            "name": company.name,
            "address": {
                "value": f"{company.street}, {company.zip_code} {company.city}, Sverige",
                "route": company.street.rpartition(" ")[0],
                "street_number": company.street.rpartition(" ")[2],
                "postal_code": company.zip_code,
                "locality": company.city,
                "country": "Sverige",
            },
            "custom_fields": {
                "Organisationsnummer": company.organisation_number,
                "Fakturamejl": company.invoice_email,
            },
        }
        return _first_id(await stage.seed({"organizations": [wish]}), "organizations")

    async def plant_deal(self, stage: DemoStage, company_id: str, deal: DemoDeal) -> str:
        products = [
            {
                "product_id": await self._product(stage, line),
                "quantity": line.quantity,
                "item_price": line.unit_price,
                "tax": line.vat_rate,
                **({"discount": line.discount_percent, "discount_type": "percentage"} if line.discount_percent else {}),
            }
            for line in deal.lines
        ]
        wish = {"title": deal.title, "currency": "SEK", "org_id": int(company_id), "products": products}
        return _first_id(await stage.seed({"deals": [wish]}), "deals")

    async def win(self, stage: DemoStage, deal_id: str) -> None:
        await stage.seed({"move_deal": {"id": int(deal_id), "stage": self.won_stage}})

    async def notes(self, stage: DemoStage, deal_id: str) -> tuple[str, ...]:
        return tuple(str(row["content"]) for row in await stage.rows("notes") if str(row["deal_id"]) == deal_id)

    async def files(self, stage: DemoStage, deal_id: str) -> tuple[DemoFile, ...]:
        token = str((await stage.rows("users"))[0]["api_token"])
        found = [row for row in await stage.rows("files") if str(row["deal_id"]) == deal_id]
        return tuple(
            [
                DemoFile(str(row["name"]), await stage.fetch(f"/v1/files/{row['id']}/download", {"x-api-token": token}))
                for row in found
            ]
        )

    async def _product(self, stage: DemoStage, line: DemoLine) -> int:
        for product in await stage.rows("products"):
            if product.get("code") == line.code:
                return int(product["id"])
        planted = await stage.seed({"products": [{"name": line.name, "code": line.code, "tax": line.vat_rate}]})
        return int(_first_id(planted, "products"))


def _first_id(planted: Any, kind: str) -> str:  # noqa: ANN401 - whatever the simulator planted
    return str(cast("list[dict[str, Any]]", planted[kind])[0]["id"])
