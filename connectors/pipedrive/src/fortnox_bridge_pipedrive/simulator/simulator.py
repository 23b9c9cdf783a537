import hashlib
from collections.abc import Callable, Mapping, Sequence

from starlette.types import ASGIApp

from fortnox_bridge.sdk.simulator import JsonValue, SimulatorWorld
from fortnox_bridge_pipedrive.simulator.answers import Record
from fortnox_bridge_pipedrive.simulator.app import build_app
from fortnox_bridge_pipedrive.simulator.default_world import build_default_world
from fortnox_bridge_pipedrive.simulator.identities import Identities
from fortnox_bridge_pipedrive.simulator.rate_window import RateWindows
from fortnox_bridge_pipedrive.simulator.seed import plant
from fortnox_bridge_pipedrive.simulator.state import FIELD_ENTITIES, Company
from fortnox_bridge_pipedrive.simulator.tokens import TokenStore
from fortnox_bridge_pipedrive.simulator.vendor import new_vendor
from fortnox_bridge_pipedrive.simulator.views import entity_view, line_view

_Lister = Callable[[], Sequence[Mapping[str, JsonValue]]]


class PipedriveSimulator:
    """The simulated vendor as the sandbox drives it; see `fortnox_bridge.sdk.simulator.Simulator`."""

    def __init__(self, world: SimulatorWorld, identities: Identities | None = None) -> None:
        self._vendor = new_vendor(world, identities or Identities())
        build_default_world(self._vendor)
        self._app = build_app(self._vendor)

    @property
    def app(self) -> ASGIApp:
        return self._app

    def reset(self) -> None:
        vendor = self._vendor
        vendor.board.reset()
        vendor.hooks.reset()
        vendor.companies.clear()
        vendor.tokens = TokenStore(vendor.clock, vendor.identities)
        vendor.rates = RateWindows(vendor.clock)
        build_default_world(vendor)

    def seed(self, data: Mapping[str, JsonValue]) -> JsonValue:
        return plant(self._vendor, data)

    def configure(self, knobs: Mapping[str, JsonValue]) -> None:
        self._vendor.board.turn(knobs)
        self._vendor.hooks.release()

    def collections(self) -> Mapping[str, _Lister]:
        listers: dict[str, _Lister] = {
            f"{entity}s": self._each(lambda company, entity=entity: _entities(company, entity))  # type: ignore[misc]
            for entity in FIELD_ENTITIES
        }
        return listers | {
            "companies": self._each(self._company),
            "pipelines": self._each(lambda company: list(company.tables["pipeline"].values())),
            "stages": self._each(lambda company: list(company.tables["stage"].values())),
            "notes": self._each(lambda company: list(company.tables["note"].values())),
            "files": self._each(_files),
            "fields": self._each(_fields),
            "users": self._each(_users),
            "webhooks": lambda: [
                {**hook.record, "banned_until": hook.banned_until and hook.banned_until.isoformat()}
                for hook in self._vendor.hooks.register.by_id.values()
            ],
            "deliveries": lambda: list(self._vendor.hooks.deliveries),
            "tokens": self._tokens,
        }

    async def aclose(self) -> None:
        await self._vendor.hooks.aclose()

    def _each(self, rows_of: Callable[[Company], list[Record]]) -> _Lister:
        """Rows of every company, each saying whose it is."""

        def listed() -> list[Record]:
            return [
                {**row, "company_id": company.id}
                for company in self._vendor.companies.values()
                for row in rows_of(company)
            ]

        return listed

    def _tokens(self) -> list[Record]:
        return self._vendor.tokens.listing()

    def _company(self, company: Company) -> list[Record]:
        spent = self._vendor.rates.spent_today(company.id)
        return [{"id": company.id, "name": company.name, "domain": company.domain, "daily_tokens_spent": spent}]


def _entities(company: Company, entity: str) -> list[Record]:
    rows = []
    for record in company.tables[entity].values():
        view = entity_view(company, entity, record)
        if entity == "deal":
            view["products"] = [line_view(line) for line in company.lines.get(record["id"], {}).values()]
            view["discounts"] = list(company.discounts.get(record["id"], {}).values())
        view["custom_fields_by_name"] = _by_name(company, entity, record)
        rows.append(view)
    return rows


def _by_name(company: Company, entity: str, record: Record) -> Record:
    definitions = company.custom_fields[entity]
    values = (record["custom_fields"] or {}).items()
    return {definitions[code]["field_name"]: value for code, value in values if code in definitions}


def _files(company: Company) -> list[Record]:
    rows = []
    for record in company.tables["file"].values():
        content = company.file_contents[record["id"]]
        # A whole PDF starts and ends as one: a cut upload shows.
        is_pdf = content.startswith(b"%PDF-") and b"%%EOF" in content[-1024:]
        rows.append(
            {key.lstrip("_"): value for key, value in record.items()}
            | {"size": len(content), "sha256": hashlib.sha256(content).hexdigest(), "is_pdf": is_pdf}
        )
    return rows


def _fields(company: Company) -> list[Record]:
    return [
        {"entity": entity, **{key: value for key, value in item.items() if not key.startswith("_")}}
        for entity in FIELD_ENTITIES
        for item in company.custom_fields[entity].values()
    ]


def _users(company: Company) -> list[Record]:
    # The token is shown in full: it is how a test or a tour gets in without OAuth, as a user copies it from the UI.
    return [
        {
            "id": user.id,
            "name": user.name,
            "email": user.email,
            "is_admin": user.is_admin,
            "active": user.active,
            "api_token": user.api_token,
        }
        for user in company.users.values()
    ]
