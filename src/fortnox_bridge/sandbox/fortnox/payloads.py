"""Reading a payload as Fortnox does: field names, types, characters, lengths, and what "empty" means.

`""` and an omitted key leave a value alone, `"API_BLANK"` clears it, null depends on the field
(facts/fortnox.md 6.3). What remains is a `Change`: the values to set, and the fields to empty.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast

from fortnox_bridge.sandbox.fortnox import errors
from fortnox_bridge.sandbox.fortnox.fields import Field, Table
from fortnox_bridge.sandbox.fortnox.text_rules import has_forbidden_characters

BLANK = "API_BLANK"
# Everything Fortnox multiplies or adds stays within the digits that a JSON number carries exactly.
_LARGEST = Decimal("9999999999")


@dataclass(frozen=True, slots=True)
class Change:
    """What a payload asks for: `values` to set, `blanks` to empty. Anything else stays or takes its default."""

    values: dict[str, Any]
    blanks: frozenset[str]

    def mentions(self, name: str) -> bool:
        return name in self.values or name in self.blanks


def read_change(data: object, table: Table) -> Change:
    """Check a payload object against its table.

    Raises:
        FortnoxError: the first thing Fortnox would refuse.
    """
    if not isinstance(data, dict):
        raise errors.wrong_body()
    values: dict[str, Any] = {}
    blanks: set[str] = set()
    for name, raw in data.items():
        field = table.get(name)
        if field is None:
            raise errors.unknown_field(name)
        if raw == BLANK or (raw is None and field.clears_with_null):
            blanks.add(name)
        elif raw is None:
            if field.refuses_null:
                raise errors.null_refused(name)
        elif raw != "":
            values[name] = _read_value(name, raw, field)
    return Change(values, frozenset(blanks))


def _read_value(name: str, raw: object, field: Field) -> object:
    match field.kind:
        case "text":
            return _read_text(name, raw, field)
        case "number":
            return _read_number(name, raw, field)
        case "integer":
            return _read_integer(name, raw, field)
        case "quantity":
            return _read_quantity(name, raw)
        case "boolean":
            if not isinstance(raw, bool):
                raise errors.not_a_boolean(name, raw)
            return raw
        case "date":
            return _read_date(name, raw)
        case "object":
            return read_change(raw, field.members or {}).values
        case "rows" | "labels":
            return _read_list(raw, field)


def _read_list(raw: object, field: Field) -> list[Change]:
    if not isinstance(raw, list):
        raise errors.wrong_body()
    return [read_change(item, field.members or {}) for item in raw]


def _read_text(name: str, raw: object, field: Field) -> str:
    if not isinstance(raw, str):
        raise errors.not_text(name, raw)
    if has_forbidden_characters(raw):
        raise errors.forbidden_characters(raw)
    if field.choices is not None and raw not in field.choices:
        raise errors.invalid(errors.UNPUBLISHED_CHOICE, f"Ogiltigt värde för {name}. ({raw})")
    if field.exact_length is not None and len(raw) != field.exact_length:
        text = f"{name} måste vara {field.exact_length} tecken. ({raw})"
        raise errors.invalid(errors.UNPUBLISHED_TOO_LONG, text)
    if field.max_length is not None and len(raw) > field.max_length:
        if field.is_cut:
            return raw[: field.max_length]
        code = field.too_long_code or errors.UNPUBLISHED_TOO_LONG
        raise errors.invalid(code, f"{name} får innehålla högst {field.max_length} tecken.")
    return raw


def _read_number(name: str, raw: object, field: Field) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal):
        raise errors.not_a_number(name, raw)
    value = _bounded(name, raw)
    lowest = _LARGEST * -1 if field.minimum is None else Decimal(field.minimum)
    highest = _LARGEST if field.maximum is None else Decimal(field.maximum)
    if not lowest <= value <= highest:
        raise errors.not_a_number(name, raw)
    return value


def _read_integer(name: str, raw: object, field: Field) -> int:
    value = _read_number(name, raw, Field("number"))
    if value != value.to_integral_value():
        raise errors.not_a_number(name, raw)
    whole = int(value)
    if (field.minimum is not None and whole < field.minimum) or (field.maximum is not None and whole > field.maximum):
        raise errors.invalid(errors.UNPUBLISHED_RANGE, f"Värdet ligger utanför tillåtet intervall. ({name})")
    return whole


def _read_quantity(name: str, raw: object) -> Decimal:
    if isinstance(raw, str):
        text = raw.strip()
        if not text.lstrip("+-").replace(".", "", 1).isdecimal() or not text.isascii():
            raise errors.not_a_number(name, raw)
        return _bounded(name, Decimal(text))
    return _read_number(name, raw, Field("number"))


def _bounded(name: str, raw: int | Decimal) -> Decimal:
    value = Decimal(raw)
    # The exponent is looked at first: 1e999999 must not be spelled out to be found too large.
    if not value.is_finite() or value.adjusted() > 10 or cast("int", value.as_tuple().exponent) < -30:
        raise errors.not_a_number(name, "…")
    if abs(value) > _LARGEST:
        raise errors.not_a_number(name, raw)
    # The vendor's numbers are doubles: digits that one cannot hold are gone once it has read them.
    return Decimal(repr(float(value)))


def _read_date(name: str, raw: object) -> date:
    try:
        if isinstance(raw, str) and len(raw) == 10:
            return date.fromisoformat(raw)
    except ValueError:
        pass
    raise errors.invalid(errors.UNPUBLISHED_DATE, f"Ogiltigt datum. ({name}: {raw})")
