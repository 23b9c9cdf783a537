"""Faults of a settings document, all at once and each with its place."""

from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError

_IN_OUR_WORDS: Final = {
    "extra_forbidden": "there is no such setting; compare the spelling with docs/settings.md",
    "missing": "this setting is needed",
}


@dataclass(frozen=True, slots=True)
class SettingsFault:
    """`place` is a path such as `customers.company.match.0.source`; `message` says what is wrong there."""

    place: str
    message: str


class InvalidSettings(ValueError):
    """The document cannot be used; nothing was saved."""

    def __init__(self, faults: tuple[SettingsFault, ...]) -> None:
        super().__init__("; ".join(f"{fault.place}: {fault.message}" for fault in faults))
        self.faults = faults


def faults_of(error: ValidationError) -> tuple[SettingsFault, ...]:
    faults = [
        SettingsFault(
            place=".".join(str(part) for part in fault["loc"]) or "document",
            message=_IN_OUR_WORDS.get(fault["type"]) or fault["msg"].removeprefix("Value error, "),
        )
        for fault in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    # A list whose only item is wrong is also reported as too short: the item's own fault says it better.
    return tuple(fault for fault in faults if not any(other.place.startswith(f"{fault.place}.") for other in faults))
