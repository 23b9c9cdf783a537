"""Fault plans: which request goes wrong, and how."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, cast

Kind = Literal[
    "status", "html", "delay", "hang", "reset", "slow_bytes", "late_apply",
    "apply_then_hang", "apply_then_reset", "apply_then_status", "apply_then_empty", "apply_then_html",
]  # fmt: skip

# Kind of action -> the parameters it takes besides "kind", with the type each must have.
_NUMBER = (int, float)
_STATUS = {"status": int, "body": str, "content_type": str, "headers": dict}
_PARAMETERS: Mapping[str, Mapping[str, type | tuple[type, ...]]] = {
    "status": _STATUS,
    "html": {"status": int},
    "delay": {"seconds": _NUMBER},
    "hang": {"seconds": _NUMBER},
    "reset": {},
    "slow_bytes": {"chunk": int, "delay_s": _NUMBER},
    "late_apply": {"after_s": _NUMBER, "then": str, "seconds": _NUMBER},
    "apply_then_hang": {"seconds": _NUMBER},
    "apply_then_reset": {},
    "apply_then_status": _STATUS,
    "apply_then_empty": {"status": int},
    "apply_then_html": {"status": int},
}
_PLAN_KEYS = frozenset({"simulator", "method", "path", "nth", "times", "action"})


@dataclass(frozen=True, slots=True)
class Action:
    kind: Kind
    parameters: Mapping[str, object]

    def number(self, name: str, default: float) -> float:
        return float(cast("float", self.parameters.get(name, default)))

    def integer(self, name: str, default: int) -> int:
        return int(cast("int", self.parameters.get(name, default)))

    def text(self, name: str, default: str) -> str:
        return cast("str", self.parameters.get(name, default))

    def headers(self) -> dict[str, str]:
        raw = cast("Mapping[str, object]", self.parameters.get("headers", {}))
        return {name: str(value) for name, value in raw.items()}


@dataclass(slots=True)
class FaultPlan:
    """Hits the `nth` request it matches and the following, `times` in all; None means for ever."""

    simulator: str
    method: str | None
    path: re.Pattern[str]
    nth: int
    times: int | None
    action: Action
    seen: int = 0
    hits: int = 0

    def matches(self, simulator: str, method: str, path: str) -> bool:
        return simulator == self.simulator and self.method in {None, method} and self.path.fullmatch(path) is not None

    def is_due(self) -> bool:
        return self.seen >= self.nth and (self.times is None or self.seen < self.nth + self.times)

    def as_json(self) -> dict[str, object]:
        return {
            "simulator": self.simulator,
            "method": self.method,
            "path": self.path.pattern,
            "nth": self.nth,
            "times": self.times,
            "action": {"kind": self.action.kind, **self.action.parameters},
            "seen": self.seen,
            "hits": self.hits,
        }


@dataclass(slots=True)
class FaultBook:
    """All plans in force. A request counts for every plan it matches; the oldest plan that is due acts."""

    simulators: Sequence[str]
    _plans: list[FaultPlan] = field(default_factory=list)

    def add(self, data: object) -> list[FaultPlan]:
        """Take one plan or a list of them, all or nothing.

        Raises:
            ValueError: a plan that cannot be meant; the text names the part.
        """
        plans = [parse_plan(item, self.simulators) for item in (data if isinstance(data, list) else [data])]
        self._plans.extend(plans)
        return plans

    def strike(self, simulator: str, method: str, path: str) -> Action | None:
        chosen: Action | None = None
        for plan in self._plans:
            if not plan.matches(simulator, method, path):
                continue
            plan.seen += 1
            if chosen is None and plan.is_due():
                plan.hits += 1
                chosen = plan.action
        return chosen

    def list(self) -> list[dict[str, object]]:
        return [plan.as_json() for plan in self._plans]

    def clear(self) -> None:
        self._plans.clear()


def parse_plan(data: object, simulators: Sequence[str]) -> FaultPlan:
    """Read one plan as posted to `/_control/faults`.

    Raises:
        ValueError: names the part that is wrong.
    """
    if not isinstance(data, dict):
        raise ValueError("a fault plan is a JSON object")  # noqa: TRY004 -- one error class for bad control input
    if unknown := set(data) - _PLAN_KEYS:
        raise ValueError(f"unknown in a fault plan: {', '.join(sorted(unknown))}")
    if data.get("simulator") not in simulators:
        raise ValueError(f"simulator: one of {', '.join(simulators)}")
    method = data.get("method")
    if method is not None and not isinstance(method, str):
        raise ValueError("method: text")
    times = data.get("times", 1)
    return FaultPlan(
        simulator=data["simulator"],
        method=method.upper() if method else None,
        path=_pattern(data.get("path", ".*")),
        nth=_count("nth", data.get("nth", 1)),
        times=None if times is None else _count("times", times),
        action=_action(data.get("action")),
    )


def _pattern(text: object) -> re.Pattern[str]:
    if not isinstance(text, str):
        raise ValueError("path: a regular expression")  # noqa: TRY004 -- see parse_plan
    try:
        return re.compile(text)
    except re.error as error:
        raise ValueError(f"path: {error}") from error


def _count(name: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{name}: a whole number from 1")
    return value


def _action(data: object) -> Action:
    kind = data.get("kind") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(kind, str) or kind not in _PARAMETERS:
        raise ValueError(f"action.kind: one of {', '.join(_PARAMETERS)}")
    expected = _PARAMETERS[kind]
    parameters = {name: _floating(value) for name, value in data.items() if name != "kind"}
    for name, value in parameters.items():
        if name not in expected or isinstance(value, bool) or not isinstance(value, expected[name]):
            raise ValueError(f"action.{name}: not understood for {kind}")
    if kind == "late_apply" and parameters.get("then", "reset") not in {"reset", "hang"}:
        raise ValueError("action.then: reset or hang")
    return Action(cast("Kind", kind), parameters)


def _floating(value: object) -> object:
    """Control bodies are read with exact decimals; waiting times do not need them."""
    return value if isinstance(value, str | int | dict) else float(cast("float", value))
