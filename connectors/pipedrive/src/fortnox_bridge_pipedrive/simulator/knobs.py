"""Behaviour that tests and tours can change at run time through `configure`."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

DEFAULT_SCOPES = (
    "base",
    "deals:full",
    "contacts:full",
    "products:read",
    "deal-fields:full",
    "contact-fields:full",
    "product-fields:full",
    "webhooks:full",
    "search:read",
    "users:read",
)
PLANS = ("lite", "growth", "premium", "ultimate")


@dataclass(frozen=True, slots=True)
class Knobs:
    """Every switch with its value in a fresh sandbox.

    Attributes:
        oauth_decision: "allow" or "deny"; what the user answers on the consent page.
        scopes: scopes of the app's registration, granted as a block to tokens issued from now on.
        plan: subscription of every company: burst limits and daily budget (section 4).
        seats: seats of every company: daily budget.
        daily_budget: tokens per day in place of what plan and seats give.
        burst_limit: requests per two seconds in place of what the plan gives.
        search_limit: search requests per two seconds.
        rate_limits: False switches both limits off; the headers stay.
        products_off: the company has switched Products off: every call about them answers 415.
        payment_required: every call answers 402.
        cloudflare_block: every call answers 403 with an HTML page.
        search_lag_s: seconds until a write can be found by search.
        scored_field_search: itemSearch/field answers `{result_score, item}` rows (the description's schema) in place
            of `{id, name}` rows (its example); the two contradict each other.
        note_touches_deal: a note changes its deal's `update_time` (section 15, unverified).
        max_note_chars: longest note accepted.
        max_file_bytes: largest file accepted.
        max_body_bytes: largest JSON body accepted.
        webhooks_paused: events wait and go out when the knob is switched off.
        webhook_copies: how many copies of each event are sent at the same time.
        webhook_duplicates: how many times each delivered event is sent again afterwards.
        webhook_shuffle_s: each event waits a random time up to this many real seconds, so that order is lost.
        webhook_drop: events are lost instead of sent.
        webhook_timeout_s: real seconds in which the receiver must answer.
        latency_s: real seconds that every API call takes.
    """

    oauth_decision: str = "allow"
    scopes: tuple[str, ...] = DEFAULT_SCOPES
    plan: str = "growth"
    seats: int = 5
    daily_budget: int | None = None
    burst_limit: int | None = None
    search_limit: int = 10
    rate_limits: bool = True
    products_off: bool = False
    payment_required: bool = False
    cloudflare_block: bool = False
    search_lag_s: float = 0.0
    scored_field_search: bool = False
    note_touches_deal: bool = True
    max_note_chars: int = 100_000
    max_file_bytes: int = 25 * 1024 * 1024
    max_body_bytes: int = 1024 * 1024
    webhooks_paused: bool = False
    webhook_copies: int = 1
    webhook_duplicates: int = 0
    webhook_shuffle_s: float = 0.0
    webhook_drop: bool = False
    webhook_timeout_s: float = 10.0
    latency_s: float = 0.0


@dataclass(slots=True)
class KnobBoard:
    """The knobs in force; replaced as a whole so that a refused change leaves nothing half set."""

    current: Knobs = field(default_factory=Knobs)

    def reset(self) -> None:
        self.current = Knobs()

    def turn(self, changes: Mapping[str, object]) -> None:
        known = {item.name: getattr(self.current, item.name) for item in fields(Knobs)}
        checked: dict[str, object] = {}
        for name, value in changes.items():
            if name not in known:
                raise ValueError(f"unknown knob {name!r}; known: {', '.join(sorted(known))}")
            checked[name] = _checked(name, value)
        self.current = replace(self.current, **checked)  # type: ignore[arg-type]  # checked by name above


def _checked(name: str, value: object) -> object:
    if name in {"daily_budget", "burst_limit"} and value is None:
        return None
    if name == "scopes":
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            raise ValueError("scopes takes a list of strings")
        return tuple(value)
    choices = {"oauth_decision": ("allow", "deny"), "plan": PLANS}.get(name)
    if choices is not None:
        if value not in choices:
            raise ValueError(f"{name} takes one of {', '.join(choices)}")
        return value
    default = getattr(Knobs(), name)
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise ValueError(f"{name} takes true or false")  # noqa: TRY004  # a refused value, not a programming error
        return value
    return _checked_number(name, value, whole=isinstance(default, int) or default is None)


def _checked_number(name: str, value: object, *, whole: bool) -> int | float:
    wanted = int if whole else (int, float)
    if isinstance(value, bool) or not isinstance(value, wanted) or value < 0:
        raise ValueError(f"{name} takes a {'whole ' if whole else ''}number of at least 0")
    return value if whole else float(value)
