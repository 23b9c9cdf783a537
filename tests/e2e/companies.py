"""More than one of everything: further Fortnox companies and source accounts, connected as an administrator does."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.e2e.world import ARTICLE, Record, World

from fortnox_bridge.cli.demo.browser import Browser
from fortnox_bridge.http import HttpClient, HttpRequest


class ChoosingBrowser(Browser):
    """A browser whose user picks an account on the vendor's consent page."""

    def __init__(self, http: HttpClient, number: int) -> None:
        super().__init__(http)
        self._number = number

    def _request(self, method: str, url: str, form: Mapping[str, str] | None) -> HttpRequest:
        is_consent = "client_id=" in url and "sandbox_company" not in url
        return super()._request(method, f"{url}&sandbox_company={self._number}" if is_consent else url, form)


async def consent(world: World, provider: str, number: int) -> None:
    ticket = await world.api.post("/authorizations", {"provider": provider})
    await ChoosingBrowser(world.http, number).open(str(ticket["url"]))


async def open_company(world: World, number: int, name: str) -> str:
    """A new Fortnox company with the usual article, connected; answers its id here."""
    await world.seed("fortnox", {"companies": [{"DatabaseNumber": number, "CompanyName": name}]})
    article = {"ArticleNumber": ARTICLE, "Description": "Konsultation", "Type": "SERVICE"}
    await world.seed("fortnox", {"company": number, "articles": [article]})
    await consent(world, "fortnox", number)
    companies: Any = (await world.api.get("/fortnox-companies"))["fortnox_companies"]
    (found,) = [row["id"] for row in companies if row["database_number"] == str(number)]
    return str(found)


async def join(world: World, **wish: object) -> World:
    """The same world as its new connection sees it, with the settings of the first one."""
    first: Any = (await world.api.get(f"{world.place}/settings"))["document"]
    connection = await world.api.post("/connections", wish)
    joined = replace(world, connection_id=str(connection["id"]), _known_identity=None)

    def take_over(document: Record) -> None:
        document.clear()
        document.update(first)

    await joined.settings(take_over)
    return joined


def route(**conditions: object) -> Any:
    def change(document: Record) -> None:
        document["triggers"]["route"] = conditions

    return change
