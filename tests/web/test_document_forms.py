"""Forms of the run page that touch documents: nothing without the right origin, link and confirmation (F60)."""

import pytest
from tests.web.conftest import PUBLIC_URL, park_run

from fortnox_bridge.domain.run import Parked, RequestedAction
from fortnox_bridge.storage import SYSTEM

PARKED = Parked("document_removed", {"number": "1007", "record": "Altan"})
NEW = {"action": "new", "after": "0", "confirm": "yes"}


@pytest.fixture
async def link(bridge, joined):
    run_id = await park_run(bridge, joined, PARKED)
    return await bridge.services.replay.issue_link(run_id, joined.connection.id)


async def queued(bridge):
    page = await bridge.services.runs.list(connection_id=None, state=None, external_id=None, cursor=None, limit=50)
    return [run for run in page.runs if run.requested_action is not None]


async def test_form_from_another_site_asks_for_nothing(http, bridge, link):
    answer = await http.post(f"{link}/document", data=NEW, headers={"Origin": "https://elsewhere.example"})

    assert answer.status_code == 403
    assert await queued(bridge) == []


async def test_link_that_is_unknown_asks_for_nothing(http, bridge, link):
    answer = await http.post(f"{PUBLIC_URL}/replay/unknown/document", data=NEW)

    assert answer.status_code == 404
    assert await queued(bridge) == []


@pytest.mark.parametrize("form", [{"action": "new"}, {"action": "new", "confirm": "no"}, {}, {"action": "update"}])
async def test_new_document_without_confirmation_and_update_without_draft_are_refused_in_words(
    http, bridge, link, form
):
    answer = await http.post(f"{link}/document", data=form)

    assert answer.status_code == 422
    assert await queued(bridge) == []


@pytest.mark.parametrize("after", ["", "-1", "1e9", "99999999999999", "٣", "0"])
async def test_confirmed_form_queues_one_run_however_often_it_is_sent(http, bridge, link, after):
    for _ in range(3):
        answer = await http.post(f"{link}/document", data={**NEW, "after": after}, headers={"Origin": PUBLIC_URL})
        assert answer.status_code == 200

    (run,) = await queued(bridge)
    assert (run.requested_action, run.key.generation) == (RequestedAction.NEW, 1)


async def test_looking_at_the_page_asks_for_nothing(http, bridge, link):
    assert (await http.get(link)).status_code == 200
    assert (await http.get(f"{link}/document")).status_code == 405
    assert await queued(bridge) == []


async def test_request_leaves_an_entry_in_the_audit_log(http, bridge, link):
    await http.post(f"{link}/document", data=NEW)

    async with bridge.storage.unit.view(SYSTEM) as unit:
        actions = [entry.action for entry in (await unit.audit_log.list_page(limit=10)).items]
    assert "document.new_requested" in actions
