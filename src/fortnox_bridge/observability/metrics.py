"""Prometheus metrics of one process. Labels come from short fixed lists: a flood of tenants adds no series."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

_ACK: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.5)
_CALL: Final = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_RUN: Final = (0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0, 7200.0, 86_400.0)


class PrometheusMeters:
    """Implements `Meters` on a registry of its own."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self._deliveries = Histogram(
            "fortnox_bridge_delivery_seconds",
            "Webhooks answered, by outcome",
            ("connector", "outcome"),
            buckets=_ACK,
            registry=registry,
        )
        self._events = Counter(
            "fortnox_bridge_events", "Events stored, or known before", ("connector", "kind"), registry=registry
        )
        self._runs = Histogram(
            "fortnox_bridge_run_seconds",
            "Runs that ended or are to be tried again, since they were queued",
            ("task", "state", "reason"),
            buckets=_RUN,
            registry=registry,
        )
        self._steps = Histogram(
            "fortnox_bridge_step_seconds", "Stages of runs", ("stage", "error"), buckets=_CALL, registry=registry
        )
        self._leases = Counter("fortnox_bridge_leases_lost", "Leases that ran out under work", registry=registry)
        self._calls = Histogram(
            "fortnox_bridge_call_seconds", "Requests to vendors", ("system", "answer"), buckets=_CALL, registry=registry
        )
        self._waits = Histogram(
            "fortnox_bridge_rate_wait_seconds",
            "Waiting for Fortnox's rate window",
            ("priority",),
            buckets=_CALL,
            registry=registry,
        )
        self._tokens = Counter("fortnox_bridge_token_renewals", "Token renewals", ("outcome",), registry=registry)

    def text(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self._registry)

    def delivery(self, connector: str, outcome: str, seconds: float) -> None:
        self._deliveries.labels(connector, outcome).observe(seconds)

    def events(self, connector: str, *, new: int, known: int) -> None:
        self._events.labels(connector, "new").inc(new)
        self._events.labels(connector, "known").inc(known)

    def run(self, task: str, state: str, reason: str, seconds: float) -> None:
        self._runs.labels(task, state, reason).observe(seconds)

    def step(self, stage: str, error: str, seconds: float) -> None:
        self._steps.labels(stage, error).observe(seconds)

    def lease_lost(self) -> None:
        self._leases.inc()

    def call(self, system: str, answer: str, seconds: float) -> None:
        self._calls.labels(system, answer).observe(seconds)

    def waited(self, priority: str, seconds: float) -> None:
        self._waits.labels(priority).observe(seconds)

    def token(self, outcome: str) -> None:
        self._tokens.labels(outcome).inc()
