from enum import StrEnum


class Language(StrEnum):
    SWEDISH = "sv"
    ENGLISH = "en"
