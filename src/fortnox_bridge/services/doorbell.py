"""Who wakes the workers."""

from typing import Protocol


class Doorbell(Protocol):
    """Says that there may be work. Best effort: the database is the only truth about what is to be done."""

    def ring(self) -> None: ...
