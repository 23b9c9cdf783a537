"""What Fortnox takes in an article's fields, and what is refused by name."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fortnox_bridge.domain.errors import SourceDataInvalid
from fortnox_bridge.domain.fortnox_fields import ArticleField
from fortnox_bridge.pipeline.articles.values import article_value


def value_of(target, text):
    return article_value(target, text, label="product.x", product="Trall", where=None).text


@pytest.mark.parametrize(
    ("target", "text", "value"),
    [
        (ArticleField.PRICE, "310 SEK", "310"),
        (ArticleField.PRICE, " 1 250,505 ", "1250.51"),
        (ArticleField.PRICE, "1\u00a0250.5", "1250.5"),
        (ArticleField.PRICE, "0", "0"),
        (ArticleField.VAT_RATE, "25 %", "25"),
        (ArticleField.VAT_RATE, "17,5", "17.5"),
        (ArticleField.TYPE, "Tjänst", "service"),
        (ArticleField.TYPE, "stock", "goods"),
        (ArticleField.SALES_ACCOUNT, " 3041 ", "3041"),
        (ArticleField.NUMBER, "A[1]", "A(1)"),
        (ArticleField.NOTE, "rad ett\nrad två 🚀", "rad ett\nrad två"),
        (ArticleField.DESCRIPTION, "x" * 300, "x" * 200),
    ],
)
def test_value_is_written_as_fortnox_takes_it(target, text, value):
    assert value_of(target, text) == value


@pytest.mark.parametrize(
    ("target", "text"),
    [
        (ArticleField.PRICE, "gratis"),
        (ArticleField.PRICE, "-1"),
        (ArticleField.PRICE, "1e12"),
        (ArticleField.PRICE, "NaN"),
        (ArticleField.VAT_RATE, "101"),
        (ArticleField.VAT_RATE, "fri"),
        (ArticleField.TYPE, "abonnemang"),
        (ArticleField.SALES_ACCOUNT, "30411"),
        (ArticleField.EU_ACCOUNT, "0"),
    ],
)
def test_value_that_cannot_be_right_is_refused_naming_field_and_product(target, text):
    with pytest.raises(SourceDataInvalid) as caught:
        value_of(target, text)

    assert caught.value.params == {"product": "Trall", "field": "product.x", "target": target.value, "value": text}


@given(st.sampled_from(ArticleField), st.text(max_size=400))
def test_hostile_text_is_cleaned_or_refused_and_stays_what_it_became(target, text):
    try:
        value = value_of(target, text)
    except SourceDataInvalid:
        return
    assert value_of(target, value) == value if value else True
    if target in {ArticleField.PRICE, ArticleField.VAT_RATE}:
        assert Decimal(value) >= 0
