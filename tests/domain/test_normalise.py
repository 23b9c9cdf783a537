import pytest
from hypothesis import given
from hypothesis import strategies as st

from fortnox_bridge.domain import normalise


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("556016-0680", "5560160680"),
        ("5560160680", "5560160680"),
        (" 556016 0680 ", "5560160680"),
        ("16556016-0680", "5560160680"),
        ("SE556016068001", "5560160680"),
        ("se 556016-0680 01", "5560160680"),
        ("19640823-3234", "6408233234"),
        ("640823+3234", "6408233234"),
        ("21556016-0680", None),
        ("556016-068", None),
        ("NO 915 933 149 MVA", None),
        ("٥٥٦٠١٦٠٦٨٠", None),
        ("", None),
    ],
)
def test_organisation_number_is_ten_digits_or_none(text, digits):
    assert normalise.normalise_organisation_number(text) == digits


def test_foreign_numbers_still_compare_with_themselves():
    assert normalise.comparable_organisation_number("915 933 149 mva") == "915933149MVA"


@pytest.mark.parametrize(
    ("text", "is_valid"),
    [("556016-0680", True), ("556016-0681", False), ("SE556016068001", True), ("6408233234", True), ("x", False)],
)
def test_check_digit_of_organisation_number(text, is_valid):
    assert normalise.is_valid_organisation_number(text) is is_valid


def test_third_digit_tells_organisations_from_people():
    assert normalise.is_organisation("5560160680")
    assert not normalise.is_organisation("6408233234")
    assert normalise.is_valid_personal_number("19640823-3234")
    assert not normalise.is_valid_personal_number("19641323-3234")
    assert not normalise.is_valid_personal_number("556016-0680")


@pytest.mark.parametrize(
    ("text", "is_valid"),
    [
        ("SE556016068001", True), ("SE556016068101", False), ("DE123456789", True), ("NL123456789B01", True),
        ("SE5560160680", False), ("GERMANY", False), ("", False),
    ],
)  # fmt: skip
def test_form_of_vat_numbers(text, is_valid):
    assert normalise.is_valid_vat_number(text) is is_valid


@pytest.mark.parametrize(
    ("text", "is_valid"),
    [
        ("info@ekhammar.example", True), (" INFO@ekhammar.example ", True), ("a@b", False), ("a b@c.se", False),
        ("a@b..se", False), ("a@b.se, c@d.se", False), ("", False), ("x" * 250 + "@a.se", False),
    ],
)  # fmt: skip
def test_one_plain_address_is_an_email(text, is_valid):
    assert normalise.is_valid_email(text) is is_valid


def test_names_compare_without_case_and_spacing_and_suggest_without_suffix():
    assert normalise.normalise_name("  Ekhammars\u00a0 Plåt AB ") == "ekhammars plåt ab"
    assert normalise.name_without_suffix("Ekhammars Plåt AB (publ)") == "ekhammars plåt"
    assert normalise.name_without_suffix("AB") == "ab"
    assert normalise.name_without_suffix("Kab") == "kab"
    assert normalise.normalise_email(" Info@X.se") == "info@x.se"
    assert normalise.normalise_code(" sku-1 ") == normalise.normalise_code("SKU-1")


@given(st.text(max_size=40))
def test_normalising_twice_changes_nothing(text):
    for normalised in (
        normalise.normalise_name,
        normalise.normalise_email,
        normalise.normalise_vat_number,
        normalise.comparable_organisation_number,
        normalise.name_without_suffix,
    ):
        once = normalised(text)
        assert normalised(once) == once


@pytest.mark.parametrize(
    ("text", "e164"),
    [
        ("013-12 34 56", "+4613123456"),
        ("+46 (0)13 12 34 56", "+4613123456"),
        ("0046 13 123456", "+4613123456"),
        ("070-123 45 67", "+46701234567"),
        ("+47 22 12 34 56", "+4722123456"),
        ("ring växeln", ""),
        ("12", ""),
        ("", ""),
    ],
)
def test_phone_is_e164_wherever_it_was_typed(text, e164):
    assert normalise.normalise_phone(text) == e164


def test_every_spelling_of_a_phone_number_is_that_number():
    spellings = normalise.phone_spellings("013-12 34 56")
    assert {"013-12 34 56", "013123456", "+4613123456"} <= set(spellings)
    assert {normalise.normalise_phone(text) for text in spellings} == {"+4613123456"}
    assert normalise.phone_spellings("växeln") == ()


@pytest.mark.parametrize(
    ("text", "plain"),
    [("https://www.Ek.se/", "ek.se"), ("ek.se", "ek.se"), ("http://ek.se/om", "ek.se/om"), (" ", "")],
)
def test_website_is_host_and_path(text, plain):
    assert normalise.normalise_website(text) == plain


@pytest.mark.parametrize(
    ("text", "digits"), [("73 5000 00000 17", "7350000000017"), ("735000000001", ""), ("735000000001X", ""), ("", "")]
)
def test_gln_is_thirteen_digits(text, digits):
    assert normalise.normalise_gln(text) == digits


@pytest.mark.parametrize(
    ("text", "is_valid"),
    [
        ("19640823-3234", True),
        ("640823+3234", True),
        ("640823-3235", False),
        ("640883-3231", True),
        ("640230-3231", False),
        ("641323-3237", False),
        ("000229-1235", True),
        ("556016-0680", False),
        ("", False),
    ],
)
def test_personal_number_is_a_day_with_a_right_check_digit(text, is_valid):
    assert normalise.is_valid_personal_number(text) is is_valid
