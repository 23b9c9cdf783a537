"""How much of Fortnox's rate window a backlog uses, and how often Fortnox would refuse, in virtual time.

Two models of Fortnox's window judge what arrives after a jittered way: an exact log of 25 in 5 s, and an estimate over
two weighted buckets. The baseline is a plain sliding log of 25 in 5 s at send time, as most clients have.
"""

import random
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from fortnox_bridge.fortnox.window import LIMIT, WINDOW_S, GrantWindow

SECONDS = 180.0
MEAN_JITTER_S = 0.010
SEED = 20261123
TRIALS = 40


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    result: str
    baseline: str
    ratio: float
    goal: str
    passes: bool


@dataclass(frozen=True, slots=True)
class Use:
    """Share of the possible requests that Fortnox accepted, and how many it refused."""

    share: float
    refused: int

    def __str__(self) -> str:
        return f"{self.share:.1%} used, {self.refused} refused"


def rate_window_rows() -> Iterator[Row]:
    for name, judge in (("exact window", exact_judge), ("weighted window", weighted_judge)):
        ours, plain = use_of(our_sends(), judge), use_of(plain_sends(), judge)
        ratio = ours.share / plain.share
        yield Row(
            f"rate window under backlog, {name}",
            str(ours),
            str(plain),
            ratio,
            ">= 95.0% used, 0 refused",
            ours.share >= 0.95 and ours.refused == 0,
        )


def our_sends() -> list[float]:
    window, now, sends = GrantWindow(), 0.0, []
    while now < SECONDS:
        wait = window.wait(now)
        if wait > 0:
            now += max(wait, 1e-6)
            continue
        window.grant(now)
        sends.append(now)
    return sends


def plain_sends() -> list[float]:
    log: deque[float] = deque()
    now, sends = 0.0, []
    while now < SECONDS:
        while log and log[0] <= now - WINDOW_S:
            log.popleft()
        if len(log) >= LIMIT:
            now = log[0] + WINDOW_S + 1e-6
            continue
        log.append(now)
        sends.append(now)
        now += 0.001
    return sends


def use_of(sends: list[float], new_judge: Callable[[], Callable[[float], bool]]) -> Use:
    """Many trials, each with its own jitter and its own phase of the vendor's buckets, alike for both limiters."""
    accepted = 0
    for trial in range(TRIALS):
        chance, accepts = random.Random(SEED + trial), new_judge()
        phase = chance.uniform(0, WINDOW_S)
        arrivals = sorted(phase + sent + chance.expovariate(1 / MEAN_JITTER_S) for sent in sends)
        accepted += sum(accepts(arrival) for arrival in arrivals)
    possible = SECONDS / WINDOW_S * LIMIT * TRIALS
    return Use(accepted / possible, len(sends) * TRIALS - accepted)


def exact_judge() -> Callable[[float], bool]:
    log: deque[float] = deque()

    def accepts(at: float) -> bool:
        while log and log[0] <= at - WINDOW_S:
            log.popleft()
        if len(log) >= LIMIT:
            return False
        log.append(at)
        return True

    return accepts


def weighted_judge() -> Callable[[float], bool]:
    counts: dict[int, int] = {}

    def accepts(at: float) -> bool:
        bucket = int(at // WINDOW_S)
        left = 1 - (at - bucket * WINDOW_S) / WINDOW_S
        if counts.get(bucket, 0) + 1 + counts.get(bucket - 1, 0) * left > LIMIT:
            return False
        counts[bucket] = counts.get(bucket, 0) + 1
        return True

    return accepts
