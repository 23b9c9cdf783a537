"""Fortnox's lists, as settings offer them (facts: fortnox 7.6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from fortnox_bridge.domain.errors import InvariantBroken
from fortnox_bridge.domain.records import RegisterEntry
from fortnox_bridge.domain.wire_json import JsonObject
from fortnox_bridge.fortnox import resources
from fortnox_bridge.fortnox.client import FortnoxClient
from fortnox_bridge.fortnox.resources import Resource


@dataclass(frozen=True, slots=True)
class Register:
    """Where a list is and which of its members are code, description and further facts (ours ← Fortnox's)."""

    resource: Resource
    code: str = "Code"
    description: str = "Description"
    facts: tuple[tuple[str, str], ...] = ()
    queries: tuple[tuple[tuple[str, str], ...], ...] = ((),)


_RATE_FACTS: Final = (("sell_rate", "SellRate"), ("buy_rate", "BuyRate"), ("unit", "Unit"), ("date", "Date"))

BY_NAME: Final[Mapping[str, Register]] = MappingProxyType(
    {
        "currencies": Register(resources.CURRENCIES, facts=_RATE_FACTS),
        "terms_of_payment": Register(resources.TERMS_OF_PAYMENTS),
        "terms_of_delivery": Register(resources.TERMS_OF_DELIVERIES),
        "ways_of_delivery": Register(resources.WAYS_OF_DELIVERY),
        "price_lists": Register(resources.PRICE_LISTS),
        "units": Register(resources.UNITS),
        "projects": Register(resources.PROJECTS, code="ProjectNumber", facts=(("status", "Status"),)),
        "cost_centres": Register(resources.COST_CENTERS, facts=(("active", "Active"),)),
        "print_templates": Register(
            resources.PRINT_TEMPLATES,
            code="Template",
            description="Name",
            queries=((("type", "invoice"),), (("type", "order"),)),
        ),
        "accounts": Register(resources.ACCOUNTS, code="Number", facts=(("active", "Active"), ("vat_code", "VATCode"))),
        "modes_of_payment": Register(resources.MODES_OF_PAYMENTS, facts=(("account", "AccountNumber"),)),
    }
)


class Registers:
    def __init__(self, client: FortnoxClient) -> None:
        self._client = client

    async def register(self, name: str) -> tuple[RegisterEntry, ...]:
        register = BY_NAME.get(name)
        if register is None:
            raise InvariantBroken("register_unknown", register=name, known=", ".join(BY_NAME))
        entries: list[RegisterEntry] = []
        for query in register.queries:
            rows = await self._client.list_all(register.resource, query)
            entries += [_entry(register, row, query) for row in rows if _said(row.get(register.code))]
        return tuple(entries)


def _entry(register: Register, row: JsonObject, query: tuple[tuple[str, str], ...]) -> RegisterEntry:
    facts = [(ours, _said(row.get(theirs))) for ours, theirs in register.facts]
    return RegisterEntry(
        code=_said(row.get(register.code)),
        description=_said(row.get(register.description)),
        facts=(*query, *((name, value) for name, value in facts if value)),
    )


def _said(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f")
        case str() | int():
            return str(value).strip()
        case _:
            return ""
