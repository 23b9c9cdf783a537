"""Accounts of rows that are written again: an update must not take away what Fortnox chose when the row was new.

An omitted account would stay with its position, whatever article stands there now, and a blank one may leave the row
without any (facts: fortnox 6.2, 6.3).
"""

from collections.abc import Mapping
from dataclasses import replace

from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.draft_plan import DraftPlan, PlannedRow


def with_accounts(plan: DraftPlan, shown: Mapping[str, object]) -> DraftPlan:
    """The plan with the accounts that the draft shows for the same articles, where the plan names none."""
    rows = shown.get("InvoiceRows" if plan.kind is DocumentKind.INVOICE else "OrderRows")
    accounts = {
        str(row["ArticleNumber"]): str(row["AccountNumber"])
        for row in (rows if isinstance(rows, list) else ())
        if isinstance(row, Mapping) and row.get("ArticleNumber") and row.get("AccountNumber")
    }
    return replace(plan, rows=tuple(_with_account(row, accounts) for row in plan.rows))


def _with_account(row: PlannedRow, accounts: Mapping[str, str]) -> PlannedRow:
    if row.is_text or row.account_number is not None or row.article_number is None:
        return row
    return replace(row, account_number=accounts.get(row.article_number))
