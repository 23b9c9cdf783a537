"""Currencies: HubSpot's codes are ISO's."""

import re
from typing import Final

from fortnox_bridge.sdk import Currency, currency

_CODE: Final = re.compile(r"[A-Z]{3}\Z", re.ASCII)


def known_currency(code: str | None) -> Currency | None:
    return currency(code) if code is not None and _CODE.match(code) else None
