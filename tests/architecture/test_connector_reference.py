from dataclasses import fields

from tests.architecture import connector_reference
from tests.architecture.source_codes import ROOT

from fortnox_bridge.sdk import Session
from fortnox_bridge.testing.rules import RULES


def test_reference_is_what_the_code_says():
    """It fails too when a hook, an attribute, a capability, a method or a rule has no words."""
    written = (ROOT / "docs" / "connector-reference.md").read_text(encoding="utf-8")

    assert written == connector_reference.page()


def test_every_capability_and_every_rule_has_its_place():
    headings = connector_reference.page().splitlines()

    assert {f"### {each.name}" for each in fields(Session)} <= set(headings)
    assert {f"### rule-{name}" for name in RULES} <= set(headings)
