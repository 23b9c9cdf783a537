"""What a document names, and the faults that live facts show, without any system."""

import copy
import json
from pathlib import Path

import pytest

from fortnox_bridge.domain.records import RegisterEntry
from fortnox_bridge.domain.values import FieldType
from fortnox_bridge.sdk import FieldDescriptor, PipelineDescriptor, StageDescriptor
from fortnox_bridge.sync_settings.checks import ArticleStanding, Facts, judge, needs
from fortnox_bridge.sync_settings.references import references

SAMPLE = json.loads((Path(__file__).parent / "samples" / "v2_everything.json").read_text(encoding="utf-8"))
TYPES = {
    "deal.custom:5f9f0d1c2e3a4b5c6d7e8f901234567890abcdef": FieldType.CHOICE,
    "deal.custom:9d9f0d1c2e3a4b5c6d7e8f901234567890abcdef": FieldType.DATE,
    "deal.custom:aa9f0d1c2e3a4b5c6d7e8f901234567890abcdef": FieldType.REFERENCE,
    "deal.expected_close_on": FieldType.DATE,
    "contact.email": FieldType.EMAIL,
    "contact.phone": FieldType.PHONE,
}
# Named in templates.
SPELT = (
    "company.name",
    "contact.first_name",
    "contact.last_name",
    "contact.name",
    "deal.id",
    "deal.title",
    "product.name",
)
REFERENCE = "deal.custom:aa9f0d1c2e3a4b5c6d7e8f901234567890abcdef"
DATE = "deal.custom:9d9f0d1c2e3a4b5c6d7e8f901234567890abcdef"
TEXT = "deal.custom:8c9f0d1c2e3a4b5c6d7e8f901234567890abcdef"


@pytest.fixture
def document():
    return copy.deepcopy(SAMPLE)


@pytest.fixture
def facts():
    """Everything the sample names, and nothing else."""
    wanted = needs(references(SAMPLE))
    named = {
        path
        for each in references(SAMPLE)
        for path in [each.value]
        if "." in path and " " not in path and path.partition(".")[0] in {"deal", "company", "contact", "product"}
    }
    fields = tuple(
        FieldDescriptor(path, path, TYPES.get(path, FieldType.TEXT), is_writable="custom:" in path)
        for path in sorted(
            {*named, *TYPES, "company.name", "deal.title", "deal.id", "product.name", "contact.name", *SPELT}
        )
    )
    pipelines = (
        PipelineDescriptor("1", "Försäljning", (StageDescriptor("1", "Ny"), StageDescriptor("5", "Vunnen"))),
        PipelineDescriptor("2", "Service", (StageDescriptor("8", "Klar"),)),
    )
    codes = {
        "accounts": ("3001", "3105", "3106", "3108", "3305", "3308"),
        "cost_centres": ("FOR",),
        "currencies": ("SEK", "EUR"),
        "price_lists": ("A", "B"),
        "print_templates": ("st",),
        "projects": ("P1",),
        "terms_of_delivery": ("FVL",),
        "terms_of_payment": ("30",),
        "units": ("h",),
        "ways_of_delivery": ("P",),
    }
    registers = {name: tuple(RegisterEntry(code, f"{code}!") for code in entries) for name, entries in codes.items()}
    assert wanted.registers == registers.keys()
    standing = ArticleStanding(exists=True, is_active=True)
    return Facts(fields, pipelines, registers, dict.fromkeys(wanted.articles, standing))


def faults(document, facts):
    return {(fault.place, fault.code) for fault in judge(references(document), facts).faults}


def test_document_whose_every_name_exists_has_no_fault(document, facts):
    assert faults(document, facts) == set()


def test_needs_are_what_is_named_and_no_more():
    assert needs(references({"customers": {"default_country": "SE"}})) == needs(())
    wanted = needs(references(SAMPLE))
    assert wanted.fields
    assert wanted.pipelines
    assert wanted.articles == {"KONS", "RABATT", "AVR", "DELBET"}


def row(target, **how):
    return {"target": target, **how}


@pytest.mark.parametrize(
    ("section", "change", "place", "code"),
    [
        ("document", row("due_date", sources=[TEXT]), "sources.0", "setting_field_type"),
        ("document", row("due_date", sources=[DATE]), None, None),
        ("document", row("due_date", sources=["deal.created_at"]), None, None),
        ("document", row("remarks", sources=[REFERENCE]), "sources.0", "setting_field_type"),
        ("document", row("remarks", sources=[DATE]), None, None),
        ("document", row("currency_rate", sources=[DATE]), "sources.0", "setting_field_type"),
        ("document", row("currency_rate", sources=["deal.amount"]), None, None),
        ("document", row("cost_centre", sources=[DATE]), "sources.0", "setting_field_type"),
        ("document", row("cost_centre", template="FOR"), None, None),
        ("document", row("cost_centre", template="NONE"), "template", "setting_code_missing"),
        ("document", row("project", template="{{ 'P9' }}"), "template", "setting_code_missing"),
        ("document", row("project", template="{{ deal.title }}"), None, None),
        ("document", row("remarks", sources=["line.comment"]), "sources.0", "setting_field_out_of_place"),
        ("document", row("remarks", template="{{ product.name }}"), "template", "setting_field_out_of_place"),
        ("document", row("remarks", sources=["deal.custom:gone"]), "sources.0", "setting_field_missing"),
        ("document", row("remarks", template='{{ deal["custom:gone"] }}'), "template", "setting_field_missing"),
        ("document", row("remarks", sources=["owner.name"]), None, None),
        ("customer", row("email", sources=["contact.phone"]), "sources.0", "setting_field_type"),
        ("customer", row("email", sources=["contact.email"]), None, None),
        ("customer", row("phone", sources=["contact.phone"]), None, None),
        ("customer", row("vat_number", sources=[DATE]), "sources.0", "setting_field_type"),
        ("customer", row("sales_account", template="3999"), "template", "setting_code_missing"),
        ("article", row("ean", sources=["product.name"]), None, None),
        ("article", row("sales_account", sources=["deal.created_at"]), "sources.0", "setting_field_type"),
    ],
)
def test_mapping_row_is_judged_by_what_its_target_takes(document, facts, section, change, place, code):
    rows = {
        "document": document["document"]["mapping"],
        "customer": document["customers"]["company"]["mapping"],
        "article": document["products"]["mapping"],
    }[section]
    where = {"document": "document", "customer": "customers.company", "article": "products"}[section]
    rows[:] = [*(each for each in rows if each["target"] != change["target"]), change]

    found = faults(document, facts)

    expected = {(f"{where}.mapping.{len(rows) - 1}.{place}", code)} if code else set()
    assert found == expected


@pytest.mark.parametrize(
    ("change", "place", "code"),
    [
        (
            lambda d: d["triggers"]["rules"][0].update(stage_id="99"),
            "triggers.rules.0.stage_id",
            "setting_stage_missing",
        ),
        (
            lambda d: d["triggers"]["rules"][1].update(stage_id="5"),
            "triggers.rules.1.stage_id",
            "setting_stage_missing",
        ),
        (
            lambda d: d["triggers"]["rules"][0].update(pipeline_id="7"),
            "triggers.rules.0.pipeline_id",
            "setting_pipeline_missing",
        ),
        (
            lambda d: d["triggers"]["route"]["pipelines"].append("7"),
            "triggers.route.pipelines.2",
            "setting_pipeline_missing",
        ),
        (
            lambda d: d["triggers"]["route"]["currencies"].append("USD"),
            "triggers.route.currencies.2",
            "setting_code_missing",
        ),
        (
            lambda d: d["triggers"]["route"]["field"].update(source="company.name"),
            "triggers.route.field.source",
            "setting_field_out_of_place",
        ),
        (
            lambda d: d["customers"]["company"]["match"][0].update(source="company.custom:gone"),
            "customers.company.match.0.source",
            "setting_field_missing",
        ),
        (
            lambda d: d["customers"]["defaults"].update(terms_of_payment="31"),
            "customers.defaults.terms_of_payment",
            "setting_code_missing",
        ),
        (lambda d: d["vat"]["oss"][0].update(account="9999"), "vat.oss.0.account", "setting_code_missing"),
        (lambda d: d["products"]["units"][0].update(unit="x"), "products.units.0.unit", "setting_code_missing"),
        (
            lambda d: d["customers"]["company"]["number"].update(write_to="company.name"),
            "customers.company.number.write_to",
            "setting_field_not_writable",
        ),
        (
            lambda d: d["customers"]["company"]["number"].update(write_to="contact.custom:x"),
            "customers.company.number.write_to",
            "setting_field_out_of_place",
        ),
        (
            lambda d: d["notes"]["write_back"].update(ocr="company.custom:x"),
            "notes.write_back.ocr",
            "setting_field_out_of_place",
        ),
    ],
)
def test_name_that_nothing_has_is_a_fault_at_its_place(document, facts, change, place, code):
    change(document)

    assert faults(document, facts) == {(place, code)}


def test_article_that_is_gone_or_inactive(document, facts):
    standings = {
        "KONS": ArticleStanding(exists=True, is_active=False),
        "RABATT": ArticleStanding(exists=False, is_active=False),
        "AVR": ArticleStanding(exists=True, is_active=True),
        "DELBET": ArticleStanding(exists=True, is_active=True),
    }
    found = faults(document, Facts(facts.fields, facts.pipelines, facts.registers, standings))

    assert found == {
        ("products.table.0.article", "setting_article_inactive"),
        ("products.table.1.article", "setting_article_inactive"),
        ("products.no_lines_article", "setting_article_inactive"),
        ("products.discount_article", "setting_article_missing"),
    }


@pytest.mark.parametrize(
    ("register", "closed"),
    [("accounts", (("active", "false"),)), ("projects", (("status", "COMPLETED"),))],
)
def test_entry_that_is_closed_is_a_fault(document, facts, register, closed):
    entries = tuple(RegisterEntry(entry.code, "", closed) for entry in facts.registers[register])
    registers = {**facts.registers, register: entries}

    found = faults(document, Facts(facts.fields, facts.pipelines, registers, facts.articles))

    assert {code for _, code in found} == {"setting_code_inactive"}


def test_register_we_may_not_read_is_a_warning_and_no_fault(document, facts):
    registers = {name: entries for name, entries in facts.registers.items() if name != "accounts"}
    blind = Facts(facts.fields, facts.pipelines, registers, facts.articles, frozenset({"accounts"}))

    judged = judge(references(document), blind)

    assert judged.faults == ()
    assert {fault.code for fault in judged.warnings} == {"setting_register_closed"}
    assert "customers.defaults.sales_account" in {fault.place for fault in judged.warnings}


def test_neutral_field_that_the_source_never_fills_is_a_warning(document, facts):
    document["customers"]["company"]["mapping"].append({"target": "email", "sources": ["company.email"]})

    judged = judge(references(document), facts)

    assert judged.faults == ()
    assert {(fault.place, fault.code) for fault in judged.warnings} == {
        ("customers.company.mapping.5.sources.0", "setting_field_never_filled")
    }


def test_facts_that_could_not_be_had_judge_nothing(document):
    assert faults(document, Facts()) == set()


def test_malformed_section_hides_no_fault_of_another(document, facts):
    document["vat"] = "nonsense"
    document["customers"]["contact"] = {"match": [{"source": 5}]}
    document["customers"]["company"]["mapping"] = [
        {"target": "shoe_size", "sources": ["company.name"]},
        {"target": "name", "sources": ["company.custom:gone"]},
    ]
    document["products"]["no_lines_article"] = ["KONS"]
    document["triggers"]["rules"] = [None, {"pipeline_id": "1", "stage_id": "99"}, {"stage_id": "1"}]

    assert faults(document, facts) == {
        ("customers.company.mapping.1.sources.0", "setting_field_missing"),
        ("triggers.rules.1.stage_id", "setting_stage_missing"),
    }
