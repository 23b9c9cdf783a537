"""Every sentence a user can be shown, by stable code, in Swedish and English.

Placeholders in braces are the error's params. `docs/errors.md` lists the codes; a test fails when one is missing.
"""

from collections.abc import Mapping
from types import MappingProxyType

from fortnox_bridge.domain.catalogue import (
    actions,
    cards,
    connecting,
    customers,
    documents,
    drafts,
    fortnox,
    headers,
    merged,
    notes,
    preflight,
    products,
    requests,
    runs,
    settings,
    sources,
    vat,
)
from fortnox_bridge.domain.catalogue.message import Message, Sentence, Turn
from fortnox_bridge.domain.language import Language

__all__ = ["CATALOGUE", "Message", "Sentence", "Turn", "describe"]


def _assemble(*parts: tuple[Message, ...]) -> Mapping[str, Message]:
    table: dict[str, Message] = {}
    for message in (message for part in parts for message in part):
        if message.code in table:
            raise ValueError(f"two messages share the code {message.code}")
        table[message.code] = message
    return MappingProxyType(table)


CATALOGUE = _assemble(
    actions.MESSAGES,
    cards.MESSAGES,
    connecting.MESSAGES,
    customers.MESSAGES,
    documents.MESSAGES,
    drafts.MESSAGES,
    fortnox.MESSAGES,
    notes.MESSAGES,
    headers.MESSAGES,
    merged.MESSAGES,
    preflight.MESSAGES,
    products.MESSAGES,
    requests.MESSAGES,
    runs.MESSAGES,
    settings.MESSAGES,
    sources.MESSAGES,
    vat.MESSAGES,
)


def describe(code: str, params: Mapping[str, str], language: Language) -> Sentence:
    """What happened and what to do, in the user's language.

    A code that is not in the catalogue still gives a readable sentence: an error must never hide another one.
    """
    message = CATALOGUE.get(code, CATALOGUE["unexpected"])
    return message.in_language(language, {"code": code, **params})
