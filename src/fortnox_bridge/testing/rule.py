"""Rules: what each is called, what it promises, and how a break of it is told."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from inspect import cleandoc
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NoReturn

from typing_extensions import override

from fortnox_bridge.quality import Tier

if TYPE_CHECKING:
    from fortnox_bridge.testing.kit import Kit

GUIDE: Final = "docs/connector-reference.md"

Check = Callable[["Kit"], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One promise of a connector.

    Attributes:
        name: short and stable; `quality.toml` and the guide's anchors use it.
        sentence: what every connector does.
        tier: the lowest tier that requires it.
        needs: the capability it is about (a slot of `Session`, or `webhooks`, `cards`, `actions`); None: every
            connector is held to it.
        exempt_when: when a connector may rightly be exempt; empty: never.
        explanation: for the guide: how it is checked, and what to do when it breaks.
        check: raises `RuleBroken`.
    """

    name: str
    sentence: str
    tier: Tier
    needs: str | None
    exempt_when: str
    explanation: str
    check: Check

    @property
    def anchor(self) -> str:
        return f"{GUIDE}#rule-{self.name}"


class RuleBroken(AssertionError):
    """A rule does not hold: what was expected, and what came."""

    def __init__(self, expected: str, came: str) -> None:
        super().__init__(f"expected: {expected}; came: {came}")
        self.expected = expected
        self.came = came
        self.rule: Rule | None = None

    @override
    def __str__(self) -> str:
        if self.rule is None:
            return super().__str__()
        return (
            f"Rule broken: {self.rule.name} ({self.rule.tier})\n"
            f"  {self.rule.sentence}\n"
            f"  expected: {self.expected}\n"
            f"  came:     {self.came}\n"
            f"  explained in {self.rule.anchor}"
        )


_RULES: dict[str, Rule] = {}
REGISTERED: Final[Mapping[str, Rule]] = MappingProxyType(_RULES)


def rule(
    name: str, sentence: str, *, tier: Tier, needs: str | None = None, exempt_when: str = ""
) -> Callable[[Check], Check]:
    """Register the check it decorates; the check's docstring explains the rule in the guide."""

    def register(check: Check) -> Check:
        if name in _RULES:
            raise ValueError(f"two rules are called {name}")
        _RULES[name] = Rule(name, sentence, tier, needs, exempt_when, cleandoc(check.__doc__ or ""), check)
        return check

    return register


def require(holds: object, expected: str, came: object) -> None:
    """Break the rule unless `holds`."""
    if not holds:
        broken(expected, came)


def broken(expected: str, came: object) -> NoReturn:
    """Break the rule."""
    raise RuleBroken(expected, came if isinstance(came, str) else repr(came))
