"""Where a place lies for VAT, and whose VAT number it is."""

import pytest
from babel import Locale

from fortnox_bridge.domain.vat import Place, Zone, read_vat_number, territory_of
from fortnox_bridge.domain.vat.territories import COUNTRIES, EU_MEMBERS


@pytest.mark.parametrize(
    ("code", "zip_code", "expected", "zone"),
    [
        ("SE", "582 20", "SE", Zone.SWEDEN),
        (" se", None, "SE", Zone.SWEDEN),
        ("DE", "10115", "DE", Zone.EU),
        ("EL", None, "GR", Zone.EU),
        ("MC", "98000", "MC", Zone.EU),
        ("FI", "00100", "FI", Zone.EU),
        ("FI", "22100", "AX", Zone.OUTSIDE),
        ("FI", "AX-22100", "AX", Zone.OUTSIDE),
        ("AX", None, "AX", Zone.OUTSIDE),
        ("ES", "28001", "ES", Zone.EU),
        ("ES", "35001", "IC", Zone.OUTSIDE),
        ("ES", "ES-38001", "IC", Zone.OUTSIDE),
        ("ES", "51001", "EA", Zone.OUTSIDE),
        ("FR", "75001", "FR", Zone.EU),
        ("FR", "97400", "FR-OM", Zone.OUTSIDE),
        ("RE", None, "RE", Zone.OUTSIDE),
        ("DE", "27498", "DE-X", Zone.OUTSIDE),
        ("GB", "SW1A 1AA", "GB", Zone.OUTSIDE),
        ("UK", None, "GB", Zone.OUTSIDE),
        ("GB", "BT1 5GS", "XI", Zone.NORTHERN_IRELAND),
        ("XI", None, "XI", Zone.NORTHERN_IRELAND),
        ("IM", None, "IM", Zone.OUTSIDE),
        ("JE", None, "JE", Zone.OUTSIDE),
        ("NO", "0155", "NO", Zone.OUTSIDE),
        ("CH", None, "CH", Zone.OUTSIDE),
        ("GL", None, "GL", Zone.OUTSIDE),
    ],
)
def test_place_lies_in_a_vat_territory(code, zip_code, expected, zone):
    found = territory_of(Place(code, zip_code))

    assert (found.code, found.zone) == (expected, zone)


@pytest.mark.parametrize("code", ["XX", "ZZ", "EU", "Q", "", None, "Sverige", "🏠"])
def test_what_is_no_country_lies_nowhere(code):
    assert territory_of(Place(code)) is None


def test_countries_are_those_that_the_common_locale_data_knows():
    known = {code for code in Locale("en").territories if len(code) == 2 and code.isalpha()}

    assert known >= COUNTRIES
    # Groups, test codes, and islands that ISO reserves without calling them countries.
    reserved = "AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ"
    assert known - COUNTRIES == set(reserved.split())
    assert len(EU_MEMBERS) == 27


@pytest.mark.parametrize(
    ("text", "country", "expected", "issuer"),
    [
        ("DE136695976", None, "DE136695976", "DE"),
        (" de 136 695 976", "DE", "DE136695976", "DE"),
        ("136695976", "DE", "DE136695976", "DE"),
        ("FR 40 303265045", "FR", "FR40303265045", "FR"),
        ("40303265045", "FR", "FR40303265045", "FR"),
        ("EL094259216", "GR", "EL094259216", "GR"),
        ("GR094259216", "GR", "EL094259216", "GR"),
        ("094259216", "GR", "EL094259216", "GR"),
        ("XI432525179", "XI", "XI432525179", "XI"),
        ("SE556036079301", "SE", "SE556036079301", "SE"),
        ("FI01120389", "AX", "FI01120389", "FI"),
    ],
)
def test_vat_number_right_in_form_is_written_as_invoices_show_it(text, country, expected, issuer):
    found = read_vat_number(text, country)

    assert (found.text, found.country) == (expected, issuer)


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("DE136695977", "DE"),
        ("136695976", None),
        ("136695976", "NL"),
        ("NO995525828MVA", "NO"),
        ("GB432525179", "GB"),
        ("", "DE"),
        (None, "DE"),
        ("okänt", "DE"),
        ("DE" * 100, "DE"),
        ("DE１３６６９５９７６", "DE"),
    ],
)
def test_what_is_no_eu_vat_number_is_none(text, country):
    assert read_vat_number(text, country) is None
