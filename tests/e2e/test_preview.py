"""Preview: the document as it would be, without a trace anywhere (F112)."""

import json
import random
from decimal import Decimal

import pytest
from tests.e2e.world import Record, World, one_line


async def test_preview_writes_nothing_and_equals_what_create_then_sends(world: World) -> None:
    """F112."""
    deal = await world.deal(
        [one_line(quantity=3, discount=5, discount_type="percentage")],
        org_id=await world.company("Förhandsvisning AB"),
        discounts=[{"type": "percentage", "amount": 10}],
    )
    before = await world.mark()
    runs = len(await world.runs(deal))

    seen = await world.api.post(f"{world.place}/preview", {"external_id": deal, "document": "invoice"})

    assert seen["outcome"] == "draft"
    assert {row["method"] for row in await world.requests(after=before)} == {"GET"}
    assert len(await world.runs(deal)) == runs
    assert await world.notes(deal) == []

    before = await world.mark()
    await world.win(deal)
    sent = next(
        row["body"]
        for row in await world.requests(after=before, simulator="fortnox")
        if (row["method"], row["path"]) == ("POST", "/3/invoices")
    )
    payload = dict(seen["payload"])  # type: ignore[call-overload]
    assert _without_number(_decoded(sent)) == _without_number(payload)


async def test_preview_of_a_deal_that_would_park_says_why_and_writes_nothing(world: World) -> None:
    """F112."""
    deal = await world.deal([one_line("OKÄND-1")], org_id=await world.company())
    before = await world.mark()

    seen = await world.api.post(f"{world.place}/preview", {"external_id": deal, "document": "invoice"})

    assert (seen["outcome"], seen["reason"]["code"]) == ("parked", "article_not_found")  # type: ignore[index]
    assert {row["method"] for row in await world.requests(after=before)} <= {"GET"}
    assert await world.notes(deal) == []


@pytest.mark.parametrize("seed", range(10))
async def test_preview_of_any_deal_is_what_is_then_created(world: World, seed: int) -> None:
    """F112, F57: random deals, with and without new customers, discounts of every form, both bases, two currencies."""
    chance = random.Random(seed)

    def create_articles(document: Record) -> None:
        document["products"]["when_missing"] = "create"
        document["products"]["when_no_lines"] = "one_line"
        document["products"]["no_lines_article"] = "KONS"
        document["customers"]["contacts_as_customers"] = True

    await world.settings(create_articles)
    deal = await world.deal(_lines(chance), **_head(chance), **await _party(world, chance))
    before = await world.mark()

    seen = await world.api.post(f"{world.place}/preview", {"external_id": deal, "document": "invoice"})

    assert {row["method"] for row in await world.requests(after=before)} == {"GET"}
    before = await world.mark()
    ended = await world.win(deal)
    posted = [
        row["body"]
        for row in await world.requests(after=before, simulator="fortnox")
        if (row["method"], row["path"]) == ("POST", "/3/invoices")
    ]
    if seen["outcome"] == "parked":
        assert (ended.state, ended.code) == ("parked", seen["reason"]["code"])  # type: ignore[index]
        assert posted == []
        return
    assert ended.state == "done", ended.run["reason"]
    (sent,) = posted
    payload = dict(seen["payload"])  # type: ignore[call-overload]
    assert _without_number(_decoded(sent)) == _without_number(payload)


async def _party(world: World, chance: random.Random) -> Record:
    match chance.randrange(3):
        case 0:
            return {"org_id": await world.company()}
        case 1:
            return {"org_id": await world.company("Ekhammar", Organisationsnummer="5599000000")}
        case _:
            return {"person": {"name": "Karin Öberg", "email": "karin@oberg.example"}}


def _head(chance: random.Random) -> Record:
    discounts = [
        {"type": "percentage", "amount": chance.choice([2.5, 10, 33.3])},
        {"type": "amount", "amount": chance.choice([0.01, 7, 12.34])},
    ]
    return {
        "title": chance.choice(["Altan", "Ombyggnad 🔨 \u201ekök\u201d", "A" * 300]),
        "currency": chance.choice(["SEK", "SEK", "EUR"]),
        **({"discounts": chance.sample(discounts, chance.randint(1, 2))} if chance.random() < 0.4 else {}),
    }


def _lines(chance: random.Random) -> list[Record]:
    method = chance.choice(["inclusive", "exclusive"])
    return [
        {
            "code": chance.choice(["KONS", "KONS", f"NY-{number}", f" ny {number} å"]),
            "quantity": chance.choice([1, 2, 0.5, 12.25, 1.125, 3]),
            "item_price": chance.choice([950, 0.99, 1234.5, 33.333, 0, 10.005]),
            "tax": chance.choice([25, 12, 6, 0]),
            "tax_method": method,
            **chance.choice(
                [
                    {},
                    {"discount": 5, "discount_type": "percentage"},
                    {"discount": 12.5, "discount_type": "percentage"},
                    {"discount": 0.05, "discount_type": "amount"},
                ]
            ),
            **({"is_enabled": False} if chance.random() < 0.15 else {}),
            **({"comments": "Lärk, hyvlad"} if chance.random() < 0.3 else {}),
        }
        for number in range(chance.randrange(5))
    ]


def _decoded(body: object) -> dict:
    decoded: dict = json.loads(str(body), parse_float=Decimal)
    return decoded


def _without_number(payload: dict) -> dict:
    """Without the customer number, which a preview cannot know; numbers as text, as our own JSON has them."""
    (content,) = payload.values() if len(payload) == 1 else (payload,)
    return {name: _plain(value) for name, value in content.items() if name != "CustomerNumber"}


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    try:
        return Decimal(str(value)).normalize()
    except ArithmeticError:
        return value
