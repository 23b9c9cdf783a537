"""Articles in Fortnox's own names, both ways."""

from decimal import Decimal

import pytest
from tests.fortnox.plans import make_article
from tests.vendor_specs import fortnox as description

from fortnox_bridge.domain.fortnox_fields import ArticleField
from fortnox_bridge.domain.wire_json import encode_json
from fortnox_bridge.fortnox import article_fields, wire
from fortnox_bridge.fortnox.article_fields import article_change_payload, new_article_payload

needs_description = pytest.mark.skipif(not description.is_here(), reason=description.WHY_SKIPPED)
_SAMPLES = {
    **dict.fromkeys(ArticleField, "text"),
    **{field: "3041" for field in ArticleField if "account" in field.value},
    ArticleField.TYPE: "goods",
    ArticleField.VAT_RATE: "12",
    ArticleField.PRICE: "99.5",
}


def test_article_leaves_out_its_price_and_what_is_unknown():
    payload = new_article_payload(make_article(type="", vat_rate=""))
    assert payload == {"ArticleNumber": "KONS", "Description": "Konsulttimme", "Active": True}


@needs_description
@pytest.mark.parametrize("field", [field for field in ArticleField if field is not ArticleField.PRICE])
def test_every_article_field_is_one_that_fortnox_takes(field):
    payload = article_change_payload({field: _SAMPLES[field]})

    assert len(payload) == 1
    assert (
        description.violations("PUT", "/3/articles/A", [], "application/json", encode_json({"Article": payload})) == []
    )


def test_field_that_was_sent_reads_back_as_it_was_meant():
    fields = {field: text for field, text in _SAMPLES.items() if field is not ArticleField.PRICE}
    payload = article_change_payload(fields)

    answered = wire.Article.model_validate({name: str(value) for name, value in payload.items()})

    assert article_fields.to_article(answered).fields == fields


@pytest.mark.parametrize(
    ("changes", "rate", "has_housework"),
    [
        ({"VAT": "25"}, Decimal(25), False),
        ({"VAT": None}, None, False),
        ({"VAT": 0}, Decimal(0), False),
        ({"HouseworkType": "CLEANING"}, None, True),
        ({"HouseworkType": "EMPTYHOUSEWORK"}, None, False),
        ({"Housework": "true"}, None, True),
    ],
    ids=["text", "null", "zero", "type", "empty type", "flag"],
)
def test_article_without_a_rate_is_not_one_of_zero(changes, rate, has_housework):
    found = article_fields.to_article(wire.Article.model_validate({"ArticleNumber": "A", **changes}))
    assert (found.vat_rate, found.has_housework) == (rate, has_housework)
