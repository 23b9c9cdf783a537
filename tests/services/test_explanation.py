"""A run explains itself: every field that is sent to Fortnox, on random deals under random rules."""

import asyncio
import re
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from tests.pipeline.deals import WON, make_article, make_card, make_deal, make_line, make_rules
from tests.pipeline.fortnox_fake import FakeFortnox
from tests.pipeline.world import World

import fortnox_bridge
from fortnox_bridge.domain.address import Address
from fortnox_bridge.domain.deal import Discount, DiscountKind, LineKind, Owner
from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.errors import UserAction
from fortnox_bridge.domain.explanation import sentence
from fortnox_bridge.domain.explanation_words import BY_KIND, RULES, path_words
from fortnox_bridge.domain.fields import FieldPath
from fortnox_bridge.domain.fortnox_fields import DocumentField, RowField
from fortnox_bridge.domain.language import Language
from fortnox_bridge.domain.origin import ValueOrigin
from fortnox_bridge.domain.rules import DealDiscount, FieldMapping, MissingArticle, TriggerRule
from fortnox_bridge.domain.snapshot import to_plain
from fortnox_bridge.fortnox.document_writing import document_payload
from fortnox_bridge.pipeline.runner import preview
from fortnox_bridge.services.runs.explanation import of_decision

D = Decimal
ROWS = ("InvoiceRows", "OrderRows")


@dataclass
class PreciseFortnox(FakeFortnox):
    """Its payload is the real one."""

    def payload(self, plan, customer_number):
        return {"Invoice": document_payload(plan, customer_number)}


amounts = st.decimals(D("0.01"), D(9999), places=2)
percents = st.decimals(D(1), D(60), places=1)
discounts = st.lists(st.builds(Discount, st.just(DiscountKind.PERCENT), percents), max_size=2).map(tuple)
lines = st.builds(
    make_line,
    external_id=st.integers(1, 10**6).map(str),
    name=st.sampled_from(["Rådgivning", "Spik | 4 tum", "x" * 300, "Ett ord " * 80]),
    quantity=st.sampled_from([D(1), D("2.5"), D("1.125"), D(12)]),
    unit_price=st.one_of(amounts, st.just(D("0.333"))),
    vat_rate=st.sampled_from([None, D(25), D(12)]),
    discounts=discounts,
    custom_fields=st.sampled_from([{}, {"enhet": "h", "text": "Egen text"}]),
)
texts = st.builds(make_line, external_id=st.just("t"), name=st.just("Etapp 1"), kind=st.just(LineKind.TEXT))
addresses = st.sampled_from([None, Address(name="Lagret", line1="Bakgatan 2", zip_code="392 32", city="Kalmar")])
deals = st.builds(
    make_deal,
    lines=st.lists(lines, min_size=1, max_size=3, unique_by=lambda line: line.external_id).map(tuple)
    | st.tuples(texts, lines),
    discounts=discounts,
    prices_include_vat=st.sampled_from([None, True, False]),
    delivery_address=addresses,
    billing_address=addresses,
    owner=st.sampled_from([None, Owner("1", "Maja Lindqvist", "maja@bryggan.example")]),
    custom_fields=st.sampled_from([{}, {"po": "PO-7781", "märkning": "Hus B"}]),
)
mappings = st.sampled_from(
    [
        (),
        (
            FieldMapping(DocumentField.YOUR_ORDER_NUMBER, (FieldPath.parse("deal.custom:po"),)),
            FieldMapping(DocumentField.REMARKS, (FieldPath.parse("deal.title"),)),
            FieldMapping(DocumentField.FIRST_TEXT_ROW, (FieldPath.parse("deal.custom:märkning"),)),
            FieldMapping(DocumentField.DELIVERY_CITY, (FieldPath.parse("company.address.city"),)),
        ),
    ]
)
row_mappings = st.sampled_from([(), (FieldMapping(RowField.DESCRIPTION, (FieldPath.parse("line.custom:text"),)),)])
kinds = st.sampled_from(list(DocumentKind))


def seen(deal, kind, mapping, row_mapping, deal_discount, *, is_known):
    rules = make_rules(triggers=(TriggerRule(WON.pipeline_id, WON.id, kind),))
    rules = replace(
        rules,
        document=replace(rules.document, mapping=mapping, row_mapping=row_mapping),
        products=replace(
            rules.products, when_missing=MissingArticle.CREATE, deal_discount=deal_discount, discount_article="KONS"
        ),
        vat=replace(rules.vat, fallback_rate=D(25)),
    )
    world = World(fortnox=PreciseFortnox(), rules=rules)
    world.fortnox.articles["KONS"] = make_article()
    if is_known:
        world.fortnox.customers["1042"] = make_card()
    world.source.deal = deal
    return asyncio.run(preview(world.context()))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(deals, kinds, mappings, row_mappings, st.sampled_from(list(DealDiscount)), st.booleans())
def test_every_field_of_the_payload_is_explained_in_both_languages(
    deal, kind, mapping, row_mapping, deal_discount, is_known
):
    try:
        planned = seen(deal, kind, mapping, row_mapping, deal_discount, is_known=is_known)
    except UserAction:
        reject()
    payload = to_plain(planned.payload)["Invoice"]

    explanation = of_decision({"plan": to_plain(planned.plan), "payload": {"Invoice": payload}, "source": "Pipedrive"})

    assert {field.field for field in explanation.document} == payload.keys() - set(ROWS)
    (rows,) = [payload[name] for name in ROWS if name in payload]
    assert [{field.field for field in row} for row in explanation.rows] == [row.keys() for row in rows]
    everything = [*explanation.document, *explanation.card, *(field for row in explanation.rows for field in row)]
    assert [field.field for field in everything if field.origin is None] == []
    for language in Language:
        said = [sentence(field, explanation, language) for field in everything]
        assert all(said)
        assert not any(BY_KIND[language][None] == each for each in said)


def test_label_that_users_know_is_told_beside_the_path():
    plan = {"origins": {"your_order_number": {"kind": "source", "by": "deal.custom:1b6f"}}, "rows": []}
    decision = {
        "plan": plan,
        "payload": {"YourOrderNumber": "PO-7"},
        "labels": {"deal.custom:1b6f": "Inköpsorder"},
        "source": "Pipedrive",
    }

    explanation = of_decision(decision)

    (field,) = explanation.document
    assert sentence(field, explanation, Language.SWEDISH) == "Från Pipedrive: Inköpsorder (deal.custom:1b6f)."
    assert sentence(field, explanation, Language.ENGLISH) == "From Pipedrive: Inköpsorder (deal.custom:1b6f)."


@pytest.mark.parametrize("decision", [None, {}, {"plan": {}}, {"plan": [], "payload": "x"}, {"code": "unexpected"}])
def test_run_without_a_decided_document_explains_nothing(decision):
    assert of_decision(decision) is None


def spoken(kind):
    root = Path(next(iter(fortnox_bridge.__path__)))
    pattern = rf'ValueOrigin\.{kind},\s*"([a-z_.]+)"'
    paths = [*(root / "pipeline").rglob("*.py"), *(root / "domain").rglob("*.py")]
    return {rule for path in paths for rule in re.findall(pattern, path.read_text())}


def test_every_rule_that_decides_has_its_words():
    rules = spoken("DECISION")

    assert len(rules) > 8
    assert rules - RULES[Language.SWEDISH].keys() == set()
    assert all(RULES[Language.SWEDISH][rule] != RULES[Language.ENGLISH][rule] for rule in RULES[Language.ENGLISH])
    assert BY_KIND[Language.SWEDISH].keys() == {*ValueOrigin, None}


@pytest.mark.parametrize("language", list(Language))
def test_every_source_field_named_in_the_code_has_its_words(language):
    named = spoken("SOURCE")

    assert len(named) > 5
    assert [by for by in sorted(named) if by not in RULES[language] and not path_words(by, language)] == []
