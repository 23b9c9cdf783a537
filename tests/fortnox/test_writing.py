"""Payloads of articles."""

from tests.fortnox.plans import make_article

from fortnox_bridge.fortnox.writing import article_payload


def test_article_leaves_out_its_price_and_what_is_unknown():
    payload = article_payload(make_article(is_service=None, vat_rate=None))
    assert payload == {"ArticleNumber": "KONS", "Description": "Konsulttimme", "Active": True}
