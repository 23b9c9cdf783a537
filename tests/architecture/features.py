"""`docs/features.md`: each numbered behaviour, the end-to-end tests that prove it, and the settings that govern it.

Tests name a behaviour by its number in their docstring (`F43: …`), settings in their description. Written anew by
`python -m tests.architecture.features > docs/features.md`.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from fortnox_bridge.sync_settings.current import Settings
from fortnox_bridge.sync_settings.page import settings_of

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests" / "e2e"

FEATURES: Mapping[str, str] = {
    "F3": "Connecting the source account; an uninstall there disconnects here",
    "F5": "Several connections of one source account, split by routes, one document for each deal",
    "F7": "Products switched off in the source: said, with how to switch them on",
    "F8": "Preflight of the Fortnox company",
    "F9": "A lost connection: runs wait, reconnecting drains them",
    "F10": "Trigger rules by stage, for invoices and orders; an order's invoice rule converts it",
    "F11": "A deal created in the stage triggers; moving out and back makes no second document",
    "F13": "Workflow actions of the source platform, done once for each call",
    "F14": "Making a deal's document by hand, whatever its stage",
    "F16": "Customers and products by themselves, in bulk and by schedule",
    "F17": "Backfill with preview, progress, pause and resume",
    "F18": "A lost deal's untouched draft is cancelled",
    "F20": "Companies matched by ordered pairs of fields, also by those Fortnox cannot search",
    "F21": "Persons as customers, where the connection allows it",
    "F22": "Values of both sides made comparable",
    "F23": "Empty match fields, several hits, and the choice that is remembered",
    "F24": "A customer who is missing is created, or waited for",
    "F25": "Customer numbers from the source or from Fortnox, and back",
    "F26": "What new customers start with; existing ones keep their card",
    "F27": "Field mapping with fallbacks, templates, checked types and new fields in the source",
    "F28": "What may be overwritten in Fortnox, row by row",
    "F29": "Private persons",
    "F30": "First links: sure, likely, none, accepted in bulk",
    "F31": "A remembered customer number is verified",
    "F40": "Articles by field or by table, with CSV in and out",
    "F41": "An article that is missing: stop, default, create",
    "F42": "A deal without lines",
    "F43": "Discounts of deals and lines, in every form the source has",
    "F46": "Article numbers and row texts within what Fortnox takes",
    "F47": "Units, cost centres and projects, by line and by document",
    "F48": "Inactive or missing register values stop a deal before anything is written",
    "F49": "Product mapping, and changes in the source that reach Fortnox",
    "F50": "Drafts only, never sent, never booked",
    "F51": "The document's header by mapping",
    "F52": "Days: document, due, delivery, and locked periods",
    "F53": "Our reference and your reference",
    "F54": "Currencies and their rates",
    "F55": "Prices with or without VAT",
    "F56": "VAT as one decision that explains itself",
    "F57": "The proof of totals",
    "F58": "Nothing that Fortnox would fill in leaks into a total",
    "F60": "Updating a draft, or making the next one",
    "F61": "A draft that follows the deal until a person touches it",
    "F62": "Files of the deal on the Fortnox document",
    "F63": "Switched-off lines, instalments and recurring lines",
    "F65": "Housework articles stop, and are never altered",
    "F66": "The warehouse module",
    "F80": "Notes with the document's facts and its PDF, or with what to do",
    "F81": "Replay",
    "F82": "Facts written back into fields of the deal",
    "F84": "A write-back that fails is repeated and never touches the draft",
    "F100": "A customer's finances on the card inside the source system, with their age",
    "F101": "A deal's documents, runs and buttons on its card",
    "F102": "Update a customer in Fortnox from the card, and say what changed",
    "F103": "Cards show nothing to anybody but the platform's own signed users of the account",
    "F112": "Preview without any write",
    "F115": "Settings in revisions: differences, restore, files, copies",
    "F130": "Connectors by strangers: from the template to the demo's stories",
    "F131": "Which connectors there are, what they can, what failed, and which rule one breaks",
}
# Named where something else is proven; they have pages of their own to come.
_IN_PASSING = frozenset({"F1", "F2", "F4", "F6", "F110"})
# Behaviours that nothing needs to be decided about.
WITHOUT_SETTINGS = frozenset(
    "F101 F102 F103 F3 F7 F8 F9 F11 F13 F14 F17 F22 F30 F48 F58 F60 F65 F84 F112 F115 F130 F131".split()  # noqa: SIM905 - a list of numbers reads best so
)
_NUMBER = re.compile(r"\bF(\d{1,3})(?:\s*[-–]\s*F?(\d{1,3}))?\b")


def numbers_in(text: str) -> Iterator[str]:
    """Every number named in `text`; `F20-F23` names four."""
    for first, last in _NUMBER.findall(text):
        yield from (f"F{number}" for number in range(int(first), int(last or first) + 1))


def proofs_by_feature() -> Mapping[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted(TESTS.glob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef) and node.name.startswith("test_"):
                for number in dict.fromkeys(numbers_in(ast.get_docstring(node) or "")):
                    found[number].append(f"{path.name}::{node.name}")
    return found


def settings_by_feature() -> Mapping[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name, section in Settings.model_fields.items():
        for path, field in settings_of(section.annotation, name):
            for number in dict.fromkeys(numbers_in(field.description or "")):
                found[number].append(path)
    return found


def known(number: str) -> bool:
    return number in FEATURES or number in _IN_PASSING


def features_page() -> str:
    tests, settings = proofs_by_feature(), settings_by_feature()
    parts = [_INTRODUCTION]
    for number, title in FEATURES.items():
        parts.append(f"## {number}. {title}\n")
        keys = ", ".join(f"`{key}`" for key in settings.get(number, ()))
        if keys:
            parts.append(f"Settings: {keys}\n")
        parts.append("\n".join(f"- `{test}`" for test in tests.get(number, ())) + "\n")
    return "\n".join(parts)


_INTRODUCTION = """# What it does, and where that is proven

The product's numbered behaviours, each with the settings that govern it (see `sync-settings.md`) and the end-to-end
tests in `tests/e2e/` that prove it over real HTTP.

This page is made from the code; do not edit it.
"""


if __name__ == "__main__":
    sys.stdout.write(features_page())
