"""All rules of the kit, by name. Importing this registers them."""

from collections.abc import Mapping
from typing import Final

from fortnox_bridge.testing.rule import REGISTERED, Rule
from fortnox_bridge.testing.rules import (
    conduct,
    description,
    package,
    reading,
    records,
    refusals,
    surfaces,
    webhooks,
    writing,
)

__all__ = [
    "RULES",
    "conduct",
    "description",
    "package",
    "reading",
    "records",
    "refusals",
    "surfaces",
    "webhooks",
    "writing",
]

RULES: Final[Mapping[str, Rule]] = REGISTERED
