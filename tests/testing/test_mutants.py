"""Every rule bites: a connector that breaks it is caught by it, by name."""

import pytest
from tests.testing.mutants import MUTANTS, mutant

from fortnox_bridge.testing.kit import run_rule
from fortnox_bridge.testing.rule import RuleBroken
from fortnox_bridge.testing.rules import RULES


def test_every_rule_has_its_mutant():
    assert {name.partition("/")[0] for name in MUTANTS} == set(RULES)


@pytest.mark.parametrize("name", MUTANTS)
async def test_mutant_is_caught_by_its_rule(name):
    rule = RULES[name.partition("/")[0]]

    with pytest.raises(RuleBroken) as caught:
        await run_rule(rule, mutant(name)())

    told = str(caught.value)
    assert told.startswith(f"Rule broken: {rule.name} ({rule.tier})")
    assert f"expected: {caught.value.expected}" in told
    assert "came: " in told
    assert told.endswith(f"docs/connector-reference.md#rule-{rule.name}")
