"""Cards inside the source system: a customer's finances, a deal's documents, and who may see them."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast
from urllib.parse import urlencode

import jwt
import pytest
from tests.e2e.bridging import running_bridge, running_world
from tests.e2e.companies import consent
from tests.e2e.conftest import CALM
from tests.e2e.world import Record, World, one_line, until

from fortnox_bridge.domain.clock import SystemClock, business_date
from fortnox_bridge.http import HttpResponse
from fortnox_bridge.sdk import CardCall

SECRET = "sandbox-card-secret-known-to-all"
TODAY = business_date(SystemClock().now())


@dataclass
class Reader:
    """A user of the source system who looks at cards; `company` is the source account they are signed in to."""

    world: World
    company: str

    def address(self, path: str, resource: str, record: object, **changes: object) -> str:
        expires = int(SystemClock().now().timestamp()) + 300
        claims = {"userId": 77, "companyId": int(self.company), "exp": expires}
        token = jwt.encode(claims, SECRET, algorithm="HS256")
        query = {
            "resource": resource,
            "view": "details",
            "userId": 77,
            "companyId": self.company,
            "selectedIds": record,
            "token": token,
            **changes,
        }
        return f"{self.world.bridge_url}/cards/pipedrive/{path}?{urlencode(query)}"

    async def ask(self, resource: str, record: object, path: str = "json", **changes: object) -> HttpResponse:
        return await self.world.send("GET", self.address(path, resource, record, **changes))

    async def data(self, resource: str, record: object) -> Record:
        answer = await self.ask(resource, record)
        assert answer.status == 200, answer.body
        return cast("Record", cast("Record", answer.json())["data"])

    async def press(self, resource: str, record: object, button: str, click: str) -> str:
        form = {"button": button, "click": click}
        answer = await self.world.send("POST", self.address("panel", resource, record), form=form)
        assert answer.status == 200, answer.body
        return answer.body.decode().replace("\N{NARROW NO-BREAK SPACE}", " ")


@pytest.fixture
async def reader(world: World) -> Reader:
    account = cast("Record", await world.api.get(world.place))["source_account"]
    return Reader(world, str(account["external_id"]))


async def customer(world: World, name: str) -> tuple[int, str]:
    """A company in the source that is a customer in Fortnox: its id and customer number."""
    company = await world.company(name)
    await world.api.post(
        f"{world.place}/customers/sync", {"records": [{"kind": "company", "external_id": str(company)}]}
    )

    async def made() -> str | None:
        found = await world.customers(name)
        return str(found[0]["CustomerNumber"]) if found else None

    number = await until(made, "the customer to be made")

    async def linked() -> bool:
        runs = await world.runs(str(company))
        return bool(runs) and runs[0]["state"] == "done"

    await until(linked, "the customer to be linked")
    return company, number


async def invoice(world: World, number: str, price: int, **header: object) -> int:
    row = {"ArticleNumber": "KONS", "DeliveredQuantity": "1", "Price": price, "VAT": 25}
    made = await world.seed("fortnox", {"invoices": [{"CustomerNumber": number, "InvoiceRows": [row], **header}]})
    return int(made["invoices"][0])


async def book(world: World, number: str, price: int, **header: object) -> int:
    made = await invoice(world, number, price, **header)
    await world.seed("fortnox", {"book_invoice": made})
    return made


async def fresh(world: World, company: int) -> Record:
    """The REST card once its turnover is counted."""

    async def counted() -> Record | None:
        card = cast("Record", await world.api.get(f"{world.place}/cards/company/{company}"))
        figures = card["customer"]["figures"]
        return card if figures and all(each["turnover_last_year"] for each in figures) else None

    return await until(counted, "the turnover to be counted")


def sums(card: Record, code: str) -> tuple[str, ...]:
    figures = next(each for each in card["customer"]["figures"] if each["outstanding"]["currency"] == code)
    names = ("outstanding", "overdue", "turnover_this_year", "turnover_last_year")
    return tuple(figures[name]["amount"] for name in names)


async def test_card_of_a_company_counts_what_is_booked_and_nothing_else(world: World, reader: Reader) -> None:
    """F100: per currency, credits taken off, drafts and other customers left out; the same in JSON and as a page."""
    company, number = await customer(world, "Kortkunden AB")
    last_year = TODAY.year - 1
    await world.seed("fortnox", {"plant_financial_year": last_year})
    await world.seed("fortnox", {"customers": [{"CustomerNumber": f"{number}1", "Name": "Någon annan AB"}]})
    euro = {"Code": "EUR", "Description": "Euro", "SellRate": 11, "BuyRate": 11, "Unit": 1}
    await world.seed("fortnox", {"registers": {"currencies": [euro]}})
    await book(world, number, 1000)
    late = await book(world, number, 400, DueDate=str(TODAY - timedelta(days=3)))
    old = await book(world, number, 2000, InvoiceDate=f"{last_year}-05-04")
    await world.seed("fortnox", {"pay_invoice": {"number": old}})
    await invoice(world, number, 99_999)
    await book(world, f"{number}1", 88_888)
    await book(world, number, 300, Currency="EUR")
    credited = await book(world, number, 100)
    await world.seed("fortnox", {"credit_invoice": credited})
    credit = next(row for row in await world.rows("fortnox", "invoices") if row["Credit"] == "true")
    await world.seed("fortnox", {"book_invoice": credit["DocumentNumber"]})

    card = await fresh(world, company)

    assert card["customer"]["customer_number"] == number
    assert sums(card, "SEK") == ("1750.00", "500.00", "1400.00", "2000.00")
    assert sums(card, "EUR") == ("375.00", "0.00", "300.00", "0.00")
    states = {row["number"]: (row["kind"], row["state"]) for row in card["customer"]["documents"]}
    assert len(states) == 5, "as many as the settings say"
    assert states[str(credit["DocumentNumber"])][0] == "credit"
    data = await reader.data("organization", company)
    assert data["outstanding"] == {"code": "SEK", "value": 1750}
    assert data["overdue"] == {"code": "SEK", "value": 500}
    assert data["status"] == {"color": "red", "label": "Förfallet"}
    page = await reader.ask("organization", company, "panel")
    text = page.body.decode().replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert "Kortkunden AB" in text
    assert "Förfallet 500" in text
    assert "frame-ancestors https://*.pipedrive.com" in page.headers["content-security-policy"]
    assert "x-frame-options" not in page.headers

    await world.seed("fortnox", {"pay_invoice": {"number": late}})
    await world.fault("fortnox", "GET", "/3/invoices", kind="status", status=503, times=20)
    shown = await reader.press("organization", company, "refresh", "click-away-1")
    assert "Fortnox svarar inte" in shown
    assert "Kortkunden AB" in shown
    assert "Förfallet 500" in shown, "the last known figures"
    assert (await reader.data("organization", company))["overdue"] == {"code": "SEK", "value": 500}

    await world.control.delete("/faults")
    renewed = await reader.press("organization", company, "refresh", "click-back-1")
    assert "Inget förfallet" in renewed


async def test_deal_is_invoiced_from_its_card_once_however_often_the_button_arrives(
    world: World, reader: Reader
) -> None:
    """F14, F101: preview writes nothing; the draft, its state and its run stand on the card."""
    deal = await world.deal(org_id=await world.company("Affärskunden AB"))
    before = len(await world.rows("fortnox", "invoices"))
    preview = await reader.press("deal", deal, "preview", "click-look-1")
    assert "Affärskunden AB" in preview
    assert len(await world.rows("fortnox", "invoices")) == before

    last = (await world.runs(deal))[0]["id"]
    said = await asyncio.gather(*(reader.press("deal", deal, "create_invoice", "click-once-1") for _ in range(3)))
    assert all("Startat" in each for each in said)
    done = await world.settled(deal, after=last)
    assert done.state == "done", done.run["reason"]
    await reader.press("deal", deal, "create_invoice", "click-once-1")
    runs = await world.runs(deal)
    assert [run["trigger"] for run in runs].count("manual") == 1
    number = (await world.invoice(deal))["DocumentNumber"]

    data = await reader.data("deal", deal)
    assert data["document_1"].startswith(f"Faktura {number}: ")
    assert data["document_1"].endswith("utkast")
    await world.seed("fortnox", {"book_invoice": number})
    assert "Öppen" in await reader.press("deal", deal, "refresh", "click-open-1")

    page = (await reader.ask("deal", deal, "panel")).body.decode()
    assert 'value="replay"' in page
    assert 'value="create_invoice"' not in page
    unread = await reader.ask("deal", deal, "panel", button="create_invoice")
    assert len(await world.documents(deal)) == 1, unread.status


async def test_parked_deal_says_on_its_card_what_is_wrong_and_runs_again(world: World, reader: Reader) -> None:
    """F101."""
    deal = await world.deal([one_line("SAKNAS-9")], org_id=await world.company())
    parked = await world.win(deal)
    assert parked.state == "parked"

    data = await reader.data("deal", deal)
    assert data["status"] == {"color": "red", "label": "Väntar på åtgärd"}
    assert "SAKNAS-9" in data["message"]
    await world.seed("fortnox", {"articles": [{"ArticleNumber": "SAKNAS-9", "Description": "Nu känd"}]})
    await reader.press("deal", deal, "replay", "click-again-1")

    assert (await world.settled(deal, after=parked.run["id"])).state == "done"


async def test_update_makes_the_customer_and_then_says_what_changed(world: World, reader: Reader) -> None:
    """F102."""
    company = await world.company("Uppdaterade AB")
    assert "inte kund i Fortnox än" in (await reader.data("organization", company))["message"]

    made = await reader.press("organization", company, "update_customer", "click-make-1")

    (row,) = await world.customers("Uppdaterade AB")
    assert f"Kund {row['CustomerNumber']} lades upp" in made
    assert f"Kund {row['CustomerNumber']}" in made

    def always(document: Record) -> None:
        for each in document["customers"]["company"]["mapping"]:
            each["overwrite"] = "always"

    await world.settings(always)
    moved = {"value": "Nygatan 1, 591 30 Motala", "route": "Nygatan", "postal_code": "591 30", "locality": "Motala"}
    await world.seed("pipedrive", {"update_organization": {"id": company, "address": {**moved, "country": "Sverige"}}})

    changed = await reader.press("organization", company, "update_customer", "click-move-1")

    assert "uppdaterades i Fortnox" in changed
    assert "Motala" in changed
    assert (await world.customers("Uppdaterade AB"))[0]["City"] == "Motala"


async def test_card_is_shown_to_nobody_but_the_accounts_own_signed_users(world: World, reader: Reader) -> None:
    """F103: another account's records, an altered, old or unsigned call, and an account nobody connected."""
    company, _ = await customer(world, "Hemliga AB")
    assert (await reader.ask("organization", company)).status == 200
    claims = {"userId": 77, "companyId": int(reader.company), "exp": int(SystemClock().now().timestamp()) + 300}
    forged: dict[str, Any] = {
        "another key": jwt.encode(claims, "x" * 32, algorithm="HS256"),
        "no signature": jwt.encode(claims, None, algorithm="none"),
        "another algorithm": jwt.encode(claims, SECRET * 2, algorithm="HS512"),
        "too old": jwt.encode({**claims, "exp": claims["exp"] - 400}, SECRET, algorithm="HS256"),
        "no end": jwt.encode({"userId": 77, "companyId": int(reader.company)}, SECRET, algorithm="HS256"),
        "another account": jwt.encode({**claims, "companyId": 1}, SECRET, algorithm="HS256"),
        "another user": jwt.encode({**claims, "userId": 78}, SECRET, algorithm="HS256"),
        "rubbish": "a.b.c",
        "nothing": "",
    }
    for what, token in forged.items():
        answer = await reader.ask("organization", company, token=token)
        assert answer.status == 401, what
        assert "Hemliga" not in answer.body.decode()

    await world.seed("pipedrive", {"companies": [{"id": 4_410_099, "name": "Andra Säljarna AB"}]})
    stranger = Reader(world, "4410099")
    answer = await stranger.ask("organization", company)
    assert (answer.status, "inte anslutet" in answer.body.decode()) == (422, True)
    await consent(world, "pipedrive", 4_410_099)
    await world.api.put(f"{world.place}/activity", {"is_active": False})
    accounts: Any = (await world.api.get("/source-accounts"))["source_accounts"]
    (second,) = [row["id"] for row in accounts if row["external_id"] == "4410099"]
    await world.api.post("/connections", {"source_account_id": second, "name": "Andra"})
    for path in ("json", "panel"):
        answer = await stranger.ask("organization", company, path)
        assert "Hemliga" not in answer.body.decode()
        assert "finns inte" in answer.body.decode()
    assert (await world.send("GET", f"{world.bridge_url}/cards/nosuch/json")).status == 404


async def test_card_answers_in_time_while_fortnox_keeps_silent(sqlite_url: str) -> None:
    """F100, F103: before the platform gives up, with what there is."""
    async with running_bridge(sqlite_url, time_factor=CALM) as (world, bridge):
        account = str(cast("Record", await world.api.get(world.place))["source_account"]["external_id"])
        company, _ = await customer(world, "Tysta AB")
        await world.fault("fortnox", "GET", "/3/invoices", kind="hang", times=20)
        before = asyncio.get_running_loop().time()

        card = await bridge.services.cards.show("pipedrive", CardCall(account, "company", str(company)), patience_s=5)

        assert asyncio.get_running_loop().time() - before < 20
        assert card.customer is not None
        assert (card.customer.notice and card.customer.notice.code) == "card_being_fetched"


async def test_card_answers_over_http_before_the_platform_gives_up(sqlite_url: str) -> None:
    """F103, F112: a preview needs what Fortnox does not answer; Pipedrive waits for ten seconds."""
    async with running_world(sqlite_url, time_factor=1) as world:
        account = cast("Record", await world.api.get(world.place))["source_account"]
        deal = await world.deal(org_id=await world.company())
        await world.fault("fortnox", "GET", "/3/customers", kind="hang", times=50)
        before = asyncio.get_running_loop().time()

        body = await Reader(world, str(account["external_id"])).press("deal", deal, "preview", "click-slow-1")

        assert asyncio.get_running_loop().time() - before < 10
        assert "tog för lång tid" in body
