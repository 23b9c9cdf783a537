"""What a mapping row says of one deal, customer or product: the text, and which of its sources said it (F27)."""

from collections.abc import Iterable
from dataclasses import dataclass

from fortnox_bridge.domain.deal import LineItem
from fortnox_bridge.domain.fields import FieldPath, Subject, read_field
from fortnox_bridge.domain.rules.mapping import FieldMapping, TargetT
from fortnox_bridge.domain.values import as_text


@dataclass(frozen=True, slots=True)
class Mapped:
    """`by` is the field path that won, or `template`."""

    text: str
    by: str


def mapped_text(row: FieldMapping[TargetT], subject: Subject, line: LineItem | None = None) -> Mapped | None:
    """The row's value: the first source that is not empty, or the template's text; None when there is nothing."""
    if row.template is not None:
        text = row.template.render(lambda path: field_text(path, subject, line) or "")
        return Mapped(text, "template") if text else None
    for path in row.sources:
        found = field_text(path, subject, line)
        if found:
            return Mapped(found, str(path))
    return None


def find_mapped(
    rows: Iterable[FieldMapping[TargetT]], target: TargetT, subject: Subject, line: LineItem | None = None
) -> Mapped | None:
    return next((mapped_text(row, subject, line) for row in rows if row.target is target), None)


def field_text(path: FieldPath, subject: Subject, line: LineItem | None = None) -> str | None:
    value = read_field(path, subject, line)
    return as_text(value) or None if value is not None else None
