"""The fingerprint of a draft: what Fortnox showed of every field that we or a person may set, as digests.

Kept with our record of the draft. A draft that shows the same fingerprint was changed by nobody since (F18, F60, F61);
one that shows another tells which fields differ, but never what they held.
"""

import hashlib
import json
from collections.abc import Mapping

_DIGITS = 8


def fingerprint(values: Mapping[str, str]) -> str:
    """As stored: each field's name with a digest of its value. Empty fields are left out."""
    digests = {name: digest(value) for name, value in values.items() if value}
    return json.dumps(digests, sort_keys=True, separators=(",", ":"))


def digest(value: str) -> str:
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def digests(stored: str) -> Mapping[str, str]:
    found: dict[str, str] = json.loads(stored)
    return found


def differences(stored: str, shown: str) -> tuple[str, ...]:
    """Names of the fields that differ, in order."""
    old, new = digests(stored), digests(shown)
    return tuple(sorted(name for name in {**old, **new} if old.get(name) != new.get(name)))
