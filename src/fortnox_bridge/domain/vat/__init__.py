"""VAT (F56): `sale.py` decides a sale's VAT type, `card.py` holds it against the customer's card, `row.py` each row.

Beside them: `whereabouts.py` (where the customer is and the goods go), `territories.py` (where a place lies for VAT),
`number.py` (VAT numbers), `rates.py` (by day, and the OSS table), `accounts.py`, and `explanation.py` (the reasons, as
sentences of the catalogue).
"""

from fortnox_bridge.domain.vat.card import by_card, is_conflict
from fortnox_bridge.domain.vat.number import VatNumber, read_vat_number
from fortnox_bridge.domain.vat.rates import RateDecision, RateOrigin, changed_supply, decide_rate, swedish_rates
from fortnox_bridge.domain.vat.row import RowFacts, RowUnknown, RowVat, decide_row
from fortnox_bridge.domain.vat.sale import (
    RegisterAnswer,
    SaleDecision,
    SaleFacts,
    Taxation,
    Undecided,
    decide_sale,
)
from fortnox_bridge.domain.vat.territories import Place, Territory, Zone, territory_of

__all__ = [
    "Place",
    "RateDecision",
    "RateOrigin",
    "RegisterAnswer",
    "RowFacts",
    "RowUnknown",
    "RowVat",
    "SaleDecision",
    "SaleFacts",
    "Taxation",
    "Territory",
    "Undecided",
    "VatNumber",
    "Zone",
    "by_card",
    "changed_supply",
    "decide_rate",
    "decide_row",
    "decide_sale",
    "is_conflict",
    "read_vat_number",
    "swedish_rates",
    "territory_of",
]
