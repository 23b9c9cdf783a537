"""Whose a deal is, decided from its head alone (F5)."""

import pytest
from tests.pipeline.deals import ref

from fortnox_bridge.domain.deal import DealHead, DealStatus, Stage
from fortnox_bridge.domain.fields import FieldPath
from fortnox_bridge.domain.money import currency
from fortnox_bridge.domain.routing import fits, is_in_head
from fortnox_bridge.domain.rules import Route
from fortnox_bridge.domain.values import Choice

REGION = FieldPath.parse("deal.custom:region")


def head(**custom_fields):
    stage = Stage("14", "1", "Vunnen")
    return DealHead(ref("deal", "812"), "Plåttak", DealStatus.WON, stage, currency("EUR"), custom_fields=custom_fields)


@pytest.mark.parametrize(
    ("route", "is_fitting"),
    [
        (Route(), True),
        (Route(pipeline_ids=frozenset({"1", "2"})), True),
        (Route(pipeline_ids=frozenset({"2"})), False),
        (Route(currencies=frozenset({"EUR"})), True),
        (Route(currencies=frozenset({"SEK"})), False),
        (Route(pipeline_ids=frozenset({"1"}), currencies=frozenset({"SEK"})), False),
        (Route(field=FieldPath.parse("deal.title"), field_values=frozenset({"plåttak"})), True),
        (Route(field=REGION, field_values=frozenset({"norr"})), False),
    ],
)
def test_route_fits_when_every_condition_holds(route, is_fitting):
    assert fits(route, head()) is is_fitting


@pytest.mark.parametrize(
    "value",
    ["Norr", " norr ", Choice("norr", "N"), Choice("7", "NORR"), (Choice("1", "Söder"), Choice("2", "Norr"))],
)
def test_field_fits_by_text_label_or_id_whatever_the_case(value):
    assert fits(Route(field=REGION, field_values=frozenset({"norr"})), head(region=value))


@pytest.mark.parametrize("value", ["", "Nord", Choice("1", None), ()])
def test_field_that_says_something_else_or_nothing_does_not_fit(value):
    assert not fits(Route(field=REGION, field_values=frozenset({"norr"})), head(region=value))


def test_deal_without_pipeline_or_currency_fits_no_such_condition():
    bare = DealHead(ref("deal", "812"), "Plåttak", DealStatus.WON, None, None)

    assert not fits(Route(pipeline_ids=frozenset({"1"})), bare)
    assert not fits(Route(currencies=frozenset({"SEK"})), bare)
    assert fits(Route(), bare)


@pytest.mark.parametrize(
    ("path", "is_known"),
    [("deal.custom:x", True), ("deal.title", True), ("deal.amount", False), ("company.name", False)],
)
def test_only_the_deals_own_early_fields_can_route(path, is_known):
    assert is_in_head(FieldPath.parse(path)) is is_known
