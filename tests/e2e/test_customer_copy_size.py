"""What matching through the copy costs: the same calls, however many customers the company has."""

import shutil
from pathlib import Path

from tests.e2e.bridging import running_bridge
from tests.e2e.conftest import CALM
from tests.e2e.test_customer_copy import VAT_FIELD, foreign_customer, match_by_vat_number
from tests.e2e.world import World

from fortnox_bridge.bootstrap import Bridge
from fortnox_bridge.domain.customer_copy import RegisterPage
from fortnox_bridge.domain.records import CustomerRecord

_ON_A_PAGE = 500


def listed(number: int) -> CustomerRecord:
    """A row of Fortnox's list."""
    return CustomerRecord(
        number=str(number),
        name=f"Kund {number} GmbH",
        organisation_number=None,
        email=f"kund{number}@exempel.example",
        vat_type=None,
        country_code=None,
        currency=None,
        is_active=True,
    )


async def fill(bridge: Bridge, count: int) -> None:
    """Put `count` customers into the copy, as its list would have brought them."""
    (overview,) = await bridge.services.connections.list()
    copy = bridge.storage.customer_copy(overview.company.id)
    await copy.want()
    await copy.begin_list()
    pages = -(-count // _ON_A_PAGE)
    for page in range(1, pages + 1):
        first = 100_000 + (page - 1) * _ON_A_PAGE
        rows = tuple(listed(number) for number in range(first, first + min(_ON_A_PAGE, count)))
        await copy.keep_page(RegisterPage(rows, page, pages, count))
    standing = await copy.standing()
    assert standing is not None
    assert (standing.known, standing.next_page) == (count, None)


async def calls_of_a_run(world: World, bridge: Bridge, count: int) -> list[str]:
    """Every Fortnox call of one deal's run, its company found by VAT number among `count` customers."""
    # The copy's own calls stay out of the count.
    for each in bridge.background:
        await each.stop()
    number = await foreign_customer(world)
    await match_by_vat_number(world)
    await fill(bridge, count)
    (overview,) = await bridge.services.connections.list()
    assert await bridge.fortnox.gateway(overview.company).get_customer(number) is not None
    deal = await world.deal(org_id=await world.company("Kieler Bleche GmbH", **{VAT_FIELD: "DE123456789"}))
    before = await world.mark()
    done = await world.win(deal)
    assert done.state == "done", done.run["reason"]
    assert (await world.invoice(deal))["CustomerNumber"] == number
    return await world.calls(before, "fortnox")


async def test_matching_among_fifty_thousand_costs_the_calls_of_fifty(
    sqlite_url: str, migrated_sqlite_file: Path, tmp_path: Path
) -> None:
    """F20: one call confirms the hit, at any size of the register."""
    second_file = tmp_path / "second.db"
    shutil.copy(migrated_sqlite_file, second_file)
    async with running_bridge(sqlite_url, time_factor=CALM) as (world, bridge):
        among_fifty = await calls_of_a_run(world, bridge, 50)
    async with running_bridge(f"sqlite:///{second_file}", time_factor=CALM) as (world, bridge):
        among_fifty_thousand = await calls_of_a_run(world, bridge, 50_000)

    assert among_fifty_thousand == among_fifty
    assert len([call for call in among_fifty if call.startswith("GET /3/customers")]) == 1
