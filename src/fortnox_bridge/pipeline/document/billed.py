"""What of a deal is billed on one document: lines that recur, and deals that are paid in instalments (F63)."""

from collections.abc import Iterator
from dataclasses import replace

from fortnox_bridge.domain.deal import Deal, DiscountKind, DiscountPer, LineItem, Recurrence
from fortnox_bridge.domain.errors import SourceDataInvalid
from fortnox_bridge.domain.instalment import is_instalment
from fortnox_bridge.domain.rules import DocumentRules, Instalments, Recurring
from fortnox_bridge.domain.run import Notice


def decide_billed(deal: Deal, rules: DocumentRules) -> Deal:
    """The deal with the quantities that this document bills.

    Raises:
        SourceDataInvalid: `instalments_present`, `recurring_line` or `recurring_endless`.
    """
    if deal.instalments and rules.instalments is Instalments.PARK and not is_instalment(deal.ref):
        raise SourceDataInvalid(
            "instalments_present", where=deal.url, record=deal.title, count=str(len(deal.instalments))
        )
    if not any(_recurs(line) for line in deal.lines):
        return deal
    return replace(deal, lines=tuple(_billed(line, deal, rules.recurring) for line in deal.lines))


def billing_notices(deal: Deal, rules: DocumentRules) -> Iterator[Notice]:
    """What is billed otherwise than a reader of the deal might think."""
    if deal.instalments and not is_instalment(deal.ref):
        yield Notice("instalments_billed_in_full", {"record": deal.title, "count": str(len(deal.instalments))})
    for line in deal.lines:
        if _recurs(line):
            periods = _cycles(line.recurrence) if rules.recurring is Recurring.FULL_TERM else 1
            yield Notice("recurring_line_billed", {"product": line.name, "periods": str(periods)})


def _recurs(line: LineItem) -> bool:
    return line.is_enabled and line.recurrence is not None


def _billed(line: LineItem, deal: Deal, recurring: Recurring) -> LineItem:
    if not _recurs(line) or recurring is Recurring.FIRST_PERIOD:
        return line
    if recurring is Recurring.PARK:
        raise SourceDataInvalid("recurring_line", where=deal.url, record=deal.title, line=line.name)
    cycles = _cycles(line.recurrence)
    if cycles is None:
        raise SourceDataInvalid("recurring_endless", where=deal.url, record=deal.title, line=line.name)
    # What is off the line is off each of its periods; what is off a unit counts with the quantity anyway.
    discounts = tuple(
        replace(discount, value=discount.value * cycles)
        if discount.kind is DiscountKind.AMOUNT and discount.per is DiscountPer.LINE
        else discount
        for discount in line.discounts
    )
    return replace(line, quantity=line.quantity * cycles, discounts=discounts)


def _cycles(recurrence: Recurrence | None) -> int | None:
    return recurrence.cycles if recurrence is not None else None
