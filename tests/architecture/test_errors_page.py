from pathlib import Path

from fortnox_bridge.domain.catalogue import CATALOGUE
from fortnox_bridge.domain.catalogue.page import errors_page

PAGE = Path(__file__).parents[2] / "docs" / "errors.md"


def test_errors_page_is_what_the_code_makes_it():
    assert PAGE.read_text(encoding="utf-8") == errors_page(), (
        "make it anew: python -m fortnox_bridge.domain.catalogue.page > docs/errors.md"
    )


def test_errors_page_has_every_code_in_both_languages():
    page = PAGE.read_text(encoding="utf-8")
    for message in CATALOGUE.values():
        assert f"### `{message.code}`\n" in page
        assert message.sv in page
        assert message.en in page
