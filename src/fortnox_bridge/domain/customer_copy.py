"""What the local copy of a company's customer register answers (F20)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CopyAnswer:
    """Customers of one value of one field.

    Attributes:
        numbers: customer numbers whose field equals the value, active or not, as far as they have been read.
        is_complete: whether every customer of the company has been read, so that no number means no customer.
        known: how many customers have been read whole.
        missing: how many are still to be read; 0 too while nobody knows how many there are.
    """

    numbers: tuple[str, ...]
    is_complete: bool
    known: int
    missing: int
