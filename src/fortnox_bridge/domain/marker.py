"""The marker: how a draft in Fortnox is recognised as the one of a certain deal.

Fixed length, so that none is a prefix of another; made of external ids only, so that it is the same after a
lost database or a new installation (facts: reliability 4.3). It fits Fortnox's 80 characters and alphabet.
"""

import base64
import hashlib
import json
from typing import NewType

from fortnox_bridge.domain.ids import SourceRef

Marker = NewType("Marker", str)

PREFIX = "fb-"
_DIGITS = 26


def document_marker(company: str, source: SourceRef, document_kind: str, generation: int) -> Marker:
    """The marker of one document of one deal. `company` is the Fortnox company's database number."""
    return _marker([company, *_parts(source), document_kind, str(generation)])


def customer_marker(company: str, source: SourceRef) -> Marker:
    """The marker of the customer made for one source record."""
    return _marker([company, *_parts(source), "customer"])


def article_marker(company: str, source: SourceRef) -> Marker:
    """The marker of the article made for one source record."""
    return _marker([company, *_parts(source), "article"])


def _parts(source: SourceRef) -> list[str]:
    return [source.connector, source.account, source.kind, source.external_id]


def _marker(parts: list[str]) -> Marker:
    # JSON keeps the parts apart: joining them with a separator would let two different keys look alike.
    digest = hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode()).digest()
    return Marker(PREFIX + base64.b32encode(digest).decode().lower()[:_DIGITS])
