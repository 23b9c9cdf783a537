"""What cards show, and how old it may be (F100)."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class CardRules:
    max_age_minutes: int = 15
    documents_shown: int = 5

    @property
    def max_age(self) -> timedelta:
        return timedelta(minutes=self.max_age_minutes)
