"""The kit as tests: one class that an author derives from, and `pytest` does the rest."""

import traceback
from collections.abc import Mapping
from typing import ClassVar, get_type_hints

import pytest

from fortnox_bridge.quality import FILE_NAME, Quality, quality_of
from fortnox_bridge.sdk.connector import Session
from fortnox_bridge.testing.harness import ConnectorHarness
from fortnox_bridge.testing.kit import CONNECTOR_SURFACES, RuleRun, declared, methods_of, run_rule
from fortnox_bridge.testing.rule import GUIDE, Rule, RuleBroken
from fortnox_bridge.testing.rules import RULES


class ConnectorConformance:
    """Every rule of the kit as a test of one connector.

        class TestAcme(ConnectorConformance):
            harness = AcmeHarness

    A rule about a capability that the connector does not declare is skipped, and so is one that `quality.toml` exempts
    with a reason. A rule that is `todo` there may break; when it holds, the test asks to say so. Everything else must
    hold. Two tests come last: everything that is declared was exercised, and the tier claimed is deserved.
    """

    harness: ClassVar[type[ConnectorHarness]]
    _runs: ClassVar[dict[tuple[type, str], RuleRun]] = {}

    @pytest.mark.asyncio
    @pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
    async def test_rule(self, rule: Rule) -> None:
        """One rule, in a world of its own."""
        harness = self.harness()
        quality = claim_of(harness)
        if rule.name in quality.exempt and rule.exempt_when:
            pytest.skip(f"exempt: {quality.exempt[rule.name]}")
        if rule.needs is not None and rule.needs not in await declared(harness):
            pytest.skip(f"the connector declares no {rule.needs}")
        broken: RuleBroken | None = None
        try:
            self._runs[type(self), rule.name] = await run_rule(rule, harness)
        except RuleBroken as error:
            broken = error
        if rule.name in quality.todo:
            if broken is not None:
                pytest.xfail(str(broken))
            pytest.fail(f"{rule.name} holds: take it out of {FILE_NAME}", pytrace=False)
        if broken is not None:
            pytest.fail(told(broken), pytrace=False)

    @pytest.mark.asyncio
    async def test_every_declared_capability_is_exercised(self) -> None:
        """Nothing declared goes untested, whichever rules were exempt or left out."""
        known = {name: run for (owner, name), run in self._runs.items() if owner is type(self)}
        untested = await untested_of(self.harness(), known)
        if untested:
            pytest.fail(
                f"declared, and no rule that holds exercises it: {', '.join(untested)}\n"
                f"  Mend the rules that break or are exempt, or declare less. {GUIDE}#rules",
                pytrace=False,
            )

    def test_claimed_tier_is_deserved(self) -> None:
        """`quality.toml` names rules that exist, exempts only what may be, and claims no more than it does."""
        problems = problems_of(claim_of(self.harness()))
        if problems:
            pytest.fail(f"{FILE_NAME}: " + "; ".join(problems), pytrace=False)


def claim_of(harness: ConnectorHarness) -> Quality:
    """What the connector's package claims; no file claims nothing."""
    return quality_of(harness.package) or Quality(tier=None)


def problems_of(quality: Quality, rules: Mapping[str, Rule] = RULES) -> list[str]:
    """What is wrong with a claim, in sentences."""
    problems = []
    if quality.tier is None:
        problems.append('no tier is claimed: write tier = "bronze" and work upwards')
    problems += [f"no rule is called {name}" for name in sorted((quality.todo | quality.exempt.keys()) - rules.keys())]
    problems += [
        f"{name} exempts nobody ({rules[name].anchor})"
        for name in sorted(quality.exempt.keys() & rules.keys())
        if not rules[name].exempt_when
    ]
    if quality.tier is not None:
        problems += [
            f"{quality.tier} requires {name}, which is todo"
            for name in sorted(quality.todo & rules.keys())
            if rules[name].tier in quality.tier.included
        ]
    return problems


async def untested_of(harness: ConnectorHarness, known: Mapping[str, RuleRun]) -> list[str]:
    """What is declared and touched by no rule that holds. Rules that are not in `known` are run for it."""
    quality = claim_of(harness)
    has = await declared(harness)
    called: set[tuple[str, str]] = set()
    met: set[str | None] = set()
    for rule in RULES.values():
        if rule.name in quality.exempt or (rule.needs is not None and rule.needs not in has):
            continue
        try:
            run = known.get(rule.name) or await run_rule(rule, harness)
        except RuleBroken:
            # Told by its own test; what it called counts for nothing.
            continue
        called |= run.called
        met.add(rule.needs)
    protocols = get_type_hints(Session)
    missing = sorted(has & set(CONNECTOR_SURFACES) - met)
    for slot in sorted(has - set(CONNECTOR_SURFACES)):
        missing += [f"{slot}.{name}" for name in methods_of(_protocol(protocols[slot])) if (slot, name) not in called]
    return missing


def _protocol(hint: object) -> type:
    """The protocol in `NoteWriter | None`."""
    parts = [part for part in getattr(hint, "__args__", (hint,)) if part is not type(None)]
    assert isinstance(parts[0], type)
    return parts[0]


def told(broken: RuleBroken) -> str:
    """The break in words, with the way to the place when an exception of the connector's own caused it."""
    cause = broken.__cause__
    return str(broken) if cause is None else str(broken) + "\n\n" + "".join(traceback.format_exception(cause))
