"""Faults of a settings document, all at once and each with its place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from pydantic import ValidationError

from fortnox_bridge.domain.catalogue import Sentence, describe
from fortnox_bridge.domain.language import Language

_FORM_CODES: Final = {"extra_forbidden": "setting_unknown", "missing": "setting_needed"}


@dataclass(frozen=True, slots=True)
class SettingsFault:
    """`place` is a path such as `customers.company.match.0.source`; `code` and `params` say what is wrong there."""

    code: str
    place: str
    params: Mapping[str, str] = field(default_factory=dict)

    def sentence(self, language: Language = Language.ENGLISH) -> Sentence:
        return describe(self.code, self.params, language)

    @property
    def message(self) -> str:
        """In English, for the command line and logs."""
        sentence = self.sentence()
        return f"{sentence.what} {sentence.remedy}".strip()


class InvalidSettings(ValueError):
    """The document cannot be used; nothing was saved."""

    def __init__(self, faults: tuple[SettingsFault, ...]) -> None:
        super().__init__("; ".join(f"{fault.place}: {fault.message}" for fault in faults))
        self.faults = faults


def faults_of(error: ValidationError) -> tuple[SettingsFault, ...]:
    faults = [
        SettingsFault(
            _FORM_CODES.get(fault["type"], "setting_malformed"),
            place=".".join(str(part) for part in fault["loc"]) or "document",
            params={"problem": fault["msg"].removeprefix("Value error, ")},
        )
        for fault in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    # A list whose only item is wrong is also reported as too short: the item's own fault says it better.
    return tuple(fault for fault in faults if not any(other.place.startswith(f"{fault.place}.") for other in faults))


def in_order(faults: Iterable[SettingsFault]) -> tuple[SettingsFault, ...]:
    """Each once, neighbours in the document beside each other."""
    return tuple(sorted({(fault.place, fault.code): fault for fault in faults}.values(), key=_by_place))


def _by_place(fault: SettingsFault) -> tuple[tuple[int, int, str], ...]:
    parts = fault.place.split(".")
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)
