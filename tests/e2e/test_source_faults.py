"""Pipedrive misbehaves: the draft stays one, the note and the file stay one (F84, reliability 4.4)."""

import pytest
from tests.e2e.world import Record, World, note_text, one_line

_LOST = [
    {"kind": "apply_then_reset"},
    {"kind": "apply_then_hang", "seconds": 60},
    {"kind": "apply_then_status", "status": 500},
    {"kind": "apply_then_html", "status": 502},
]
_NOT_APPLIED = [{"kind": "status", "status": 503}, {"kind": "html", "status": 502}, {"kind": "reset"}]


def _name(action: Record) -> str:
    return f"{action['kind']}_{action['status']}" if "status" in action else str(action["kind"])


@pytest.mark.parametrize("action", [*_LOST, *_NOT_APPLIED], ids=_name)
async def test_note_whose_answer_is_lost_stands_once(hasty_world: World, action: Record) -> None:
    await _survives(hasty_world, "POST", "/v1/notes", action)


@pytest.mark.parametrize("action", [_LOST[0], _NOT_APPLIED[0]], ids=_name)
async def test_file_whose_answer_is_lost_stands_once(hasty_world: World, action: Record) -> None:
    await _survives(hasty_world, "POST", "/v1/files", action)


@pytest.mark.parametrize("action", [_LOST[0], _NOT_APPLIED[0]], ids=_name)
async def test_customer_number_whose_write_back_is_lost_is_written(hasty_world: World, action: Record) -> None:
    await _survives(hasty_world, "PATCH", r"/api/v2/organizations/\d+", action)


@pytest.mark.parametrize(
    "action", [*_NOT_APPLIED, {"kind": "status", "status": 429, "headers": {"Retry-After": "1"}}], ids=_name
)
async def test_deal_that_cannot_be_read_for_a_while_is_read_later(hasty_world: World, action: Record) -> None:
    await _survives(hasty_world, "GET", r"/api/v2/deals/\d+", action)


async def test_expired_access_token_of_the_source_is_renewed_once(hasty_world: World) -> None:
    world = hasty_world
    deal = await world.deal(org_id=await world.company())
    await world.seed("pipedrive", {"expire_access_tokens": {}})
    before = await world.mark()

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    calls = await world.calls(before, "pipedrive")
    assert calls.count("POST /oauth/token") == 1
    await world.invoice(deal)


async def test_failure_note_whose_answer_is_lost_stands_once_and_becomes_the_success_note(hasty_world: World) -> None:
    world = hasty_world
    deal = await world.deal([one_line("TRALL-9")], org_id=await world.company())
    await world.fault("pipedrive", "POST", "/v1/notes", kind="apply_then_reset")

    parked = await world.win(deal)

    assert (parked.state, parked.code) == ("parked", "article_not_found")
    assert "TRALL-9" in note_text(await world.note(deal))
    await world.seed("fortnox", {"articles": [{"ArticleNumber": "TRALL-9", "Description": "Trall", "VAT": 25}]})
    await world.api.post(f"/runs/{parked.run['id']}/replay")
    done = await world.settled(deal, after=parked.run["id"])
    assert done.state == "done"
    assert "Fakturautkast" in note_text(await world.note(deal))


async def _survives(world: World, method: str, path: str, action: Record) -> None:
    company = await world.company()
    deal = await world.deal(org_id=company)
    await world.fault("pipedrive", method, path, **action)
    before = await world.mark()

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    assert (await world.calls(before, "fortnox")).count("POST /3/invoices") == 1
    invoice = await world.invoice(deal)
    assert f"Fakturautkast {invoice['DocumentNumber']}" in note_text(await world.note(deal))
    assert len(await world.pdfs(deal)) == 1
    (row,) = [row for row in await world.rows("pipedrive", "organizations") if row["id"] == company]
    assert row["custom_fields_by_name"]["Fortnox kundnummer"] == invoice["CustomerNumber"]
