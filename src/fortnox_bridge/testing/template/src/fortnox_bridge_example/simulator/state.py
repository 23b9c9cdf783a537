"""What the simulated vendor remembers: accounts, and everything in them."""

from dataclasses import dataclass, field
from typing import Any

Record = dict[str, Any]

PIPELINES: tuple[Record, ...] = (
    {
        "id": "p1",
        "name": "Sales",
        "stages": [
            {"id": "s1", "name": "Meeting"},
            {"id": "s2", "name": "Offer"},
            {"id": "s3", "name": "Won"},
        ],
    },
)


@dataclass(slots=True)
class Account:
    """One account. Ids count from the same number in each, so that whatever mixes two accounts up shows."""

    id: str
    name: str
    token: str
    currency: str = "SEK"
    deals: dict[str, Record] = field(default_factory=dict)
    companies: dict[str, Record] = field(default_factory=dict)
    people: dict[str, Record] = field(default_factory=dict)
    notes: dict[str, Record] = field(default_factory=dict)
    hooks: dict[str, Record] = field(default_factory=dict)
    last_id: int = 100

    def new_id(self) -> str:
        self.last_id += 1
        return str(self.last_id)


def default_accounts() -> dict[str, Account]:
    accounts = (
        Account("1001", "Nordlund Snickeri", "token-of-1001"),
        Account("1002", "Sund & Bro Konsult", "token-of-1002"),
    )
    return {account.id: account for account in accounts}
