"""Random documents over real HTTP: what was predicted is what the simulator's own arithmetic answers, to the öre."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.fortnox.plans import make_plan

from fortnox_bridge.domain.deal import DiscountKind
from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.document_arithmetic import document_totals
from fortnox_bridge.domain.draft_plan import KnownCustomer, PlannedRow, RowDiscount
from fortnox_bridge.domain.fortnox_fields import VatType
from fortnox_bridge.domain.money import SEK, Currency
from fortnox_bridge.domain.product import ProductKind
from fortnox_bridge.domain.rules import RowRate, VatRules
from fortnox_bridge.domain.vat import RowFacts, RowVat, SaleDecision, by_card, decide_row
from fortnox_bridge.fortnox.client import FortnoxClient
from fortnox_bridge.fortnox.gateway import FortnoxGateway
from fortnox_bridge.fortnox.limiter import MemoryRateLimiters
from fortnox_bridge.fortnox.payloads import BLANK
from fortnox_bridge.http import HostPolicy, HttpClient
from fortnox_bridge.oauth.fixed import FixedToken

D = Decimal
WORDS = {
    VatType.SWEDISH: "SEVAT",
    VatType.SWEDISH_REVERSE_CHARGE: "SEREVERSEDVAT",
    VatType.EU_REVERSE_CHARGE: "EUREVERSEDVAT",
    VatType.EU_CONSUMER: "EUVAT",
    VatType.EXPORT: "EXPORT",
}
