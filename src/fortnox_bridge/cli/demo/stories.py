"""The three stories of the demo. Each seeds what people would have typed, lets the product work, and checks it."""

import re
from decimal import Decimal
from html import unescape
from typing import Final, cast

from fortnox_bridge.cli.demo.report import Report
from fortnox_bridge.cli.demo.told import Record, Told
from fortnox_bridge.cli.demo.watching import Run, expect, run_of_deal
from fortnox_bridge.cli.demo.world import DemoWorld
from fortnox_bridge.sdk import DemoCompany, DemoDeal, DemoLine

_COMPANY: Final = DemoCompany(
    "Ekhammars Plåt AB", "556016-0680", "faktura@ekhammar.example", "Storgatan 4", "582 20", "Linköping"
)


class Storyteller:
    def __init__(self, world: DemoWorld, report: Report) -> None:
        self._world = world
        self._script = world.script
        self._stage = world.stage
        self._report = report
        self._company_id = ""

    async def new_company(self) -> Told:
        """A company that Fortnox has never seen: customer, draft, PDF and note."""
        await self._add_article("VIRKE-28", "Altanvirke 28x120", "m")
        self._company_id = await self._script.plant_company(self._stage, _COMPANY)
        told = await self._tell(
            "A new company's won deal",
            DemoDeal(
                "Altan Lindvägen 4",
                (
                    DemoLine("VIRKE-28", "Altanvirke 28x120", Decimal("120.5"), Decimal(310)),
                    DemoLine("KONS", "Rådgivning", Decimal(3), Decimal(950)),
                ),
            ),
        )
        customers = await self._fortnox("customers")
        expect(any(each["Name"] == _COMPANY.name for each in customers), "the customer was not created")
        return told

    async def known_customer(self) -> Told:
        """The same company again, with a discount: only the draft and its PDF cost a call to Fortnox."""
        told = await self._tell(
            "A known customer's deal with a discount",
            DemoDeal(
                "Altan etapp 2",
                (
                    DemoLine("VIRKE-28", "Altanvirke 28x120", Decimal(40), Decimal(310), discount_percent=Decimal(10)),
                    DemoLine("KONS", "Rådgivning", Decimal("1.5"), Decimal(950)),
                ),
            ),
        )
        calls = sum(count for call, count in told.calls.items() if call.startswith("fortnox "))
        # The draft, and its PDF where the connector attaches one.
        least = 2 if self._script.attaches_files else 1
        expect(calls == least, f"a known customer with known articles should cost Fortnox {least} calls, not {calls}")
        return told

    async def unknown_product(self) -> Told:
        """A product without an article parks the deal with a note; once it is there, Replay finishes it."""
        code = "TRALL-45"
        line = DemoLine(code, "Trall 45x145 lärk", Decimal(12), Decimal("89.5"))
        deal_id = await self._script.plant_deal(self._stage, self._company_id, DemoDeal("Trall Ekbacken", (line,)))
        self._report.story("A deal with an unknown product")
        await self._world.control.delete("/requests")
        parked = await self._win(deal_id)
        expect(parked["state"] == "parked", f"the deal should wait for a person, it is {parked['state']}")
        note = await self._note(deal_id)
        self._report.says("parked", parked["reason"]["what"], parked["reason"]["remedy"])
        expect(code in _text(note), "the note does not name the product")
        await self._add_article(code, "Trall 45x145 lärk", "m")
        self._report.stage("the bookkeeper adds the article in Fortnox")
        await self._press_replay(note)
        self._report.stage("Replay, from the link in the note")
        done = await run_of_deal(self._world.bridge, deal_id, self._report.stage, after=parked["id"])
        return await self._finish("A deal with an unknown product, then Replay", deal_id, done, await self._calls())

    async def _tell(self, title: str, deal: DemoDeal) -> Told:
        self._report.story(title)
        deal_id = await self._script.plant_deal(self._stage, self._company_id, deal)
        await self._world.control.delete("/requests")
        run = await self._win(deal_id)
        return await self._finish(title, deal_id, run, await self._calls())

    async def _win(self, deal_id: str) -> Run:
        await self._script.win(self._stage, deal_id)
        self._report.stage(f"deal {deal_id} reaches the stage {self._script.won_stage}")
        return await run_of_deal(self._world.bridge, deal_id, self._report.stage)

    async def _finish(self, title: str, deal_id: str, run: Run, calls: dict[str, int]) -> Told:
        reason = run.get("reason") or {}
        expect(run["state"] == "done", f"{title}: the run is {run['state']}: {reason.get('what', '')}")
        note = await self._note(deal_id)
        documents = cast("list[Record]", run["documents"])
        expect(len(documents) == 1, f"{title}: {len(documents)} documents instead of one")
        document = documents[0]
        number = str(document["number"])
        expect(number in _text(note), f"{title}: the note does not name document {number}")
        drafts = [each for each in await self._fortnox("invoices") if str(each["DocumentNumber"]) == number]
        expect(len(drafts) == 1, f"{title}: Fortnox has {len(drafts)} invoices with number {number}")
        self._report.done(f"draft invoice {number}, {document['total']} {document['currency']}")
        plan = next(step["decision"]["plan"] for step in reversed(run["steps"]) if step["stage"] == "map")
        return Told(title, document, plan, _text(note), await self._pdf(deal_id), calls)

    async def _note(self, deal_id: str) -> str:
        notes = await self._script.notes(self._stage, deal_id)
        expect(len(notes) == 1, f"deal {deal_id} has {len(notes)} notes instead of one")
        return notes[0]

    async def _pdf(self, deal_id: str) -> str | None:
        """Save the deal's PDF where the user can open it; None where the connector attaches none."""
        files = await self._script.files(self._stage, deal_id)
        if not files and not self._world.attaches_files:
            return None
        expect(len(files) == 1 and files[0].content.startswith(b"%PDF-"), f"deal {deal_id} has no PDF")
        place = self._world.folder / files[0].name
        place.write_bytes(files[0].content)
        return str(place)

    async def _add_article(self, number: str, description: str, unit: str) -> None:
        article = {"ArticleNumber": number, "Description": description, "Unit": unit, "VAT": 25}
        await self._world.control.post("/fortnox/seed", {"articles": [article]})

    async def _press_replay(self, content: str) -> None:
        found = re.findall(r"""https?://[^\s"'<>)\]]+""", unescape(content))
        replay = {link for link in found if "/replay/" in link}
        expect(len(replay) == 1, "the note has no Replay link")
        link = replay.pop()
        await self._world.browser.open(link)
        await self._world.browser.open(link, form={})

    async def _calls(self) -> dict[str, int]:
        """How often each system was called since the deal was moved, by method and path."""
        requests = cast("list[Record]", await self._world.control.get("/requests"))
        counted: dict[str, int] = {}
        for request in requests:
            call = f"{request['simulator']} {request['method']} {request['path']}"
            counted[call] = counted.get(call, 0) + 1
        return counted

    async def _fortnox(self, collection: str) -> list[Record]:
        answer: object = await self._world.control.get(f"/fortnox/{collection}")
        return cast("list[Record]", answer)


def _text(content: str) -> str:
    """A note as a person reads it."""
    lines = re.sub(r"<(br|/p|/li|/div)[^>]*>", "\n", content)
    plain = unescape(re.sub(r"<[^>]+>", "", lines))
    return "\n".join(line.strip() for line in plain.splitlines() if line.strip())
