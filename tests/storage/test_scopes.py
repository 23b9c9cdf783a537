"""Isolation: a unit of work sees its connection's rows only, through every repository."""

from dataclasses import replace
from uuid import uuid4

import pytest
from tests.storage.test_ledgers import ANNA, intent
from tests.storage.world import START, start_run

from fortnox_bridge.domain.connection import AccessState
from fortnox_bridge.domain.ids import ApiKeyId, DocumentId, RunId
from fortnox_bridge.domain.link import LinkKind
from fortnox_bridge.domain.run import StageName, Step, TriggerKind
from fortnox_bridge.storage import (
    SYSTEM,
    ApiKey,
    AuditEntry,
    ConnectionScope,
    CredentialOwner,
    NewRun,
    OutOfScope,
    RunFilter,
    SourceHook,
)
from fortnox_bridge.storage.scoped import visible
from fortnox_bridge.storage.tables import METADATA, credential, oauth_state, source_hook


@pytest.fixture
async def filled(storage, joined):
    """The joined connection with a row in everything that belongs to it."""
    run = await start_run(storage, joined)
    ledgers = storage.ledgers(run, joined.connection, joined.company)
    document = await ledgers.documents.reserve(intent(joined))
    await ledgers.links.link(LinkKind.CUSTOMER, joined.source("9", "organization"), ANNA)
    await ledgers.steps.record(Step(StageName.READ, 1, "h", {}, {}, START, 1))
    async with storage.unit(SYSTEM) as uow:
        await uow.settings.save(joined.connection.id, {"a": 1}, major=1, minor=0, author="anna", expected_revision=0)
        await uow.replay_links.add("token", run.id, connection_id=joined.connection.id, expires_at=START.replace(2030))
        await uow.api_keys.add(ApiKey(ApiKeyId(uuid4()), "k", (), joined.connection.id, START), "secret")
        await uow.audit_log.add(AuditEntry(uuid4(), START, "anna", "connected", joined.connection.id))
    return run, document


def looks(uow, joined, run, document):
    return {
        "source_accounts.get": uow.source_accounts.get(joined.account.id),
        "source_accounts.find": uow.source_accounts.find("pipedrive", joined.account.external_id),
        "companies.get": uow.companies.get(joined.company.id),
        "companies.find": uow.companies.find(joined.company.database_number),
        "connections.get": uow.connections.get(joined.connection.id),
        "connections.of_source_account": uow.connections.of_source_account(joined.account.id),
        "connections.of_company": uow.connections.of_company(joined.company.id, "pipedrive"),
        "settings.current": uow.settings.current(joined.connection.id),
        "settings.get": uow.settings.get(joined.connection.id, 1),
        "settings.history": uow.settings.history(joined.connection.id),
        "events.get": uow.events.get(run.event_id),
        "events.of_run": uow.events.of_run(run.id),
        "runs.get": uow.runs.get(run.id),
        "runs.steps": uow.runs.steps(run.id),
        "runs.of_key": uow.runs.of_key(run.key),
        "documents.get": uow.documents.get(document.id),
        "documents.of_source": uow.documents.of_source(document.source),
        "links.of_connection": uow.links.of_connection(joined.connection.id, joined.company.id, LinkKind.CUSTOMER),
        "api_keys.find": uow.api_keys.find("secret"),
        "replay_links.find": uow.replay_links.find("token"),
    }


async def test_every_look_answers_its_own_connection_and_nothing_to_another(storage, joined, foreign, filled):
    run, document = filled
    async with storage.unit.view(ConnectionScope(joined.connection.id)) as uow:
        for name, look in looks(uow, joined, run, document).items():
            assert await look, name
    async with storage.unit.view(ConnectionScope(foreign.connection.id)) as uow:
        for name, look in looks(uow, joined, run, document).items():
            assert not await look, name
        assert await uow.source_accounts.list_all() == (foreign.account,)
        assert await uow.companies.list_all() == (foreign.company,)
        assert await uow.connections.list_all() == (foreign.connection,)
        assert await uow.api_keys.list_all() == ()
        assert (await uow.runs.list_page(RunFilter(connection_id=joined.connection.id))).items == ()
        assert (await uow.documents.list_page()).items == ()
        assert (await uow.audit_log.list_page()).items == ()


async def test_no_write_reaches_into_another_connection(storage, joined, foreign, filled):
    run, document = filled
    async with storage.unit(ConnectionScope(foreign.connection.id)) as uow:
        await uow.source_accounts.set_access(joined.account.id, AccessState.NOT_CONNECTED)
        await uow.companies.set_access(joined.company.id, AccessState.NOT_CONNECTED)
        assert await uow.replay_links.use("token") is None
        assert not await uow.links.forget(
            joined.connection.id, joined.company.id, LinkKind.CUSTOMER, joined.source("9", "organization")
        )
        assert await uow.events.clear_bodies(START.replace(2030), limit=10) == 0
    async with storage.unit.view(SYSTEM) as uow:
        assert await uow.source_accounts.get(joined.account.id) == joined.account
        assert await uow.companies.get(joined.company.id) == joined.company
        for name, look in looks(uow, joined, run, document).items():
            assert await look, name


async def test_rows_for_another_connection_are_refused(storage, joined, foreign):
    scope = ConnectionScope(foreign.connection.id)
    new = NewRun(RunId(uuid4()), joined.key(), TriggerKind.MANUAL, "mallory", foreign.connection.id)
    with pytest.raises(OutOfScope):
        async with storage.unit(scope) as uow:
            await uow.runs.create_manual(new)
    with pytest.raises(OutOfScope):
        async with storage.unit(scope) as uow:
            await uow.runs.create_manual(replace(new, key=foreign.key(), connection_id=joined.connection.id))
    with pytest.raises(OutOfScope):
        async with storage.unit(scope) as uow:
            await uow.settings.save(joined.connection.id, {}, major=1, minor=0, author="mallory", expected_revision=0)
    with pytest.raises(OutOfScope):
        async with storage.unit(scope) as uow:
            await uow.audit_log.add(AuditEntry(uuid4(), START, "mallory", "x", joined.connection.id))


async def test_secrets_are_for_the_system_scope_only(storage, joined):
    owner = CredentialOwner(company_id=joined.company.id)
    hook = SourceHook(uuid4(), joined.account.id, "u", "p", "https://x", (), START)
    scope = ConnectionScope(joined.connection.id)
    for use in (
        lambda uow: uow.credentials.get(owner, "api_token"),
        lambda uow: uow.credentials.put(owner, "api_token", {"token": "x"}),
        lambda uow: uow.hooks.add(hook, "token"),
        lambda uow: uow.hooks.find_by_token("token"),
        lambda uow: uow.oauth_states.take("state", "fortnox"),
    ):
        with pytest.raises(OutOfScope):
            async with storage.unit(scope) as uow:
                await use(uow)


def test_every_table_has_a_rule_for_connections():
    """A new table without a connection fails here until somebody decides who may see it."""
    scope = ConnectionScope(DocumentId(uuid4()))
    # Asked for by the worker and the platforms alone, under the system's scope.
    of_accounts = {METADATA.tables[name] for name in ("action_call", "card_press", "card_record", "turn")}
    hidden = {credential, source_hook, oauth_state, *of_accounts}
    for table in METADATA.tables.values():
        if table in hidden:
            with pytest.raises(OutOfScope):
                visible(table, scope)
        else:
            assert scope.connection_id in visible(table, scope).compile().params.values(), table.name
