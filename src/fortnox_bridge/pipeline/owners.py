"""Who owns the deal: name and e-mail, asked of the source only when a rule reads them (F53)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from fortnox_bridge.domain.deal import Deal, Owner
from fortnox_bridge.domain.fields import FieldPath
from fortnox_bridge.domain.fortnox_fields import DocumentField
from fortnox_bridge.domain.mapped import find_mapped
from fortnox_bridge.domain.rules import FieldMapping, SyncRules
from fortnox_bridge.domain.rules.mapping import TargetT
from fortnox_bridge.pipeline.context import StageContext

_ID: Final = "id"


async def with_owner(ctx: StageContext, deal: Deal) -> Deal:
    """The same deal with its owner known as far as the rules need and the account may see. One call at most."""
    owner = deal.owner
    if owner is None or ctx.source.owners is None or not _must_ask(deal, owner, ctx.rules):
        return deal
    found = await ctx.source.owners.read_owner(owner.external_id)
    return replace(deal, owner=found) if found is not None else deal


def _must_ask(deal: Deal, owner: Owner, rules: SyncRules) -> bool:
    if owner.name is not None and owner.email is not None:
        return False
    return any(path.object == "owner" and path.name != _ID for path in _paths(rules)) or _reference_asks(
        deal, owner, rules
    )


def _reference_asks(deal: Deal, owner: Owner, rules: SyncRules) -> bool:
    """Whether our reference depends on the owner's name or e-mail."""
    reference = rules.document.our_reference
    if owner.external_id.casefold() in reference.by_owner:
        return False
    if find_mapped(rules.document.mapping, DocumentField.OUR_REFERENCE, deal) is not None:
        return False
    return reference.use_owner_name or any("@" in key for key in reference.by_owner)


def _paths(rules: SyncRules) -> Iterator[FieldPath]:
    """Every source field that a mapping row names."""
    customers, document = rules.customers, rules.document
    yield from _named(customers.company.mapping)
    yield from _named(customers.contact.mapping)
    yield from _named(rules.products.mapping)
    yield from _named(document.mapping)
    yield from _named(document.row_mapping)


def _named(rows: Iterable[FieldMapping[TargetT]]) -> Iterator[FieldPath]:
    for row in rows:
        yield from row.sources
        yield from row.template.paths if row.template is not None else ()
