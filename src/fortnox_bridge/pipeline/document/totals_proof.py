"""The proof that the draft comes to what the source says (F57)."""

from decimal import Decimal

from fortnox_bridge.domain.deal import Deal, Trust
from fortnox_bridge.domain.errors import SourceDataInvalid
from fortnox_bridge.domain.money import Basis, Money
from fortnox_bridge.domain.run import Notice
from fortnox_bridge.domain.source_total import lines_total
from fortnox_bridge.domain.totals import DocumentTotals, TotalsProof


def prove(sale: Deal, totals: DocumentTotals) -> tuple[TotalsProof, tuple[Notice, ...]]:
    """The plan's total against the source's own; where that one is not to be trusted, against the sum of lines."""
    basis = Basis.GROSS if sale.prices_include_vat else Basis.NET
    expected = lines_total(sale)
    control = sale.control_total
    notices: tuple[Notice, ...] = ()
    if control is not None and control.total.currency == sale.currency:
        if control.trust is Trust.EXACT:
            basis, expected = control.basis, control.total.amount - control.rounding
        elif control.total.amount not in {totals.net, totals.total, totals.payable}:
            notices = (_amount_differs(sale, control.total, expected),)
    predicted = totals.net if basis is Basis.NET else totals.total
    if predicted != expected:
        raise SourceDataInvalid(
            "totals_differ",
            where=sale.url,
            record=sale.title,
            expected=shown(expected, sale),
            predicted=shown(predicted, sale),
        )
    return TotalsProof(basis, expected, predicted, holds=True), notices


def _amount_differs(sale: Deal, stated: Money, expected: Decimal) -> Notice:
    params = {"record": sale.title, "stated": shown(stated.amount, sale), "lines": shown(expected, sale)}
    return Notice("deal_amount_differs", params)


def shown(amount: Decimal, deal: Deal) -> str:
    return f"{format(amount.quantize(Decimal('0.01')), 'f').replace('.', ',')} {deal.currency}"
