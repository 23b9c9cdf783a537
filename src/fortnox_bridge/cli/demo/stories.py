"""The three stories of the demo. Each seeds what people would have typed, lets the product work, and checks it."""

import re
from html import unescape
from typing import cast

from fortnox_bridge.cli.demo.report import Report
from fortnox_bridge.cli.demo.told import Record, Told
from fortnox_bridge.cli.demo.watching import Run, expect, run_of_deal
from fortnox_bridge.cli.demo.world import DemoWorld

_WON = "Vunnen"


class Storyteller:
    def __init__(self, world: DemoWorld, report: Report) -> None:
        self._world = world
        self._report = report
        self._won_stage: int | None = None

    async def new_company(self) -> Told:
        """A company that Fortnox has never seen: customer, draft, PDF and note."""
        await self._add_article("VIRKE-28", "Altanvirke 28x120", "m")
        told = await self._tell(
            "A new company's won deal",
            organization={
                "name": "Ekhammars Plåt AB",
                "address": {
                    "value": "Storgatan 4, 582 20 Linköping, Sverige",
                    "route": "Storgatan",
                    "street_number": "4",
                    "postal_code": "582 20",
                    "locality": "Linköping",
                    "country": "Sverige",
                },
                "custom_fields": {
                    "Organisationsnummer": "556016-0680",
                    "Fakturamejl": "faktura@ekhammar.example",
                },
            },
            deal={"title": "Altan Lindvägen 4", "currency": "SEK"},
            lines=[
                {"code": "VIRKE-28", "name": "Altanvirke 28x120", "quantity": 120.5, "item_price": 310, "tax": 25},
                {"code": "KONS", "name": "Rådgivning", "quantity": 3, "item_price": 950, "tax": 25},
            ],
        )
        customers = await self._list("fortnox", "customers")
        expect(any(each["Name"] == "Ekhammars Plåt AB" for each in customers), "the customer was not created")
        return told

    async def known_customer(self) -> Told:
        """The same company again, with discounts: only the draft and its PDF cost a call to Fortnox."""
        organization = (await self._list("pipedrive", "organizations"))[-1]
        told = await self._tell(
            "A known customer's deal with discounts",
            organization={"id": organization["id"]},
            deal={"title": "Altan etapp 2", "currency": "SEK", "discounts": [{"type": "amount", "amount": 500}]},
            lines=[
                {
                    "code": "VIRKE-28",
                    "name": "Altanvirke 28x120",
                    "quantity": 40,
                    "item_price": 310,
                    "tax": 25,
                    "discount": 10,
                    "discount_type": "percentage",
                },
                {"code": "KONS", "name": "Rådgivning", "quantity": 1.5, "item_price": 950, "tax": 25},
            ],
        )
        calls = sum(count for call, count in told.calls.items() if call.startswith("fortnox "))
        expect(calls == 2, f"a known customer with known articles should cost Fortnox 2 calls, not {calls}")
        return told

    async def unknown_product(self) -> Told:
        """A product without an article parks the deal with a note; once it is there, Replay finishes it."""
        code = "TRALL-45"
        lines = [{"code": code, "name": "Trall 45x145 lärk", "quantity": 12, "item_price": 89.5, "tax": 25}]
        organization = (await self._list("pipedrive", "organizations"))[-1]
        deal_id = await self._plant({"id": organization["id"]}, {"title": "Trall Ekbacken", "currency": "SEK"}, lines)
        self._report.story("A deal with an unknown product")
        await self._world.control.delete("/requests")
        parked = await self._win(deal_id)
        expect(parked["state"] == "parked", f"the deal should wait for a person, it is {parked['state']}")
        note = await self._note(deal_id)
        self._report.says("parked", parked["reason"]["what"], parked["reason"]["remedy"])
        expect(code in _text(note["content"]), "the note does not name the product")
        await self._add_article(code, "Trall 45x145 lärk", "m")
        self._report.stage("the bookkeeper adds the article in Fortnox")
        await self._press_replay(note["content"])
        self._report.stage("Replay, from the link in the note")
        done = await run_of_deal(self._world.bridge, deal_id, self._report.stage, after=parked["id"])
        calls = await self._calls()
        return await self._finish("A deal with an unknown product, then Replay", deal_id, done, calls)

    async def _tell(self, title: str, organization: Record, deal: Record, lines: list[Record]) -> Told:
        self._report.story(title)
        deal_id = await self._plant(organization, deal, lines)
        await self._world.control.delete("/requests")
        run = await self._win(deal_id)
        calls = await self._calls()
        return await self._finish(title, deal_id, run, calls)

    async def _plant(self, organization: Record, deal: Record, lines: list[Record]) -> str:
        control = self._world.control
        if "id" not in organization:
            planted = await control.post("/pipedrive/seed", {"organizations": [organization]})
            organization = {"id": _first_id(planted["organizations"])}
        products = [await self._product(line) for line in lines]
        rows = [
            {key: value for key, value in line.items() if key not in {"code", "name"}} | {"product_id": product}
            for line, product in zip(lines, products, strict=True)
        ]
        planted = await control.post(
            "/pipedrive/seed", {"deals": [{**deal, "org_id": organization["id"], "products": rows}]}
        )
        return str(_first_id(planted["deals"]))

    async def _product(self, line: Record) -> int:
        for product in await self._list("pipedrive", "products"):
            if product.get("code") == line["code"]:
                return cast("int", product["id"])
        planted = await self._world.control.post(
            "/pipedrive/seed", {"products": [{"name": line["name"], "code": line["code"], "tax": line["tax"]}]}
        )
        return _first_id(planted["products"])

    async def _win(self, deal_id: str) -> Run:
        stage = await self._stage()
        await self._world.control.post("/pipedrive/seed", {"move_deal": {"id": int(deal_id), "stage_id": stage}})
        self._report.stage(f"deal {deal_id} reaches the stage {_WON}")
        return await run_of_deal(self._world.bridge, deal_id, self._report.stage)

    async def _stage(self) -> int:
        if self._won_stage is None:
            stages = await self._list("pipedrive", "stages")
            self._won_stage = cast("int", next(stage["id"] for stage in stages if stage["name"] == _WON))
        return self._won_stage

    async def _finish(self, title: str, deal_id: str, run: Run, calls: dict[str, int]) -> Told:
        reason = run.get("reason") or {}
        expect(run["state"] == "done", f"{title}: the run is {run['state']}: {reason.get('what', '')}")
        note = await self._note(deal_id)
        documents = cast("list[Record]", run["documents"])
        expect(len(documents) == 1, f"{title}: {len(documents)} documents instead of one")
        document = documents[0]
        number = str(document["number"])
        expect(number in _text(note["content"]), f"{title}: the note does not name document {number}")
        invoices = await self._list("fortnox", "invoices")
        drafts = [each for each in invoices if str(each["DocumentNumber"]) == number]
        expect(len(drafts) == 1, f"{title}: Fortnox has {len(drafts)} invoices with number {number}")
        self._report.done(f"draft invoice {number}, {document['total']} {document['currency']}")
        plan = next(step["decision"]["plan"] for step in reversed(run["steps"]) if step["stage"] == "map")
        return Told(title, document, plan, _text(note["content"]), await self._pdf(deal_id), calls)

    async def _note(self, deal_id: str) -> Record:
        notes = [each for each in await self._list("pipedrive", "notes") if str(each["deal_id"]) == deal_id]
        expect(len(notes) == 1, f"deal {deal_id} has {len(notes)} notes instead of one")
        return notes[0]

    async def _pdf(self, deal_id: str) -> str:
        """Save the deal's PDF where the user can open it."""
        files = [each for each in await self._list("pipedrive", "files") if str(each["deal_id"]) == deal_id]
        expect(len(files) == 1 and files[0]["is_pdf"], f"deal {deal_id} has no PDF")
        content = await self._world.download(f"/pipedrive/v1/files/{files[0]['id']}/download", await self._token())
        place = self._world.folder / str(files[0]["name"])
        place.write_bytes(content)
        return str(place)

    async def _add_article(self, number: str, description: str, unit: str) -> None:
        article = {"ArticleNumber": number, "Description": description, "Unit": unit, "VAT": 25}
        await self._world.control.post("/fortnox/seed", {"articles": [article]})

    async def _token(self) -> str:
        return cast("str", (await self._list("pipedrive", "users"))[0]["api_token"])

    async def _press_replay(self, content: str) -> None:
        links = [unescape(link) for link in re.findall(r'href="([^"]+)"', content)]
        replay = [link for link in links if "/replay/" in link]
        expect(len(replay) == 1, "the note has no Replay link")
        await self._world.browser.open(replay[0])
        await self._world.browser.open(replay[0], form={})

    async def _calls(self) -> dict[str, int]:
        """How often each system was called since the deal was moved, by method and path."""
        requests = cast("list[Record]", await self._world.control.get("/requests"))
        counted: dict[str, int] = {}
        for request in requests:
            call = f"{request['simulator']} {request['method']} {request['path']}"
            counted[call] = counted.get(call, 0) + 1
        return counted

    async def _list(self, simulator: str, collection: str) -> list[Record]:
        answer: object = await self._world.control.get(f"/{simulator}/{collection}")
        return cast("list[Record]", answer)


def _first_id(planted: object) -> int:
    return cast("int", cast("list[Record]", planted)[0]["id"])


def _text(content: str) -> str:
    """A note as a person reads it."""
    lines = re.sub(r"<(br|/p|/li|/div)[^>]*>", "\n", content)
    plain = unescape(re.sub(r"<[^>]+>", "", lines))
    return "\n".join(line.strip() for line in plain.splitlines() if line.strip())
