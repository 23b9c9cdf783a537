"""Where a place lies for VAT, which is not always what its country code says (VAT Directive, articles 5-7).

Places without a country code of their own that a postal code does not tell apart for certain (Livigno, Campione,
Mount Athos) count as their country.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

SWEDEN: Final = "SE"
NORTHERN_IRELAND: Final = "XI"

_MEMBERS: Final = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
EU_MEMBERS: Final = frozenset(_MEMBERS.split())

# ISO 3166-1 alpha-2, and XK, which is in general use for Kosovo.
_ISO: Final = """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR
    GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO
    JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR
    MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO
    RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV
    TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
"""
COUNTRIES: Final = frozenset(_ISO.split())

# What people and systems write for a country whose ISO code is another.
_ALIASES: Final = {"UK": "GB", "EL": "GR"}

# Taxed as the member state they are named with: within the EU for VAT.
_TAXED_AS: Final = {"MC": "FR"}

# Parts of a country that its VAT does not reach, by postal code: (country, pattern, what we call the place).
_PARTS: Final = (
    ("GB", re.compile(r"BT\d"), NORTHERN_IRELAND),
    ("FI", re.compile(r"22\d{3}$"), "AX"),
    ("ES", re.compile(r"(35|38)\d{3}$"), "IC"),
    ("ES", re.compile(r"(51|52)\d{3}$"), "EA"),
    ("FR", re.compile(r"(97\d|986|987|988)\d{2}$"), "FR-OM"),
    ("DE", re.compile(r"(27498|78266)$"), "DE-X"),
)
# Outside the EU for VAT although their country is inside; the country is what registers know them by.
_COUNTRY_OF_PART: Final = {NORTHERN_IRELAND: "GB", "IC": "ES", "EA": "ES", "FR-OM": "FR", "DE-X": "DE"}


class Zone(StrEnum):
    """Northern Ireland is within the EU for goods and outside it for services."""

    SWEDEN = "sweden"
    EU = "eu"
    NORTHERN_IRELAND = "northern_ireland"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of where somebody is. `country_name` is what the source calls a country it has no code for."""

    country_code: str | None = None
    zip_code: str | None = None
    country_name: str | None = None

    @property
    def is_stated(self) -> bool:
        return bool((self.country_code or "").strip() or (self.country_name or "").strip())

    @property
    def words(self) -> str:
        return (self.country_code or "").strip() or (self.country_name or "").strip()


NOWHERE: Final = Place()


@dataclass(frozen=True, slots=True)
class Territory:
    """`code` is the country as ISO has it, or the part of one that matters. `taxed_as` is whose rates apply there."""

    code: str
    zone: Zone
    taxed_as: str

    @property
    def country(self) -> str:
        """ISO 3166-1 alpha-2."""
        return _COUNTRY_OF_PART.get(self.code, self.code)

    @property
    def is_sweden(self) -> bool:
        return self.zone is Zone.SWEDEN

    @property
    def is_eu_for_goods(self) -> bool:
        return self.zone in {Zone.EU, Zone.NORTHERN_IRELAND}

    @property
    def is_eu_for_services(self) -> bool:
        return self.zone is Zone.EU


SWEDISH_TERRITORY: Final = Territory(SWEDEN, Zone.SWEDEN, SWEDEN)


def territory_of(place: Place) -> Territory | None:
    """Where the place lies for VAT; None when no country is stated, or none that exists."""
    code = (place.country_code or "").strip().upper()
    code = _ALIASES.get(code, code)
    if code in _COUNTRY_OF_PART:
        return _territory(code)
    if code not in COUNTRIES:
        return None
    return _territory(_part(code, place.zip_code) or code)


def _part(country: str, zip_code: str | None) -> str | None:
    plain = re.sub(r"[\s\-]", "", zip_code or "").upper().removeprefix("AX").removeprefix(country)
    return next((part for whole, pattern, part in _PARTS if whole == country and pattern.match(plain)), None)


def _territory(code: str) -> Territory:
    if code == SWEDEN:
        return SWEDISH_TERRITORY
    if code == NORTHERN_IRELAND:
        return Territory(code, Zone.NORTHERN_IRELAND, code)
    taxed_as = _TAXED_AS.get(code, code)
    return Territory(code, Zone.EU if taxed_as in EU_MEMBERS else Zone.OUTSIDE, taxed_as)
