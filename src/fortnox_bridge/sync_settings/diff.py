"""What changed between two documents, place by place, so that applying it to one gives the other (F115).

A list is compared by position after what both ends have in common is set aside: a row put in or taken out somewhere is
one change, and the rows behind it none.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from fortnox_bridge.domain.snapshot import Plain

Path = tuple[str | int, ...]


class ChangeKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """`before` is None for what was added, `after` for what was removed.

    Positions of list items that were removed are those of the old list, of items that were added those of the new one.
    """

    kind: ChangeKind
    path: Path
    before: Plain = None
    after: Plain = None

    @property
    def place(self) -> str:
        return ".".join(str(part) for part in self.path)


def changes(before: Plain, after: Plain, path: Path = ()) -> tuple[Change, ...]:
    """Everything that differs, in the order of the documents."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return _of_members(before, after, path)
    if isinstance(before, list) and isinstance(after, list):
        return _of_items(before, after, path)
    if type(before) is type(after) and before == after:
        return ()
    return (Change(ChangeKind.CHANGED, path, before, after),)


def apply(document: Plain, wanted: Sequence[Change]) -> Plain:
    """`document` with the changes made."""
    root: list[Any] = [deepcopy(document)]
    for change in [each for each in wanted if each.kind is ChangeKind.CHANGED]:
        _parent(root, change.path)[_last(change.path)] = deepcopy(change.after)
    removed = [each for each in wanted if each.kind is ChangeKind.REMOVED]
    for change in reversed(removed):
        del _parent(root, change.path)[_last(change.path)]
    for change in [each for each in wanted if each.kind is ChangeKind.ADDED]:
        parent, last = _parent(root, change.path), _last(change.path)
        if isinstance(parent, list):
            parent.insert(int(last), deepcopy(change.after))
        else:
            parent[last] = deepcopy(change.after)
    result: Plain = root[0]
    return result


def _of_members(before: Mapping[str, Plain], after: Mapping[str, Plain], path: Path) -> tuple[Change, ...]:
    found: list[Change] = []
    for name in [*before, *(name for name in after if name not in before)]:
        place = (*path, name)
        if name not in after:
            found.append(Change(ChangeKind.REMOVED, place, before[name]))
        elif name not in before:
            found.append(Change(ChangeKind.ADDED, place, after=after[name]))
        else:
            found += changes(before[name], after[name], place)
    return tuple(found)


def _of_items(before: list[Plain], after: list[Plain], path: Path) -> tuple[Change, ...]:
    shorter = min(len(before), len(after))
    head = next((at for at in range(shorter) if not _same(before[at], after[at])), shorter)
    rest = shorter - head
    tail = next((at for at in range(rest) if not _same(before[-1 - at], after[-1 - at])), rest)
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    paired = min(len(old), len(new))
    found: list[Change] = []
    for at in range(paired):
        found += changes(old[at], new[at], (*path, head + at))
    found += [Change(ChangeKind.REMOVED, (*path, head + at), old[at]) for at in range(paired, len(old))]
    found += [Change(ChangeKind.ADDED, (*path, head + at), after=new[at]) for at in range(paired, len(new))]
    return tuple(found)


def _same(one: Plain, other: Plain) -> bool:
    return not changes(one, other)


def _parent(root: list[Any], path: Path) -> Any:  # noqa: ANN401 - a mapping or a list of the document
    at: Any = root
    for part in (0, *path)[:-1]:
        at = at[part]
    return at


def _last(path: Path) -> Any:  # noqa: ANN401 - an index or a name
    return (0, *path)[-1]
