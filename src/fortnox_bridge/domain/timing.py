"""Every interval of the service in one place, so that process tests can run them faster (facts: reliability 4)."""

from dataclasses import dataclass, fields, replace
from typing import Final

_MACHINE_BOUND: Final = frozenset({"connector_call_s", "ack_deadline_s", "card_margin_s", "connect_timeout_s"})


@dataclass(frozen=True, slots=True)
class Timing:
    """All in seconds. `quarantine_s` is Q of reliability 4.3: how long a write of unknown outcome may still land.

    The copy of a customer register makes one call per `copy_call_s` at most, asks for changes every `copy_changes_s`,
    lists everything every `copy_list_s`, looks every `copy_wake_s` whether something is due, and
    rests for `copy_rest_s` after a failure. Backfills go on every `backfill_s`; every `schedule_s` it is seen whether
    a regular sync is due. Cards ask for everything of a customer every `card_list_s` and for changes in between, rest
    for `card_rest_s` after a failure, and make sure every `card_record_s` that the record is still there; they answer
    `card_margin_s` before their platform gives up. Every `report_s`
    platforms are told of workflow actions that have ended. Missed deals are looked for every `reconcile_s`, from
    `reconcile_overlap_s` before the last look. A connector gets `connector_call_s` for each call.
    """

    lease_s: float = 60
    heartbeat_s: float = 15
    sweep_s: float = 5
    poll_s: float = 1
    send_deadline_s: float = 10
    quarantine_s: float = 120
    second_look_s: float = 30
    connect_timeout_s: float = 5
    write_timeout_s: float = 60
    read_timeout_s: float = 30
    token_timeout_s: float = 30
    vies_timeout_s: float = 4
    token_cooldown_s: float = 30
    intent_wait_s: float = 5
    ack_deadline_s: float = 3.5
    rate_limit_wait_s: float = 5
    breaker_open_s: float = 30
    upkeep_first_s: float = 3600
    upkeep_s: float = 6 * 3600
    copy_wake_s: float = 5
    copy_call_s: float = 1
    copy_changes_s: float = 300
    copy_list_s: float = 24 * 3600
    copy_rest_s: float = 60
    backfill_s: float = 1
    schedule_s: float = 5
    report_s: float = 2
    retention_s: float = 6 * 3600
    reconcile_s: float = 900
    reconcile_overlap_s: float = 600
    reconcile_look_s: float = 60
    connector_call_s: float = 120
    card_list_s: float = 24 * 3600
    card_rest_s: float = 30
    card_record_s: float = 600
    card_margin_s: float = 1
    retry_s: tuple[float, ...] = (5, 30, 120, 600, 1800, 3600, 7200)
    give_up_s: float = 72 * 3600

    def scaled(self, factor: float) -> "Timing":
        """The same with every interval multiplied by `factor`, but for what depends on the machine alone."""
        scalable = {part.name for part in fields(self)} - _MACHINE_BOUND - {"retry_s"}
        scaled = {name: getattr(self, name) * factor for name in scalable}
        return replace(self, **scaled, retry_s=tuple(wait * factor for wait in self.retry_s))
