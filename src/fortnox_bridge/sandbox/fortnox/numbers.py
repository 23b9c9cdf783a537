"""Numbers inside text, as Fortnox writes quantities and list columns."""

from decimal import Decimal


def plain(value: Decimal) -> str:
    """Write without exponent and trailing zeros: 12.5, 1.13, 0."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
