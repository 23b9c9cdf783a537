"""A postal address as far as the source knows it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Address:
    """Every part may be missing. `text` keeps what the user typed when the source has no components.

    `country_code` is ISO 3166 alpha-2; `country_name` is what the source calls it, in any language.
    """

    name: str | None = None
    line1: str | None = None
    line2: str | None = None
    zip_code: str | None = None
    city: str | None = None
    region: str | None = None
    country_code: str | None = None
    country_name: str | None = None
    phone: str | None = None
    text: str | None = None
