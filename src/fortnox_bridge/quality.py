"""How far a connector's quality goes, as its package states it in `quality.toml` and the conformance kit verifies it.

    tier = "silver"

    [rules]
    webhook-stale = { exempt = "the vendor signs no time" }
    files-read = "todo"

A rule that is not named is claimed as `done`. The file lies in the package itself, so that an installed connector
shows its tier.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib import resources


class Tier(StrEnum):
    """Each includes the one before: safe to use, behaves under failure, does the whole job well."""

    BRONZE = "bronze"
    SILVER = "silver"
    GOLD = "gold"

    @property
    def included(self) -> frozenset["Tier"]:
        order = list(Tier)
        return frozenset(order[: order.index(self) + 1])


@dataclass(frozen=True, slots=True)
class Quality:
    """What a package claims. `todo` rules are known to break; `exempt` ones do not apply, each for a reason."""

    tier: Tier | None
    todo: frozenset[str] = frozenset()
    exempt: Mapping[str, str] = field(default_factory=dict)


class QualityUnreadable(ValueError):
    """The file is there and cannot be meant; the text says what is wrong."""


FILE_NAME = "quality.toml"


def quality_of(package: str) -> Quality | None:
    """The claim of an import package, None when it makes none.

    Raises:
        QualityUnreadable: it makes one that cannot be understood.
    """
    try:
        text = resources.files(package).joinpath(FILE_NAME).read_text(encoding="utf-8")
    except (FileNotFoundError, ModuleNotFoundError):
        return None
    return read_quality(text)


def read_quality(text: str) -> Quality:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise QualityUnreadable(f"{FILE_NAME}: {error}") from error
    if unknown := document.keys() - {"tier", "rules"}:
        raise QualityUnreadable(f"{FILE_NAME}: unknown {', '.join(sorted(unknown))}; known: tier, rules")
    tier = document.get("tier")
    if tier is not None and tier not in set(Tier):
        raise QualityUnreadable(f"{FILE_NAME}: tier is one of {', '.join(Tier)}")
    rules = document.get("rules", {})
    if not isinstance(rules, dict):
        raise QualityUnreadable(f"{FILE_NAME}: rules is a table")
    todo: set[str] = set()
    exempt: dict[str, str] = {}
    for name, claim in rules.items():
        match claim:
            case "done":
                pass
            case "todo":
                todo.add(name)
            case {"exempt": str(reason)} if reason.strip() and len(claim) == 1:
                exempt[name] = reason.strip()
            case _:
                raise QualityUnreadable(f'{FILE_NAME}: {name} is "done", "todo" or {{ exempt = "the reason" }}')
    return Quality(Tier(tier) if tier else None, frozenset(todo), exempt)
