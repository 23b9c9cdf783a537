"""Fortnox misbehaves while a draft or a customer is being created: the right class, one document, the right sentence.

Reliability 3 (faults 15-21) and 4.3. Every world runs thirty times faster: quarantine 4 s, write timeout 2 s.
"""

import json
from datetime import datetime

import pytest
from tests.e2e.conftest import HASTY
from tests.e2e.world import Record, Watched, World, note_text, one_line, replay_link

from fortnox_bridge.domain.timing import Timing

_TIMING = Timing().scaled(HASTY)
_INVOICES = "/3/invoices"


@pytest.mark.parametrize(
    "action",
    [
        {"kind": "apply_then_hang", "seconds": 60},
        {"kind": "apply_then_reset"},
        {"kind": "apply_then_status", "status": 500},
        {"kind": "apply_then_html", "status": 502},
        {"kind": "apply_then_empty", "status": 200},
    ],
    ids=lambda action: str(action["kind"]),
)
async def test_draft_applied_but_answer_lost_is_adopted_without_a_second_post(
    hasty_world: World, action: Record
) -> None:
    world = hasty_world
    deal = await _steady_deal(world)
    await world.fault("fortnox", "POST", _INVOICES, **action)
    before = await world.mark()

    done = await world.win(deal)

    assert len(await _posts(world, before)) == 1
    await _is_told_once(world, deal, done)


async def test_draft_applied_after_our_timeout_is_waited_for_and_adopted(hasty_world: World) -> None:
    """Fault 16: applied while the quarantine lasts."""
    world = hasty_world
    deal = await _steady_deal(world)
    await world.fault("fortnox", "POST", _INVOICES, kind="late_apply", after_s=_TIMING.quarantine_s / 2, then="reset")
    before = await world.mark()

    done = await world.win(deal)

    assert "document_outcome_unknown" in done.codes
    assert len(await _posts(world, before)) == 1
    await _is_told_once(world, deal, done)


async def test_draft_that_search_does_not_find_at_once_is_adopted_later(hasty_world: World) -> None:
    """Fault 17: the search lags behind creation."""
    world = hasty_world
    deal = await _steady_deal(world)
    await world.configure("fortnox", search_lag_s=_TIMING.quarantine_s * 0.7)
    await world.fault("fortnox", "POST", _INVOICES, kind="apply_then_reset")
    before = await world.mark()

    done = await world.win(deal)

    assert len(await _posts(world, before)) == 1
    await _is_told_once(world, deal, done)


@pytest.mark.parametrize(
    "action",
    [{"kind": "status", "status": 500}, {"kind": "html", "status": 502}, {"kind": "reset"}],
    ids=lambda action: str(action["kind"]),
)
async def test_draft_never_applied_is_sent_again_only_after_the_quarantine(hasty_world: World, action: Record) -> None:
    world = hasty_world
    deal = await _steady_deal(world)
    await world.fault("fortnox", "POST", _INVOICES, **action)
    before = await world.mark()

    done = await world.win(deal)

    first, second = await _posts(world, before)
    assert _seconds_between(first, second) >= _TIMING.quarantine_s
    lookups = [row for row in await world.requests(after=int(first["seq"])) if _is_lookup(row, before=second)]
    # The quarantine began when the intent was committed, a moment before the request arrived.
    late = [row for row in lookups if _seconds_between(first, row) >= _TIMING.quarantine_s * 0.9]
    assert len(late) >= 2, "two late misses before anything is sent again"
    assert _seconds_between(late[0], late[-1]) >= _TIMING.second_look_s * 0.9
    assert "document_outcome_unknown" in done.codes
    await _is_told_once(world, deal, done)


async def test_draft_refused_by_the_rate_limit_is_sent_again_and_spends_no_attempt(hasty_world: World) -> None:
    """Fault 19."""
    world = hasty_world
    deal = await _steady_deal(world)
    await world.fault("fortnox", "POST", _INVOICES, kind="status", status=429, body='{"message":"Limit exceeded"}')
    before = await world.mark()

    done = await world.win(deal)

    assert "fortnox_rate_limited" in done.codes
    assert done.run["attempt"] == 0
    assert len(await _posts(world, before)) == 2
    await _is_told_once(world, deal, done)


@pytest.mark.parametrize("status", [200, 500])
async def test_draft_post_with_a_revoked_access_token_renews_once_and_is_sent_once_more(
    hasty_world: World, status: int
) -> None:
    """Fault 21. With `status` 500 the token endpoint stumbles first."""
    world = hasty_world
    deal = await _steady_deal(world)
    if status != 200:
        await world.fault("fortnox", "POST", "/oauth-v1/token", kind="status", status=status)
    await world.seed("fortnox", {"invalidate_access_tokens": True})
    before = await world.mark()

    done = await world.win(deal)

    posts = await _posts(world, before)
    assert [row["status"] for row in posts] == [401] * (len(posts) - 1) + [201]
    tokens = [row for row in await world.requests(after=before) if row["path"] == "/oauth-v1/token"]
    assert [row["status"] for row in tokens] == ([] if status == 200 else [500]) + [200]
    await _is_told_once(world, deal, done)


async def test_draft_refused_for_its_text_parks_with_fortnox_own_words_and_replay_finishes(hasty_world: World) -> None:
    world = hasty_world
    deal = await _steady_deal(world)
    message = "Värdet innehåller tecken som inte är tillåtna (fältet Description)."
    await world.fault("fortnox", "POST", _INVOICES, kind="status", status=400, body=_refusal(2000359, message))
    before = await world.mark()

    parked = await world.win(deal)

    assert (parked.state, parked.code) == ("parked", "fortnox_characters_refused")
    assert len(await _posts(world, before)) == 1
    assert await world.documents(deal) == []
    note = await world.note(deal)
    assert message in note_text(note)
    assert parked.run["reason"]["what"]

    await world.send("POST", replay_link(note), form={})
    await _is_told_once(world, deal, await world.settled(deal, after=parked.run["id"]))


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (400, 2001399, "fortnox_field_refused"),
        (403, 2001101, "fortnox_licence_missing"),
        (400, 2000427, "fortnox_currency_missing"),
    ],
)
async def test_draft_refused_for_good_parks_at_once_with_its_own_reason(
    hasty_world: World, status: int, code: int, expected: str
) -> None:
    world = hasty_world
    deal = await _steady_deal(world)
    await world.fault("fortnox", "POST", _INVOICES, kind="status", status=status, body=_refusal(code, "Nej."))
    before = await world.mark()

    parked = await world.win(deal)

    assert (parked.state, parked.code) == ("parked", expected)
    assert len(await _posts(world, before)) == 1
    assert await world.documents(deal) == []
    assert "Inget utkast skapades" in note_text(await world.note(deal))


async def test_pdf_that_fails_is_fetched_again_and_never_repeats_the_draft(hasty_world: World) -> None:
    """F84."""
    world = hasty_world
    deal = await _steady_deal(world)
    await world.fault("fortnox", "GET", r"/3/invoices/\d+/preview", kind="html", status=502, times=2)
    before = await world.mark()

    done = await world.win(deal)

    assert len(await _posts(world, before)) == 1
    await _is_told_once(world, deal, done)


@pytest.mark.parametrize(
    ("action", "posts"),
    [
        ({"kind": "apply_then_reset"}, 1),
        ({"kind": "apply_then_html", "status": 502}, 1),
        ({"kind": "apply_then_empty", "status": 200}, 1),
        ({"kind": "late_apply", "after_s": _TIMING.quarantine_s / 2, "then": "reset"}, 1),
        ({"kind": "status", "status": 500}, 2),
        ({"kind": "status", "status": 429, "body": '{"message":"Limit exceeded"}'}, 2),
    ],
    ids=["apply_then_reset", "apply_then_html", "apply_then_empty", "late_apply", "status_500", "status_429"],
)
async def test_customer_post_that_goes_wrong_makes_one_customer_and_one_draft(
    hasty_world: World, action: Record, posts: int
) -> None:
    world = hasty_world
    deal = await world.deal(org_id=await world.company("Endast En AB"))
    await world.fault("fortnox", "POST", "/3/customers", **action)
    before = await world.mark()

    done = await world.win(deal)

    sent = [row for row in await world.requests(after=before) if _is(row, "POST", "/3/customers")]
    assert len(sent) == posts
    if action["kind"] == "status" and action["status"] == 500:
        assert _seconds_between(*sent) >= _TIMING.quarantine_s
        assert "customer_outcome_unknown" in done.codes
    (customer,) = await world.customers("Endast En AB")
    await _is_told_once(world, deal, done)
    assert (await world.invoice(deal))["CustomerNumber"] == customer["CustomerNumber"]


async def test_article_post_that_goes_wrong_makes_one_article_and_one_draft(hasty_world: World) -> None:
    """F41: an article's number is ours, so creating it again is harmless."""
    world = hasty_world
    await world.settings(lambda document: document["products"].update(when_missing="create"))
    deal = await world.deal([one_line("NY-1")], org_id=await world.company())
    await world.fault("fortnox", "POST", "/3/articles", kind="apply_then_reset")

    done = await world.win(deal)

    assert [row["ArticleNumber"] for row in await world.rows("fortnox", "articles")].count("NY-1") == 1
    await _is_told_once(world, deal, done)


async def _steady_deal(world: World) -> str:
    """A deal of a customer that Fortnox and we know, so that its first call to Fortnox is the POST."""
    company = await world.company()
    await world.win(await world.deal(org_id=company))
    return await world.deal([one_line(quantity=3)], org_id=company)


async def _is_told_once(world: World, deal: str, done: Watched) -> None:
    assert done.state == "done", done.run["reason"]
    invoice = await world.invoice(deal)
    assert not invoice["Cancelled"]
    assert f"Fakturautkast {invoice['DocumentNumber']}" in note_text(await world.note(deal))
    assert len(await world.pdfs(deal)) == 1


async def _posts(world: World, after: int) -> list[Record]:
    return [row for row in await world.requests(after=after) if _is(row, "POST", _INVOICES)]


def _is(row: Record, method: str, path: str) -> bool:
    return (row["simulator"], row["method"], row["path"]) == ("fortnox", method, path)


def _is_lookup(row: Record, *, before: Record) -> bool:
    return _is(row, "GET", _INVOICES) and int(row["seq"]) < int(before["seq"])


def _seconds_between(first: Record, second: Record) -> float:
    return (datetime.fromisoformat(second["started_at"]) - datetime.fromisoformat(first["started_at"])).total_seconds()


def _refusal(code: int, message: str) -> str:
    return json.dumps({"ErrorInformation": {"error": 1, "message": message, "code": code}}, ensure_ascii=False)
