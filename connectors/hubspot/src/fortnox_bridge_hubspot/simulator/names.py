"""Names of HubSpot's objects: paths, type ids, and the kinds of links between them (facts 7.5 and 8)."""

from typing import Final

DEALS: Final = "deals"
COMPANIES: Final = "companies"
CONTACTS: Final = "contacts"
LINE_ITEMS: Final = "line_items"
PRODUCTS: Final = "products"
NOTES: Final = "notes"

KINDS: Final = (DEALS, COMPANIES, CONTACTS, LINE_ITEMS, PRODUCTS, NOTES)
SINGULAR: Final = {
    DEALS: "deal",
    COMPANIES: "company",
    CONTACTS: "contact",
    LINE_ITEMS: "line_item",
    PRODUCTS: "product",
    NOTES: "note",
}
TYPE_IDS: Final = {
    CONTACTS: "0-1",
    COMPANIES: "0-2",
    DEALS: "0-3",
    PRODUCTS: "0-7",
    LINE_ITEMS: "0-8",
    NOTES: "0-46",
}

# Plain links by direction, and the primary ones, which only companies have.
PLAIN: Final = {
    (DEALS, COMPANIES): 341,
    (COMPANIES, DEALS): 342,
    (DEALS, CONTACTS): 3,
    (CONTACTS, DEALS): 4,
    (DEALS, LINE_ITEMS): 19,
    (LINE_ITEMS, DEALS): 20,
    (CONTACTS, COMPANIES): 279,
    (COMPANIES, CONTACTS): 280,
    (NOTES, CONTACTS): 202,
    (NOTES, COMPANIES): 190,
    (NOTES, DEALS): 214,
    (CONTACTS, NOTES): 201,
    (COMPANIES, NOTES): 189,
    (DEALS, NOTES): 213,
}
PRIMARY: Final = {
    (DEALS, COMPANIES): 5,
    (COMPANIES, DEALS): 6,
    (CONTACTS, COMPANIES): 1,
    (COMPANIES, CONTACTS): 2,
}

_BY_NAME: Final = {
    **{kind: kind for kind in KINDS},
    **{name: kind for kind, name in SINGULAR.items()},
    **{type_id: kind for kind, type_id in TYPE_IDS.items()},
}


def kind_of(name: str) -> str | None:
    """The kind that a path segment or parameter names: plural, singular, or type id."""
    return _BY_NAME.get(name.lower())


def link_name(origin: str, target: str, type_id: int) -> str:
    """What an inline association calls its type; the plain one is marked where there is a primary one too."""
    name = f"{SINGULAR[origin]}_to_{SINGULAR[target]}"
    pair = (origin, target)
    return f"{name}_unlabeled" if pair in PRIMARY and type_id == PLAIN[pair] else name


def links_between(origin: str, target: str) -> tuple[int, ...]:
    pair = (origin, target)
    return tuple(each for each in (PRIMARY.get(pair), PLAIN.get(pair)) if each is not None)
