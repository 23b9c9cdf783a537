"""Preflight of one document, between map and the first POST: what Fortnox would refuse parks before any write (F8).

Judged by the cache, so that it costs no call as a rule; what the cache condemns is read again once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fortnox_bridge.domain.company_state import StatePart, Unreadable
from fortnox_bridge.domain.draft_plan import DraftPlan
from fortnox_bridge.domain.errors import SettingsInvalid
from fortnox_bridge.domain.money import ZERO
from fortnox_bridge.domain.preflight.accounts import AccountUse, RateUse
from fortnox_bridge.domain.preflight.document import DocumentUse, judge_document
from fortnox_bridge.domain.preflight.finding import Finding
from fortnox_bridge.pipeline.articles.matching import ArticleMatch
from fortnox_bridge.pipeline.company_state import StateReader
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.outcome import Proceed


@dataclass(frozen=True, slots=True)
class PreflightFacts:
    """`unreadable` parts could not be judged. What Fortnox's registers hold is not repeated here: it is long."""

    use: DocumentUse
    findings: tuple[Finding, ...]
    unreadable: Mapping[StatePart, Unreadable]


async def gather(ctx: StageContext, plan: DraftPlan, articles: ArticleMatch) -> PreflightFacts:
    use = document_use(plan, articles)
    reader = StateReader(ctx.fortnox, ctx.registers)
    state = await reader.read(use.parts)
    findings = judge_document(use, state)
    if findings and state.is_remembered:
        state = await reader.read(use.parts, afresh=True)
        findings = judge_document(use, state)
    return PreflightFacts(use, findings, state.unreadable)


def decide(facts: PreflightFacts) -> Proceed[PreflightFacts]:
    """Go on, or park by the first blocker's own code."""
    for finding in facts.findings:
        raise SettingsInvalid(finding.code, **finding.params)
    return Proceed(facts)


def document_use(plan: DraftPlan, articles: ArticleMatch) -> DocumentUse:
    """The day, and the accounts and rates that the rows name or their articles bring."""
    rates = tuple(
        RateUse(row.vat_rate, row.account_number, row.description) for row in plan.rows if row.vat_rate is not None
    )
    return DocumentUse(plan.document_date, tuple(_accounts(plan, articles)), rates)


def _accounts(plan: DraftPlan, articles: ArticleMatch) -> Iterator[AccountUse]:
    choices = [*articles.by_line.values(), *([articles.whole_deal] if articles.whole_deal else [])]
    sales = {each.record.number: each.record.sales_account for each in choices if each.record is not None}
    for row in plan.rows:
        if row.account_number is not None:
            yield AccountUse(row.account_number, row.description)
            continue
        account = sales.get(row.article_number or "")
        # An article's sales account is for Swedish sales with VAT; others take accounts that Fortnox chooses.
        if account and row.counted_vat_rate != ZERO:
            yield AccountUse(account, f"{row.article_number} {row.description}")
