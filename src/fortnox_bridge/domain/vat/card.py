"""The customer's card against the decision: the card decides, and a real contradiction is for a person (F56)."""

from dataclasses import replace
from typing import Final

from fortnox_bridge.domain.fortnox_fields import VatType
from fortnox_bridge.domain.vat import explanation
from fortnox_bridge.domain.vat.sale import SaleDecision, Taxation
from fortnox_bridge.domain.vat.territories import SWEDEN

# These charge what the rows say, so a card with one does no harm where the other was decided.
_CHARGING: Final = frozenset({VatType.SWEDISH, VatType.EU_CONSUMER})


def is_conflict(decision: SaleDecision, card: VatType) -> bool:
    """Whether the card would tax the sale otherwise than was decided."""
    decided = decision.vat_type
    if decided is None or decided is card:
        return False
    if card is VatType.SWEDISH_REVERSE_CHARGE:
        # Only the bookkeeper knows who builds; what is sold in Sweden may be reverse charged.
        return not (decided is VatType.SWEDISH and decision.destination == SWEDEN)
    if {decided, card} <= _CHARGING:
        return card is VatType.SWEDISH and Taxation.OSS in {decision.goods, decision.services}
    return True


def by_card(decision: SaleDecision, card: VatType) -> SaleDecision:
    """The sale as the card has it. Where nothing could be decided the card does it alone."""
    if decision.vat_type is card:
        return replace(decision, explanation=(*decision.explanation, explanation.decided_by_card(card)))
    taxation = Taxation.SWEDISH if card in _CHARGING else Taxation.NONE
    return replace(
        decision,
        vat_type=card,
        goods=taxation,
        services=taxation,
        explanation=(explanation.decided_by_card(card),),
        undecided=None,
    )
