"""Documents as administrators have them: frozen samples of every version still load and mean what they meant."""

import json
from pathlib import Path

import jsonschema
import pytest

from fortnox_bridge.domain.fortnox_fields import CustomerField
from fortnox_bridge.domain.language import Language
from fortnox_bridge.domain.money import Basis
from fortnox_bridge.domain.rules import DealDiscount, EmptyMatchField, MissingArticle, MissingCustomer, RowRate
from fortnox_bridge.sync_settings.current import Settings
from fortnox_bridge.sync_settings.page import settings_of
from fortnox_bridge.sync_settings.rules import to_rules
from fortnox_bridge.sync_settings.upgrade import dump_settings, load_settings

SAMPLES = Path(__file__).parent / "samples"
SCHEMA = Settings.model_json_schema(mode="validation")


def sample(name: str) -> dict:
    return json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))


def test_version_1_means_what_it_meant():
    rules = to_rules(load_settings(sample("v1_joinery")), revision=7)

    assert [rule.stage_id for rule in rules.triggers] == ["5", "8"]
    assert rules.customers.company.when_empty is EmptyMatchField.NEXT
    assert rules.customers.contact.when_missing is MissingCustomer.PARK
    assert str(rules.customers.contact.number_from).startswith("contact.custom:")
    assert rules.customers.defaults[CustomerField.TERMS_OF_PAYMENT] == "30"
    assert (rules.products.when_missing, rules.products.no_lines_basis) == (MissingArticle.DEFAULT, Basis.GROSS)
    assert (rules.vat.row_rate, rules.vat.prices_include_vat) == (RowRate.SOURCE, False)
    assert (rules.notes.language, rules.notes.attach_pdf) == (Language.ENGLISH, False)
    # What version 1 did not know stays as it was done then.
    assert rules.products.deal_discount is DealDiscount.SPREAD
    assert rules.route.is_open
    assert not rules.document.follows_edits


def test_version_1_becomes_version_2_and_stays_so():
    upgraded = dump_settings(load_settings(sample("v1_joinery")))

    assert upgraded["schema_version"] == "2.1"
    assert dump_settings(load_settings(upgraded)) == upgraded


def test_version_2_loads_whole_and_round_trips():
    document = sample("v2_everything")
    settings = load_settings(document)

    assert dump_settings(load_settings(dump_settings(settings))) == dump_settings(settings)
    assert to_rules(settings, revision=1).revision == 1


def test_sample_of_version_2_states_every_section_and_setting():
    """A new setting that is not in the sample would be tested by nobody."""
    document = sample("v2_everything")
    missing = [
        path
        for name, section in Settings.model_fields.items()
        for path, field in settings_of(section.annotation, name)
        if not _stated(document, path.split(".")) and path not in UNSTATED
    ]

    assert missing == []


# Stated beside each other they would contradict: the other way of the same choice is in the sample.
UNSTATED = {
    "customers.contact.when_match_field_is_empty",
    "customers.contact.when_missing",
    "customers.contact.number",
    "customers.contact.number.read_from",
    "customers.contact.number.write_to",
    "customers.company.number.read_from",
    "customers.contact.mapping.sources",
    "customers.contact.mapping.overwrite",
    "products.default_article",
    "products.mapping.template",
    "document.mapping.overwrite",
    "document.row_mapping.overwrite",
    "notes.write_back.ocr",
    "notes.write_back.total",
    "notes.write_back.status",
}


def _stated(value, parts):
    if not parts:
        return True
    if isinstance(value, list):
        return any(_stated(item, parts) for item in value)
    return isinstance(value, dict) and parts[0] in value and _stated(value[parts[0]], parts[1:])


@pytest.mark.parametrize("name", ["v2_everything"])
def test_sample_is_valid_by_the_published_schema(name):
    jsonschema.Draft202012Validator(SCHEMA).validate(sample(name))


def test_published_schema_refuses_what_the_form_refuses():
    document = sample("v2_everything")
    document["notes"]["languge"] = "sv"
    document["customers"]["company"]["match"][0]["key"] = "shoe_size"

    found = {".".join(map(str, each.path)) for each in jsonschema.Draft202012Validator(SCHEMA).iter_errors(document)}

    assert found == {"notes", "customers.company.match.0.key"}
