"""Features that are switched off in the source: said, with how to switch them on."""

from tests.e2e.world import World, note_text, replay_link


async def test_products_switched_off_are_named_by_preflight_and_by_the_run_that_needs_them(world: World) -> None:
    """F7: parked with the remedy, nothing created; switched on, Replay makes the one draft."""
    deal = await world.deal(org_id=await world.company())
    await world.configure("pipedrive", products_off=True)

    checks = (await world.api.get(f"{world.place}/preflight"))["checks"]
    (features,) = [check for check in checks if check["check"] == "source_features"]
    assert (features["state"], features["findings"][0]["code"]) == ("warning", "source_products_off")
    assert "Pipedrive" in features["findings"][0]["what"]
    assert "Company settings" in features["findings"][0]["remedy"]

    parked = await world.win(deal)
    assert (parked.state, parked.code) == ("parked", "source_products_off")
    note = await world.note(deal)
    assert "Company settings" in note_text(note)
    assert await world.documents(deal) == []

    await world.configure("pipedrive", products_off=False)
    await world.send("POST", replay_link(note), form={})
    done = await world.settled(deal, after=parked.run["id"])
    assert done.state == "done", done.run["reason"]
    assert len(await world.documents(deal)) == 1


async def test_deal_without_lines_where_products_are_off_says_that_instead(world: World) -> None:
    """F7: adding lines would be no remedy."""
    deal = await world.deal([], org_id=await world.company(), value=5000)
    await world.configure("pipedrive", products_off=True)

    parked = await world.win(deal)

    assert (parked.state, parked.code) == ("parked", "source_products_off")
