"""A whole small world for one test: sandbox and bridge over real HTTP, connected as an administrator connects them.

Everything is asked of and told to the services as a person or a vendor would: REST, browser, webhooks, `_control`.
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from itertools import count
from typing import Any, TypeVar, cast

from fortnox_bridge.cli.demo.browser import Browser, JsonApi
from fortnox_bridge.domain.ids import SourceRef
from fortnox_bridge.domain.marker import document_marker
from fortnox_bridge.http import HttpClient, HttpRequest, HttpResponse

Record = dict[str, Any]
T = TypeVar("T")

PATIENCE_S = 30.0
WON = "Vunnen"
FINAL = frozenset({"done", "skipped", "parked"})
ARTICLE = "KONS"
_UNDER_WAY = frozenset({"waiting", "retrying"})
_numbers = count(1)


@dataclass
class Watched:
    """A deal's newest run when everything about the deal had ended, and every (state, reason) seen on the way."""

    run: Record
    seen: list[tuple[str, str | None]] = field(default_factory=list)

    @property
    def state(self) -> str:
        return str(self.run["state"])

    @property
    def code(self) -> str | None:
        return self.run["reason"]["code"] if self.run["reason"] else None

    @property
    def codes(self) -> set[str]:
        return {code for _, code in self.seen if code}


@dataclass
class World:
    sandbox_url: str
    bridge_url: str
    http: HttpClient
    control: JsonApi
    api: JsonApi
    browser: Browser
    api_key: str = field(repr=False)
    connection_id: str = ""
    _known_identity: tuple[str, str] | None = None

    @property
    def place(self) -> str:
        return f"/connections/{self.connection_id}"

    # What stands in the simulated systems.

    async def rows(self, simulator: str, collection: str) -> list[Record]:
        answer: object = await self.control.get(f"/{simulator}/{collection}")
        return cast("list[Record]", answer)

    async def documents(self, deal_id: str, kind: str = "invoice") -> list[Record]:
        """Every document in Fortnox that carries the deal's marker, cancelled ones included."""
        database_number, account = await self._identity()
        source = SourceRef("pipedrive", account, "deal", deal_id)
        marker = document_marker(database_number, source, kind, 1)
        return [row for row in await self.rows("fortnox", f"{kind}s") if row["ExternalInvoiceReference1"] == marker]

    async def _identity(self) -> tuple[str, str]:
        """Database number and source account of the connection, remembered for when the bridge is down."""
        if self._known_identity is None:
            connection = cast("Record", await self.api.get(self.place))
            number, account = connection["fortnox_company"]["database_number"], connection["source_account"]
            self._known_identity = str(number), str(account["external_id"])
        return self._known_identity

    async def invoice(self, deal_id: str, kind: str = "invoice") -> Record:
        """The deal's one document."""
        found = await self.documents(deal_id, kind)
        assert len(found) == 1, f"{len(found)} documents of deal {deal_id}"
        return found[0]

    async def customers(self, name: str) -> list[Record]:
        return [row for row in await self.rows("fortnox", "customers") if row["Name"] == name]

    async def notes(self, deal_id: str) -> list[str]:
        return [str(row["content"]) for row in await self.rows("pipedrive", "notes") if str(row["deal_id"]) == deal_id]

    async def note(self, deal_id: str) -> str:
        """The deal's one note, as HTML."""
        found = await self.notes(deal_id)
        assert len(found) == 1, f"{len(found)} notes on deal {deal_id}"
        return found[0]

    async def pdfs(self, deal_id: str) -> list[Record]:
        files = await self.rows("pipedrive", "files")
        return [row for row in files if str(row["deal_id"]) == deal_id and row["is_pdf"]]

    async def requests(self, *, after: int = 0, simulator: str = "") -> list[Record]:
        params = {"after": str(after)} | ({"simulator": simulator} if simulator else {})
        return cast("list[Record]", cast("object", await self.control.get("/requests", **params)))

    async def mark(self) -> int:
        """The number of the newest vendor request; `after` it comes only what happens from now on."""
        return max((int(row["seq"]) for row in await self.requests()), default=0)

    async def calls(self, after: int, simulator: str) -> list[str]:
        return [f"{row['method']} {row['path']}" for row in await self.requests(after=after, simulator=simulator)]

    async def deliveries(self, deal_id: str) -> list[Record]:
        """Webhooks sent about the deal, with every attempt."""
        rows = await self.rows("pipedrive", "deliveries")
        return [row for row in rows if (row["entity"], str(row["entity_id"])) == ("deal", deal_id)]

    async def delivered(self, deal_id: str) -> list[Record]:
        """Wait until every webhook about the deal has arrived or was given up."""

        async def ended() -> list[Record] | None:
            rows = await self.deliveries(deal_id)
            return rows if rows and all(row["state"] not in _UNDER_WAY for row in rows) else None

        return await until(ended, f"every webhook about deal {deal_id} to be delivered")

    # What people do.

    async def seed(self, simulator: str, wishes: Mapping[str, object]) -> Record:
        return cast("Record", await self.control.post(f"/{simulator}/seed", wishes))

    async def configure(self, simulator: str, **knobs: object) -> None:
        await self.control.post(f"/{simulator}/configure", knobs)

    async def fault(self, simulator: str, method: str, path: str, **action: object) -> None:
        plan = {name: action.pop(name) for name in ("nth", "times") if name in action}
        await self.control.post(
            "/faults", {"simulator": simulator, "method": method, "path": path, **plan, "action": action}
        )

    async def company(self, name: str | None = None, **custom_fields: str) -> int:
        """A new organisation in Pipedrive with an organisation number nobody else has."""
        number = next(_numbers)
        address = {
            "value": f"Storgatan {number}, 582 20 Linköping, Sverige",
            "route": "Storgatan",
            "street_number": str(number),
            "postal_code": "582 20",
            "locality": "Linköping",
            "country": "Sverige",
        }
        wish = {
            "name": name or f"Provbolaget {number} AB",
            "address": address,
            "custom_fields": {"Organisationsnummer": organisation_number(number), **custom_fields},
        }
        return int((await self.seed("pipedrive", {"organizations": [wish]}))["organizations"][0]["id"])

    async def deal(self, lines: Sequence[Record] | None = None, *, is_awaited: bool = True, **deal: object) -> str:
        """A deal not yet won; if awaited, what its creation started is over. Lines name products by `code`."""
        rows = [
            {"product_id": await self.product(str(line["code"])), **_without(line, "code", "name")}
            for line in ([one_line()] if lines is None else lines)
        ]
        wish = {"title": "Provaffär", "currency": "SEK", **deal, **({"products": rows} if rows else {})}
        deal_id = str((await self.seed("pipedrive", {"deals": [wish]}))["deals"][0]["id"])
        if is_awaited:
            await self.settled(deal_id)
        return deal_id

    async def product(self, code: str) -> int:
        for product in await self.rows("pipedrive", "products"):
            if product.get("code") == code:
                return int(product["id"])
        wish = {"name": f"Produkt {code}", "code": code, "tax": 25}
        return int((await self.seed("pipedrive", {"products": [wish]}))["products"][0]["id"])

    async def move(self, deal_id: str, stage: str = WON) -> None:
        await self.seed("pipedrive", {"move_deal": {"id": int(deal_id), "stage": stage}})

    async def win(self, deal_id: str, *, patience_s: float = PATIENCE_S) -> Watched:
        last = (await self.runs(deal_id))[0]["id"]
        await self.move(deal_id)
        return await self.settled(deal_id, after=last, patience_s=patience_s)

    async def settings(self, change: Callable[[Record], object], *, is_live: bool = True) -> None:
        """Save the sync settings with `change` made to the document.

        `is_live` False: what they name is not looked up, as for what is to be missing when a run needs it.
        """
        saved = await self.api.get(f"{self.place}/settings")
        document = cast("Record", saved["document"])
        change(document)
        query = "" if is_live else "?live=false"
        await self.api.put(f"{self.place}/settings{query}", {"revision": saved["revision"], "document": document})

    async def field(self, entity: str, label: str) -> str:
        fields = cast("list[Record]", (await self.api.get(f"{self.place}/fields"))["fields"])
        found = [row["path"] for row in fields if row["label"] == label and row["path"].startswith(f"{entity}.")]
        assert len(found) == 1, f"{found} for {entity} {label}"
        return str(found[0])

    async def stage_rule(self, stage: str, document: str) -> Record:
        stages = await self.rows("pipedrive", "stages")
        found = next(row for row in stages if row["name"] == stage)
        return {"pipeline_id": str(found["pipeline_id"]), "stage_id": str(found["id"]), "document": document}

    async def send(self, method: str, url: str, *, form: Mapping[str, str] | None = None) -> HttpResponse:
        return await self.http.send(HttpRequest(method, url, form=form))

    # Runs.

    async def runs(self, deal_id: str) -> list[Record]:
        """Every run of the deal, newest first."""
        answer = await self.api.get("/runs", external_id=deal_id, limit="200")
        return cast("list[Record]", answer["runs"])

    async def settled(self, deal_id: str, *, after: str | None = None, patience_s: float = PATIENCE_S) -> Watched:
        """Wait until every webhook has arrived and no run of the deal is queued or running.

        `after` is a run that must have been followed by another.
        """
        seen: list[tuple[str, str | None]] = []

        async def ended() -> Watched | None:
            is_delivered = all(row["state"] not in _UNDER_WAY for row in await self.deliveries(deal_id))
            runs = await self.runs(deal_id)
            for run in runs:
                stand = (str(run["state"]), run["reason"]["code"] if run["reason"] else None)
                if stand not in seen:
                    seen.append(stand)
            is_followed = bool(runs) and runs[0]["id"] != after
            if not is_delivered or not is_followed or any(run["state"] not in FINAL for run in runs):
                return None
            return Watched(cast("Record", await self.api.get(f"/runs/{runs[0]['id']}")), seen)

        return await until(ended, f"deal {deal_id} settled, seen {seen}", patience_s=patience_s)

    async def shows(self, deal_id: str, code: str) -> Record:
        """Wait until a run of the deal shows the reason `code`."""

        async def shown() -> Record | None:
            runs = await self.runs(deal_id)
            return next((run for run in runs if run["reason"] and run["reason"]["code"] == code), None)

        return await until(shown, f"deal {deal_id} to show {code}")


async def until(look: Callable[[], Awaitable[T | None]], what: str, *, patience_s: float = PATIENCE_S) -> T:
    """Look again and again until there is something, or fail."""
    deadline = time.monotonic() + patience_s
    while True:
        found = await look()
        if found:
            return found
        assert time.monotonic() < deadline, f"waited {patience_s} s in vain for: {what}"
        await asyncio.sleep(0.02)


def organisation_number(serial: int) -> str:
    """A company's number with a right check digit (the Luhn rule of Skatteverket)."""
    digits = f"5591{serial:05d}"
    total = sum(sum(divmod(int(digit) * (2 - position % 2), 10)) for position, digit in enumerate(digits))
    return f"{digits[:6]}-{digits[6:]}{-total % 10}"


def one_line(code: str = ARTICLE, **changes: object) -> Record:
    return {"code": code, "quantity": 2, "item_price": 950, "tax": 25, **changes}


def note_text(content: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", content)).split())


def replay_link(content: str) -> str:
    """The one address in the note that leads to the Replay page."""
    found = {unescape(link) for link in re.findall(r'href="([^"]+)"', content) if "/replay/" in link}
    assert len(found) == 1, f"{len(found)} Replay links"
    return found.pop()


def _without(line: Record, *names: str) -> Record:
    return {name: value for name, value in line.items() if name not in names}
