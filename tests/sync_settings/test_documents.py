import pytest

from fortnox_bridge.domain.fields import FieldPath
from fortnox_bridge.domain.fortnox_fields import CustomerField
from fortnox_bridge.domain.rules import CustomerKey
from fortnox_bridge.sdk import DefaultMapping, DefaultSettings
from fortnox_bridge.sync_settings.defaults import initial_settings
from fortnox_bridge.sync_settings.faults import InvalidSettings
from fortnox_bridge.sync_settings.rules import to_rules
from fortnox_bridge.sync_settings.upgrade import dump_settings, load_settings


def make_document() -> dict:
    defaults = DefaultSettings(company_mapping=(DefaultMapping("city", ("company.address.city",)),))
    return dump_settings(initial_settings(defaults))


def faults_of(document: dict) -> dict[str, str]:
    with pytest.raises(InvalidSettings) as caught:
        load_settings(document)
    return {fault.place: fault.message for fault in caught.value.faults}


def test_initial_settings_round_trip_unchanged():
    document = make_document()
    assert dump_settings(load_settings(document)) == document


def test_initial_settings_trigger_nothing_and_map_the_name():
    rules = to_rules(load_settings(make_document()), revision=1)
    assert rules.triggers == ()
    assert CustomerField.NAME in {row.target for row in rules.customers.company.mapping}
    assert rules.customers.company.match[0].key is CustomerKey.NAME


def test_rules_keep_the_order_of_sources_and_resolve_custom_fields():
    document = make_document()
    document["customers"]["company"]["mapping"] = [
        {"target": "name", "sources": ["company.custom:abc", "company.name"]},
    ]
    rules = to_rules(load_settings(document), revision=3)
    assert rules.revision == 3
    assert rules.customers.company.mapping[0].sources == (
        FieldPath("company", "custom:abc"),
        FieldPath("company", "name"),
    )


def test_every_fault_is_reported_at_once_with_its_place():
    document = make_document()
    document["customers"]["company"]["match"][0]["source"] = "company.nonsense"
    document["vat"]["fallback_rate"] = "250"
    document["notes"]["language"] = "de"
    document["surprise"] = True
    assert set(faults_of(document)) == {
        "customers.company.match.0.source",
        "vat.fallback_rate",
        "notes.language",
        "surprise",
    }


def test_misspelt_and_missing_settings_are_told_in_plain_words():
    document = make_document()
    document["notes"]["languge"] = "sv"
    del document["customers"]["contact"]
    faults = faults_of(document)
    assert "no such setting" in faults["notes.languge"]
    assert "needed and missing" in faults["customers.contact"]


@pytest.mark.parametrize(
    ("section", "change", "needle"),
    [
        ("products", {"when_missing": "default"}, "default_article"),
        ("products", {"when_no_lines": "one_line"}, "no_lines_article"),
        ("triggers", {"rules": [{"pipeline_id": "1", "stage_id": "2"}] * 2}, "two rules"),
    ],
)
def test_a_setting_that_needs_another_one_names_it(section, change, needle):
    document = make_document()
    document[section].update(change)
    assert needle in " ".join(faults_of(document).values())


def test_a_mapping_without_name_or_with_doubles_is_refused():
    document = make_document()
    document["customers"]["company"]["mapping"] = [{"target": "city", "sources": ["company.name"]}]
    assert "name" in faults_of(document)["customers.company"]
    document["customers"]["company"]["mapping"] = [{"target": "name", "sources": ["company.name"]}] * 2
    assert "mapped twice" in faults_of(document)["customers.company"]


def test_customer_number_goes_to_a_field_of_the_customer_itself():
    document = make_document()
    document["customers"]["company"]["number"] = {"write_to": "contact.custom:number"}
    assert "contact.custom:number" in faults_of(document)["customers"]
    document["customers"]["company"]["number"] = {"write_to": "company.custom:number", "read_from": "deal.number"}
    assert to_rules(load_settings(document), revision=1).customers.company.number_from == FieldPath("deal", "number")


def test_a_newer_major_version_is_refused_with_the_remedy():
    assert "upgrade" in faults_of({**make_document(), "schema_version": "3.0"})["schema_version"]
