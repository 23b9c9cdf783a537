"""Does a value have the shape that the contract declares? A light walk along the type hints, for strangers' answers."""

import dataclasses
import inspect
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, NewType, TypeVar, Union, cast, get_args, get_origin, get_type_hints

_Walk = Mapping[Any, Any]


def fault_of(value: object, hint: Any, place: str) -> str | None:  # noqa: ANN401 - a type hint is any object
    """What is wrong with `value`, and where; None: it is what `hint` says. Never quotes the value itself."""
    return _fault(value, hint, place, {})


def _fault(value: object, hint: Any, place: str, bound: _Walk) -> str | None:  # noqa: ANN401 - a type hint is any object
    hint = _plain(hint, bound)
    if hint is Any or hint is object:
        return None
    if hint is None or hint is NoneType:
        return None if value is None else _unlike(value, "None", place)
    origin = get_origin(hint)
    if origin in {Union, UnionType}:
        return _of_several(value, get_args(hint), place, bound)
    if origin is not None:
        return _of_generic(value, origin, get_args(hint), place, bound)
    return _of_class(value, hint, place, {})


def _plain(hint: Any, bound: _Walk) -> Any:  # noqa: ANN401 - a type hint is any object
    if isinstance(hint, TypeVar):
        return bound.get(hint, hint.__bound__ or object)
    return hint.__supertype__ if isinstance(hint, NewType) else hint


def _of_several(value: object, hints: Sequence[Any], place: str, bound: _Walk) -> str | None:
    faults = [_fault(value, each, place, bound) for each in hints]
    if None in faults:
        return None
    # The fault that lies deepest belongs to the alternative that was meant.
    return max((each for each in faults if each), key=len)


def _of_generic(  # a type hint is any object
    value: object,
    origin: Any,  # noqa: ANN401
    args: tuple[Any, ...],
    place: str,
    bound: _Walk,
) -> str | None:
    if origin is tuple:
        return _of_tuple(value, args, place, bound)
    if origin is type:
        return None if isinstance(value, type) else _unlike(value, "a class", place)
    if inspect.isclass(origin) and issubclass(origin, Callable):  # type: ignore[arg-type]  # an ABC, to mypy a form
        return None if callable(value) else _unlike(value, "a callable", place)
    if dataclasses.is_dataclass(origin):
        parameters = getattr(origin, "__parameters__", ())
        return _of_class(value, origin, place, dict(zip(parameters, args, strict=False)))
    if not isinstance(value, origin) or isinstance(value, str | bytes):
        return _unlike(value, origin.__name__, place)
    if isinstance(value, Mapping):
        pairs = [(key, args[0], f"{place} key") for key in value]
        pairs += [(each, args[1], f"{place}[{key!r:.40}]") for key, each in value.items()]
    elif isinstance(value, Sequence | AbstractSet):
        pairs = [(each, args[0], f"{place}[{number}]") for number, each in enumerate(value)]
    else:
        return None
    return _first(pairs, bound)


def _of_tuple(value: object, args: tuple[Any, ...], place: str, bound: _Walk) -> str | None:
    if not isinstance(value, tuple):
        return _unlike(value, "tuple", place)
    hints = [args[0]] * len(value) if len(args) == 2 and args[1] is Ellipsis else list(args)
    if len(hints) != len(value):
        return f"{place}: {len(hints)} members wanted, {len(value)} came"
    return _first(
        [(each, hint, f"{place}[{number}]") for number, (each, hint) in enumerate(zip(value, hints, strict=True))],
        bound,
    )


def _of_class(value: object, kind: Any, place: str, bound: _Walk) -> str | None:  # noqa: ANN401 - a type hint is any object
    if getattr(kind, "_is_protocol", False) or not inspect.isclass(kind):
        return None
    if kind is float and type(value) is int:
        return None
    if not isinstance(value, kind) or _is_lookalike(value, kind):
        return _unlike(value, kind.__name__, place)
    if isinstance(value, Decimal) and not value.is_finite():
        return f"{place}: a finite number wanted"
    if isinstance(value, datetime) and value.utcoffset() is None:
        return f"{place}: a time with its zone wanted"
    if dataclasses.is_dataclass(value) and not isinstance(value, Enum):
        hints = _hints(cast("type", type(value)))
        names = [each.name for each in dataclasses.fields(value)]
        return _first([(getattr(value, name), hints[name], f"{place}.{name}") for name in names], bound)
    return None


def _is_lookalike(value: object, kind: Any) -> bool:  # noqa: ANN401 - a type hint is any object
    """A bool is no number and a time no date, whatever Python's class tree says."""
    return (kind is int and isinstance(value, bool)) or (kind is date and isinstance(value, datetime))


def _first(parts: Sequence[tuple[object, Any, str]], bound: _Walk) -> str | None:
    return next((fault for each in parts if (fault := _fault(*each, bound)) is not None), None)


def _unlike(value: object, wanted: str, place: str) -> str:
    return f"{place}: {wanted} wanted, {type(value).__name__} came"


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


@cache
def answer_hint(function: Callable[..., object]) -> Any:  # noqa: ANN401 - a type hint is any object
    """The declared answer of a method of the contract."""
    return get_type_hints(function).get("return", object)


@cache
def methods_of(protocol: type) -> Mapping[str, Callable[..., object]]:
    """The public methods that a protocol declares, by name."""
    named = {name: member for each in protocol.__mro__ for name, member in vars(each).items()}
    return {
        name: cast("Callable[..., object]", member)
        for name, member in named.items()
        if inspect.isfunction(member) and not name.startswith("_")
    }


@cache
def slots_of(session: type) -> Mapping[str, tuple[type, bool]]:
    """The protocol of each slot of a session, and whether it must be filled."""
    slots = {}
    for each in dataclasses.fields(session):
        hint = _hints(session)[each.name]
        kinds = [kind for kind in get_args(hint) if kind is not NoneType] or [hint]
        slots[each.name] = (kinds[0], each.default is dataclasses.MISSING)
    return slots
