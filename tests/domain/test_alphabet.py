import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fortnox_bridge.domain.alphabet import clean_article_number, clean_text, is_allowed

# As facts: fortnox 1 "Characters" lists it, written down a second time on purpose.
ALLOWED = re.compile(r"(?:[^\W_]|[0-9 \n\u00a0–:.,;^¤#%§£$€¢¥©™°&/()=+\-*_!?²³®½@\\`´’])*\Z")

texts = st.text(max_size=80) | st.text(
    st.sampled_from("aå1 \n\t\r&;#x38ampltgquo\"'<>[]{}|~—–😀🇸🇪é\u0301\u00a0⁵¼①"), max_size=40
)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ('Bult M8 "zink" <5 st>', "Bult M8 ’’zink’’ (5 st)"),
        ("Fish &amp; Chips &#39;n&#x27; more", "Fish & Chips ’n’ more"),
        ("&amp;lt;b&amp;gt;", "(b)"),
        ("R&notes; AT&T &unknown;", "R&notes; AT&T &unknown;"),
        ("A|B~C—D [E] {F}", "A/B-C–D (E) (F)"),
        ("rad 1\r\n\r\n rad 2", "rad 1  rad 2"),
        ("😀 hej 🇸🇪", "hej"),
        ("a 😀 b", "a b"),
        ("1¼ tum 10⁵ H₂O ①", "1 1/4 tum 10^5 H2O 1"),
        ("e\u0301", "é"),
        ("٣ st", "3 st"),
        ("Ελλάδα 日本 Łódź", "Ελλάδα 日本 Łódź"),
        ("5 × 3 ± 1 ≤ 4", "5 x 3 +/- 1 max  4"),
        ("\x00\x07", ""),
        ("   ", ""),
    ],
)
def test_text_is_said_with_the_signs_fortnox_takes(text, cleaned):
    assert clean_text(text, limit=200).text == cleaned


def test_newlines_are_kept_on_request_only():
    assert clean_text("a\r\nb\u2028c", limit=20, keep_newlines=True).text == "a\nb\nc"
    assert clean_text("a\r\nb", limit=20).text == "a  b"


def test_change_is_told():
    assert not clean_text("Rådgivning 100 %", limit=50).is_changed
    assert clean_text("Rådgivning ", limit=50).is_changed
    assert clean_text("Rådgivning", limit=3).is_changed


@given(texts, st.integers(0, 60), st.booleans())
@example("&am😀p;", 60, False)
@example("&#38;#39;", 60, False)
@example("a b", 2, False)
@example("ᄀ😀ᅡ", 60, False)
def test_any_text_comes_out_allowed_within_the_limit_and_stays(text, limit, keep_newlines):
    cleaned = clean_text(text, limit=limit, keep_newlines=keep_newlines).text
    assert len(cleaned) <= limit
    assert all(is_allowed(character) for character in cleaned)
    assert ALLOWED.match(cleaned)
    assert cleaned == cleaned.strip()
    assert keep_newlines or "\n" not in cleaned
    assert clean_text(cleaned, limit=limit, keep_newlines=keep_newlines).text == cleaned


def test_article_number_is_cleaned_and_cut_at_fifty():
    assert clean_article_number(" SKU|12 ").text == "SKU/12"
    assert len(clean_article_number("x" * 80).text) == 50
