"""The sums of a document and the proof that they equal the source's."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from fortnox_bridge.domain.money import Basis, Currency


@dataclass(frozen=True, slots=True)
class DocumentTotals:
    """All in `currency`. `total` is net plus VAT before öresavrundning; `payable` is what is left to pay after it.

    `round_off` is payable minus total. `vat_by_rate` maps percent to VAT amount.
    """

    currency: Currency
    net: Decimal
    vat_by_rate: Mapping[Decimal, Decimal]
    vat: Decimal
    total: Decimal
    round_off: Decimal
    payable: Decimal
    row_totals: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class TotalsProof:
    """`expected` is the source's control total in `basis`; `predicted` is ours in the same basis.

    `holds` None: the source states no total that may be trusted.
    """

    basis: Basis
    expected: Decimal | None
    predicted: Decimal
    holds: bool | None
