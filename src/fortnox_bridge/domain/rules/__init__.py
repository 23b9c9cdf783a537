"""What an administrator decided, in the form the pipeline works with. Sync settings are turned into these."""

from dataclasses import dataclass, field

from fortnox_bridge.domain.rules.cards import CardRules
from fortnox_bridge.domain.rules.customers import (
    CustomerKey,
    CustomerRules,
    EmptyMatchField,
    MatchPair,
    MissingCustomer,
    PartyRules,
)
from fortnox_bridge.domain.rules.document import (
    Attachments,
    DocumentDate,
    DocumentRules,
    Instalments,
    LockedPeriod,
    OurReference,
    Recurring,
)
from fortnox_bridge.domain.rules.mapping import FieldMapping, Overwrite, Schedule, WhenChanged
from fortnox_bridge.domain.rules.notes import NoteRules, WriteBackFact
from fortnox_bridge.domain.rules.products import (
    ArticleKey,
    ArticleMode,
    DealDiscount,
    MissingArticle,
    MissingLines,
    ProductRules,
)
from fortnox_bridge.domain.rules.triggers import CancelRule, Route, StageRef, TriggerRule
from fortnox_bridge.domain.rules.vat import ConsumerAbroad, OssRate, RowRate, SaleAccounts, VatRules

__all__ = [
    "ArticleKey",
    "ArticleMode",
    "Attachments",
    "CancelRule",
    "CardRules",
    "ConsumerAbroad",
    "CustomerKey",
    "CustomerRules",
    "DealDiscount",
    "DocumentDate",
    "DocumentRules",
    "EmptyMatchField",
    "FieldMapping",
    "Instalments",
    "LockedPeriod",
    "MatchPair",
    "MissingArticle",
    "MissingCustomer",
    "MissingLines",
    "NoteRules",
    "OssRate",
    "OurReference",
    "Overwrite",
    "PartyRules",
    "ProductRules",
    "Recurring",
    "Route",
    "RowRate",
    "SaleAccounts",
    "Schedule",
    "StageRef",
    "SyncRules",
    "TriggerRule",
    "VatRules",
    "WhenChanged",
    "WriteBackFact",
]


@dataclass(frozen=True, slots=True)
class SyncRules:
    """One revision of a connection's settings, resolved."""

    revision: int
    triggers: tuple[TriggerRule, ...]
    customers: CustomerRules
    products: ProductRules
    vat: VatRules
    document: DocumentRules
    notes: NoteRules
    route: Route = field(default_factory=Route)
    cancel: CancelRule = field(default_factory=CancelRule)
    cards: CardRules = field(default_factory=CardRules)
