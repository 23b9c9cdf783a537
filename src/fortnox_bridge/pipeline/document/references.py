"""References and notes on the draft: who each side is, the customer's order number, remarks, comments (F51, F53)."""

from collections.abc import Mapping
from typing import Final

from fortnox_bridge.domain.deal import Deal
from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.fortnox_fields import DocumentField
from fortnox_bridge.domain.mapped import find_mapped
from fortnox_bridge.domain.origin import Origin, ValueOrigin
from fortnox_bridge.domain.rules import DocumentRules, OurReference
from fortnox_bridge.domain.run import Notice
from fortnox_bridge.pipeline.document.header_part import CARD, FORTNOX, Part, cut, left, text_part

# Facts, fortnox.md 6.1 and 7.3. Fortnox itself cuts an order's `YourOrderNumber` silently.
_REFERENCE_LIMIT: Final = 50
_LIMITS: Final[Mapping[DocumentField, int]] = {
    DocumentField.REMARKS: 1024,
    DocumentField.COMMENTS: 1024,
    DocumentField.EXTERNAL_REFERENCE2: 80,
    DocumentField.FIRST_TEXT_ROW: 255,
    DocumentField.PHONE: 1024,
}
_ORDER_NUMBER_LIMITS: Final[Mapping[DocumentKind, int]] = {DocumentKind.INVOICE: 75, DocumentKind.ORDER: 30}
_WITH_LINES: Final = frozenset({DocumentField.REMARKS, DocumentField.COMMENTS})
_UNMAPPED: Final[Mapping[DocumentField, Origin]] = {
    DocumentField.REMARKS: CARD,
    DocumentField.COMMENTS: FORTNOX,
    DocumentField.EXTERNAL_REFERENCE2: FORTNOX,
    DocumentField.PHONE: CARD,
}


def decide_references(deal: Deal, kind: DocumentKind, rules: DocumentRules) -> Part:
    part = _our_reference(deal, rules) | _your_reference(deal, rules)
    for target in _LIMITS:
        part |= _mapped_text(target, deal, rules)
    if DocumentField.REMARKS in part.fields:
        part |= Part(notices=(Notice("remarks_replace_standard_text", {"record": deal.title}),))
    return part | _order_number(deal, kind, rules, part)


def _our_reference(deal: Deal, rules: DocumentRules) -> Part:
    target = DocumentField.OUR_REFERENCE
    mapped = find_mapped(rules.mapping, target, deal)
    if mapped is not None:
        text, origin = mapped.text, Origin(ValueOrigin.SOURCE, mapped.by)
    elif (chosen := _of_owner(deal, rules.our_reference)) is not None:
        text, origin = chosen
    else:
        return left(target, CARD)
    return text_part(target, text, origin, deal, limit=_REFERENCE_LIMIT)


def _of_owner(deal: Deal, rules: OurReference) -> tuple[str, Origin] | None:
    owner = deal.owner
    for key in (owner.external_id, owner.email) if owner else ():
        if key and (reference := rules.by_owner.get(key.casefold())):
            return reference, Origin(ValueOrigin.CONNECTION_DEFAULT, "document.our_reference.owners")
    if rules.use_owner_name and owner is not None and (owner.name or "").strip():
        return owner.name or "", Origin(ValueOrigin.SOURCE, "owner.name")
    if rules.default:
        return rules.default, Origin(ValueOrigin.CONNECTION_DEFAULT, "document.our_reference.default")
    return None


def _your_reference(deal: Deal, rules: DocumentRules) -> Part:
    """The contact is only then a reference when the customer is the company."""
    target = DocumentField.YOUR_REFERENCE
    mapped = find_mapped(rules.mapping, target, deal)
    if mapped is not None:
        text, by = mapped.text, mapped.by
    elif deal.company is not None and deal.contact is not None and deal.contact.name.strip():
        text, by = deal.contact.name, "contact.name"
    else:
        return left(target, CARD)
    return text_part(target, text, Origin(ValueOrigin.SOURCE, by), deal, limit=_REFERENCE_LIMIT)


def _mapped_text(target: DocumentField, deal: Deal, rules: DocumentRules) -> Part:
    mapped = find_mapped(rules.mapping, target, deal)
    if mapped is None:
        return left(target, _UNMAPPED[target]) if target in _UNMAPPED else Part()
    origin = Origin(ValueOrigin.SOURCE, mapped.by)
    return text_part(target, mapped.text, origin, deal, limit=_LIMITS[target], keep_newlines=target in _WITH_LINES)


def _order_number(deal: Deal, kind: DocumentKind, rules: DocumentRules, so_far: Part) -> Part:
    """What does not fit goes on in the comments, in full."""
    target = DocumentField.YOUR_ORDER_NUMBER
    mapped = find_mapped(rules.mapping, target, deal)
    if mapped is None:
        return left(target, FORTNOX)
    origin = Origin(ValueOrigin.SOURCE, mapped.by)
    whole = text_part(target, mapped.text, origin, deal, limit=_LIMITS[DocumentField.COMMENTS])
    number, limit = whole.fields.get(target, ""), _ORDER_NUMBER_LIMITS[kind]
    if len(number) <= limit:
        return whole
    comments = "\n".join(
        text for text in (f"Ert ordernummer: {number}", so_far.fields.get(DocumentField.COMMENTS)) if text
    )
    return whole | Part(
        {target: cut(number, limit), DocumentField.COMMENTS: cut(comments, _LIMITS[DocumentField.COMMENTS])},
        {DocumentField.COMMENTS: origin},
        (Notice("order_number_cut", {"record": deal.title, "number": number, "limit": str(limit)}),),
    )
