"""What in a Fortnox company would stop or trouble the drafts that a connection's settings ask for (F8)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from fortnox_bridge.domain.company_state import CompanyState, StatePart, fact, is_active
from fortnox_bridge.domain.preflight.accounts import AccountUse, judge_accounts, judge_rates
from fortnox_bridge.domain.preflight.finding import Check, Finding, Severity, as_blocker, as_information, as_warning
from fortnox_bridge.domain.preflight.settings_use import (
    ArticleUse,
    named_accounts,
    named_currencies,
    named_rates,
)
from fortnox_bridge.domain.rules import SyncRules
from fortnox_bridge.domain.rules.document import LockedPeriod
from fortnox_bridge.domain.run import Notice

_YEAR_END_NOTICE: Final = timedelta(days=30)
# The predefined accounts that rows fall back on when neither article nor customer names one (facts: fortnox 10).
_FALLBACK_ACCOUNTS: Final = ("SALES", "SALES_EU", "SALES_EXPORT", "CONSTRUCTION")
_CHECK_OF: Final = {
    StatePart.CURRENCIES: Check.CURRENCY,
    StatePart.ACCOUNTS: Check.ACCOUNTS,
    StatePart.PREDEFINED_ACCOUNTS: Check.ACCOUNTS,
    StatePart.FINANCIAL_YEARS: Check.FISCAL_YEAR,
    StatePart.LOCKED_PERIOD: Check.LOCKED_PERIOD,
    StatePart.COMPANY_SETTINGS: Check.BANK_DETAILS,
    StatePart.WAREHOUSE: Check.WAREHOUSE,
}


COMPANY_CHECKS: Final = tuple(check for check in Check if check not in {Check.CONNECTIONS, Check.SOURCE_FEATURES})


@dataclass(frozen=True, slots=True)
class Preflight:
    """Every finding, gravest first within each check; checks without a blocker or warning are in order."""

    findings: tuple[Finding, ...]

    def with_findings(self, more: tuple[Finding, ...]) -> "Preflight":
        checks, severities = list(Check), list(Severity)
        ordered = sorted(
            (*self.findings, *more), key=lambda each: (checks.index(each.check), severities.index(each.severity))
        )
        return Preflight(tuple(ordered))

    @property
    def is_clear(self) -> bool:
        return not any(finding.severity is Severity.BLOCKER for finding in self.findings)

    def severity_of(self, check: Check) -> Severity | None:
        """The gravest finding of a check; None: nothing to say."""
        grave = {finding.severity for finding in self.findings if finding.check is check}
        return next((severity for severity in Severity if severity in grave), None)


def judge_company(
    rules: SyncRules,
    state: CompanyState,
    articles: tuple[ArticleUse, ...],
    today: date,
) -> Preflight:
    findings = (
        *_currencies(rules, state),
        *_rates(rules, state),
        *_accounts(rules, state, articles),
        *_years(state, today),
        *_lock(rules, state, today),
        *_bank(state),
        *_warehouse(rules, state),
        *_unreadable(state),
    )
    return Preflight(()).with_findings(findings)


def judge_features(missing: tuple[Notice, ...]) -> tuple[Finding, ...]:
    """What the source has switched off (F7): deals that need it wait, others do not."""
    return tuple(Finding(each.code, Check.SOURCE_FEATURES, Severity.WARNING, each.params) for each in missing)


def _currencies(rules: SyncRules, state: CompanyState) -> list[Finding]:
    if not state.knows(StatePart.CURRENCIES):
        return []
    named = named_currencies(rules)
    return [
        as_blocker("register_currency_missing", Check.CURRENCY, currency=currency)
        for currency in named
        if state.entry(StatePart.CURRENCIES, currency) is None
    ]


def _rates(rules: SyncRules, state: CompanyState) -> list[Finding]:
    findings = list(judge_rates(named_rates(rules)))
    accounts = state.entries(StatePart.ACCOUNTS)
    if accounts and not any(is_active(each) and fact(each, "vat_code") for each in accounts):
        findings.append(as_warning("vat_codes_missing", Check.VAT_RATES))
    return findings


def _accounts(rules: SyncRules, state: CompanyState, articles: tuple[ArticleUse, ...]) -> list[Finding]:
    findings: list[Finding] = []
    uses = list(named_accounts(rules))
    for article in articles:
        params = {"article": article.number, "used_by": article.used_by}
        if article.record is None:
            findings.append(as_blocker("named_article_missing", Check.ACCOUNTS, **params))
        elif not article.record.is_active:
            findings.append(as_blocker("named_article_inactive", Check.ACCOUNTS, **params))
        elif article.record.sales_account:
            uses.append(AccountUse(article.record.sales_account, article.number))
    for name in _FALLBACK_ACCOUNTS:
        entry = state.entry(StatePart.PREDEFINED_ACCOUNTS, name)
        if entry is not None:
            uses.append(AccountUse(fact(entry, "account"), name))
    return findings + list(judge_accounts(uses, state))


def _years(state: CompanyState, today: date) -> list[Finding]:
    if not state.knows(StatePart.FINANCIAL_YEARS):
        return []
    if not state.has_year_for(today):
        return [as_blocker("fiscal_year_missing", Check.FISCAL_YEAR, day=today.isoformat())]
    soon = today + _YEAR_END_NOTICE
    if not state.has_year_for(soon):
        return [as_warning("fiscal_year_ends_soon", Check.FISCAL_YEAR, day=soon.isoformat())]
    return []


def _lock(rules: SyncRules, state: CompanyState, today: date) -> list[Finding]:
    until = state.locked_until
    if until is None:
        return []
    params = {"until": until.isoformat()}
    if until < today:
        return [as_information("period_locked_until", Check.LOCKED_PERIOD, **params)]
    if rules.document.when_locked is LockedPeriod.NEXT_OPEN_DAY:
        return [as_warning("today_locked_moves", Check.LOCKED_PERIOD, **params)]
    return [as_blocker("today_locked", Check.LOCKED_PERIOD, **params)]


def _bank(state: CompanyState) -> list[Finding]:
    if not state.knows(StatePart.COMPANY_SETTINGS) or state.has_bank_details:
        return []
    return [as_warning("bank_details_missing", Check.BANK_DETAILS)]


def _warehouse(rules: SyncRules, state: CompanyState) -> list[Finding]:
    if not state.knows(StatePart.WAREHOUSE):
        return []
    if state.has_warehouse:
        return [as_information("warehouse_on", Check.WAREHOUSE)]
    if rules.document.marks_warehouse_ready:
        return [as_warning("warehouse_ready_without_module", Check.WAREHOUSE)]
    return [as_information("warehouse_off", Check.WAREHOUSE)]


def _unreadable(state: CompanyState) -> list[Finding]:
    return [
        as_information("preflight_unreadable", _CHECK_OF[part], part=part.value, message=why.message or why.code)
        for part, why in state.unreadable.items()
    ]
