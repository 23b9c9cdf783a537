from dataclasses import replace

import pytest
from tests.pipeline.fortnox_fake import APPLIED_UNANSWERED
from tests.pipeline.world import steady_world

from fortnox_bridge.domain.attachment import MOST_BYTES_EACH, AttachedFile
from fortnox_bridge.domain.clock import SystemClock
from fortnox_bridge.domain.errors import PermissionMissing, SourceDataInvalid
from fortnox_bridge.domain.rules import Attachments
from fortnox_bridge.pipeline.document.attachments import AttachmentFacts, decide
from fortnox_bridge.sdk import SourceFile

PDF = SourceFile("1", "Offert.pdf", "application/pdf", 1000)
PNG = SourceFile("2", "ritning.png", "image/png", 1000)


def pdf(number, size=1000):
    return SourceFile(str(number), f"{number}.pdf", "application/pdf", size)


@pytest.mark.parametrize(
    ("files", "wanted", "chosen", "told"),
    [
        ([PDF, PNG], Attachments.PDF, ["Offert.pdf"], []),
        ([PDF, PNG], Attachments.ALL, ["Offert.pdf", "ritning.png"], []),
        ([SourceFile("3", "Faktura-17-utkast.pdf"), SourceFile("4", "Order-9-utkast-v2.pdf")], Attachments.ALL, [], []),
        ([SourceFile("5", "namnlös")], Attachments.PDF, [], []),
        ([pdf(1, MOST_BYTES_EACH), pdf(2, MOST_BYTES_EACH + 1)], Attachments.PDF, ["1.pdf"], ["attachment_too_large"]),
        ([pdf(n) for n in range(6)], Attachments.PDF, [f"{n}.pdf" for n in range(5)], ["attachment_over_limit"]),
        (
            [pdf(n, MOST_BYTES_EACH) for n in range(3)] + [pdf(3, 1)],
            Attachments.PDF,
            ["0.pdf", "1.pdf", "2.pdf"],
            ["attachment_over_limit"],
        ),
    ],
)
def test_files_within_the_limits_are_chosen_in_their_order(files, wanted, chosen, told):
    plan = decide(AttachmentFacts(tuple(files), ()), wanted)

    assert [file.file_name for file in plan.files] == chosen
    assert [notice.code for notice in plan.notices] == told


def test_what_is_attached_already_counts_and_is_not_chosen_again():
    known = tuple(AttachedFile(str(n), f"{n}.pdf", f"a{n}", SystemClock().now()) for n in range(4))

    plan = decide(AttachmentFacts(tuple(pdf(n) for n in range(6)), known), Attachments.PDF)

    assert [file.id for file in plan.files] == ["4"]
    assert [notice.params["file"] for notice in plan.notices] == ["5.pdf"]


def world_with(*files):
    world = steady_world()
    world.rules = replace(world.rules, document=replace(world.rules.document, attach=Attachments.ALL))
    world.source.own_files = files
    return world


@pytest.mark.parametrize(
    "place",
    ["attachment.intent_committed", "attachment.uploaded", "attachment.recorded", "attachment.attached"],
)
async def test_run_that_dies_on_the_way_attaches_each_file_once(place):
    world = world_with(PDF, PNG)
    world.die_at = place

    await world.run_until_done()

    names = sorted(world.fortnox.archive[archive_id] for _, archive_id in world.fortnox.attached)
    assert names == ["Offert.pdf", "ritning.png"]
    assert len(world.fortnox.live()) == 1
    assert place in world.reached


async def test_attach_without_an_answer_is_looked_up_and_not_repeated():
    world = world_with(PDF)
    world.fortnox.faults["attach_files"] = [APPLIED_UNANSWERED]

    await world.run_until_done()

    assert world.fortnox.count("attach_files") == 1
    assert len(world.fortnox.attached) == 1


@pytest.mark.parametrize(
    ("call", "error"),
    [
        ("upload_file", PermissionMissing("fortnox_scope_missing", message="scope")),
        ("attach_files", PermissionMissing("fortnox_scope_missing", message="scope")),
    ],
)
async def test_refusal_by_fortnox_is_a_notice_and_the_draft_stands(call, error):
    world = world_with(PDF)
    world.fortnox.faults[call] = [error]

    outcome = await world.run()

    assert [notice.code for notice in outcome.notices] == ["file_not_attached"]
    assert len(world.fortnox.live()) == 1
    assert "Offert.pdf" in str(world.note) or "–" in str(world.note)


async def test_file_that_turns_out_too_large_is_told_and_the_others_are_attached():
    world = world_with(replace(PDF, size_bytes=None), PNG)
    world.source.faults["read_file"] = [SourceDataInvalid("source_file_too_large", record="file 1", file="Offert.pdf")]

    outcome = await world.run()

    assert [notice.code for notice in outcome.notices] == ["attachment_too_large"]
    assert len(world.fortnox.attached) == 1
