"""Behaviour that tests and tours can change at run time through `configure`."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import get_type_hints


@dataclass(frozen=True, slots=True)
class Knobs:
    """Every switch with its value in a fresh sandbox.

    Attributes:
        oauth_decision: "allow" or "deny"; what the user answers on the consent page.
        webhook_url: the app's one target URL, shared by all portals; empty: nothing is sent.
        webhooks_paused: events wait and go out when the knob is switched off.
        webhook_duplicates: how many times each batch is sent again afterwards.
        webhook_shuffle: events of a batch come in any order.
        webhook_drop: events are lost instead of sent.
        webhook_timeout_s: real seconds in which the receiver must answer.
        batch_size: events of one delivery at most.
        rate_limits: False switches all limits off; the headers stay.
        burst_limit: requests per ten seconds in place of what the app kind and plan give.
        daily_limit: requests per day in place of what the plan gives.
        search_lag_s: seconds until a write can be found by search.
        required_properties: from version 2026-09 on, properties that creating through the API must set, by object.
        api_lines_calculated: whether lines made through the API get their amounts at once.
        inline_associations: longest inline list of associations; the rest is read by batch.
        max_note_chars: longest note accepted.
        fetch_retries: how often the card proxy repeats a failed call.
        workflow_timeout_s: real seconds in which an action must answer.
    """

    oauth_decision: str = "allow"
    webhook_url: str = ""
    webhooks_paused: bool = False
    webhook_duplicates: int = 0
    webhook_shuffle: bool = False
    webhook_drop: bool = False
    webhook_timeout_s: float = 5.0
    batch_size: int = 100
    rate_limits: bool = True
    burst_limit: int | None = None
    daily_limit: int | None = None
    search_lag_s: float = 0.0
    required_properties: Mapping[str, list[str]] = field(default_factory=dict)
    api_lines_calculated: bool = True
    inline_associations: int = 100
    max_note_chars: int = 65_536
    fetch_retries: int = 1
    workflow_timeout_s: float = 30.0


_KINDS = {str: str, bool: bool, int: int, float: (int, float)}


@dataclass(slots=True)
class KnobBoard:
    """The knobs in force; replaced as a whole so that a refused change leaves nothing half set."""

    current: Knobs = field(default_factory=Knobs)

    def reset(self) -> None:
        self.current = Knobs()

    def turn(self, changes: Mapping[str, object]) -> None:
        hints = get_type_hints(Knobs)
        known = {item.name for item in fields(Knobs)}
        for name, value in changes.items():
            if name not in known:
                raise ValueError(f"unknown knob {name!r}; known: {', '.join(sorted(known))}")
            kind = hints[name]
            wanted = _KINDS.get(kind)
            if wanted is not None and (
                not isinstance(value, wanted) or (isinstance(value, bool) and kind is not bool)  # type: ignore[arg-type]
            ):
                raise ValueError(f"{name} takes a {kind.__name__}")
        if changes.get("oauth_decision", "allow") not in {"allow", "deny"}:
            raise ValueError("oauth_decision takes allow or deny")
        self.current = replace(self.current, **changes)  # type: ignore[arg-type]  # checked above
