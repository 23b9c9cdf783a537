"""The page behind a note's link: shows the run, changes nothing until the button is pressed (F80, F81)."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from tests.web.conftest import PUBLIC_URL, park_run, queue_run

from fortnox_bridge.domain.document import CreatedDocument, Document, DocumentKind, DocumentState
from fortnox_bridge.domain.ids import DocumentId
from fortnox_bridge.domain.marker import document_marker
from fortnox_bridge.domain.run import Done, Parked, StageName, Step
from fortnox_bridge.domain.snapshot import content_hash
from fortnox_bridge.storage import SYSTEM

MISSING = Parked("article_not_found", {"product": "Rådgivning", "field": "Produktkod", "value": "RAD-1"})
SECRET_OF_A_PAYLOAD = "19121212-1212"


@pytest.fixture
async def parked_run(bridge, joined):
    return await park_run(bridge, joined, replace(MISSING, where="https://nordlund.example/deal/1042"))


@pytest.fixture
async def link(bridge, joined, parked_run):
    return await bridge.services.replay.issue_link(parked_run, joined.connection.id)


async def _runs(bridge):
    return await bridge.services.runs.list(connection_id=None, state=None, external_id=None, cursor=None, limit=50)


def _text(page):
    body = page.text.partition("<main")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


async def _finish_with_steps(bridge, joined, external_id="7"):
    """A run that made its draft, with steps as the pipeline records them."""
    await queue_run(bridge, joined, external_id)
    async with bridge.storage.unit(SYSTEM) as unit:
        (run,) = await unit.run_queue.claim(10, 60)
        run = await unit.run_queue.set_connection(run.id, run.fence, joined.connection.id, 1)
    ledgers = bridge.storage.ledgers(run, joined.connection, joined.company)
    facts = {"head": {"title": "Altan <b>och</b> räcke"}, "customer": {"organisation_number": SECRET_OF_A_PAYLOAD}}
    for stage, milliseconds in ((StageName.READ, 100), (StageName.READ, 84), (StageName.CREATE_DRAFT, 1403)):
        step = Step(stage, run.attempt, content_hash({}), facts, {"payload": SECRET_OF_A_PAYLOAD}, run.created_at, 0)
        await ledgers.steps.record(replace(step, duration_ms=milliseconds))
    await _make_document(ledgers, run, joined)
    async with bridge.storage.unit(SYSTEM) as unit:
        await unit.run_queue.finish(run.id, run.fence, Done("invoice", "1007"))
    return run


async def _make_document(ledgers, run, joined):
    intent = Document(
        id=DocumentId(uuid4()),
        connection_id=joined.connection.id,
        company_id=joined.company.id,
        source=run.source,
        kind=DocumentKind.INVOICE,
        generation=1,
        marker=document_marker("111", run.source, DocumentKind.INVOICE, 1),
        state=DocumentState.INTENDED,
    )
    reserved = await ledgers.documents.reserve(intent)
    await ledgers.documents.mark_sending(reserved.id)
    created = CreatedDocument(
        kind=DocumentKind.INVOICE,
        number="1007",
        marker=reserved.marker,
        customer_number="12",
        customer_name="Ekhammars Plåt AB",
        organisation_number=None,
        currency="SEK",
        net=Decimal(800),
        vat=Decimal(200),
        total=Decimal(1000),
        round_off=Decimal(0),
        payable=Decimal(1000),
        is_cancelled=False,
        is_booked=False,
        is_sent=False,
        is_not_completed=False,
    )
    await ledgers.documents.mark_created(reserved.id, created, ())


async def test_opening_the_link_shows_what_happened_and_changes_nothing(http, bridge, link):
    before = await _runs(bridge)

    for method in ("GET", "HEAD", "GET"):
        page = await http.request(method, link)
        assert page.status_code == 200

    shown = _text(page)
    assert "Affär 1042 i Pipedrive" in shown
    assert "Väntar på åtgärd" in shown
    assert "Rådgivning" in shown
    assert 'href="https://nordlund.example/deal/1042"' in page.text
    assert "Replay: försök igen" in shown
    assert page.headers["content-type"].startswith("text/html")
    assert await _runs(bridge) == before


async def test_page_of_a_finished_run_shows_steps_and_document_but_no_payload(http, bridge, joined):
    run = await _finish_with_steps(bridge, joined)
    link = await bridge.services.replay.issue_link(run.id, joined.connection.id)

    page = await http.get(link)

    shown = _text(page)
    assert "Klar" in shown
    assert "Faktura 1007" in shown
    assert "12 Ekhammars Plåt AB" in shown
    assert "Läsa affären 184 ms" in shown
    assert "Skapa utkastet 1,4 s" in shown
    assert SECRET_OF_A_PAYLOAD not in page.text
    assert "Altan &lt;b&gt;och&lt;/b&gt; räcke" in page.text


async def test_page_speaks_the_connections_language_whatever_the_browser_says(http, bridge, joined, operator, link):
    place = f"/api/v1/connections/{joined.id}/settings"
    saved = (await http.get(place, headers=operator)).json()
    saved["document"]["notes"] = {**saved["document"]["notes"], "language": "en", "support_contact": "help@b.example"}
    body = {"revision": saved["revision"], "document": saved["document"]}
    assert (await http.put(f"{place}?live=false", json=body, headers=operator)).status_code == 200

    page = await http.get(link, headers={"Accept-Language": "sv"})
    pressed = await http.post(link, headers={"Accept-Language": "sv"})

    assert page.headers["content-language"] == "en"
    assert '<html lang="en">' in page.text
    assert "Needs attention" in _text(page)
    assert "help@b.example" in _text(page)
    assert "The run has started" in _text(pressed)


async def test_pressing_the_button_twice_queues_one_run(http, bridge, link, parked_run):
    first = await http.post(link, headers={"Origin": PUBLIC_URL})
    second = await http.post(link)

    assert first.status_code == second.status_code == 200
    assert "Körningen är startad" in _text(first)
    queued = [run for run in (await _runs(bridge)).runs if run.id != parked_run]
    assert [(run.state, run.trigger, run.replay_of) for run in queued] == [("queued", "replay", parked_run)]


async def test_link_shows_the_deals_latest_run(http, bridge, link):
    await http.post(link)

    assert "I kö" in _text(await http.get(link))


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("token", ["unknown", "a" * 500, "%00", "..%2f..%2fetc"])
async def test_unknown_link_is_refused_politely(http, method, token):
    page = await http.request(method, f"/replay/{token}", headers={"Accept-Language": "en"})

    assert page.status_code == 404
    if "%2f" not in token:
        assert "The link is no longer valid." in _text(page)


async def test_expired_link_neither_shows_nor_replays(http, bridge, joined, parked_run):
    async with bridge.storage.unit(SYSTEM) as unit:
        expires_at = datetime.now(UTC) - timedelta(seconds=1)
        await unit.replay_links.add("t" * 32, parked_run, connection_id=joined.connection.id, expires_at=expires_at)
    before = await _runs(bridge)

    shown = await http.get(f"/replay/{'t' * 32}")
    pressed = await http.post(f"/replay/{'t' * 32}")

    assert shown.status_code == pressed.status_code == 404
    assert "Länken gäller inte längre." in _text(shown)
    assert await _runs(bridge) == before


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:81234", ""])
async def test_button_pressed_on_another_site_does_nothing(http, bridge, link, origin):
    before = await _runs(bridge)

    page = await http.post(link, headers={"Origin": origin})

    assert page.status_code == 403
    assert "inget hände" in _text(page)
    assert await _runs(bridge) == before


async def test_link_to_the_record_is_shown_only_when_it_is_https(http, bridge, joined):
    for number, where in enumerate(("javascript:alert(1)", "http://plain.example")):
        run_id = await park_run(bridge, joined, replace(MISSING, where=where), str(number))
        page = await http.get(await bridge.services.replay.issue_link(run_id, joined.connection.id))

        assert where not in page.text


async def test_page_survives_settings_of_a_newer_version(http, bridge, joined, link):
    async with bridge.storage.unit(SYSTEM) as unit:
        await unit.settings.save(
            joined.connection.id,
            {"schema_version": "9.0"},
            major=9,
            minor=0,
            author="the future",
            expected_revision=1,
        )

    assert (await http.get(link)).status_code == 200


async def test_link_is_not_kept_in_clear(bridge, link, sqlite_url, tmp_path):
    token = link.rpartition("/")[2]
    await bridge.storage.close()

    files = list(tmp_path.glob("bridge.db*"))
    assert files
    assert all(token.encode() not in each.read_bytes() for each in files)


async def test_style_is_served_and_pages_carry_no_script(http, link):
    page = await http.get(link)
    style = await http.get("/static/pages.css")

    assert "<script" not in page.text
    assert "style=" not in page.text
    assert style.status_code == 200
    assert style.headers["content-type"].startswith("text/css")
    assert (await http.get("/static/../render.py")).status_code == 404
