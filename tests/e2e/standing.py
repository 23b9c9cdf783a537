"""A deal whose draft stands, and what people on both sides do to it afterwards."""

from decimal import Decimal

from tests.e2e.world import Record, Watched, World, one_line

EFFECTS = ("/print", "/email", "/einvoice", "/eprint", "/printreminder")


async def documented(world: World, lines: list[Record] | None = None, **deal: object) -> tuple[str, Watched]:
    made = await world.deal(lines, org_id=await world.company(), **deal)
    return made, await world.win(made)


async def lines_of(world: World, deal: str) -> list[int]:
    (found,) = [row for row in await world.rows("pipedrive", "deals") if str(row["id"]) == deal]
    return [int(row["id"]) for row in found["products"]]


async def ask(world: World, run: Watched, action: str, **more: object) -> Watched:
    await world.api.post(f"/runs/{run.run['id']}/document", {"action": action, **more})
    return await world.settled(str(run.run["external_id"]), after=str(run.run["id"]))


async def changes(world: World, after: int) -> list[str]:
    """Calls to Fortnox that write, in order; and none that prints or sends, whatever its method."""
    calls = await world.calls(after, "fortnox")
    assert [call for call in calls if call.endswith(EFFECTS)] == []
    return [call for call in calls if not call.startswith("GET ")]


def rows_of(invoice: Record) -> list[tuple[str, Decimal, Decimal, Decimal]]:
    return [
        (
            str(row["ArticleNumber"]),
            Decimal(str(row["DeliveredQuantity"])),
            Decimal(str(row["Price"])),
            Decimal(str(row["Discount"])),
        )
        for row in invoice["InvoiceRows"]
    ]


def discounted(code: str, quantity: int, price: int) -> Record:
    return one_line(code, quantity=quantity, item_price=price, discount=10, discount_type="percentage")
