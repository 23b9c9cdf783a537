"""The deal's own files on the Fortnox document."""

from tests.e2e.bridging import running_world
from tests.e2e.world import Record, World, note_text

MB = 1024 * 1024


async def attach(world: World, which: str) -> None:
    def change(document: Record) -> None:
        document["document"]["attach"] = which

    await world.settings(change)


async def files_of(world: World, kind: str = "F") -> list[tuple[str, bool]]:
    names = {row["ArchiveFileId"]: str(row["Name"]) for row in await world.rows("fortnox", "files")}
    rows = [row for row in await world.rows("fortnox", "attachments") if row["entityType"] == kind]
    return sorted((names[row["fileId"]], bool(row["includeOnSend"])) for row in rows)


async def deal_with(world: World, *files: Record) -> str:
    deal = await world.deal(org_id=await world.company())
    await world.seed("pipedrive", {"files": [{"deal_id": int(deal), **file} for file in files]})
    return deal


async def test_pdfs_of_the_deal_are_attached_once_and_our_own_is_left_out(world: World) -> None:
    """F62: sent along when a person sends the draft; Replay attaches nothing twice."""
    await attach(world, "pdf")
    deal = await deal_with(world, {"name": "Offert.pdf"}, {"name": "ritning.png"}, {"name": "Faktura-9-utkast.pdf"})

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    assert await files_of(world) == [("Offert.pdf", True)]
    attached = await world.rows("fortnox", "attachments")
    assert str(attached[0]["entityId"]) == (await world.invoice(deal))["DocumentNumber"]
    assert "Observera" not in note_text(await world.note(deal))

    await world.api.post(f"/runs/{done.run['id']}/replay")
    assert (await world.settled(deal, after=done.run["id"])).state == "done"
    assert await files_of(world) == [("Offert.pdf", True)]
    assert len(await world.rows("fortnox", "files")) == 1


async def test_what_exceeds_the_limits_is_told_and_the_rest_is_attached(world: World) -> None:
    """F62: five files, five megabytes each; pictures are attached without being sent along."""
    await attach(world, "all")
    small = [{"name": f"{number}.png"} for number in range(1, 6)]
    deal = await deal_with(world, {"name": "stor.pdf", "size": 5 * MB + 1}, *small, {"name": "sjatte.png"})

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    assert await files_of(world) == [(f"{number}.png", False) for number in range(1, 6)]
    text = note_text(await world.note(deal))
    assert "stor.pdf" in text
    assert "sjatte.png" in text


async def test_missing_scope_becomes_a_notice_and_leaves_the_draft(sqlite_url: str) -> None:
    """F62, F84: the draft stands, the note says why its files are not there."""
    async with running_world(sqlite_url, time_factor=0.2, extra_scopes=()) as world:
        await attach(world, "pdf")
        deal = await deal_with(world, {"name": "Offert.pdf"})

        done = await world.win(deal)

        assert done.state == "done", done.run["reason"]
        assert len(await world.documents(deal)) == 1
        text = note_text(await world.note(deal))
        assert "Offert.pdf" in text
        assert "scope" in text


async def test_attachment_whose_answer_is_lost_is_found_and_not_attached_again(world: World) -> None:
    """F62, F84: the list is asked first; the draft is not repeated."""
    await attach(world, "pdf")
    deal = await deal_with(world, {"name": "Offert.pdf"})
    await world.fault("fortnox", "POST", "/api/fileattachments/attachments-v1", kind="apply_then_reset")

    done = await world.win(deal)

    assert done.state == "done", done.run["reason"]
    assert await files_of(world) == [("Offert.pdf", True)]
    assert len(await world.rows("fortnox", "files")) == 1
    assert len(await world.documents(deal)) == 1
