"""What the settings commands say: faults with their places, warnings, and changes."""

import json
from collections.abc import Iterable
from typing import Final

from rich.markup import escape

from fortnox_bridge.cli.running import err, out
from fortnox_bridge.domain.snapshot import Plain
from fortnox_bridge.services.settings.change_settings import Saved
from fortnox_bridge.services.settings.check_settings import Checked
from fortnox_bridge.sync_settings.diff import Change, ChangeKind
from fortnox_bridge.sync_settings.faults import SettingsFault

CHECK_FAILED: Final = 1
_LONGEST = 200


def show_saved(saved: Saved) -> None:
    number = saved.revision.revision
    told = f"Saved as revision {number}." if saved.is_new else f"Nothing changed: revision {number} says the same."
    out.print(told, highlight=False)
    _rows("Look at these:", "[yellow]", saved.warnings)


def show_faults(faults: Iterable[SettingsFault]) -> None:
    _rows("Nothing was saved:", "[red]", faults)


def show_check(checked: Checked) -> int:
    """The exit code too."""
    _rows("Wrong:", "[red]", checked.faults)
    _rows("Look at these:", "[yellow]", checked.warnings)
    if checked.faults:
        return CHECK_FAILED
    out.print("The settings are sound.", highlight=False)
    return 0


def show_changes(changes: Iterable[Change]) -> None:
    rows = tuple(changes)
    for change in rows:
        line = f"[yellow]~[/] {escape(change.place)}: {_value(change.before)} → {_value(change.after)}"
        match change.kind:
            case ChangeKind.ADDED:
                line = f"[green]+ {escape(change.place)}: {_value(change.after)}[/]"
            case ChangeKind.REMOVED:
                line = f"[red]- {escape(change.place)}: {_value(change.before)}[/]"
            case ChangeKind.CHANGED:
                pass
        out.print(line, highlight=False, soft_wrap=True)
    if not rows:
        out.print("Nothing changed.", highlight=False)


def _rows(title: str, style: str, faults: Iterable[SettingsFault]) -> None:
    rows = tuple(faults)
    if rows:
        err.print(f"{style}{title}[/]")
    for fault in rows:
        err.print(f"  {fault.place}: {fault.message}", highlight=False, markup=False, soft_wrap=True)


def _value(value: Plain) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return escape(text if len(text) <= _LONGEST else text[:_LONGEST] + "…")
