"""What would make Fortnox refuse one planned document, or make it unbookable."""

from dataclasses import dataclass
from datetime import date

from fortnox_bridge.domain.company_state import CompanyState, StatePart
from fortnox_bridge.domain.preflight.accounts import AccountUse, RateUse, judge_accounts, judge_rates
from fortnox_bridge.domain.preflight.finding import Check, Finding, as_blocker


@dataclass(frozen=True, slots=True)
class DocumentUse:
    """What one document takes for granted in Fortnox."""

    day: date
    accounts: tuple[AccountUse, ...] = ()
    rates: tuple[RateUse, ...] = ()

    @property
    def parts(self) -> tuple[StatePart, ...]:
        """What must be read to judge it. The chart is long, so that it is read only for accounts that are named."""
        return (StatePart.FINANCIAL_YEARS, *((StatePart.ACCOUNTS,) if self.accounts else ()))


def judge_document(use: DocumentUse, state: CompanyState) -> tuple[Finding, ...]:
    """The blockers of this document. Its currency and a locked period are decided where its head is."""
    year: tuple[Finding, ...] = ()
    if state.knows(StatePart.FINANCIAL_YEARS) and not state.has_year_for(use.day):
        year = (as_blocker("fiscal_year_missing", Check.FISCAL_YEAR, day=use.day.isoformat()),)
    return year + judge_accounts(use.accounts, state) + judge_rates(use.rates)
