"""Which kinds of records settings follow at once, so that the source must tell of their changes (F49)."""

from collections.abc import Mapping

from fortnox_bridge.domain.rules import WhenChanged
from fortnox_bridge.sync_settings.faults import InvalidSettings
from fortnox_bridge.sync_settings.upgrade import load_settings


def followed_kinds(document: Mapping[str, object]) -> frozenset[str]:
    """`company` and `contact` for customers, `product` for products; nothing of a document nobody can read."""
    try:
        settings = load_settings(document)
    except InvalidSettings:
        return frozenset()
    kinds: set[str] = set()
    if settings.customers.when_changed is WhenChanged.AT_ONCE:
        kinds |= {"company", "contact"} if settings.customers.contacts_as_customers else {"company"}
    if settings.products.when_changed is WhenChanged.AT_ONCE:
        kinds.add("product")
    return frozenset(kinds)
