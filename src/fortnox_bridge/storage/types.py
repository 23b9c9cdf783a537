"""Column types that hold the same value on SQLite and PostgreSQL: exact, aware, and free of surprises."""

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Generic, TypeVar

from sqlalchemy import DateTime, Dialect, Numeric, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine
from typing_extensions import override

from fortnox_bridge.domain.clock import require_aware
from fortnox_bridge.domain.money import ORE
from fortnox_bridge.domain.snapshot import Plain, to_plain

DIGITS = 18
PLACES = 6
_STEP = Decimal(1).scaleb(-PLACES)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

EnumT = TypeVar("EnumT", bound=StrEnum)


def is_storable(text: str) -> bool:
    """Whether PostgreSQL's text takes it: NUL and lone surrogates are refused there."""
    return _UNSTORABLE.search(text) is None


class PlainText(TypeDecorator[str]):
    """Text of any origin: what PostgreSQL refuses becomes the replacement character on both databases."""

    impl = Text
    cache_ok = True

    @override
    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value)


class UtcDateTime(TypeDecorator[datetime]):
    """TIMESTAMPTZ on PostgreSQL; on SQLite ISO text of one width, so that it also sorts."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Text())
        return dialect.type_descriptor(DateTime(timezone=True))

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        if value is None:
            return None
        instant = require_aware(value)
        return instant.isoformat(timespec="microseconds") if dialect.name == "sqlite" else instant

    @override
    def process_result_value(self, value: datetime | str | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        instant = datetime.fromisoformat(value) if isinstance(value, str) else value
        return instant.astimezone(UTC)


class ExactDecimal(TypeDecorator[Decimal]):
    """NUMERIC(18,6) on PostgreSQL, text on SQLite, whose NUMERIC would be a float. Not for arithmetic in SQL."""

    impl = Numeric(DIGITS, PLACES)
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Text())
        return dialect.type_descriptor(Numeric(DIGITS, PLACES, asdecimal=True))

    @override
    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | str | None:
        if value is None:
            return None
        if not isinstance(value, Decimal):
            raise TypeError("decimals are stored, nothing else")
        if not value.is_finite() or value.adjusted() >= DIGITS - PLACES:
            raise ValueError(f"{value} does not fit NUMERIC({DIGITS},{PLACES})")
        exact = value.quantize(_STEP)
        if exact != value:
            raise ValueError(f"{value} has more than {PLACES} decimals")
        return format(exact, "f") if dialect.name == "sqlite" else exact

    @override
    def process_result_value(self, value: Decimal | str | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else _shortest(Decimal(value))


class JsonText(TypeDecorator[Plain]):
    """Plain JSON values as ASCII text: escapes carry NUL and lone surrogates, which PostgreSQL's jsonb refuses."""

    impl = Text
    cache_ok = True

    @override
    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return json.dumps(to_plain(value), ensure_ascii=True, sort_keys=True, separators=(",", ":"))

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> Plain:
        if value is None:
            return None
        decoded: Plain = json.loads(value)
        return decoded


class EnumText(TypeDecorator[EnumT], Generic[EnumT]):
    """A domain enumeration by its value."""

    impl = String(40)
    cache_ok = True

    def __init__(self, kind: type[EnumT]) -> None:
        super().__init__()
        self.kind = kind

    @override
    def process_bind_param(self, value: EnumT | None, dialect: Dialect) -> str | None:
        return None if value is None else self.kind(value).value

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> EnumT | None:
        return None if value is None else self.kind(value)


def _shortest(value: Decimal) -> Decimal:
    """The same number with at least öre and no needless zeros, whichever database it comes from."""
    shortest = value.normalize()
    exponent = shortest.as_tuple().exponent
    return shortest.quantize(ORE) if isinstance(exponent, int) and exponent > -2 else shortest
