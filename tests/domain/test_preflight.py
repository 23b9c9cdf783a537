from datetime import date
from decimal import Decimal

import pytest
from tests.pipeline.deals import make_rules

from fortnox_bridge.domain.company_state import CompanyState, StatePart, Unreadable
from fortnox_bridge.domain.preflight.accounts import AccountUse, RateUse
from fortnox_bridge.domain.preflight.company import judge_company
from fortnox_bridge.domain.preflight.document import DocumentUse, judge_document
from fortnox_bridge.domain.preflight.finding import Check, Severity
from fortnox_bridge.domain.records import RegisterEntry

TODAY = date(2026, 11, 26)


def entry(code, **facts):
    return RegisterEntry(code, code, tuple(facts.items()))


def year(first, last):
    return entry("1", **{"from": first, "to": last})


SOUND = {
    StatePart.CURRENCIES: (entry("SEK"), entry("EUR")),
    StatePart.ACCOUNTS: (entry("3001", active="true", vat_code="MP1"), entry("3108", active="false")),
    StatePart.PREDEFINED_ACCOUNTS: (entry("SALES", account="3001"),),
    StatePart.FINANCIAL_YEARS: (year("2026-01-01", "2027-12-31"),),
    StatePart.LOCKED_PERIOD: (),
    StatePart.COMPANY_SETTINGS: (entry("BG"),),
    StatePart.WAREHOUSE: (),
}


def state(**changes):
    return CompanyState({**SOUND, **{StatePart[name.upper()]: value for name, value in changes.items()}})


def found(preflight):
    return {(finding.code, finding.severity) for finding in preflight.findings}


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        (DocumentUse(TODAY), []),
        (DocumentUse(date(2028, 1, 1)), ["fiscal_year_missing"]),
        (DocumentUse(date(2025, 12, 31)), ["fiscal_year_missing"]),
        (DocumentUse(TODAY, (AccountUse("3001", "row"),)), []),
        (DocumentUse(TODAY, (AccountUse("3108", "row"), AccountUse("3108", "other"))), ["account_inactive"]),
        (DocumentUse(TODAY, (AccountUse("3999", "row"),)), ["account_missing"]),
        (DocumentUse(TODAY, (), (RateUse(Decimal("25.00"), None, "row"), RateUse(Decimal(0), None, "row"))), []),
        (DocumentUse(TODAY, (), (RateUse(Decimal("25.5"), "3001", "row"),)), []),
        (DocumentUse(TODAY, (), (RateUse(Decimal("25.5"), None, "row"),)), ["vat_rate_without_account"]),
    ],
)
def test_document_is_blocked_by_what_it_uses_and_nothing_else(use, expected):
    assert [finding.code for finding in judge_document(use, state())] == expected


def test_document_is_not_blocked_by_what_nobody_may_read():
    hidden = Unreadable("fortnox_scope_missing", "Saknar behörighet")
    unknown = CompanyState({}, {StatePart.ACCOUNTS: hidden, StatePart.FINANCIAL_YEARS: hidden})

    assert judge_document(DocumentUse(date(1999, 1, 1), (AccountUse("1", "row"),)), unknown) == ()


def test_sound_company_is_clear_and_says_only_facts():
    preflight = judge_company(make_rules(), state(), (), TODAY)

    assert preflight.is_clear
    assert found(preflight) == {("warehouse_off", Severity.INFORMATION)}
    assert preflight.severity_of(Check.CURRENCY) is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"currencies": (entry("EUR"),)}, ("register_currency_missing", Severity.BLOCKER)),
        ({"predefined_accounts": (entry("SALES", account="3108"),)}, ("account_inactive", Severity.BLOCKER)),
        ({"accounts": (entry("3001", active="true"),)}, ("vat_codes_missing", Severity.WARNING)),
        ({"financial_years": ()}, ("fiscal_year_missing", Severity.BLOCKER)),
        ({"financial_years": (year("2026-01-01", "2026-12-20"),)}, ("fiscal_year_ends_soon", Severity.WARNING)),
        ({"locked_period": (entry("2026-11-26"),)}, ("today_locked", Severity.BLOCKER)),
        ({"locked_period": (entry("2026-11-25"),)}, ("period_locked_until", Severity.INFORMATION)),
        ({"company_settings": ()}, ("bank_details_missing", Severity.WARNING)),
        ({"warehouse": (entry("active"),)}, ("warehouse_on", Severity.INFORMATION)),
    ],
)
def test_company_with_one_thing_wrong_says_that_one_thing(changes, expected):
    said = found(judge_company(make_rules(), state(**changes), (), TODAY))

    assert expected in said
    assert {severity for code, severity in said if code not in {expected[0], "warehouse_off"}} == set()


def test_part_that_cannot_be_read_is_information():
    hidden = {StatePart.ACCOUNTS: Unreadable("fortnox_scope_missing", "Saknar behörighet för bokföring.")}
    parts = {part: value for part, value in SOUND.items() if part is not StatePart.ACCOUNTS}

    preflight = judge_company(make_rules(), CompanyState(parts, hidden), (), TODAY)

    assert preflight.is_clear
    assert preflight.severity_of(Check.ACCOUNTS) is Severity.INFORMATION
