"""Where a value came from: what lets a run explain each field of its document."""

from dataclasses import dataclass
from enum import StrEnum


class ValueOrigin(StrEnum):
    """Which source won a field, in falling order of precedence. `decision`: a rule of ours, as for VAT."""

    SOURCE = "source"
    CUSTOMER_CARD = "customer_card"
    ARTICLE = "article"
    CONNECTION_DEFAULT = "connection_default"
    FORTNOX_DEFAULT = "fortnox_default"
    DECISION = "decision"


@dataclass(frozen=True, slots=True)
class Origin:
    """`by` says it closer.

    A source field's path, a settings key such as `document.our_reference.default`, or the rule that decided, such as
    `vat.sale`.
    """

    kind: ValueOrigin
    by: str = ""
