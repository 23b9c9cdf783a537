"""Check a settings document against the live systems: gather what it names, judge, save nothing (F115)."""

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from fortnox_bridge.domain.errors import BridgeError, PermissionMissing, Transient, Unavailable
from fortnox_bridge.domain.ids import ConnectionId
from fortnox_bridge.domain.records import RegisterEntry
from fortnox_bridge.domain.rules import ArticleKey
from fortnox_bridge.services.access.fortnox_access import FortnoxAccess
from fortnox_bridge.services.connections.catalogues import Catalogues
from fortnox_bridge.services.connections.connections import ConnectionOverview, Connections
from fortnox_bridge.storage import Storage
from fortnox_bridge.sync_settings.checks import ArticleStanding, Facts, Needs, judge, needs
from fortnox_bridge.sync_settings.current import Settings
from fortnox_bridge.sync_settings.faults import InvalidSettings, SettingsFault, in_order
from fortnox_bridge.sync_settings.references import references
from fortnox_bridge.sync_settings.upgrade import load_settings, upgraded

T = TypeVar("T")

_READ_ONE_BY_ONE: Final = 25


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found. `settings` None: the form itself is broken."""

    settings: Settings | None
    faults: tuple[SettingsFault, ...] = ()
    warnings: tuple[SettingsFault, ...] = ()

    def sound(self) -> Settings:
        """The settings.

        Raises:
            InvalidSettings: there are faults.
        """
        if self.settings is None or self.faults:
            raise InvalidSettings(self.faults)
        return self.settings


@dataclass(frozen=True, slots=True)
class _Gathered:
    facts: Facts
    failures: tuple[BridgeError, ...]


class CheckSettings:
    def __init__(
        self, *, connections: Connections, catalogues: Catalogues, fortnox: FortnoxAccess, storage: Storage
    ) -> None:
        self._connections = connections
        self._catalogues = catalogues
        self._fortnox = fortnox
        self._storage = storage

    async def __call__(
        self, connection_id: ConnectionId, document: Mapping[str, object], *, is_live: bool = True
    ) -> Checked:
        """Every fault at once, those of the form and those of what it names.

        A system that does not answer hides no fault that is known without it.

        Raises:
            Unavailable: `settings_not_checked`, when nothing is wrong as far as could be seen and something could not.
            UserAction: an account's access is gone, so that nothing can be looked up there.
        """
        formed = _formed(document)
        if not is_live:
            return formed
        try:
            named = references(upgraded(document))
        except InvalidSettings:
            return formed
        overview = await self._connections.get(connection_id)
        gathered = await self._gather(overview, needs(named))
        judged = judge(named, gathered.facts)
        stale = {fault.params["register"] for fault in judged.faults if "register" in fault.params}
        if stale:
            # The registers may be a day old: what is missing there may have been added since.
            again = await self._registers(overview, stale, is_reloaded=True)
            facts = replace(gathered.facts, registers={**gathered.facts.registers, **again.facts.registers})
            gathered = _Gathered(facts, (*gathered.failures, *again.failures))
            judged = judge(named, facts)
        faults = in_order((*formed.faults, *judged.faults))
        if gathered.failures and not faults:
            raise _refusal(gathered.failures, overview)
        return Checked(formed.settings, faults, in_order(judged.warnings))

    async def _gather(self, overview: ConnectionOverview, wanted: Needs) -> _Gathered:
        connection_id = overview.connection.id
        fields, pipelines, registers, articles = await asyncio.gather(
            _attempt(self._catalogues.fields(connection_id) if wanted.fields else _nothing()),
            _attempt(self._catalogues.pipelines(connection_id) if wanted.pipelines else _nothing()),
            self._registers(overview, wanted.registers),
            _attempt(self._articles(overview, wanted.articles)),
        )
        failures = [each for each in (fields, pipelines, articles) if isinstance(each, BridgeError)]
        return _Gathered(
            replace(
                registers.facts,
                # A source that keeps no list of fields or stages answers an empty one: nothing to judge by.
                fields=fields if isinstance(fields, tuple) and fields else None,
                pipelines=pipelines if isinstance(pipelines, tuple) and pipelines else None,
                articles=articles if isinstance(articles, dict) else {},
            ),
            (*failures, *registers.failures),
        )

    async def _registers(
        self, overview: ConnectionOverview, names: frozenset[str] | set[str], *, is_reloaded: bool = False
    ) -> _Gathered:
        order = sorted(names)
        read = self._catalogues.register
        answers = await asyncio.gather(
            *(_attempt(read(overview.connection.id, name, is_reloaded=is_reloaded)) for name in order)
        )
        found: dict[str, tuple[RegisterEntry, ...]] = {}
        closed: set[str] = set()
        failures: list[BridgeError] = []
        for name, answer in zip(order, answers, strict=True):
            match answer:
                case PermissionMissing():
                    closed.add(name)
                case BridgeError():
                    failures.append(answer)
                case _:
                    found[name] = answer
        return _Gathered(Facts(registers=found, unreadable=frozenset(closed)), tuple(failures))

    async def _articles(self, overview: ConnectionOverview, numbers: frozenset[str]) -> dict[str, ArticleStanding]:
        """Few articles are read one by one, many by the list of all active ones."""
        gateway = self._fortnox.gateway(overview.company)
        if len(numbers) > _READ_ONE_BY_ONE:
            active = {number.casefold() for number in await gateway.active_article_numbers()}
            found = {number: number.casefold() in active for number in numbers}
            return {number: ArticleStanding(exists=is_there, is_active=is_there) for number, is_there in found.items()}
        order = sorted(numbers)
        return dict(zip(order, await asyncio.gather(*(self._article(overview, each) for each in order)), strict=True))

    async def _article(self, overview: ConnectionOverview, number: str) -> ArticleStanding:
        """An active one is believed for a day; one that was missing or inactive is asked for again."""
        cache = self._storage.registers(overview.company.id)
        record = await cache.article(ArticleKey.NUMBER, number)
        if record is None or not record.is_active:
            record = await self._fortnox.gateway(overview.company).get_article(number)
            if record is not None and record.is_active:
                await cache.keep_article(ArticleKey.NUMBER, number, record)
        return ArticleStanding(record is not None, record is not None and record.is_active)


def _formed(document: Mapping[str, object]) -> Checked:
    try:
        return Checked(load_settings(document))
    except InvalidSettings as error:
        return Checked(None, in_order(error.faults))


def _refusal(failures: tuple[BridgeError, ...], overview: ConnectionOverview) -> BridgeError:
    """What a person can mend comes first; what passes by itself is told as a check that could not be made."""
    for failure in failures:
        if not isinstance(failure, Transient):
            return failure
    first = failures[0]
    system = first.params.get("system") or ("Fortnox" if first.code.startswith("fortnox") else "")
    retry_after_s = first.retry_after_s if isinstance(first, Transient) else None
    return Unavailable(
        "settings_not_checked",
        system=system or overview.source_account.connector,
        retry_after_s=retry_after_s,
        detail=first.code,
    )


async def _attempt(call: Awaitable[T]) -> T | BridgeError:
    try:
        return await call
    except BridgeError as error:
        return error


async def _nothing() -> None:
    return None
