"""Killed at every named place of the draft path and started again: one document, one note, nothing lost.

Reliability 3 (faults 5 and 6) and 6.2. A real process ends by `os._exit(137)`; a second one takes over.
"""

from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import pytest
import pytest_asyncio
from tests.e2e.bridge_process import CRASHED, Prepared, prepared_world
from tests.e2e.crafted_answers import expect_other_total
from tests.e2e.standing import lines_of
from tests.e2e.test_billed import both_done, read_instalments
from tests.e2e.world import Record, Watched, World, note_text, one_line, until

from fortnox_bridge.domain.checkpoints import DRAFT_PATH

in_one_loop = pytest.mark.asyncio(loop_scope="module")

_TIME_FACTOR = 1 / 30
_CONVERSION = ("convert.intent_committed", "convert.put", "convert.recorded")
# Reached only when something else went wrong before; each has a scenario of its own.
_REPAIRS = ("draft.extra_cancelled", "draft.marked_not_completed", "draft.withdrawn", "draft.cancelled")
_UPDATE, _ARTICLE_UPDATE = "customer.updated", "article.updated"
_READY = "draft.warehouse_ready"
# Of a draft that stands already.
_UPDATING = ("update.intent_committed", "update.put", "update.recorded")
_CANCELLING = ("cancel.intent_committed", "cancel.put", "cancel.recorded")
_SPLIT = "instalment.started"
_LATER = {_SPLIT, *_UPDATING, *_CANCELLING, *_CONVERSION, *_REPAIRS, _UPDATE, _ARTICLE_UPDATE, _READY}
_NEW_CUSTOMER = tuple(name for name in DRAFT_PATH if name not in _LATER)
_serials = count(1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def prepared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Prepared]:
    async with prepared_world(tmp_path_factory.mktemp("prepared"), time_factor=_TIME_FACTOR) as ready:
        yield ready


@in_one_loop
@pytest.mark.parametrize("place", _NEW_CUSTOMER)
async def test_killed_while_making_a_new_customers_draft_ends_with_one_of_everything(
    prepared: Prepared, tmp_path: Path, place: str
) -> None:
    world, code, name = prepared.world, f"NY-{next(_serials)}", f"Kraschbolaget {next(_serials)} AB"
    database = prepared.copy_to(tmp_path)
    deal = await _planted(world, await world.company(name), [one_line(code), one_line()])

    async with prepared.serving(database, crash_at=place) as first:
        await world.move(deal)
        assert await first.exit_code() == CRASHED
    async with prepared.serving(database):
        done = await world.settled(deal)

        await _is_whole(world, deal, done)
    (customer,) = await world.customers(name)
    assert (await world.invoice(deal))["CustomerNumber"] == customer["CustomerNumber"]
    assert [row["ArticleNumber"] for row in await world.rows("fortnox", "articles")].count(code) == 1
    (row,) = [row for row in await world.rows("pipedrive", "organizations") if row["name"] == name]
    assert row["custom_fields_by_name"]["Fortnox kundnummer"] == customer["CustomerNumber"]


@in_one_loop
@pytest.mark.parametrize("place", [*_CONVERSION, "draft.verified", "pdf.fetched", "note.written"])
async def test_killed_while_converting_an_order_ends_with_one_invoice_of_it(
    prepared: Prepared, tmp_path: Path, place: str
) -> None:
    """F10."""
    world = prepared.world
    database = prepared.copy_to(tmp_path)
    deal = await _planted(world, await world.company(), [one_line()])
    async with prepared.serving(database):
        await world.move(deal, "Förhandling")
        ordered = await world.settled(deal)
    order = await world.invoice(deal, "order")

    async with prepared.serving(database, crash_at=place) as first:
        await world.move(deal)
        assert await first.exit_code() == CRASHED
    async with prepared.serving(database):
        done = await world.settled(deal, after=ordered.run["id"])

        assert done.state == "done", done.run["reason"]
    reference = str(order["DocumentNumber"])
    invoices = [row for row in await world.rows("fortnox", "invoices") if str(row["OrderReference"]) == reference]
    assert len(invoices) == 1
    assert await world.documents(deal) == []
    assert f"Fakturautkast {invoices[0]['DocumentNumber']}" in note_text(await world.note(deal))
    assert len(await world.pdfs(deal)) == 2


@pytest.mark.parametrize("place", ["draft.withdrawn", "draft.cancelled"])
@in_one_loop
async def test_killed_while_taking_a_strangers_draft_back_leaves_one_for_the_right_customer(
    prepared: Prepared, tmp_path: Path, place: str
) -> None:
    """F31: the customer's number means somebody else by now. The pairing is forgotten and the deal matched anew."""
    world, name = prepared.world, f"Omnumrerade {place} AB"
    database = prepared.copy_to(tmp_path)
    company = await world.company(name)
    known = await _planted(world, company, [one_line()])
    async with prepared.serving(database):
        await world.move(known)
        await world.settled(known)
    (customer,) = await world.customers(name)
    stranger = {"CustomerNumber": customer["CustomerNumber"], "Name": "Någon Annan AB"}
    await world.seed("fortnox", {"reassign_customer": stranger})
    deal = await _planted(world, company, [one_line(quantity=5)])

    async with prepared.serving(database, crash_at=place) as first:
        await world.move(deal)
        assert await first.exit_code() == CRASHED
    async with prepared.serving(database):
        ended = await world.settled(deal)
        if place == "draft.withdrawn":
            # The living draft was found by its marker and taken back; a person looks before there is another.
            assert (ended.state, ended.code) == ("parked", "customer_reassigned")
            await world.api.post(f"/runs/{ended.run['id']}/replay")
            ended = await world.settled(deal, after=ended.run["id"])
        assert ended.state == "done"
    (right,) = await world.customers(name)
    documents = await world.documents(deal)
    assert [row["CustomerNumber"] for row in documents if not row["Cancelled"]] == [right["CustomerNumber"]]
    assert [row["CustomerNumber"] for row in documents if row["Cancelled"]] == [customer["CustomerNumber"]]


@in_one_loop
async def test_killed_after_updating_a_customer_ends_with_one_draft_to_the_updated_one(
    prepared: Prepared, tmp_path: Path
) -> None:
    """F28: the update needs no intent, since repeating it changes nothing."""
    world, name = prepared.world, f"Flyttbolaget {next(_serials)} AB"
    database = prepared.copy_to(tmp_path)
    company = await world.company(name)
    known = await _planted(world, company, [one_line()])
    async with prepared.serving(database):
        await world.settings(lambda document: _overwrite(document, "city"))
        await world.move(known)
        await world.settled(known)
    moved = {"value": "Nygatan 1, Motala", "route": "Nygatan", "locality": "Motala", "country": "Sverige"}
    await world.seed("pipedrive", {"update_organization": {"id": company, "address": moved}})
    deal = await _planted(world, company, [one_line(quantity=3)])

    async with prepared.serving(database, crash_at=_UPDATE) as first:
        await world.move(deal)
        assert await first.exit_code() == CRASHED
    async with prepared.serving(database):
        await _is_whole(world, deal, await world.settled(deal))
    (customer,) = await world.customers(name)
    assert customer["City"] == "Motala"
    assert customer["Address1"].startswith("Storgatan"), "the address row says on creation only"
    assert (await world.invoice(deal))["CustomerNumber"] == customer["CustomerNumber"]


@in_one_loop
async def test_killed_after_updating_an_article_ends_with_one_draft_and_the_article_as_the_source_says(
    prepared: Prepared, tmp_path: Path
) -> None:
    """F49: likewise."""
    world, code = prepared.world, f"KÄND-{next(_serials)}"
    database = prepared.copy_to(tmp_path)
    await world.seed("fortnox", {"articles": [{"ArticleNumber": code, "Description": "Gammalt namn"}]})
    deal = await _planted(world, await world.company(), [one_line(code)])
    row = {"target": "note", "sources": ["product.name"], "overwrite": "always"}
    async with prepared.serving(database):
        await world.settings(lambda document: document["products"]["mapping"].append(row))

    async with prepared.serving(database, crash_at=_ARTICLE_UPDATE) as first:
        await world.move(deal)
        assert await first.exit_code() == CRASHED
    async with prepared.serving(database):
        await _is_whole(world, deal, await world.settled(deal))
    (article,) = [each for each in await world.rows("fortnox", "articles") if each["ArticleNumber"] == code]
    assert (article["Description"], article["Note"]) == ("Gammalt namn", f"Produkt {code}")


def _overwrite(document: Record, target: str) -> None:
    for row in document["customers"]["company"]["mapping"]:
        if row["target"] == target:
            row["overwrite"] = "always"


@in_one_loop
async def test_killed_after_cancelling_a_double_leaves_one_alive(prepared: Prepared, tmp_path: Path) -> None:
    """Reliability 4.3, step 6."""
    world = prepared.world
    database = prepared.copy_to(tmp_path)
    deal = await _planted(world, await world.company(), [one_line()])
    await world.fault("fortnox", "POST", "/3/invoices", kind="apply_then_reset")
    await world.fault("fortnox", "GET", "/3/invoices", kind="html", status=502, times=None)

    async with prepared.serving(database, crash_at="draft.extra_cancelled") as first:
        await world.move(deal)
        ours = await until(lambda: world.documents(deal), "the draft to stand")
        await world.seed("fortnox", {"invoices": [_copy_of(ours[0])]})
        await world.control.delete("/faults")
        assert await first.exit_code() == CRASHED
    async with prepared.serving(database):
        done = await world.settled(deal)

        assert done.state == "done", done.run["reason"]
    assert [row["Cancelled"] for row in await world.documents(deal)] == [False, True]
    await world.note(deal)


@in_one_loop
async def test_killed_after_marking_a_draft_unfinished_leaves_it_so(prepared: Prepared, tmp_path: Path) -> None:
    """F57."""
    world = prepared.world
    database = prepared.copy_to(tmp_path)
    company = await world.company()
    known = await _planted(world, company, [one_line()])
    async with prepared.serving(database):
        await world.move(known)
        await world.settled(known)
    deal = await _planted(world, company, [one_line()])
    await expect_other_total(world)

    async with prepared.serving(database, crash_at="draft.marked_not_completed") as first:
        await world.move(deal)
        assert await first.exit_code() == CRASHED
    async with prepared.serving(database):
        await _is_whole(world, deal, await world.settled(deal))
    assert (await world.invoice(deal))["NotCompleted"] is True


@in_one_loop
async def test_killed_after_marking_a_draft_ready_for_the_warehouse_ends_with_one_that_is(
    prepared: Prepared, tmp_path: Path
) -> None:
    """F66: a draft that is ready already is not marked again."""
    world = prepared.world
    database = prepared.copy_to(tmp_path)
    deal = await _planted(world, await world.company(), [one_line()])
    await world.configure("fortnox", warehouse=True)
    try:
        async with prepared.serving(database, crash_at=_READY) as first:
            await world.settings(lambda document: document["document"].update(warehouse_ready=True))
            await world.move(deal)
            assert await first.exit_code() == CRASHED
        async with prepared.serving(database):
            await _is_whole(world, deal, await world.settled(deal))
    finally:
        await world.configure("fortnox", warehouse=False)
    assert (await world.invoice(deal))["WarehouseReady"] is True


@in_one_loop
@pytest.mark.parametrize("place", _UPDATING)
async def test_killed_while_updating_a_draft_ends_with_what_the_deal_says(
    prepared: Prepared, tmp_path: Path, place: str
) -> None:
    """F60: our own half-done writing is not taken for a person's."""
    world = prepared.world
    database = prepared.copy_to(tmp_path)
    deal = await _planted(world, await world.company(), [one_line(quantity=2)])
    async with prepared.serving(database):
        await world.move(deal)
        made = await world.settled(deal)
    (line,) = await lines_of(world, deal)
    await world.seed("pipedrive", {"update_deal_product": {"deal_id": int(deal), "id": line, "quantity": 7}})

    async with prepared.serving(database, crash_at=place) as first:
        await world.api.post(f"/runs/{made.run['id']}/document", {"action": "update"})
        assert await first.exit_code() == CRASHED
    async with prepared.serving(database):
        done = await world.settled(deal, after=made.run["id"])

        assert done.state == "done", done.run["reason"]
    invoice = await world.invoice(deal)
    assert [row["DeliveredQuantity"] for row in invoice["InvoiceRows"]] == [7]
    assert f"Fakturautkast {invoice['DocumentNumber']} uppdaterad" in note_text(await world.note(deal))
    assert len(await world.pdfs(deal)) == 2


@in_one_loop
@pytest.mark.parametrize("place", _CANCELLING)
async def test_killed_while_cancelling_a_lost_deals_draft_ends_with_none_alive(
    prepared: Prepared, tmp_path: Path, place: str
) -> None:
    """F18: and the deal that is won again gets one draft."""
    world = prepared.world
    database = prepared.copy_to(tmp_path)
    deal = await _planted(world, await world.company(), [one_line()])
    async with prepared.serving(database):
        await world.settings(lambda document: document["triggers"].update(cancel={"statuses": ["lost"]}))
        await world.move(deal)
        made = await world.settled(deal)

    async with prepared.serving(database, crash_at=place) as first:
        await world.seed("pipedrive", {"lose_deal": int(deal)})
        assert await first.exit_code() == CRASHED
    async with prepared.serving(database):
        lost = await world.settled(deal, after=made.run["id"])
        assert [row["Cancelled"] for row in await world.documents(deal)] == [True]
        await world.seed("pipedrive", {"win_deal": int(deal)})
        won = await world.settled(deal, after=lost.run["id"])

        assert won.state == "done", won.run["reason"]
    documents = await world.documents(deal)
    assert [row["Cancelled"] for row in documents] == [True, False]
    assert f"Fakturautkast {documents[1]['DocumentNumber']} skapad" in note_text(await world.note(deal))


@in_one_loop
async def test_killed_between_two_instalments_ends_with_one_draft_of_each(prepared: Prepared, tmp_path: Path) -> None:
    """F63."""
    world = prepared.world
    database = prepared.copy_to(tmp_path)
    parts = [{"amount": 950, "billing_date": f"2026-12-0{day}", "description": f"Del {day}"} for day in (1, 2)]
    deal = await _planted(world, await world.company(), [one_line()], installments=parts)
    before = len(await world.rows("fortnox", "invoices"))

    async with prepared.serving(database, crash_at=_SPLIT) as first:
        await read_instalments(world)
        each = {"instalments": "one_draft_each", "instalment_article": "KONS"}
        await world.settings(lambda document: document["document"].update(each))
        await world.move(deal)
        assert await first.exit_code() == CRASHED
    async with prepared.serving(database):
        split = await world.settled(deal)

        assert split.code == "split_into_instalments"
        # An instalment that was started before the crash may be asked for again, and then finds its document.
        assert {run["state"] for run in await both_done(world, deal)} <= {"done", "skipped"}
    made = (await world.rows("fortnox", "invoices"))[before:]
    assert sorted(row["InvoiceRows"][0]["Description"] for row in made) == ["Del 1", "Del 2"]


def test_every_named_place_of_the_draft_path_has_a_crash_here() -> None:
    assert {*_NEW_CUSTOMER, *_LATER} == set(DRAFT_PATH)


@in_one_loop
@pytest.mark.parametrize("signal", ["terminate", "kill"])
async def test_stopped_while_fortnox_answers_slowly_sends_no_second_draft(
    prepared: Prepared, tmp_path: Path, signal: str
) -> None:
    """Fault 6: at SIGTERM the POST ends, is saved, and the process goes quietly; kill -9 is recovered from."""
    world = prepared.world
    database = prepared.copy_to(tmp_path)
    deal = await _planted(world, await world.company(), [one_line()])
    await world.fault("fortnox", "POST", "/3/invoices", kind="delay", seconds=1)
    before = await world.mark()

    async with prepared.serving(database) as first:
        await world.move(deal)
        await until(lambda: _draft_posts(world, before), "the draft to be under way")
        getattr(first.process, signal)()
        assert await first.exit_code() == (0 if signal == "terminate" else -9)
    if signal == "terminate":
        assert len(await world.documents(deal)) == 1
        await world.note(deal)
    async with prepared.serving(database):
        await _is_whole(world, deal, await world.settled(deal))
    assert len(await _draft_posts(world, before)) == 1


async def _planted(world: World, company: int, lines: list[Record], **more: object) -> str:
    """A deal typed while nobody listens, so that the first webhook is the one of the move."""
    await world.configure("pipedrive", webhook_drop=True)
    deal = await world.deal(lines, is_awaited=False, org_id=company, **more)
    await world.seed("pipedrive", {"files": [{"deal_id": int(deal), "name": "Offert.pdf"}]})
    await world.configure("pipedrive", webhook_drop=False)
    return deal


async def _is_whole(world: World, deal: str, done: Watched) -> None:
    runs = await world.runs(deal)
    assert done.state in {"done", "skipped"}, done.run["reason"]
    assert "done" in {run["state"] for run in runs}
    invoice = await world.invoice(deal)
    assert not invoice["Cancelled"]
    assert f"Fakturautkast {invoice['DocumentNumber']}" in note_text(await world.note(deal))
    assert [row["name"] for row in await world.pdfs(deal) if row["name"] != "Offert.pdf"] == [
        f"Faktura-{invoice['DocumentNumber']}-utkast.pdf"
    ]
    number = str(invoice["DocumentNumber"])
    attached = [row for row in await world.rows("fortnox", "attachments") if row["entityType"] == "F"]
    assert len([row for row in attached if str(row["entityId"]) == number]) == 1


async def _draft_posts(world: World, after: int) -> list[Record]:
    rows = await world.requests(after=after, simulator="fortnox")
    return [row for row in rows if (row["method"], row["path"]) == ("POST", "/3/invoices")]


def _copy_of(invoice: Record) -> Record:
    kept = ("CustomerNumber", "ExternalInvoiceReference1")
    rows = [{"ArticleNumber": row["ArticleNumber"], "DeliveredQuantity": "1"} for row in invoice["InvoiceRows"]]
    return {**{name: invoice[name] for name in kept}, "InvoiceRows": rows}
