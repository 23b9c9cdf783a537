"""The shape of one preflight finding."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Check(StrEnum):
    """What preflight looks at, in the order it is told (F8, F7)."""

    CONNECTIONS = "connections"
    CURRENCY = "currency"
    VAT_RATES = "vat_rates"
    ACCOUNTS = "accounts"
    FISCAL_YEAR = "fiscal_year"
    LOCKED_PERIOD = "locked_period"
    BANK_DETAILS = "bank_details"
    WAREHOUSE = "warehouse"
    SOURCE_FEATURES = "source_features"


class Severity(StrEnum):
    """`blocker`: drafts that need it park. `warning`: drafts are made, trouble comes later. `information`: a fact."""

    BLOCKER = "blocker"
    WARNING = "warning"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` and `params` select the sentence in the catalogue."""

    code: str
    check: Check
    severity: Severity
    params: Mapping[str, str] = field(default_factory=dict)


def as_blocker(code: str, check: Check, **params: str) -> Finding:
    return Finding(code, check, Severity.BLOCKER, params)


def as_warning(code: str, check: Check, **params: str) -> Finding:
    return Finding(code, check, Severity.WARNING, params)


def as_information(code: str, check: Check, **params: str) -> Finding:
    return Finding(code, check, Severity.INFORMATION, params)
