"""Workflow actions, as HubSpot calls them (F13)."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.e2e.hubspot import Portal, one_line, running_portal
from tests.e2e.world import until


@pytest.fixture
async def portal(sqlite_url: str) -> AsyncIterator[Portal]:
    async with running_portal(sqlite_url) as running:
        yield running


async def called(portal: Portal, action: str, **wish: Any) -> str:
    url = f"{portal.world.bridge_url}/actions/hubspot/{action}"
    return str((await portal.seed(workflow_call={"url": url, **wish}))["workflow_call"]["callback_id"])


async def ended(portal: Portal, callback_id: str, *states: str, attempts: int = 1) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        calls = await portal.world.rows("hubspot", "workflow_calls")
        call = next(each for each in calls if each["callback_id"] == callback_id)
        return call if call["state"] in states and len(call["attempts"]) >= attempts else None

    return await until(look, f"workflow call {callback_id} to be {states}")


async def test_waiting_action_makes_one_draft_and_is_completed_with_its_number(portal: Portal) -> None:
    """F13: the same call comes again and changes nothing."""
    company = await portal.company("Flödesbolaget AB", 821)
    deal = await portal.deal([one_line()], company=company)
    inputs = {"document_kind": "invoice", "wait": "true"}

    call = await called(portal, "create-document", object_id=deal, inputs=inputs)
    done = await ended(portal, call, "done")
    await called(portal, "create-document", object_id=deal, inputs=inputs, callback_id=call)
    again = await ended(portal, call, "done", attempts=2)

    (invoice,) = await portal.documents(deal)
    assert done["completed_by"] == "callback"
    assert done["outputs"]["document_number"] == str(invoice["DocumentNumber"])
    assert again["attempts"][1]["body"]["outputFields"]["document_number"] == str(invoice["DocumentNumber"])


async def test_action_without_the_scope_does_not_wait_and_one_on_a_company_finds_its_newest_open_deal(
    portal: Portal,
) -> None:
    """F13: HubSpot would keep the workflow for a week if nobody may complete it."""
    await portal.seed(change_portal={"plan": "starter"})
    ticket = await portal.world.api.post("/authorizations", {"provider": "hubspot"})
    await portal.world.browser.open(str(ticket["url"]))
    company = await portal.company("Nystart i Mjölby AB", 822)
    await portal.deal([one_line()], company=company, stage="Förlorad")
    deal = await portal.deal([one_line()], company=company)

    call = await called(
        portal,
        "create-document",
        object_type="COMPANY",
        object_id=company,
        inputs={"document_kind": "order", "wait": "true"},
    )
    answered = await ended(portal, call, "done")
    await portal.run(deal, state="done")

    assert answered["outputs"] == {"hs_execution_state": "SUCCESS", "result": "queued"}
    (order,) = await portal.documents(deal, "order")
    assert order["CustomerName"] == "Nystart i Mjölby AB"


async def test_action_that_cannot_work_lets_the_workflow_go_on_and_says_why(portal: Portal) -> None:
    """F13: no retries for three days, and the reason in the workflow's history."""
    company = await portal.company("Utan Affär AB", 823)
    other = Portal(portal.world, 535353)

    without_deal = await called(
        portal, "create-document", object_type="COMPANY", object_id=company, inputs={"document_kind": "invoice"}
    )
    without_kind = await called(portal, "create-document", object_id="1", inputs={"document_kind": "letter"})
    not_connected = await called(other, "create-document", object_id="1", inputs={"document_kind": "invoice"})

    outputs = [(await ended(portal, call, "failed_on"))["outputs"] for call in (without_deal, without_kind)]
    outputs.append((await ended(other, not_connected, "failed_on"))["outputs"])
    assert [each["errorCode"] for each in outputs] == [
        "ACTION_NO_DEAL",
        "ACTION_KIND_UNKNOWN",
        "CARD_ACCOUNT_UNKNOWN",
    ]
    assert "has no open deal" in outputs[0]["message"]


async def test_update_customer_answers_its_number_and_the_editor_gets_its_options(portal: Portal) -> None:
    """F13, F16: for companies and contacts."""
    company = await portal.company("Kundkortet AB", 824)
    url = f"{portal.world.bridge_url}/actions/hubspot/create-document/options/document_kind"

    call = await called(portal, "update-customer", object_type="COMPANY", object_id=company, inputs={"wait": "true"})
    number = (await ended(portal, call, "done"))["outputs"]["customer_number"]
    await portal.seed(fetch={"url": url, "input": "document_kind", "search": "inv"})

    async def answered() -> dict[str, Any] | None:
        rows = await portal.world.rows("hubspot", "fetches")
        return rows[0] if rows and rows[0]["state"] == "answered" else None

    fetched = await until(answered, "the options")
    assert [each["value"] for each in fetched["body"]["options"]] == ["invoice"]
    (customer,) = await portal.world.customers("Kundkortet AB")
    assert str(customer["CustomerNumber"]) == number


async def test_unsigned_action_is_refused_without_a_retry(portal: Portal) -> None:
    """F13, F103: whoever calls must be the platform."""
    answer = await portal.world.send("POST", f"{portal.world.bridge_url}/actions/hubspot/create-document", form={})

    assert answer.status == 401
