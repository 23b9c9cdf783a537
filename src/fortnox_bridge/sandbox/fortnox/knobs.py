"""What tests may turn: `configure` of the simulator, checked by pydantic."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

_STRICT = ConfigDict(extra="forbid", validate_assignment=True)


class CompanyKnobs(BaseModel):
    """Settings of one Fortnox company.

    Attributes:
        missing_licences: programmes the company has not bought ("Kundfaktura", "Order", "Bokföring").
        is_api_licence_missing: the integration licence is absent (2001103).
        missing_rights: resources in which the connected user has no right (2003275), as named in the path.
        warehouse: the warehouse module is on.
        is_stock_short: there is too little in stock to mark an invoice ready.
        out_of_stock: articles whose quantity the warehouse module sets to 0 on documents.
        reassign_customer_numbers: a deleted customer's number is given out again.
    """

    model_config = _STRICT

    search_lag_s: float = Field(default=0, ge=0)
    round_off: bool = False
    accounting_method: Literal["ACCRUAL", "CASH"] = "ACCRUAL"
    locked_period_end: date | None = None
    missing_licences: frozenset[str] = frozenset()
    is_api_licence_missing: bool = False
    missing_rights: frozenset[str] = frozenset()
    bank_details: bool = True
    warehouse: bool = False
    is_stock_short: bool = False
    out_of_stock: frozenset[str] = frozenset()
    reassign_customer_numbers: bool = False


class ServiceKnobs(BaseModel):
    """Settings of Fortnox as a service, the same for every company.

    Attributes:
        rate_window: "sliding" keeps an exact log, "weighted" estimates from two buckets, "off" never refuses.
        retry_after: seconds sent as `Retry-After` with a 429; none sends no such header.
        app_scopes: scopes switched on for the app in the developer portal; none means all.
        refresh_race_s: for so long a spent refresh token still works once more, killing the pair it gave before.
        access_token_s: lifetime of an access token.
    """

    model_config = _STRICT

    rate_window: Literal["sliding", "weighted", "off"] = "sliding"
    retry_after: int | None = None
    oauth_decision: Literal["approve", "deny"] = "approve"
    service_accounts_enabled: bool = True
    app_scopes: frozenset[str] | None = None
    refresh_race_s: float = Field(default=0, ge=0)
    access_token_s: int = Field(default=3600, gt=0)
    latency_ms: float = Field(default=0, ge=0)


def turn(knobs: BaseModel, values: dict[str, object]) -> None:
    """Set several knobs, all or none.

    Raises:
        ValueError: a value that a knob cannot take, named.
    """
    try:
        checked = type(knobs).model_validate({**knobs.model_dump(), **values})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    for name in values:
        setattr(knobs, name, getattr(checked, name))
