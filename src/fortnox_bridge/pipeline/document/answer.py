"""How Fortnox's answer compares with the plan: customer, sums, quantities (F31, F57, F66)."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from fortnox_bridge.domain.document import CreatedDocument
from fortnox_bridge.domain.draft_plan import DraftPlan, KnownCustomer
from fortnox_bridge.domain.identity import is_same_customer
from fortnox_bridge.domain.money import ZERO
from fortnox_bridge.domain.run import Notice
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.document.row_text import number_text


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whom the draft's customer number means in Fortnox now."""

    name: str
    organisation_number: str | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`must_be_checked`: the draft is not what was planned, and a person must look at it before it is booked."""

    is_customer_right: bool
    must_be_checked: bool = False
    notices: tuple[Notice, ...] = ()


async def find_bearer(ctx: StageContext, plan: DraftPlan, created: CreatedDocument) -> Bearer:
    """By the answer, which costs no call; by the card where the draft bears a name that we wrote ourselves."""
    if plan.billing_address is None or not plan.billing_address.name:
        return Bearer(created.customer_name, created.organisation_number)
    card = await ctx.fortnox.get_customer(created.customer_number)
    return Bearer(card.name, card.organisation_number) if card is not None else Bearer("", None)


def compare(plan: DraftPlan, customer: KnownCustomer, created: CreatedDocument, bearer: Bearer) -> Verdict:
    """Öresavrundning lies outside net, VAT and total, so that it is never a difference; it is only told."""
    is_right = created.customer_number == customer.number and is_same_customer(
        customer.name, customer.organisation_number, bearer.name, bearer.organisation_number
    )
    wrong = [*_differing_sums(plan, created), *_emptied_rows(plan, created)]
    return Verdict(is_right, bool(wrong), (*wrong, *_rounded(created)))


def _differing_sums(plan: DraftPlan, created: CreatedDocument) -> Iterator[Notice]:
    predicted = (plan.totals.net, plan.totals.vat, plan.totals.total)
    if predicted != (created.net, created.vat, created.total):
        said = {"predicted": f"{plan.totals.total} {plan.currency}", "answered": f"{created.total} {created.currency}"}
        yield Notice("totals_differ_after", said)


def _emptied_rows(plan: DraftPlan, created: CreatedDocument) -> Iterator[Notice]:
    """The warehouse module may take a quantity back to 0 without a word."""
    for planned, answered in zip(plan.rows, created.rows, strict=False):
        if planned.quantity != ZERO and answered.quantity == ZERO:
            said = {"product": planned.description, "quantity": number_text(planned.quantity)}
            yield Notice("quantity_set_to_zero", {**said, "number": created.number})


def _rounded(created: CreatedDocument) -> Iterator[Notice]:
    if created.round_off != ZERO:
        said = {"rounding": _amount(created.round_off), "payable": _amount(created.payable)}
        yield Notice("rounded_to_kronor", {**said, "currency": created.currency})


def _amount(amount: Decimal) -> str:
    return format(amount, ".2f").replace(".", ",")
