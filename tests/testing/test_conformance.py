"""What a connector's author sees: pytest's own words, claims of quality, and no pass without a check."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.testing.mini.harness import MiniHarness

from fortnox_bridge.quality import Quality, QualityUnreadable, Tier, quality_of, read_quality
from fortnox_bridge.testing.conformance import problems_of, untested_of
from fortnox_bridge.testing.rules import RULES

ROOT = Path(__file__).parents[2]
AUTHORS_TEST = """
from fortnox_bridge.testing import ConnectorConformance
from tests.testing.mini.harness import MiniHarness
from tests.testing.mutants import mutant


class SilentHarness(mutant("deal-types")):
    async def notes_of(self, world, account, ref):
        self._lacks("notes_of")


class TestBroken(ConnectorConformance):
    harness = SilentHarness
"""


def test_pytest_tells_which_rule_breaks_and_lets_nothing_pass_unasked(tmp_path):
    test = tmp_path / "test_author.py"
    test.write_text(AUTHORS_TEST, encoding="utf-8")
    chosen = "deal-types or note-written or capability or tier"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "-k",
        chosen,
        str(test),
    ]

    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    assert run.returncode == 1, run.stderr
    assert "3 failed, 1 passed" in run.stdout
    assert "Rule broken: deal-types (bronze)" in run.stdout
    assert "expected: head.updated_at: aware and UTC" in run.stdout
    assert "explained in docs/connector-reference.md#rule-deal-types" in run.stdout
    assert "write the method `notes_of` in SilentHarness" in run.stdout
    assert "no rule that holds exercises it: notes.update_note" in run.stdout


async def test_nothing_of_mini_is_untested():
    assert await untested_of(MiniHarness(), {}) == []


def test_claim_lies_in_the_package():
    assert quality_of("tests.testing.mini") == Quality(Tier.GOLD)
    assert quality_of("tests.testing") is None
    assert quality_of("no_such_package") is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "no tier is claimed"),
        ('tier = "bronze"\n[rules]\ndeal-types = "todo"', "bronze requires deal-types, which is todo"),
        ('tier = "bronze"\n[rules]\nfiles-read = "todo"', None),
        ('tier = "silver"\n[rules]\nfiles-read = "todo"', "silver requires files-read, which is todo"),
        ('tier = "gold"\n[rules]\nwebhook-stale = { exempt = "no time is signed" }', None),
        ('tier = "gold"\n[rules]\ndeal-types = { exempt = "we like floats" }', "deal-types exempts nobody"),
        ('tier = "gold"\n[rules]\nno-such-rule = "todo"', "no rule is called no-such-rule"),
    ],
)
def test_claims_are_held_against_the_rules(text, problem):
    problems = problems_of(read_quality(text))

    assert (problem is None) == (problems == [])
    assert problem is None or problem in problems[0]


@pytest.mark.parametrize(
    "text",
    [
        'tier = "platinum"',
        "tier =",
        'level = "gold"',
        '[rules]\nx = "exempt"',
        '[rules]\nx = { exempt = " " }',
        "rules = 1",
    ],
)
def test_claim_that_cannot_be_meant_is_refused(text):
    with pytest.raises(QualityUnreadable, match=r"quality\.toml"):
        read_quality(text)


def test_every_rule_says_what_it_promises_and_why():
    for rule in RULES.values():
        assert rule.sentence.endswith("."), rule.name
        assert len(rule.explanation) > 40, rule.name
