"""The simulated Fortnox: state, knobs and routes put together behind the sandbox's contract."""

import secrets
from collections.abc import Callable, Mapping, Sequence

from starlette.applications import Starlette
from starlette.types import ASGIApp

from fortnox_bridge.sandbox.fortnox import master_data_routes as master_data
from fortnox_bridge.sandbox.fortnox.articles import shown_article
from fortnox_bridge.sandbox.fortnox.consents import ConsentBook
from fortnox_bridge.sandbox.fortnox.document_kinds import kind_of
from fortnox_bridge.sandbox.fortnox.document_routes import document_routes
from fortnox_bridge.sandbox.fortnox.files import file_routes
from fortnox_bridge.sandbox.fortnox.knobs import CompanyKnobs, ServiceKnobs, turn
from fortnox_bridge.sandbox.fortnox.oauth import OAuth
from fortnox_bridge.sandbox.fortnox.rest import Rest, not_here
from fortnox_bridge.sandbox.fortnox.seed import FIRST_COMPANY, Seeder, plant_standard_records
from fortnox_bridge.sandbox.fortnox.standard_company import open_company
from fortnox_bridge.sandbox.fortnox.state import Company, Document, Record
from fortnox_bridge.sandbox.masking import fingerprint
from fortnox_bridge.sdk.simulator import JsonValue, SimulatorWorld


class FortnoxSimulator:
    """One simulated Fortnox with any number of companies."""

    def __init__(self, world: SimulatorWorld, random_text: Callable[[], str]) -> None:
        self._clock = world.clock
        self._knobs = ServiceKnobs()
        self._companies: dict[int, Company] = {}
        self._book = ConsentBook(world.clock, self._knobs, random_text)
        self._rest = Rest(self._book, self._knobs, self._companies, world.base_url)
        self._seeder = Seeder(self._companies, self._book, world.clock)
        self._open_first_company()
        oauth = OAuth(self._book, self._knobs, self._companies)
        routes = [
            *oauth.routes(),
            *master_data.company_routes(self._rest),
            *master_data.customer_routes(self._rest),
            *master_data.article_routes(self._rest),
            *master_data.price_routes(self._rest),
            *document_routes(self._rest),
            *file_routes(self._rest),
            *master_data.register_routes(self._rest),
        ]
        self._app = Starlette(routes=routes, exception_handlers={404: not_here, 405: not_here})

    @property
    def app(self) -> ASGIApp:
        return self._app

    def reset(self) -> None:
        turn(self._knobs, ServiceKnobs().model_dump())
        self._book.forget()
        self._rest.window.clear()
        self._companies.clear()
        self._open_first_company()

    def seed(self, data: Mapping[str, JsonValue]) -> JsonValue:
        return self._seeder.plant(data)

    def configure(self, knobs: Mapping[str, JsonValue]) -> None:
        """Turn knobs; `company` limits company knobs to one company, else they apply to all there are."""
        values = dict(knobs)
        number = values.pop("company", None)
        if number is not None and number not in self._companies:
            raise ValueError(f"company: no company {number}")
        chosen = [self._companies[number]] if number is not None else [*self._companies.values()]
        for_service = {name: value for name, value in values.items() if name in ServiceKnobs.model_fields}
        for_company = {name: value for name, value in values.items() if name in CompanyKnobs.model_fields}
        if unknown := values.keys() - for_service.keys() - for_company.keys():
            raise ValueError(f"unknown knobs: {', '.join(sorted(unknown))}")
        for company in chosen:
            turn(company.knobs, for_company)
        turn(self._knobs, for_service)

    def collections(self) -> Mapping[str, Callable[[], Sequence[Mapping[str, JsonValue]]]]:
        return {
            "companies": self._list_companies,
            "customers": lambda: self._each(lambda c: [stored.fields for stored in c.customers.values()]),
            "articles": lambda: self._each(lambda c: [shown_article(c, s) for s in c.articles.values()]),
            "prices": lambda: self._each(lambda c: list(c.prices.values())),
            "invoices": lambda: self._each(lambda c: [_document(d) for d in c.invoices.values()]),
            "orders": lambda: self._each(lambda c: [_document(d) for d in c.orders.values()]),
            "pdfs": lambda: self._each(_pdfs),
            "files": lambda: self._each(lambda c: list(c.archive.values())),
            "attachments": lambda: self._each(lambda c: list(c.attachments.values())),
            "registers": lambda: self._each(_registers),
            "tokens": self._list_tokens,
            "consents": self._list_consents,
        }

    async def aclose(self) -> None:
        """Nothing runs in the background."""

    def _open_first_company(self) -> None:
        company = open_company(FIRST_COMPANY, self._clock)
        self._companies[company.number] = company
        plant_standard_records(company)

    def _each(self, rows: Callable[[Company], Sequence[Record]]) -> list[Record]:
        return [{"company": c.number, **row} for c in self._companies.values() for row in rows(c)]

    def _list_companies(self) -> list[Record]:
        return [{**c.information, "knobs": c.knobs.model_dump()} for c in self._companies.values()]

    def _list_tokens(self) -> list[Record]:
        return [
            {
                "refresh_token": fingerprint(token.value),
                "company": token.consent.tenant_id,
                "spent_at": token.spent_at,
                "revoked": token.is_revoked,
                "expires_at": token.expires_at,
            }
            for token in self._book.refresh_tokens.values()
        ]

    def _list_consents(self) -> list[Record]:
        return [
            {
                "company": consent.tenant_id,
                "scopes": consent.scopes,
                "service_account": consent.is_service,
                "withdrawn": consent.is_withdrawn,
            }
            for consent in self._book.consents
        ]


def build_fortnox(world: SimulatorWorld) -> FortnoxSimulator:
    return FortnoxSimulator(world, lambda: secrets.token_urlsafe(30))


def _document(document: Document) -> Record:
    return {
        **document.fields,
        kind_of(document).rows: document.rows,
        "created_at": document.created_at,
        "modified_at": document.modified_at,
    }


def _pdfs(company: Company) -> list[Record]:
    return [
        {"kind": document.kind, "number": document.number, "size": document.printed_size}
        for document in company.all_documents()
        if document.printed_size is not None
    ]


def _registers(company: Company) -> list[Record]:
    return [
        {"register": path, **stored.fields}
        for path, entries in company.registers.items()
        for stored in entries.values()
    ]
