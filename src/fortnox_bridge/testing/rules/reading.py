"""Rules about reading: accounts and deals."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from fortnox_bridge.domain.deal import DealHead
from fortnox_bridge.domain.errors import SourceDataInvalid
from fortnox_bridge.domain.ids import SourceRef
from fortnox_bridge.domain.money import currency
from fortnox_bridge.quality import Tier
from fortnox_bridge.testing.harness import DealSpec, LineSpec
from fortnox_bridge.testing.kit import Kit
from fortnox_bridge.testing.rule import broken, require, rule
from fortnox_bridge.testing.rules.asking import HOSTILE, error_of, line_named, read


@rule("identify", "The account says who it is.", tier=Tier.BRONZE)
async def check_identify(kit: Kit) -> None:
    """`identify` answers the same external id that webhooks and cards name, as text, and a name for people."""
    for account in kit.accounts:
        async with kit.session(account) as session:
            info = await session.account.identify()
        require(info.external_id == account.external_id, f"external_id {account.external_id!r}", info.external_id)
        require(info.name.strip(), "a name for people", info.name)


@rule("deal-read", "A deal is read whole: title, customer, and every line in its order.", tier=Tier.BRONZE)
async def check_deal_read(kit: Kit) -> None:
    """A deal made in the simulator comes back as it was made. The head and the deal speak of the same record."""
    spec = DealSpec()
    ref = await kit.seeded(spec)
    async with kit.session() as session:
        head = await session.deals.read_head(ref)
        deal = await session.deals.read_deal(head)
    require(head.ref == ref and deal.ref == ref, f"ref {ref}", f"{head.ref}, {deal.ref}")
    require(head.title == deal.title == spec.title, spec.title, f"{head.title}, {deal.title}")
    require(deal.currency == head.currency == spec.currency, spec.currency, deal.currency)
    company = deal.company.name if deal.company else None
    require(company == spec.company, f"company {spec.company}", company)
    contact = deal.contact.name if deal.contact else None
    require(contact == spec.contact, f"contact {spec.contact}", contact)
    names = [line.name for line in deal.lines]
    require(names == [line.name for line in spec.lines], f"lines {[line.name for line in spec.lines]}", names)


@rule("exact-numbers", "Prices and quantities arrive to the last digit.", tier=Tier.BRONZE)
async def check_exact_numbers(kit: Kit) -> None:
    """Decode with `HttpResponse.json()` (exact decimals) and never go through `float`."""
    lines = (
        LineSpec("Trallskruv", Decimal("2.125"), Decimal("1234567.89")),
        LineSpec("Spik", Decimal("0.07"), Decimal("0.29")),
    )
    deal = await read(kit, await kit.seeded(DealSpec(lines=lines)))
    came = [(line.quantity, line.unit_price) for line in deal.lines]
    require(came == [(line.quantity, line.unit_price) for line in lines], f"{lines}", came)


@rule("deal-types", "Money is Decimal with a currency, times are aware and UTC, ids are text.", tier=Tier.BRONZE)
async def check_deal_types(kit: Kit) -> None:
    """Every value of a head and a deal is looked at, however deep. No float anywhere; every `datetime` has UTC; ids of
    references, lines, stages and owners are `str`; currencies are ISO 4217.
    """
    ref = await kit.seeded()
    async with kit.session() as session:
        head = await session.deals.read_head(ref)
        deal = await session.deals.read_deal(head)
    require(deal.lines, "a deal with lines", "none")
    for path, value in [*_values(head, "head"), *_values(deal, "deal")]:
        _check_type(path, value)


def _check_type(path: str, value: object) -> None:
    name = path.rsplit(".", 1)[-1]
    require(not isinstance(value, float), f"{path}: Decimal or text", f"float {value!r}")
    if isinstance(value, datetime):
        require(value.utcoffset() == timedelta(0), f"{path}: aware and UTC", repr(value))
    if name in {"external_id", "account", "id", "pipeline_id", "line_external_id"} and value is not None:
        require(isinstance(value, str) and value, f"{path}: text", repr(value))
    if name in {"quantity", "unit_price", "vat_rate", "value", "rate", "amount"} and isinstance(value, int | str):
        broken(f"{path}: Decimal", repr(value))
    if name == "currency" and value is not None:
        try:
            currency(str(value))
        except ValueError as error:
            broken(f"{path}: ISO 4217", str(error))


def _values(value: object, path: str) -> Iterator[tuple[str, object]]:
    """Every leaf of nested dataclasses, tuples and mappings; what is opaque is the connector's own."""
    if is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            if not (isinstance(value, DealHead) and each.name == "opaque"):
                yield from _values(getattr(value, each.name), f"{path}.{each.name}")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _values(item, f"{path}[{key}]")
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for number, item in enumerate(value):
            yield from _values(item, f"{path}[{number}]")
    else:
        yield path, value


@rule("hostile-text", "Whatever people type arrives as they typed it.", tier=Tier.SILVER)
async def check_hostile_text(kit: Kit) -> None:
    """Emoji, right-to-left text, HTML, quotes, and ten thousand characters: in titles, names and lines. Nothing is
    escaped, cut or interpreted in data; that is for whoever shows it.
    """
    spec = DealSpec(title=f"Affär {HOSTILE}", company=f"Kund {HOSTILE}", lines=(line_named(f"Rad {HOSTILE}"),))
    deal = await read(kit, await kit.seeded(spec))
    came = (deal.title, deal.company.name if deal.company else None, *(line.name for line in deal.lines))
    wanted = (spec.title, spec.company, spec.lines[0].name)
    require(came == wanted, f"{wanted}", f"{came}")
    long = "å" * 10_000
    try:
        ref = await kit.seeded(DealSpec(title=long))
    except ValueError:
        # The vendor itself takes no title of that length.
        return
    require((await read(kit, ref)).title == long, "all of a long title", "another text")


@rule("read-only", "Reading changes nothing at the vendor.", tier=Tier.BRONZE)
async def check_read_only(kit: Kit) -> None:
    """Reading a deal sends GET, or a POST that the harness declares in `read_posts` because the vendor's description
    says that it only reads.
    """
    await read(kit, await kit.seeded())
    require(kit.sent, "requests to the simulator", "none")
    writes = [f"{each.method} {each.path}" for each in kit.sent if not kit.is_read(each)]
    require(not writes, "GET, or a declared read", ", ".join(writes))


@rule(
    "deal-missing",
    "A deal that does not exist is an error of the source's data, with the record named.",
    tier=Tier.BRONZE,
)
async def check_deal_missing(kit: Kit) -> None:
    """Raise `SourceDataInvalid("source_record_missing", system=…, record=…)`."""
    missing = "987654321"
    async with kit.session() as session:
        error = await error_of(session.deals.read_head(kit.ref(missing)))
    require(isinstance(error, SourceDataInvalid), "SourceDataInvalid", error)
    assert isinstance(error, SourceDataInvalid)
    require(error.code == "source_record_missing", "code source_record_missing", error.code)
    require(missing in error.params.get("record", ""), f"the record named, with {missing}", dict(error.params))


@rule("accounts-apart", "Two accounts at the same time do not meet.", tier=Tier.BRONZE)
async def check_accounts_apart(kit: Kit) -> None:
    """Two sessions of two accounts read at once, several times over. A connector is static: what belongs to an account
    lives in the session, never in a module, a class or a cache between sessions.
    """
    specs = [DealSpec(title=f"Konto {number}", company=f"Kund {number} AB") for number in (1, 2)]
    refs = [await kit.seeded(spec, account) for spec, account in zip(specs, kit.accounts, strict=True)]

    async def ask(number: int) -> tuple[str, str | None, SourceRef]:
        async with kit.session(kit.accounts[number]) as session:
            deal = await session.deals.read_deal(await session.deals.read_head(refs[number]))
            return deal.title, deal.company.name if deal.company else None, deal.ref

    order = [0, 1, 1, 0, 0, 1]
    for number, came in zip(order, await asyncio.gather(*(ask(number) for number in order)), strict=True):
        wanted = (specs[number].title, specs[number].company, refs[number])
        require(came == wanted, f"{wanted}", f"{came}")
