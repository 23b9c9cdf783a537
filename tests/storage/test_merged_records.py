"""What was remembered of records that the source merged is found under the id they have now."""

from dataclasses import replace
from uuid import uuid4

import pytest
from tests.storage.test_ledgers import ANNA, created, end, intent
from tests.storage.world import start_run

from fortnox_bridge.domain.errors import LockHeld
from fortnox_bridge.domain.ids import DocumentId
from fortnox_bridge.domain.link import LinkKind
from fortnox_bridge.domain.marker import Marker


async def draft(storage, joined, external_id, number, digit):
    """A run of this record that ended with its draft and its note."""
    run = await start_run(storage, joined, external_id)
    ledgers = storage.ledgers(run, joined.connection, joined.company)
    marker = Marker("fb-" + digit * 26)
    made = intent(joined, id=DocumentId(uuid4()), source=joined.source(external_id), marker=marker)
    reserved = await ledgers.documents.reserve(made)
    await ledgers.documents.mark_sending(reserved.id)
    await ledgers.documents.mark_created(reserved.id, replace(created(number), marker=marker), ())
    await ledgers.notes.mark_sending(f"FB-{number}", "hash")
    await ledgers.notes.mark_written(f"n{number}", "hash")
    await end(storage, run)


async def test_draft_and_note_of_a_merged_record_become_the_new_ones_and_a_twin_stays(storage, joined, clock):
    await draft(storage, joined, "1", "100", "a")
    clock.advance(1)
    await draft(storage, joined, "2", "101", "b")
    run = await start_run(storage, joined, "9")
    ledgers = storage.ledgers(run, joined.connection, joined.company)

    for _ in range(2):
        assert await ledgers.documents.adopt(joined.source("9"), ("1", "2")) == 1

    (kept,) = await ledgers.documents.documents_of(joined.source("9"), 1)
    (twin,) = await ledgers.documents.documents_of(joined.source("2"), 1)
    assert (kept.number, kept.marker, twin.number) == ("100", "fb-" + "a" * 26, "101")
    assert await ledgers.documents.documents_of(joined.source("1"), 1) == ()
    note = await ledgers.notes.find()
    assert (note.note_id, note.reference) in {("n100", "FB-100"), ("n101", "FB-101")}


async def test_nothing_is_taken_over_while_a_run_of_the_merged_record_may_still_draft(storage, joined):
    other = await start_run(storage, joined, "1")
    run = await start_run(storage, joined, "9")
    ledgers = storage.ledgers(run, joined.connection, joined.company)

    with pytest.raises(LockHeld) as waited:
        await ledgers.documents.adopt(joined.source("9"), ("1",))
    await end(storage, other)

    assert waited.value.code == "merged_record_busy"
    assert await ledgers.documents.adopt(joined.source("9"), ("1",)) == 1


async def test_pairing_of_a_merged_record_becomes_the_new_ones_and_its_own_stands(storage, joined):
    run = await start_run(storage, joined, "9")
    links = storage.ledgers(run, joined.connection, joined.company).links
    old, new = (replace(joined.source(external_id), kind="company") for external_id in ("1", "9"))
    await links.link(LinkKind.CUSTOMER, old, ANNA)

    await links.adopt(LinkKind.CUSTOMER, new, ("2", "1"))

    assert (await links.find(LinkKind.CUSTOMER, new)).number == ANNA.number
    assert await links.find(LinkKind.CUSTOMER, old) is None
    await links.link(LinkKind.CUSTOMER, old, replace(ANNA, number="18"))
    await links.adopt(LinkKind.CUSTOMER, new, ("1",))
    assert (await links.find(LinkKind.CUSTOMER, new)).number == ANNA.number
