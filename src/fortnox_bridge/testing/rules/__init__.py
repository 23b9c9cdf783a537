"""All rules of the kit, by name. Importing this registers them."""

from collections.abc import Mapping
from typing import Final

from fortnox_bridge.testing import rule as _rule
from fortnox_bridge.testing.rule import Rule
from fortnox_bridge.testing.rules import description, package, reading, refusals

__all__ = ["RULES", "description", "package", "reading", "refusals"]

RULES: Final[Mapping[str, Rule]] = _rule.RULES
