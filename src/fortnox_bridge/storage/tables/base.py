"""The one MetaData, and the columns every table draws in the same way."""

from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, MetaData, Uuid
from sqlalchemy.sql.type_api import TypeEngine

from fortnox_bridge.storage.types import EnumT, EnumText, PlainText, UtcDateTime

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def identity() -> "Column[Any]":
    return Column("id", Uuid(), primary_key=True)


def reference(name: str, target: str, *, is_optional: bool = False, on_delete: str | None = None) -> "Column[Any]":
    return Column(name, Uuid(), ForeignKey(f"{target}.id", ondelete=on_delete), nullable=is_optional)


def instant(name: str, *, is_optional: bool = False) -> "Column[Any]":
    return Column(name, UtcDateTime(), nullable=is_optional)


def text(name: str, *, is_optional: bool = False) -> "Column[Any]":
    return Column(name, PlainText(), nullable=is_optional)


def required(name: str, kind: TypeEngine[Any]) -> "Column[Any]":
    return Column(name, kind, nullable=False)


def choice(name: str, kind: type[EnumT]) -> "Column[Any]":
    return Column(name, EnumText(kind), nullable=False)


def one_of(name: str, kind: type[EnumT]) -> CheckConstraint:
    """The database refuses what the enumeration does not know."""
    values = ", ".join(f"'{member.value}'" for member in kind)
    return CheckConstraint(f"{name} IN ({values})", name=f"{name}_known")
