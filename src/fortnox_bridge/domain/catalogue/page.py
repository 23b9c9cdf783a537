"""`docs/errors.md`, made from the catalogue: `python -m fortnox_bridge.domain.catalogue.page > docs/errors.md`."""

import sys
from itertools import groupby

from fortnox_bridge.domain.catalogue import CATALOGUE
from fortnox_bridge.domain.catalogue.message import Message, Turn

_WHOSE = {
    Turn.SALESPERSON: "The salesperson's turn",
    Turn.BOOKKEEPER: "The bookkeeper's turn",
    Turn.ADMINISTRATOR: "The administrator's turn",
    Turn.OPERATOR: "The operator's turn",
    Turn.NOBODY: "Nobody has to do anything",
}
_INTRODUCTION = """# Messages

Every sentence that fortnox-bridge shows to a user, by its stable code, grouped by whose turn it is. Words in braces
are filled in with the field, the record, the system or the number concerned. Where Fortnox itself refused something,
its own sentence is kept beside ours.

This page is made from the code; do not edit it.
"""


def errors_page() -> str:
    order = list(_WHOSE)
    messages = sorted(CATALOGUE.values(), key=lambda message: (order.index(message.turn), message.code))
    parts = [_INTRODUCTION]
    for turn, group in groupby(messages, key=lambda message: message.turn):
        parts.append(f"## {_WHOSE[turn]}\n")
        parts += [_entry(message) for message in group]
    return "\n".join(parts)


def _entry(message: Message) -> str:
    lines = [f"### `{message.code}`\n", f"- en: {_line(message.en, message.remedy_en)}"]
    return "\n".join([*lines, f"- sv: {_line(message.sv, message.remedy_sv)}\n"])


def _line(what: str, remedy: str) -> str:
    return f"{what} *{remedy}*" if remedy else what


if __name__ == "__main__":
    sys.stdout.write(errors_page())
