"""Scopes and the programmes a company must have for them (facts/fortnox.md section 2)."""

from collections.abc import Mapping

_SALES = frozenset({"Kundfaktura", "Order"})
_ANY_BOOKS = frozenset({"Bokföring", "Order", "Kundfaktura"})
_ANYTHING: frozenset[str] = frozenset()

# Scope -> licences of which one suffices; empty means none is needed.
LICENCES_BY_SCOPE: Mapping[str, frozenset[str]] = {
    "customer": _SALES,
    "article": _SALES,
    "invoice": _SALES,
    "order": frozenset({"Order"}),
    "offer": frozenset({"Order"}),
    "payment": _ANY_BOOKS,
    "price": _SALES,
    "print": _SALES,
    "project": _ANY_BOOKS,
    "costcenter": _ANY_BOOKS,
    "currency": _ANY_BOOKS,
    "settings": _ANYTHING,
    "companyinformation": _ANYTHING,
    "bookkeeping": frozenset({"Bokföring", "Kundfaktura"}),
    "inbox": _ANYTHING,
    "archive": _ANYTHING,
    "connectfile": _ANYTHING,
    "profile": _ANYTHING,
    "noxfinansinvoice": _ANYTHING,
    "supplier": _ANYTHING,
    "supplierinvoice": _ANYTHING,
    "salary": _ANYTHING,
    "timereporting": _ANYTHING,
    "warehouse": _ANYTHING,
    "assets": _ANYTHING,
}


def lacks_licence(scope: str, missing: frozenset[str]) -> bool:
    needed = LICENCES_BY_SCOPE[scope]
    return bool(needed) and needed <= missing
