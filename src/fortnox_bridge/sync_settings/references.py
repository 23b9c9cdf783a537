"""Every name in a settings document that points outside of it, with its place.

A document that breaks the form is walked as far as it can be read, so that a save can tell the faults of the form and
those of what is named at once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel

from fortnox_bridge.sync_settings.current import Settings
from fortnox_bridge.sync_settings.v2.names import Names

_LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Reference:
    """`value` at `place` names something of the kind `names`. `beside` is the section it stands in, as sent."""

    place: str
    value: str
    names: Names
    section: type[BaseModel]
    beside: Mapping[str, object]


def references(document: Mapping[str, object]) -> tuple[Reference, ...]:
    """All of them, in the document's order."""
    return tuple(_in_section(Settings, document, ()))


def _in_section(
    section: type[BaseModel], document: Mapping[str, object], place: tuple[str, ...]
) -> Iterator[Reference]:
    for name, field in section.model_fields.items():
        found = _Walk(section, document)
        yield from found.within(field.annotation, tuple(field.metadata), document.get(name), (*place, name))


@dataclass(frozen=True, slots=True)
class _Walk:
    section: type[BaseModel]
    beside: Mapping[str, object]

    def within(
        self,
        kind: object,
        metadata: tuple[Any, ...],
        value: object,
        place: tuple[str, ...],
    ) -> Iterator[Reference]:
        if get_origin(kind) is Annotated:
            inner, *more = get_args(kind)
            yield from self.within(inner, (*more, *metadata), value, place)
        elif isinstance(kind, type) and issubclass(kind, BaseModel):
            if isinstance(value, Mapping):
                yield from _in_section(kind, value, place)
        elif get_origin(kind) is tuple:
            if isinstance(value, list | tuple):
                for index, item in enumerate(value):
                    yield from self.within(get_args(kind)[0], (), item, (*place, str(index)))
        elif isinstance(value, str):
            yield from self._named(kind, metadata, value, place)
        else:
            for each in get_args(kind):
                yield from self.within(each, metadata, value, place)

    def _named(
        self,
        kind: object,
        metadata: tuple[Any, ...],
        value: str,
        place: tuple[str, ...],
    ) -> Iterator[Reference]:
        """The text itself, by what stands beside its type; the alternatives of a union each say their own."""
        every = [*metadata, *(part for each in get_args(kind) for part in get_args(each)[1:])]
        text = value.strip()
        if 0 < len(text) <= _LONGEST:
            for names in every:
                if isinstance(names, Names):
                    yield Reference(".".join(place), text, names, self.section, self.beside)
