"""The simulated vendor as the sandbox and the tests drive it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from starlette.types import ASGIApp

from fortnox_bridge.sdk.simulator import JsonValue, SimulatorWorld
from fortnox_bridge_example.simulator.api import build_api
from fortnox_bridge_example.simulator.deliveries import Deliveries
from fortnox_bridge_example.simulator.state import PIPELINES, Account, Record, default_accounts


class ExampleSimulator:
    """See `fortnox_bridge.sdk.Simulator`. `seed` takes wishes: `company`, `person`, `deal`, `move_deal`."""

    def __init__(self, world: SimulatorWorld) -> None:
        self._world = world
        self._accounts = default_accounts()
        self._deliveries = Deliveries(world)
        self._app = build_api(self._accounts)

    @property
    def app(self) -> ASGIApp:
        return self._app

    def reset(self) -> None:
        self._accounts.clear()
        self._accounts.update(default_accounts())
        self._deliveries.every.clear()

    def seed(self, data: Mapping[str, JsonValue]) -> JsonValue:
        wishes: dict[str, Any] = dict(data)
        account = self._accounts[str(wishes.pop("account", "1001"))]
        made: dict[str, JsonValue] = {}
        for name, wish in wishes.items():
            action = {
                "company": self._add_company,
                "person": self._add_person,
                "deal": self._add_deal,
                "move_deal": self._move_deal,
            }.get(name)
            if action is None:
                raise ValueError(f"unknown wish {name!r}")
            made[name] = action(account, wish)
        return made

    def configure(self, knobs: Mapping[str, JsonValue]) -> None:
        if knobs:
            raise ValueError(f"unknown knobs: {', '.join(knobs)}")

    def collections(self) -> Mapping[str, Callable[[], Sequence[Mapping[str, JsonValue]]]]:
        return {
            "accounts": lambda: [{"id": each.id, "token": each.token} for each in self._accounts.values()],
            "deals": lambda: self._rows("deals"),
            "notes": lambda: self._rows("notes"),
            "hooks": lambda: self._rows("hooks"),
            "deliveries": lambda: list(self._deliveries.every),
        }

    async def aclose(self) -> None:
        await self._deliveries.aclose()

    def _rows(self, kind: str) -> list[Record]:
        return [
            {**row, "account": account.id}
            for account in self._accounts.values()
            for row in getattr(account, kind).values()
        ]

    def _add_company(self, account: Account, wish: Record) -> Record:
        company = {"id": account.new_id(), **wish}
        account.companies[company["id"]] = company
        return {"id": company["id"]}

    def _add_person(self, account: Account, wish: Record) -> Record:
        person = {"id": account.new_id(), **wish}
        account.people[person["id"]] = person
        return {"id": person["id"]}

    def _add_deal(self, account: Account, wish: Record) -> Record:
        lines = [
            {"id": account.new_id(), "product_id": account.new_id(), "code": None, **line}
            for line in wish.get("lines", ())
        ]
        deal = {
            "id": account.new_id(),
            "status": "open",
            "pipeline_id": PIPELINES[0]["id"],
            "stage_id": PIPELINES[0]["stages"][0]["id"],
            "currency": account.currency,
            "company_id": None,
            "person_id": None,
            **wish,
            "lines": lines,
            "updated_at": self._world.clock.now().isoformat(),
        }
        account.deals[deal["id"]] = deal
        return {"id": deal["id"]}

    def _move_deal(self, account: Account, wish: Record) -> Record:
        deal = account.deals[str(wish["id"])]
        stages = {stage["name"]: stage["id"] for pipeline in PIPELINES for stage in pipeline["stages"]}
        deal |= {"stage_id": stages[str(wish["stage"])], "updated_at": self._world.clock.now().isoformat()}
        self._deliveries.publish(account, "deal.moved", deal["id"])
        return {"id": deal["id"]}
