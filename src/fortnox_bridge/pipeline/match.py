"""Match: the deal's customer and its products to their counterparts in Fortnox."""

from dataclasses import dataclass

from fortnox_bridge.domain.deal import Deal
from fortnox_bridge.domain.rules import SyncRules
from fortnox_bridge.domain.run import Notice
from fortnox_bridge.pipeline.articles import matching as articles
from fortnox_bridge.pipeline.articles.lookup import ArticleFacts
from fortnox_bridge.pipeline.articles.lookup import gather as gather_articles
from fortnox_bridge.pipeline.articles.matching import ArticleMatch
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.customers import matching as customers
from fortnox_bridge.pipeline.customers.matching import CustomerFacts, CustomerMatch
from fortnox_bridge.pipeline.outcome import Proceed


@dataclass(frozen=True, slots=True)
class MatchFacts:
    customer: CustomerFacts
    articles: ArticleFacts


@dataclass(frozen=True, slots=True)
class Matched:
    customer: CustomerMatch
    articles: ArticleMatch

    @property
    def notices(self) -> tuple[Notice, ...]:
        return self.customer.notices + self.articles.notices


async def gather(ctx: StageContext, deal: Deal) -> MatchFacts:
    return MatchFacts(await customers.gather(ctx, deal, afresh=ctx.is_afresh), await gather_articles(ctx, deal))


def decide(deal: Deal, facts: MatchFacts, rules: SyncRules) -> Proceed[Matched]:
    customer = customers.decide(deal, facts.customer, rules.customers)
    return Proceed(Matched(customer, articles.decide(deal, facts.articles, rules.products, rules.vat)))
