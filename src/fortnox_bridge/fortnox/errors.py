"""The one table from Fortnox's answers to our errors. Nothing else interprets a status or a vendor code.

Rows are those of facts: fortnox 2 (permissions) and 3. The sentences are in `domain/catalogue/fortnox.py`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from fortnox_bridge.domain.errors import (
    BridgeError,
    ContractViolation,
    InvariantBroken,
    MappingMissing,
    OutcomeUnknown,
    PermissionMissing,
    RateLimited,
    ReconnectRequired,
    SettingsInvalid,
    SourceDataInvalid,
    Unavailable,
    UserAction,
)
from fortnox_bridge.fortnox.envelopes import VendorError, read_envelope
from fortnox_bridge.http import HttpResponse

ARTICLE_NUMBER_TAKEN: Final = 2000013
ORDER_CANCELLED: Final = 2000397
ALREADY_INVOICED: Final = 2000496
ALREADY_CANCELLED: Final = 2001279
CODE_PARAM: Final = "fortnox_code"
_LONG_WAIT_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Rule:
    code: str
    kind: type[BridgeError]


_BUG: Final = Rule("fortnox_payload_refused", InvariantBroken)
_HOUSEWORK: Final = Rule("fortnox_housework", SourceDataInvalid)
_WAREHOUSE: Final = Rule("fortnox_warehouse", UserAction)
_CUSTOMER_MISSING: Final = Rule("fortnox_customer_missing", SourceDataInvalid)
_ACCOUNT_MISSING: Final = Rule("fortnox_account_missing", SourceDataInvalid)
_CURRENCY_MISSING: Final = Rule("fortnox_currency_missing", SettingsInvalid)
_LOCKED_PERIOD: Final = Rule("fortnox_period_locked", UserAction)
_RIGHT_MISSING: Final = Rule("fortnox_right_missing", PermissionMissing)
_VENDOR_FAULT: Final = Rule("fortnox_unavailable", Unavailable)
_DOCUMENT_MISSING: Final = Rule("fortnox_document_missing", UserAction)
_TEXT_TOO_LONG: Final = Rule("fortnox_text_too_long", SourceDataInvalid)

BY_CODE: Final[Mapping[int, Rule]] = MappingProxyType(
    {
        1000003: _VENDOR_FAULT,
        1000030: _BUG,
        1000031: _BUG,
        ARTICLE_NUMBER_TAKEN: Rule("fortnox_article_number_taken", SourceDataInvalid),
        2000106: _BUG,
        2000108: _BUG,
        2000134: _BUG,
        2000204: _CUSTOMER_MISSING,
        2000310: Rule("fortnox_reconnect", ReconnectRequired),
        2000311: Rule("fortnox_reconnect", ReconnectRequired),
        2000321: _BUG,
        2000359: Rule("fortnox_characters_refused", SourceDataInvalid),
        ORDER_CANCELLED: Rule("fortnox_order_cancelled", UserAction),
        2000401: _LOCKED_PERIOD,
        2000423: _ACCOUNT_MISSING,
        2000427: _CURRENCY_MISSING,
        2000428: Rule("fortnox_article_missing", MappingMissing),
        2000429: Rule("fortnox_terms_of_payment_missing", SettingsInvalid),
        2000430: Rule("fortnox_price_missing", SettingsInvalid),
        2000431: Rule("fortnox_price_list_missing", SettingsInvalid),
        2000432: Rule("fortnox_unit_missing", SettingsInvalid),
        2000433: _CUSTOMER_MISSING,
        2000434: _DOCUMENT_MISSING,
        2000435: Rule("fortnox_terms_of_delivery_missing", SettingsInvalid),
        2000439: _DOCUMENT_MISSING,
        ALREADY_INVOICED: Rule("fortnox_order_invoiced", UserAction),
        2000499: Rule("fortnox_offer_converted", UserAction),
        2000550: Rule("fortnox_account_inactive", SourceDataInvalid),
        2000587: _BUG,
        2000588: _BUG,
        2000637: Rule("fortnox_customer_number_taken", SourceDataInvalid),
        2000663: Rule("fortnox_scope_missing", PermissionMissing),
        2000699: _BUG,
        2000719: Rule("oauth_grant_refused", UserAction),
        2000729: _BUG,
        2001101: Rule("fortnox_licence_missing", PermissionMissing),
        2001103: Rule("fortnox_integration_licence_missing", PermissionMissing),
        2001161: Rule("fortnox_project_missing", SettingsInvalid),
        2001243: Rule("fortnox_offer_converted", UserAction),
        ALREADY_CANCELLED: Rule("fortnox_already_cancelled", UserAction),
        2001302: Rule("fortnox_row_article_missing", MappingMissing),
        2001304: _ACCOUNT_MISSING,
        2001383: Rule("fortnox_document_locked", UserAction),
        2001392: _BUG,
        2001393: _RIGHT_MISSING,
        2001399: Rule("fortnox_field_refused", InvariantBroken),
        2001403: _ACCOUNT_MISSING,
        2001600: _TEXT_TOO_LONG,
        2001740: _BUG,
        2001896: _TEXT_TOO_LONG,
        2002115: _BUG,
        2002141: _LOCKED_PERIOD,
        2002455: Rule("fortnox_scope_missing", PermissionMissing),
        2002980: _HOUSEWORK,
        2003124: _WAREHOUSE,
        2003125: _WAREHOUSE,
        2003126: _WAREHOUSE,
        2003127: _WAREHOUSE,
        2003157: _HOUSEWORK,
        2003275: _RIGHT_MISSING,
        2003277: _WAREHOUSE,
        2003399: _WAREHOUSE,
        2003977: Rule("fortnox_row_without_text", SourceDataInvalid),
        2004021: _HOUSEWORK,
        2004167: Rule("fortnox_vat_rate_unusable", SettingsInvalid),
        2004194: Rule("fortnox_vat_number_invalid", SourceDataInvalid),
        2004344: _CURRENCY_MISSING,
    }
)

# Seen as text only; their codes are not established (facts: fortnox 3).
BY_TEXT: Final[tuple[tuple[re.Pattern[str], Rule], ...]] = tuple(
    (re.compile(pattern, re.IGNORECASE), rule)
    for pattern, rule in (
        (r"bankuppgifter saknas", Rule("fortnox_bank_details_missing", UserAction)),
        (r"ocr-?numret används redan", Rule("fortnox_number_series", UserAction)),
        (r"hämta/hitta moms", Rule("fortnox_vat_rate_unusable", SettingsInvalid)),
        (r"leveranssätt", Rule("fortnox_way_of_delivery_missing", SettingsInvalid)),
        (r"kostnadsställe måste anges", Rule("fortnox_cost_centre_required", SettingsInvalid)),
        (r"tolkas som null", _BUG),
        (r"måste vara klarmarkerad", _WAREHOUSE),
        (r"(räkenskapsår|bokföringsår).*(saknas|finns inte)|saknar .*(räkenskapsår|bokföringsår)",
         Rule("fortnox_financial_year_missing", UserAction)),
        (r"saknar behörighet", _RIGHT_MISSING),
    )
)  # fmt: skip
_BY_STATUS: Final[Mapping[int, Rule]] = MappingProxyType(
    {
        401: Rule("fortnox_reconnect", ReconnectRequired),
        403: _RIGHT_MISSING,
    }
)
_REFUSED: Final = Rule("fortnox_refused", UserAction)


def read_error(response: HttpResponse, *, is_write: bool) -> BridgeError:
    """The error that an unsuccessful answer is.

    A write is refused for certain only by a 4xx that Fortnox itself wrote; after anything else nobody knows.
    """
    status = response.status
    trace = response.headers.get("x-uid", "")[:64]
    detail = f"status {status}, {response.content_type or 'no content type'}, X-Uid {trace or 'none'}"
    if status == 429:
        return RateLimited("fortnox_rate_limited", detail=detail, retry_after_s=retry_after(response))
    said = read_envelope(response)
    if is_write and (status >= 500 or said is None):
        return OutcomeUnknown("fortnox_outcome_unknown", detail=detail)
    if said is None:
        wait = _LONG_WAIT_S if status == 503 else None
        return Unavailable("fortnox_unavailable", detail=detail, retry_after_s=wait)
    rule = find_rule(said)
    if is_write and issubclass(rule.kind, Unavailable):
        return OutcomeUnknown("fortnox_outcome_unknown", detail=detail)
    params = {"message": said.message, **({CODE_PARAM: str(said.code)} if said.code is not None else {})}
    return rule.kind(rule.code, detail=detail, **params)


def find_rule(said: VendorError) -> Rule:
    """Status first where it says enough, then the code, then the text."""
    if said.status >= 500:
        return _VENDOR_FAULT
    if said.code is not None and said.code in BY_CODE:
        return BY_CODE[said.code]
    for pattern, rule in BY_TEXT:
        if pattern.search(said.message):
            return rule
    return _BY_STATUS.get(said.status, _REFUSED)


def vendor_code(error: BridgeError) -> int | None:
    """Fortnox's own code of an error made by `read_error`."""
    code = error.params.get(CODE_PARAM, "")
    return int(code) if code.isdigit() else None


def unreadable(what: str, *, is_write: bool) -> BridgeError:
    """A successful status with a body that cannot be what was asked for."""
    if is_write:
        return OutcomeUnknown("fortnox_outcome_unknown", detail=what)
    return ContractViolation("fortnox_answer_unreadable", detail=what)


def retry_after(response: HttpResponse) -> float | None:
    """`Retry-After` in seconds; not documented by Fortnox, honoured when present."""
    text = response.headers.get("retry-after", "").strip()
    return min(float(text), 3600.0) if re.fullmatch(r"\d{1,6}", text) else None
