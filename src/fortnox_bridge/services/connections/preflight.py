"""Preflight on demand: what of a connection's Fortnox company and source account would stop its drafts (F7, F8)."""

from dataclasses import dataclass, replace
from datetime import datetime

from fortnox_bridge.domain.clock import business_date
from fortnox_bridge.domain.company_state import StatePart
from fortnox_bridge.domain.errors import ReconnectRequired
from fortnox_bridge.domain.ids import ConnectionId
from fortnox_bridge.domain.preflight.company import COMPANY_CHECKS, Preflight, judge_company, judge_features
from fortnox_bridge.domain.preflight.finding import Check, Finding, as_blocker, as_information
from fortnox_bridge.domain.preflight.settings_use import ArticleUse, named_articles
from fortnox_bridge.domain.rules import ArticleKey, SyncRules
from fortnox_bridge.domain.run import Notice
from fortnox_bridge.pipeline.company_state import StateReader
from fortnox_bridge.services.access.fortnox_access import FortnoxAccess
from fortnox_bridge.services.access.source_access import SourceAccess
from fortnox_bridge.services.connections.connections import ConnectionOverview, Connections
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.services.settings.settings import SyncSettings
from fortnox_bridge.storage import Storage


@dataclass(frozen=True, slots=True)
class PreflightReport:
    """`judged_at` is now; what it rests on may be a day old, unless reloaded."""

    preflight: Preflight
    judged_at: datetime


class PreflightConnection:
    def __init__(
        self,
        *,
        connections: Connections,
        settings: SyncSettings,
        sources: SourceAccess,
        fortnox: FortnoxAccess,
        storage: Storage,
        deployment: Deployment,
    ) -> None:
        self._connections = connections
        self._settings = settings
        self._sources = sources
        self._fortnox = fortnox
        self._storage = storage
        self._deployment = deployment

    async def __call__(self, connection_id: ConnectionId, *, is_reloaded: bool = False) -> PreflightReport:
        """Judge the company by what is remembered of it, or afresh. Writes nothing at a vendor.

        A lost connection is a finding; what the connection may not read is information, never a failure.

        Raises:
            Transient: Fortnox or the source does not answer; try again.
        """
        overview = await self._connections.get(connection_id)
        rules = await self._settings.rules(connection_id)
        now = self._deployment.clock.now()
        try:
            company = await self._judge_company(overview, rules, is_reloaded=is_reloaded)
        except ReconnectRequired as error:
            lost = as_blocker(error.code, Check.CONNECTIONS, **error.params)
            company = Preflight((lost, *(as_information("preflight_not_judged", check) for check in COMPANY_CHECKS)))
        return PreflightReport(company.with_findings(await self._judge_source(overview)), now)

    async def _judge_company(self, overview: ConnectionOverview, rules: SyncRules, *, is_reloaded: bool) -> Preflight:
        gateway = self._fortnox.gateway(overview.company)
        registers = self._storage.registers(overview.company.id)
        state = await StateReader(gateway, registers).read(StatePart, afresh=is_reloaded)
        articles = [await self._found(overview, use, is_reloaded=is_reloaded) for use in named_articles(rules)]
        today = business_date(self._deployment.clock.now())
        return judge_company(rules, state, tuple(articles), today)

    async def _found(self, overview: ConnectionOverview, use: ArticleUse, *, is_reloaded: bool) -> ArticleUse:
        registers = self._storage.registers(overview.company.id)
        record = None if is_reloaded else await registers.article(ArticleKey.NUMBER, use.number)
        if record is None:
            record = await self._fortnox.gateway(overview.company).get_article(use.number)
            if record is not None:
                await registers.keep_article(ArticleKey.NUMBER, use.number, record)
        return replace(use, record=record)

    async def _judge_source(self, overview: ConnectionOverview) -> tuple[Finding, ...]:
        connector = overview.source_account.connector
        title = self._sources.connector(connector).title
        try:
            async with self._sources.open(overview.source_account) as session:
                missing = () if session.features is None else await session.features.missing_features()
        except ReconnectRequired as error:
            return (as_blocker(error.code, Check.CONNECTIONS, **{"system": title, **error.params}),)
        return judge_features(tuple(Notice(each.code, {"system": title, **each.params}) for each in missing))
