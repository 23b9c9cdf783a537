"""Where the customer is and where the goods go, out of what is stated of them; never guessed (F56)."""

from dataclasses import dataclass

from fortnox_bridge.domain.run import Notice
from fortnox_bridge.domain.vat import explanation
from fortnox_bridge.domain.vat.number import VatNumber
from fortnox_bridge.domain.vat.territories import (
    NORTHERN_IRELAND,
    SWEDISH_TERRITORY,
    Place,
    Territory,
    territory_of,
)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """`notices` tell where a country came from if nobody stated it."""

    customer: Territory
    destination: Territory
    notices: tuple[Notice, ...] = ()


def find_whereabouts(
    name: str, billing: Place, delivery: Place | None, number: VatNumber | None, default_country: str | None
) -> Whereabouts | None:
    """None when something is stated that is no country. Where nothing is, the default country is taken, aloud.

    A VAT number tells the country too: it comes after the billing address and before the delivery's.
    """
    destination = _territory(delivery, number) if delivery is not None else None
    if delivery is not None and delivery.is_stated and destination is None:
        return None
    home = _territory(billing, number)
    notices: tuple[Notice, ...] = ()
    if home is None and number is not None:
        home = territory_of(Place(number.country))
        if home is not None and not home.is_sweden:
            notices = (explanation.country_of_vat_number(name, home.code, number.text),)
    if home is None and billing.is_stated:
        return None
    if home is None:
        home = destination
    if home is None:
        home = territory_of(Place(default_country)) or SWEDISH_TERRITORY
        notices = (explanation.assumed_country(name, home.country),)
    return Whereabouts(home, destination or home, notices)


def _territory(place: Place, number: VatNumber | None) -> Territory | None:
    """A British customer whose VAT number is Northern Irish is there, unless the postal code says otherwise."""
    found = territory_of(place)
    is_northern = number is not None and number.country == NORTHERN_IRELAND
    if found is not None and found.code == "GB" and is_northern and not (place.zip_code or "").strip():
        return territory_of(Place(NORTHERN_IRELAND))
    return found
