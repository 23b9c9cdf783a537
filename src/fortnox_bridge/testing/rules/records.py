"""Rules about walking and reading: stages, deals, customers, products, owners, hooks, features, and leaving."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from fortnox_bridge.domain.catalogue import CATALOGUE
from fortnox_bridge.domain.deal import DealHead
from fortnox_bridge.domain.errors import SourceDataInvalid
from fortnox_bridge.quality import Tier
from fortnox_bridge.sdk.capabilities import HookTarget
from fortnox_bridge.sdk.connector import Session
from fortnox_bridge.sdk.listing import DealQuery, SourcePage
from fortnox_bridge.testing.kit import Kit
from fortnox_bridge.testing.rule import require, rule
from fortnox_bridge.testing.rules.asking import error_of, read

T = TypeVar("T")
_MANY_PAGES = 60
_NO_ID = "987654321"


async def walk(page_of: Callable[[str | None], Awaitable[SourcePage[T]]]) -> tuple[list[T], int]:
    """Everything on all pages, and how many there were. A walk that does not end breaks the rule."""
    found: list[T] = []
    cursor: str | None = None
    seen: set[str | None] = set()
    while True:
        page = await page_of(cursor)
        found += page.items
        seen.add(cursor)
        cursor = page.next_cursor
        if cursor is None:
            return found, len(seen)
        require(cursor not in seen, "a cursor that goes on", f"{cursor!r} for the second time")
        require(len(seen) < _MANY_PAGES, "an end of the walk", f"more than {_MANY_PAGES} pages")


@rule("stages-listed", "Stages are listed with ids that deals have.", tier=Tier.SILVER, needs="stages")
async def check_stages_listed(kit: Kit) -> None:
    """Ids of stages are unique across pipelines: a rule names a stage by its id alone. Every deal's stage is among
    them, in the pipeline that the deal names.
    """
    ref = await kit.seeded()
    async with kit.session() as session:
        assert session.stages is not None
        pipelines = await session.stages.list_pipelines()
        stage = (await session.deals.read_head(ref)).stage
    ids = [each.id for pipeline in pipelines for each in pipeline.stages]
    require(ids and len(set(ids)) == len(ids), "stages, each id once", ids)
    require(all(isinstance(each, str) for each in ids), "ids as text", ids)
    require(stage is not None and stage.id in ids, f"the deal's stage among {ids}", repr(stage))
    assert stage is not None
    owner = next(pipeline.id for pipeline in pipelines if stage.id in {each.id for each in pipeline.stages})
    require(stage.pipeline_id in {None, owner}, f"pipeline {owner}", repr(stage.pipeline_id))


@rule("deals-listed", "A walk through deals gives each one once, and ends.", tier=Tier.SILVER, needs="lister")
async def check_deals_listed(kit: Kit) -> None:
    """More deals than a page holds (`deals_for_two_pages`), of one stage that the query names twice: every deal comes
    once, over at least two pages, and its head can be read on. Conditions on time hold.
    """
    made = await kit.harness.seed_many_deals(kit.world, kit.account, kit.harness.deals_for_two_pages)
    async with kit.session() as session:
        lister = session.lister
        assert lister is not None
        stage = (await session.deals.read_head(kit.ref(made[0]))).stage
        query = DealQuery(
            stage_ids=(stage.id, stage.id) if stage else (), changed_since=datetime(2001, 1, 1, tzinfo=UTC)
        )
        heads, pages = await walk(lambda cursor: lister.list_deals(query, cursor))
        early = DealQuery(changed_before=datetime(2001, 1, 1, tzinfo=UTC))
        none, _ = await walk(lambda cursor: lister.list_deals(early, cursor))
        deal = await session.deals.read_deal(next(head for head in heads if head.ref.external_id == made[-1]))
    ids = [head.ref.external_id for head in heads]
    twice = sorted({each for each in ids if ids.count(each) > 1}) if len(set(ids)) < len(ids) else []
    require(not twice, "each deal once, though the query names its stage twice", f"twice: {', '.join(twice[:5])}")
    missing = sorted(set(made) - set(ids))
    require(not missing, "every deal", f"{len(missing)} missing, such as {', '.join(missing[:5])}")
    require(pages >= 2, "at least two pages; raise deals_for_two_pages", f"{pages}")
    require(not none, "none changed before 2001", f"{len(none)}")
    require(deal.ref == kit.ref(made[-1]), "a listed head can be read on", deal.ref)


@rule("deals-moving", "A walk loses nothing when deals change under it.", tier=Tier.GOLD, needs="lister")
async def check_deals_moving(kit: Kit) -> None:
    """Between two pages the first deals of the list are changed, so that a list in the order of changes moves them and
    pages overlap. Deals that were left alone all come. Walk by a cursor or in the order of ids.
    """
    made = await kit.harness.seed_many_deals(kit.world, kit.account, kit.harness.deals_for_two_pages)
    touched: list[str] = []
    async with kit.session() as session:
        lister = session.lister
        assert lister is not None

        async def page(cursor: str | None) -> SourcePage[DealHead]:
            found = await lister.list_deals(DealQuery(), cursor)
            if not touched:
                touched.extend([head.ref.external_id for head in found.items if head.ref.external_id in made][:3])
                for external_id in touched:
                    await kit.harness.touch_deal(kit.world, kit.account, external_id)
            return found

        heads, _ = await walk(page)
    missing = sorted(set(made) - set(touched) - {head.ref.external_id for head in heads})
    require(touched, "deals on the first page", "none")
    require(not missing, "every deal that was left alone", f"{len(missing)} missing, such as {', '.join(missing[:5])}")


@rule(
    "customers-read",
    "Customers are listed and read by themselves, as they are on deals.",
    tier=Tier.SILVER,
    needs="customers",
)
async def check_customers_read(kit: Kit) -> None:
    """The references on a deal's company and contact lead to the same records. A missing one is
    `source_record_missing`.
    """
    deal = await read(kit, await kit.seeded())
    async with kit.session() as session:
        customers = session.customers
        assert customers is not None
        for kind, party in (("company", deal.company), ("contact", deal.contact)):
            if party is None:
                continue
            require(party.ref.kind == kind, f"a reference of kind {kind}", party.ref.kind)
            alone = await customers.read_customer(party.ref)
            require(
                (alone.ref, alone.name) == (party.ref, party.name),
                f"{party.ref}, {party.name}",
                f"{alone.ref}, {alone.name}",
            )
            listed, _ = await walk(lambda cursor, kind=kind: customers.list_customers(kind, cursor))  # type: ignore[misc]
            refs = [customer.ref for customer in listed]
            require(refs.count(party.ref) == 1, f"{party.ref} listed once", f"{refs.count(party.ref)} times")
            none, _ = await walk(
                lambda cursor, kind=kind: customers.list_customers(  # type: ignore[misc]
                    kind, cursor, changed_since=datetime(2200, 1, 1, tzinfo=UTC)
                )
            )
            require(not none, "none changed after 2200", f"{len(none)}")
        error = await error_of(customers.read_customer(kit.ref(_NO_ID, "company")))
    require(
        isinstance(error, SourceDataInvalid) and error.code == "source_record_missing", "source_record_missing", error
    )


@rule(
    "deal-of-record",
    "A workflow on a company or contact means its open deal that was made last.",
    tier=Tier.SILVER,
    needs="deals_of_record",
)
async def check_deal_of_record(kit: Kit) -> None:
    """Of two open deals the later one; when that is lost, the earlier one; when both are, None. A record that does not
    exist is `source_record_missing`.
    """
    first = await kit.seeded()
    deal = await read(kit, first)
    assert deal.company is not None
    company = deal.company.ref
    second = kit.ref(await kit.harness.seed_deal_of(kit.world, kit.account, company))
    async with kit.session() as session:
        deals = session.deals_of_record
        assert deals is not None
        for wanted in (second, first, None):
            found = await deals.newest_open_deal(company)
            require(found == wanted, f"{wanted}", f"{found}")
            if wanted is not None:
                await kit.harness.lose_deal(kit.world, kit.account, wanted.external_id)
        error = await error_of(deals.newest_open_deal(kit.ref(_NO_ID, "company")))
    is_missing = isinstance(error, SourceDataInvalid) and error.code == "source_record_missing"
    require(is_missing, "source_record_missing", error)


@rule(
    "products-read",
    "Products are listed and read by themselves, as they are on lines.",
    tier=Tier.SILVER,
    needs="products",
)
async def check_products_read(kit: Kit) -> None:
    """The reference on a line's product leads to the same record. A missing one is `source_record_missing`."""
    deal = await read(kit, await kit.seeded())
    product = next((line.product for line in deal.lines if line.product is not None), None)
    require(product is not None, "a line with its product", "none")
    assert product is not None
    async with kit.session() as session:
        products = session.products
        assert products is not None
        alone = await products.read_product(product.ref)
        listed, _ = await walk(products.list_products)
        none, _ = await walk(
            lambda cursor: products.list_products(cursor, changed_since=datetime(2200, 1, 1, tzinfo=UTC))
        )
        error = await error_of(products.read_product(kit.ref(_NO_ID, "product")))
    require((alone.ref, alone.name) == (product.ref, product.name), f"{product.ref}", f"{alone.ref}, {alone.name}")
    times = [each.ref for each in listed].count(product.ref)
    require(times == 1, f"{product.ref} listed once", f"{times} times")
    require(not none, "none changed after 2200", f"{len(none)}")
    require(
        isinstance(error, SourceDataInvalid) and error.code == "source_record_missing", "source_record_missing", error
    )


@rule("owner-read", "The owner of a deal has a name; an unknown one is None.", tier=Tier.SILVER, needs="owners")
async def check_owner_read(kit: Kit) -> None:
    """`read_owner` is asked for the owner that a deal names."""
    deal = await read(kit, await kit.seeded())
    require(deal.owner is not None, "a deal with its owner", "none")
    assert deal.owner is not None
    async with kit.session() as session:
        assert session.owners is not None
        owner = await session.owners.read_owner(deal.owner.external_id)
        unknown = await session.owners.read_owner(_NO_ID)
    require(owner is not None and owner.external_id == deal.owner.external_id, deal.owner.external_id, repr(owner))
    require(owner is not None and owner.name, "a name", repr(owner))
    require(unknown is None, "None for an unknown one", repr(unknown))


@rule(
    "hooks-kept",
    "Webhooks stand once, however often they are asked for, and can be removed.",
    tier=Tier.SILVER,
    needs="hooks",
)
async def check_hooks_kept(kit: Kit) -> None:
    """`ensure_hooks` creates what is missing; the second time it creates and removes nothing. Hooks of others stay."""
    # As long as the bridge's own: some vendors refuse short secrets.
    target = HookTarget("https://bridge.example/webhooks/kit/k1", "kit", "kit-password-of-32-characters-xyz")
    kinds = frozenset({kit.connector.object_kind})

    async def ensure(session: Session) -> tuple[Sequence[str], int, int]:
        assert session.hooks is not None
        state = await session.hooks.ensure_hooks(target, kinds)
        return state.ids, state.created, state.removed

    async with kit.session() as session:
        ids, created, _ = await ensure(session)
        again = await ensure(session)
        stand = list(await kit.harness.hooks_of(kit.world, kit.account))
        assert session.hooks is not None
        removed = await session.hooks.remove_hooks(target.url)
        left = list(await kit.harness.hooks_of(kit.world, kit.account))
    require(created == len(ids) >= 1, "hooks created", f"{created}")
    require(again == (ids, 0, 0), f"{ids}, none created, none removed", f"{again}")
    require(stand.count(target.url) == len(ids), f"{len(ids)} hooks at {target.url}", stand)
    require(removed == len(ids) and target.url not in left, f"{len(ids)} removed", f"{removed}; left: {left}")


@rule("features-told", "What is switched off is told in words of the catalogue.", tier=Tier.SILVER, needs="features")
async def check_features_told(kit: Kit) -> None:
    """An account that has everything misses nothing. When the vendor refuses with 403, notices come, or the error of
    the missing right; codes are those of `docs/errors.md`.
    """
    async with kit.session() as session:
        assert session.features is not None
        nothing = await session.features.missing_features()
        await kit.refuse(403)
        notices = await session.features.missing_features()
    require(nothing == (), "nothing missing", repr(nothing))
    require(notices, "a notice", "none")
    unknown = [each.code for each in notices if each.code not in CATALOGUE]
    require(not unknown, "codes of docs/errors.md", ", ".join(unknown))


@rule("account-left", "Leaving takes the app out of the account, once and again.", tier=Tier.SILVER, needs="leaver")
async def check_account_left(kit: Kit) -> None:
    """The second call finds nothing to do and says nothing."""
    async with kit.session() as session:
        assert session.leaver is not None
        await session.leaver.leave()
        require(await kit.harness.has_left(kit.world, kit.account), "the app gone", "it is still there")
        await session.leaver.leave()
    require(not await kit.harness.has_left(kit.world, kit.other), "the other account untouched", "it is gone too")
