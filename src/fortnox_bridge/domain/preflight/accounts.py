"""Accounts and VAT rates that a document or the settings would use."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from fortnox_bridge.domain.company_state import CompanyState, StatePart, is_active
from fortnox_bridge.domain.preflight.finding import Check, Finding, as_blocker

# All that a chart of accounts holds by default; others need an account set up for them (facts: fortnox 10).
STANDARD_RATES: Final = frozenset({Decimal(25), Decimal(12), Decimal(6), Decimal(0)})


@dataclass(frozen=True, slots=True)
class AccountUse:
    """`used_by` names the row, article or setting, for people."""

    number: str
    used_by: str


@dataclass(frozen=True, slots=True)
class RateUse:
    """A VAT rate in percent, and the account its rows are booked on if they name one."""

    rate: Decimal
    account: str | None
    used_by: str


def judge_accounts(uses: Iterable[AccountUse], state: CompanyState) -> tuple[Finding, ...]:
    """Accounts that are not in the chart or not active; nothing when the chart could not be read."""
    if not state.knows(StatePart.ACCOUNTS):
        return ()
    found: dict[str, Finding] = {}
    for use in uses:
        account = state.entry(StatePart.ACCOUNTS, use.number)
        if account is None:
            code = "account_missing"
        elif not is_active(account):
            code = "account_inactive"
        else:
            continue
        found.setdefault(use.number, as_blocker(code, Check.ACCOUNTS, account=use.number, used_by=use.used_by))
    return tuple(found.values())


def judge_rates(uses: Iterable[RateUse]) -> tuple[Finding, ...]:
    """Rates that no chart of accounts holds by default, on rows without an account of their own."""
    found: dict[str, Finding] = {}
    for use in uses:
        if use.rate in STANDARD_RATES or use.account is not None:
            continue
        rate = rate_text(use.rate)
        found.setdefault(rate, as_blocker("vat_rate_without_account", Check.VAT_RATES, rate=rate, used_by=use.used_by))
    return tuple(found.values())


def rate_text(rate: Decimal) -> str:
    return f"{rate.normalize():f}"
