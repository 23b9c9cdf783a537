"""`docs/connector-reference.md`: the contract and the rules of the kit, as the code states them.

Written anew by `python -m tests.architecture.connector_reference > docs/connector-reference.md`.
"""

import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from inspect import cleandoc, signature
from typing import get_args, get_type_hints

from fortnox_bridge import sdk
from fortnox_bridge.quality import Tier
from fortnox_bridge.sdk import (
    ActionSurface,
    CardSurface,
    CommandContext,
    Connector,
    ConnectorCommand,
    ConnectorContext,
    DemoScript,
    Session,
    SimulatorWorld,
    WebhookReceiver,
)
from fortnox_bridge.sdk.hookspecs import HookSpecs
from fortnox_bridge.sdk.simulator import Simulator
from fortnox_bridge.testing import ConnectorHarness
from fortnox_bridge.testing.kit import methods_of
from fortnox_bridge.testing.rules import RULES

HEAD = """# Connector reference

The contract of a connector, and the rules that the conformance kit holds it to, as the code states them: this page is
generated. How to write a connector from nothing is told in [connector-guide.md](connector-guide.md).
"""
RECORDS_HEAD = """## Records

What goes in and out of the capabilities. All of it is in `fortnox_bridge.sdk`, unchangeable, and made by name.
"""
DESCRIBED = (ActionSurface, CardSurface, CommandContext, Connector, ConnectorCommand, ConnectorContext, Session)
RULES_HEAD = """## Rules

The kit runs every rule over a connector: `class TestAcme(ConnectorConformance): harness = AcmeHarness`. A rule about a
capability that the connector does not declare is skipped. Nothing else is, unless `quality.toml` in the package says
so: `todo` for what is known to break, `{ exempt = "the reason" }` where the rule allows it. `tier` claims bronze,
silver or gold; each includes the one before, and none may be claimed while one of its rules is `todo`.
"""
_PARAGRAPHS = re.compile(r"^(Attributes|Class attributes to set):\n((?:    .*\n?|\n)+)", re.MULTILINE)
_ENTRY = re.compile(r"^    (\w+): ((?:.*)(?:\n        .*)*)", re.MULTILINE)


class Undocumented(Exception):
    """Something of the contract has no words. The text names it."""


def documented(owner: object, name: str) -> str:
    """The docstring of `owner` itself, never an inherited one."""
    text = vars(owner).get("__doc__") if isinstance(owner, type) else inspect.getdoc(owner)
    if not text or text.startswith(f"{name}("):
        raise Undocumented(name)
    return cleandoc(text)


def attributes_of(owner: type) -> Mapping[str, str]:
    """The entries under `Attributes:` in a class's docstring."""
    section = _PARAGRAPHS.search(documented(owner, owner.__name__) + "\n")
    entries = _ENTRY.findall(section[2]) if section else []
    return {name: " ".join(text.split()) for name, text in entries}


def described_fields(owner: type) -> Mapping[str, str]:
    """Every field of a dataclass with its words."""
    said = attributes_of(owner)
    for each in fields(owner):
        if each.name not in said:
            raise Undocumented(f"{owner.__name__}.{each.name}")
    return {each.name: said[each.name] for each in fields(owner)}


def capabilities() -> Mapping[str, type]:
    """The protocol of each slot of `Session`."""
    hints = get_type_hints(Session)
    return {
        each.name: next((part for part in get_args(hints[each.name]) if part is not type(None)), hints[each.name])
        for each in fields(Session)
    }


def table(entries: Mapping[str, str]) -> Iterator[str]:
    yield "| name | meaning |\n| --- | --- |"
    yield from (f"| `{name}` | {text.replace('|', chr(92) + '|')} |" for name, text in entries.items())
    yield ""


def prose(text: str) -> str:
    """A docstring for the page: its sections become small lists."""
    lines = []
    for line in _PARAGRAPHS.sub("", text).splitlines():
        section = re.fullmatch(r"(Args|Raises):", line)
        entry = re.fullmatch(r"    ([\w, ]+): (.*)", line)
        if section:
            lines.append(f"{section[1]}:\n")
        elif entry:
            lines.append(f"- `{entry[1]}`: {entry[2]}")
        else:
            lines.append(line.strip())
    return "\n".join(lines).strip() + "\n"


def method(owner: type, name: str) -> str:
    member = vars(owner)[name]
    parameters = str(signature(member)).replace("(self, ", "(").replace("(self)", "()")
    plain = re.sub(r"(?:fortnox_bridge|collections|datetime|starlette)(?:\.\w+)*\.(\w+)", r"\1", parameters)
    return f"**`{name}{plain}`**\n\n{prose(documented(member, f'{owner.__name__}.{name}'))}"


def surfaces() -> Iterator[str]:
    yield "## What comes in\n"
    yield f"### webhooks\n\n{prose(documented(WebhookReceiver, 'WebhookReceiver'))}"
    yield method(WebhookReceiver, "__call__")
    for slot, owner in (("cards", CardSurface), ("actions", ActionSurface), ("commands", ConnectorCommand)):
        yield f"### {slot}\n\n{prose(documented(owner, owner.__name__))}"
        if owner is not ConnectorCommand:
            yield from table(described_fields(owner))
    yield prose(documented(CommandContext, "CommandContext"))


def plain(hint: object) -> str:
    """A type as one writes it, without where it comes from."""
    text = hint.__name__ if isinstance(hint, type) and not get_args(hint) else str(hint)
    return re.sub(r"(?:fortnox_bridge|collections|datetime|decimal|typing|builtins)(?:\.\w+)*\.(\w+)", r"\1", text)


def records() -> Iterator[str]:
    """Every dataclass and enumeration of the sdk that has not been described above."""
    yield RECORDS_HEAD
    for name in sorted(sdk.__all__):
        owner = getattr(sdk, name)
        if not isinstance(owner, type) or owner in DESCRIBED:
            continue
        if issubclass(owner, Enum):
            values = ", ".join(f"`{member.name}`" for member in owner)
            yield f"### {name}\n\n{summary(owner)}One of {values}.\n"
        elif is_dataclass(owner):
            yield f"### {name}\n\n{summary(owner)}"
            yield "| name | type | meaning |\n| --- | --- | --- |"
            said, hints = attributes_of(owner) if summary(owner) else {}, get_type_hints(owner)
            for each in fields(owner):
                optional = "" if each.default is MISSING and each.default_factory is MISSING else ", may be left out"
                hint = plain(hints[each.name]).replace("|", "\\|")
                yield f"| `{each.name}` | `{hint}`{optional} | {said.get(each.name, '').replace('|', chr(92) + '|')} |"
            yield ""


def summary(owner: type) -> str:
    """Its words, if it has any of its own."""
    text = vars(owner).get("__doc__") or ""
    return "" if text.startswith(f"{owner.__name__}(") or not text else prose(cleandoc(text)) + "\n"


def rules() -> Iterator[str]:
    yield RULES_HEAD
    for tier in Tier:
        names = ", ".join(f"[{rule.name}](#rule-{rule.name})" for rule in RULES.values() if rule.tier is tier)
        yield f"- **{tier}**: {names}"
    yield ""
    for rule in RULES.values():
        if not rule.explanation:
            raise Undocumented(f"rule {rule.name}")
        about = f" Asked of connectors that declare `{rule.needs}`." if rule.needs else ""
        exempt = f" Exempt when {rule.exempt_when}." if rule.exempt_when else ""
        yield f"### rule-{rule.name}\n\n{rule.sentence} ({rule.tier}){about}{exempt}\n\n{rule.explanation}\n"


def page() -> str:
    """The whole page.

    Raises:
        Undocumented: a hook, capability or rule has no words.
    """
    parts = [HEAD, "## The hook\n"]
    parts += [method(HookSpecs, name) for name in methods_of(HookSpecs)]
    parts += [f"## Connector\n\n{prose(documented(Connector, 'Connector'))}", *table(described_fields(Connector))]
    parts += [f"## Context\n\n{prose(documented(ConnectorContext, 'ConnectorContext'))}"]
    parts += table(described_fields(ConnectorContext))
    parts += [f"## Capabilities\n\n{prose(documented(Session, 'Session'))}"]
    for slot, protocol in capabilities().items():
        parts.append(f"### {slot}\n\n`{protocol.__name__}`. {prose(documented(protocol, protocol.__name__))}")
        parts += [method(protocol, name) for name in methods_of(protocol)]
    parts += surfaces()
    parts += [f"## Simulator\n\n{prose(documented(Simulator, 'Simulator'))}"]
    parts += [method(Simulator, name) for name in methods_of(Simulator)]
    parts += table(described_fields(SimulatorWorld))
    parts += [f"## Demo\n\n{prose(documented(DemoScript, 'DemoScript'))}"]
    parts += [
        f"**`{name}`**\n\n{prose(cleandoc(vars(DemoScript)[name].__doc__))}"
        for name in vars(DemoScript)
        if isinstance(vars(DemoScript)[name], property)
    ]
    parts += [method(DemoScript, name) for name in methods_of(DemoScript)]
    parts += records()
    parts += [f"## Harness\n\n{prose(documented(ConnectorHarness, 'ConnectorHarness'))}"]
    parts += table(attributes_of(ConnectorHarness))
    parts += [method(ConnectorHarness, name) for name in methods_of(ConnectorHarness)]
    parts += rules()
    return "\n".join(parts).rstrip() + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())
