"""Commands that look or change something, and what they say when they cannot."""

import asyncio
import json
import re
from uuid import uuid4

import pytest
from tests.cli.conftest import database_file, one_sentence

from fortnox_bridge.domain.clock import SystemClock
from fortnox_bridge.domain.connection import AccessState, Connection, FortnoxCompany, SourceAccount
from fortnox_bridge.domain.ids import ConnectionId, FortnoxCompanyId, RunId, SourceAccountId
from fortnox_bridge.domain.run import BusinessKey, Parked, TriggerKind
from fortnox_bridge.sdk import DefaultSettings
from fortnox_bridge.storage import SYSTEM, Cipher, CredentialOwner, NewRun, Storage
from fortnox_bridge.sync_settings.defaults import initial_settings
from fortnox_bridge.sync_settings.upgrade import dump_settings

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@pytest.fixture
def connection(sqlite_url) -> str:
    """A connection with one parked run."""
    return asyncio.run(_join(sqlite_url))


async def _join(sqlite_url) -> str:
    storage = Storage.open(sqlite_url, Cipher({"t": b"2" * 32}), SystemClock())
    account = SourceAccount(
        id=SourceAccountId(uuid4()),
        connector="pipedrive",
        external_id="1",
        name="Säljarna [Väst]",
        access=AccessState.CONNECTED,
        credential_kind="oauth",
    )
    company = FortnoxCompany(
        id=FortnoxCompanyId(uuid4()),
        database_number="111",
        name="Bolaget",
        organisation_number=None,
        access=AccessState.NEEDS_RECONNECT,
    )
    connection = Connection(ConnectionId(uuid4()), account.id, company.id, "Väst → Bolaget")
    wanted = NewRun(
        RunId(uuid4()), BusinessKey(account.id, "deal", "1042"), TriggerKind.MANUAL, "test", connection_id=connection.id
    )
    async with storage.unit(SYSTEM) as unit:
        await unit.source_accounts.add(account)
        await unit.companies.add(company)
        await unit.connections.add(connection)
        document = dump_settings(initial_settings(DefaultSettings()))
        await unit.settings.save(connection.id, document, major=2, minor=0, author="test", expected_revision=0)
        await unit.runs.create_manual(wanted)
        (run,) = await unit.run_queue.claim(1, 60)
        await unit.run_queue.finish(run.id, run.fence, Parked("fortnox_reconnect", {}))
    await storage.close()
    return str(connection.id)


def test_connectors_list_shows_what_is_installed(terminal):
    ended = terminal.run("connectors", "list")

    assert ended.code == 0, ended.err
    assert "pipedrive" in ended.out
    assert "loaded" in ended.out


def test_connectors_list_shows_what_is_blocked(terminal):
    ended = terminal.run("connectors", "list", FORTNOX_BRIDGE_BLOCKED_CONNECTORS='["pipedrive"]')

    assert ended.code == 0
    assert "blocked" in ended.out


def test_connectors_check_runs_the_kit_on_an_installed_connector_by_name(terminal):
    ended = terminal.run("connectors", "check", "pipedrive", "--rule", "hosts")

    assert ended.code == 0, ended.out + ended.err
    assert "1 passed" in ended.out


def test_connectors_check_of_one_that_is_not_installed_is_said_in_a_sentence(terminal):
    assert "sugarcrm" in one_sentence(terminal.run("connectors", "check", "sugarcrm"))


def test_required_connector_that_is_missing_is_said_in_a_sentence(terminal):
    ended = terminal.run("runs", "list", FORTNOX_BRIDGE_REQUIRED_CONNECTORS='["sugarcrm"]')

    assert "sugarcrm" in one_sentence(ended)


def test_keys_encryption_makes_a_key_that_the_service_takes(terminal):
    made = terminal.run("keys", "encryption")

    assert made.code == 0
    assert len(json.loads(made.out)) == 1
    assert terminal.run("runs", "list", FORTNOX_BRIDGE_ENCRYPTION_KEYS=made.out.strip()).code == 0
    assert terminal.run("keys", "encryption").out != made.out


def test_keys_create_prints_the_key_alone_on_stdout(terminal, connection):
    made = terminal.run("keys", "create", "card", "--connection", connection, "--days", "30")

    assert made.code == 0, made.err
    assert re.fullmatch(r"fbk_[\w-]{40,}\n", made.out)
    assert made.out.strip() not in made.err


def test_keys_create_for_an_unknown_connection_is_refused(terminal):
    sentence = one_sentence(terminal.run("keys", "create", "card", "--connection", str(uuid4())))

    assert "nothing at this address" in sentence.lower()


def test_connections_list_shows_whole_ids_and_names_in_a_narrow_terminal(terminal, connection):
    ended = terminal.run("connections", "list", COLUMNS="110")

    assert ended.code == 0, ended.err
    assert connection in UUID.findall(ended.out)
    assert len(UUID.findall(ended.out)) == 3
    assert "[Väst]" in ended.out
    assert "needs_reconnect" in ended.out


def test_runs_list_says_why_each_waits(terminal, connection):
    ended = terminal.run("runs", "list", "--state", "parked", COLUMNS="200")

    assert ended.code == 0, ended.err
    assert len(UUID.findall(ended.out)) == 1
    assert "The connection to Fortnox is no longer valid." in ended.out


def test_runs_list_keeps_ids_whole_on_a_narrow_terminal(terminal, connection):
    ended = terminal.run("runs", "list", COLUMNS="60")

    assert ended.code == 0, ended.err
    assert len(UUID.findall(ended.out)) >= 1


def test_runs_list_says_when_there_are_none(terminal, connection):
    assert "No run is running." in terminal.run("runs", "list", "--state", "running").out


def test_runs_replay_queues_the_run_again(terminal, connection):
    run_id = UUID.findall(terminal.run("runs", "list", COLUMNS="200").out)[0]

    ended = terminal.run("runs", "replay", run_id)

    assert ended.code == 0, ended.err
    assert "queued" in ended.out
    assert "nothing at this address" in one_sentence(terminal.run("runs", "replay", str(uuid4()))).lower()


def test_settings_go_out_and_in_again(terminal, connection, tmp_path):
    file = tmp_path / "settings.json"
    got = terminal.run("settings", "get", connection)
    body = json.loads(got.out)
    body["document"]["customers"]["default_country"] = "SE"
    file.write_text(json.dumps(body), encoding="utf-8")

    saved = terminal.run("settings", "put", connection, str(file), "--no-live")
    stale = terminal.run("settings", "put", connection, str(file))

    assert saved.code == 0, saved.err
    assert "Saved as revision 2." in saved.out
    assert "in between" in one_sentence(stale)
    assert json.loads(terminal.run("settings", "get", connection).out)["revision"] == 2


def test_settings_with_faults_are_all_told_and_not_saved(terminal, connection, tmp_path):
    body = json.loads(terminal.run("settings", "get", connection).out)
    body["document"]["surprise"] = "[bold]"
    body["document"]["vat"]["fallback_rate"] = "250"
    file = tmp_path / "settings.json"
    file.write_text(json.dumps(body), encoding="utf-8")

    ended = terminal.run("settings", "put", connection, str(file))

    assert ended.code == 1
    assert "Nothing was saved" in ended.err
    assert "surprise: " in ended.err
    assert "vat.fallback_rate: " in ended.err
    assert json.loads(terminal.run("settings", "get", connection).out)["revision"] == 1


@pytest.mark.parametrize("content", ["{", "[]", '{"revision": "1", "document": {}}'])
def test_settings_file_that_is_none_is_refused(terminal, connection, tmp_path, content):
    file = tmp_path / "settings[1].json"
    file.write_text(content, encoding="utf-8")

    assert "settings[1].json" in one_sentence(terminal.run("settings", "put", connection, str(file)))


def test_settings_of_an_unknown_connection_are_not_found(terminal):
    assert "nothing at this address" in one_sentence(terminal.run("settings", "get", str(uuid4()))).lower()


def test_connect_without_a_registration_says_what_to_set(terminal):
    ended = terminal.run("connections", "connect", "sugarcrm")

    assert "sugarcrm" in one_sentence(ended)


def test_add_without_accounts_says_what_is_missing(terminal):
    assert "source account" in one_sentence(terminal.run("connections", "add"))


def test_migrate_twice_is_the_same_as_once(terminal):
    for file in database_file(terminal).parent.glob("bridge.db*"):
        file.unlink()

    first, second = terminal.run("migrate"), terminal.run("migrate")

    assert first.code == second.code == 0, first.err
    assert first.out == second.out
    assert "The database is at migration" in first.out


@pytest.mark.parametrize(
    ("command", "environment", "said"),
    [
        ("runs list", {"FORTNOX_BRIDGE_ENCRYPTION_KEYS": "{}"}, "FORTNOX_BRIDGE_ENCRYPTION_KEYS is missing"),
        ("runs list", {"FORTNOX_BRIDGE_ENCRYPTION_KEYS": "nonsense"}, "encryption_keys"),
        ("migrate", {"FORTNOX_BRIDGE_ENCRYPTION_KEYS": '{"k": "short"}'}, "32 bytes"),
        ("serve", {"FORTNOX_BRIDGE_PORT": "many"}, "FORTNOX_BRIDGE_PORT"),
        ("serve", {"FORTNOX_BRIDGE_PUBLIC_URL": "https://b.example/path"}, "FORTNOX_BRIDGE_PUBLIC_URL"),
        ("migrate", {"FORTNOX_BRIDGE_DATABASE_URL": "sqlite:////nowhere/at/all.db"}, "FORTNOX_BRIDGE_DATABASE_URL"),
        ("runs list", {"FORTNOX_BRIDGE_DATABASE_URL": "postgresql://u@127.0.0.1:9/x"}, "FORTNOX_BRIDGE_DATABASE_URL"),
        ("runs list", {"FORTNOX_BRIDGE_DATABASE_URL": "nonsense"}, "the database's address"),
    ],
)
def test_wrong_setting_is_named_in_a_sentence(terminal, command, environment, said):
    assert said in one_sentence(terminal.run(*command.split(), **environment))


def test_connectors_list_with_a_wrong_setting_says_so(terminal):
    assert "encryption_keys" in one_sentence(
        terminal.run("connectors", "list", FORTNOX_BRIDGE_ENCRYPTION_KEYS="nonsense")
    )


def test_secret_of_a_wrong_setting_is_not_repeated(terminal):
    ended = terminal.run("runs", "list", FORTNOX_BRIDGE_ENCRYPTION_KEYS='{"k": "hunter2"}')

    assert "hunter2" not in ended.err + ended.out


def test_help_of_every_command_is_there(terminal):
    for command in ((), ("connections", "connect"), ("settings", "put"), ("demo",)):
        ended = terminal.run(*command, "--help")

        assert ended.code == 0
        assert "Usage" in ended.out


def test_settings_go_to_a_file_and_come_back_as_a_new_revision(terminal, connection, tmp_path):
    file = tmp_path / "export.json"
    exported = terminal.run("settings", "export", connection)
    body = json.loads(exported.out)
    body["document"]["customers"]["default_country"] = "SE"
    file.write_text(json.dumps(body), encoding="utf-8")

    imported = terminal.run("settings", "import", connection, str(file), "--no-live")
    changed = terminal.run("settings", "diff", connection, "1")
    restored = terminal.run("settings", "restore", connection, "1", "--no-live")
    listed = terminal.run("settings", "revisions", connection)

    assert imported.code == 0, imported.err
    assert "Saved as revision 2." in imported.out
    assert changed.out.strip() == '~ customers.default_country: null → "SE"'
    assert "Saved as revision 3." in restored.out
    assert [line.split()[0] for line in listed.out.splitlines()] == ["3", "2", "1"]
    assert terminal.run("settings", "diff", connection, "1", "3").out.strip() == "Nothing changed."


def test_settings_import_of_a_file_that_is_no_export_tells_its_faults(terminal, connection, tmp_path):
    file = tmp_path / "settings.json"
    file.write_text(terminal.run("settings", "get", connection).out, encoding="utf-8")

    ended = terminal.run("settings", "import", connection, str(file), "--no-live")

    assert ended.code == 1
    assert "connector: " in ended.err
    assert json.loads(terminal.run("settings", "get", connection).out)["revision"] == 1


def test_settings_validate_says_why_it_cannot_look(terminal, connection):
    """The account of this database was never connected."""
    assert "Pipedrive" in one_sentence(terminal.run("settings", "validate", connection))


def test_settings_copy_onto_itself_changes_nothing(terminal, connection):
    ended = terminal.run("settings", "copy", connection, connection)

    assert ended.code == 0, ended.err
    assert "Nothing changed: revision 1" in ended.out


def test_article_table_goes_out_and_in_as_csv(terminal, connection, tmp_path):
    file = tmp_path / "articles.csv"
    file.write_text("value;article\na;1\n;2\n", encoding="utf-8")
    refused = terminal.run("settings", "table-import", connection, str(file), "--no-live")
    file.write_text("value;article\na;1\n=b;2\n", encoding="utf-8")
    saved = terminal.run("settings", "table-import", connection, str(file), "--no-live")
    exported = terminal.run("settings", "table-export", connection)

    assert refused.code == 1
    assert "line 3: " in refused.err
    assert "Saved as revision 2." in saved.out, saved.err
    assert exported.out.lstrip("\ufeff").splitlines() == ["value;article", "a;1", "'=b;2"]


def test_backfill_of_named_deals_is_begun_shown_and_cancelled(terminal, connection, tmp_path):
    file = tmp_path / "deals.txt"
    file.write_text("7\n8\n7\n", encoding="utf-8")

    begun = terminal.run("backfill", "begin", connection, "--file", str(file))
    assert begun.code == 0, begun.err
    backfill = next(each for each in UUID.findall(begun.out) if each != connection)
    listed = terminal.run("backfill", "list", connection)
    shown = terminal.run("backfill", "show", connection, backfill, COLUMNS="120")
    refused = terminal.run("backfill", "start", connection, backfill)
    cancelled = terminal.run("backfill", "cancel", connection, backfill)
    watched = terminal.run("backfill", "show", connection, backfill, "--watch", "--deals", "0")

    assert f"{backfill}  previewing" in listed.out
    assert "found 2" in shown.out
    assert [line.split()[:2] for line in shown.out.splitlines()[2:]] == [["found", "7"], ["found", "8"]]
    assert "previewing" in one_sentence(refused)
    assert "cancelled" in cancelled.out
    assert "cancelled" in watched.out


def test_backfill_that_says_no_deals_or_both_ways_is_refused(terminal, connection, tmp_path):
    file = tmp_path / "deals.txt"
    file.write_text("7\n", encoding="utf-8")

    assert "--since" in one_sentence(terminal.run("backfill", "begin", connection))
    both = terminal.run("backfill", "begin", connection, "--since", "2026-01-01", "--file", str(file))
    assert "--since" in one_sentence(both)


def test_customers_sync_queues_runs_and_says_which(terminal, connection):
    done = terminal.run("customers", "sync", connection, "--company", "12", "--company", "13", "--contact", "7")

    assert done.code == 0, done.err
    lines = [line.split(maxsplit=1) for line in done.out.splitlines() if UUID.match(line)]
    assert [what for _, what in lines] == ["company 12", "company 13", "contact 7"]
    assert "company 12" in terminal.run("runs", "list").out


def test_customers_sync_without_records_says_how_to_name_them(terminal, connection):
    assert "--company" in one_sentence(terminal.run("customers", "sync", connection))


def test_connections_are_put_in_order_and_turned_off_and_on(terminal, connection):
    ordered = terminal.run("connections", "order", connection, "1")
    assert (ordered.code, ordered.out) == (0, "Moved.\n"), ordered.err

    off = terminal.run("connections", "activate", connection, "--off")
    assert (off.code, off.out) == (0, "Off.\n"), off.err
    assert " no " in terminal.run("connections", "list", COLUMNS="200").out
    assert terminal.run("connections", "activate", connection).out == "On.\n"


def test_new_document_asks_for_the_confirmation_and_an_update_for_a_draft(terminal, connection):
    (run_id,) = UUID.findall(terminal.run("runs", "list", "--state", "parked", COLUMNS="200").out)

    assert "must be confirmed" in one_sentence(terminal.run("runs", "document", run_id, "new"))
    assert "has no draft" in one_sentence(terminal.run("runs", "document", run_id, "update"))
    queued = terminal.run("runs", "document", run_id, "new", "--confirm")
    assert queued.code == 0, queued.err
    assert "is queued" in queued.out


def test_disconnect_clears_our_side_and_says_what_the_source_was_not_told(terminal, connection):
    accounts = UUID.findall(terminal.run("connections", "list", COLUMNS="200").out)

    for account in accounts[:2]:
        ended = terminal.run("connections", "disconnect", account)
        assert ended.code == 0, ended.err
        assert "is disconnected." in ended.out

    assert "not_connected" in terminal.run("connections", "list", COLUMNS="200").out
    assert "nothing at this address" in one_sentence(terminal.run("connections", "disconnect", str(uuid4()))).lower()


def test_doctor_says_what_stands_and_what_is_wrong(terminal, connection):
    ended = terminal.run("doctor")

    assert ended.code == 1, ended.out + ended.err
    assert "✓ SQLite answers, at migration" in ended.out
    assert "✓ Connector pipedrive" in ended.out
    assert "✗ Bolaget has lost its access. Connect it again" in ended.out
    assert "Runs: 1 parked" in ended.out
    assert "Traceback" not in ended.err


def test_doctor_names_a_database_that_does_not_answer(terminal):
    away = "postgresql+asyncpg://nobody:canary-password@127.0.0.1:9/none"

    ended = terminal.run("doctor", FORTNOX_BRIDGE_DATABASE_URL=away)

    assert ended.code == 1
    assert "✗ PostgreSQL does not answer" in ended.out
    assert "canary-password" not in ended.out + ended.err


async def _keep_a_token(sqlite_url) -> None:
    storage = Storage.open(sqlite_url, Cipher({"t": b"2" * 32}), SystemClock())
    async with storage.unit(SYSTEM) as unit:
        (account,) = await unit.source_accounts.list_all()
        owner = CredentialOwner(source_account_id=account.id)
        await unit.credentials.put(owner, "api_token", {"token": "canary-token"})
    await storage.close()


def test_doctor_tells_of_secrets_that_no_key_opens(terminal, connection, sqlite_url):
    asyncio.run(_keep_a_token(sqlite_url))
    assert "✓ All 1 stored secrets can be read." in terminal.run("doctor").out

    ended = terminal.run("doctor", FORTNOX_BRIDGE_ENCRYPTION_KEYS='{"other": "' + "A" * 43 + '="}')

    assert ended.code == 1
    assert "✗ A stored secret was encrypted with a key that is not set." in ended.out
