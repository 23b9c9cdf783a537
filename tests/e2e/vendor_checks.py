"""After every test: what the bridge sent to the vendors is what the vendors' own descriptions allow."""

import base64
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

from tests.vendor_specs import fortnox, pipedrive

# A person's browser goes there, not the bridge; the descriptions do not know these pages.
_PAGES = {("pipedrive", "GET", "/oauth/authorize")}


def check_requests(requests: Sequence[dict[str, Any]]) -> None:
    """Fail for the first requests that a vendor would not recognise, and for a rate limit that we ran into."""
    said = []
    for row in requests:
        said += [f"#{row['seq']} {row['simulator']}: {problem}" for problem in _violations(row)]
        if row["status"] == 429 and row["fault"] is None:
            said.append(f"#{row['seq']} {row['simulator']}: {row['method']} {row['path']} ran into the rate limit")
    assert not said, "\n".join(said[:20])


def _violations(row: dict[str, Any]) -> list[str]:
    if (row["simulator"], row["method"], row["path"]) in _PAGES:
        return []
    query = parse_qsl(row["query"], keep_blank_values=True)
    arguments = (row["method"], row["path"], query, row["headers"].get("content-type", ""), _body(row["body"]))
    match row["simulator"]:
        case "fortnox" if fortnox.is_here():
            return fortnox.violations(*arguments)
        case "pipedrive" if pipedrive.are_here():
            return pipedrive.violations(*arguments)
        case _:
            return []


def why_unchecked() -> list[str]:
    """Why requests are not held against a description, for the report's header."""
    return [
        reason
        for is_here, reason in (
            (fortnox.is_here(), fortnox.WHY_SKIPPED),
            (pipedrive.are_here(), pipedrive.WHY_SKIPPED),
        )
        if not is_here
    ]


def _body(shown: object) -> bytes:
    if isinstance(shown, dict):
        return base64.b64decode(shown["base64"])
    return str(shown or "").encode()
