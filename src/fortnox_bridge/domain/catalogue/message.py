"""The shape of one catalogue entry."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from fortnox_bridge.domain.language import Language


class Turn(StrEnum):
    """Whose turn it is."""

    SALESPERSON = "salesperson"
    BOOKKEEPER = "bookkeeper"
    ADMINISTRATOR = "administrator"
    OPERATOR = "operator"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Sentence:
    """`what` names field, record and system; `remedy` says where to click or what to change."""

    what: str
    remedy: str


class _Blank(dict[str, str]):
    """A missing param shows as an ellipsis: a sentence with a hole is better than no sentence."""

    def __missing__(self, key: str) -> str:
        return "…"


@dataclass(frozen=True, slots=True)
class Message:
    code: str
    turn: Turn
    sv: str
    en: str
    remedy_sv: str
    remedy_en: str

    def in_language(self, language: Language, params: Mapping[str, str]) -> Sentence:
        values = _Blank({key: " ".join(str(value).split()) for key, value in params.items()})
        what, remedy = (self.sv, self.remedy_sv) if language is Language.SWEDISH else (self.en, self.remedy_en)
        return Sentence(what.format_map(values), remedy.format_map(values))
