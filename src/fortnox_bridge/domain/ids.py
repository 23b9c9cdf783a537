"""Identities. Ours are UUIDs behind distinct types; foreign ids are strings and are never parsed as numbers."""

from dataclasses import dataclass
from typing import NewType
from uuid import UUID

from typing_extensions import override

SourceAccountId = NewType("SourceAccountId", UUID)
FortnoxCompanyId = NewType("FortnoxCompanyId", UUID)
ConnectionId = NewType("ConnectionId", UUID)
EventId = NewType("EventId", UUID)
RunId = NewType("RunId", UUID)
DocumentId = NewType("DocumentId", UUID)
ApiKeyId = NewType("ApiKeyId", UUID)


@dataclass(frozen=True, slots=True)
class SourceRef:
    """One record in a source system: which connector, which account there, what kind of record, its id there."""

    connector: str
    account: str
    kind: str
    external_id: str

    @override
    def __str__(self) -> str:
        return f"{self.connector}:{self.account}:{self.kind}:{self.external_id}"
