from dataclasses import replace
from decimal import Decimal

import pytest
from tests.pipeline.world import steady_world

from fortnox_bridge.domain.errors import SourceDataInvalid, Unavailable
from fortnox_bridge.domain.fields import FieldPath
from fortnox_bridge.domain.money import Money
from fortnox_bridge.domain.rules import NoteRules, WriteBackFact
from fortnox_bridge.domain.run import Parked
from fortnox_bridge.pipeline import write_back

TOTAL = FieldPath("deal", "custom:total")
STATUS = FieldPath("deal", "custom:status")
RULES = NoteRules(write_back={WriteBackFact.TOTAL: TOTAL, WriteBackFact.STATUS: STATUS})


@pytest.mark.parametrize(
    ("standing", "is_written"),
    [
        (None, True),
        ("12500.00", False),
        ("12500", True),
        (Decimal(12500), False),
        (Decimal(12501), True),
        (Money(Decimal(12500), "SEK"), False),
    ],
)
def test_only_a_value_that_differs_is_written(standing, is_written):
    fields = {} if standing is None else {"total": standing}

    changes = write_back.decide({WriteBackFact.TOTAL: "12500.00"}, fields, RULES)

    assert [change.key for change in changes] == (["total"] if is_written else [])


def test_empty_value_is_written_only_over_something():
    assert write_back.decide({WriteBackFact.STATUS: ""}, {}, RULES) == ()
    assert [change.text for change in write_back.decide({WriteBackFact.STATUS: ""}, {"status": "old"}, RULES)] == [""]


def test_error_text_fits_the_shortest_field():
    parked = Parked("article_not_found", {"product": "x" * 400, "value": "v", "key": "number"})

    text = write_back.waiting(parked, RULES)[WriteBackFact.ERROR]

    assert len(text) == 255
    assert text.endswith("…")


def telling_world():
    world = steady_world()
    world.rules = replace(world.rules, notes=replace(world.rules.notes, write_back=RULES.write_back))
    return world


async def test_refused_field_becomes_a_notice_and_the_others_are_written():
    world = telling_world()
    refusal = SourceDataInvalid("source_refused", record="deal 812", message="no")
    world.source.faults["write_fields"] = [refusal, None, refusal]

    outcome = await world.run()

    # Both fields at once, refused; then each by itself.
    assert [notice.code for notice in outcome.notices] == ["field_not_written_back"]
    assert world.source.fields_written[-1][1].keys() == {"total"}
    assert world.source.files_held


async def test_field_write_that_is_not_answered_is_tried_again_and_makes_no_second_draft():
    world = telling_world()
    world.source.faults["write_fields"] = [Unavailable("source_unavailable", system="Pipedrive")]

    with pytest.raises(Unavailable):
        await world.run()
    await world.run()

    assert len(world.fortnox.live()) == 1
    assert world.source.fields_written[-1][1].keys() == {"total", "status"}
