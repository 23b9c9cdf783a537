"""Every behaviour has an end-to-end test that names it, and settings where there is something to decide."""

import pytest
from tests.architecture.features import (
    FEATURES,
    ROOT,
    WITHOUT_SETTINGS,
    features_page,
    known,
    numbers_in,
    proofs_by_feature,
    settings_by_feature,
)


@pytest.mark.parametrize("number", FEATURES)
def test_behaviour_has_an_end_to_end_test_that_names_it(number):
    assert proofs_by_feature().get(number), f"no test in tests/e2e names {number}: {FEATURES[number]}"


@pytest.mark.parametrize("number", [number for number in FEATURES if number not in WITHOUT_SETTINGS])
def test_behaviour_that_can_be_decided_has_its_settings(number):
    assert settings_by_feature().get(number), f"no setting's description names {number}: {FEATURES[number]}"


def test_numbers_named_anywhere_are_those_of_the_list():
    named = {**proofs_by_feature(), **settings_by_feature()}

    assert {number: places for number, places in named.items() if not known(number)} == {}


def test_features_page_is_what_the_code_makes_it():
    page = (ROOT / "docs" / "features.md").read_text(encoding="utf-8")

    assert page == features_page(), "make it anew: python -m tests.architecture.features > docs/features.md"


def test_ranges_of_numbers_are_read_whole():
    assert list(numbers_in("F20-F23, F31 and F5")) == ["F20", "F21", "F22", "F23", "F31", "F5"]
