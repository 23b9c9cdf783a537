"""What notes say, and that every code of the pipeline has its sentences."""

import ast
import string
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from tests.pipeline.deals import make_company, make_deal, make_rules, make_run
from tests.pipeline.world import new_customer_world, steady_world

import fortnox_bridge.pipeline
from fortnox_bridge.domain.catalogue import CATALOGUE, Turn, describe
from fortnox_bridge.domain.errors import SourceDataInvalid, Unavailable
from fortnox_bridge.domain.language import Language
from fortnox_bridge.domain.run import Notice, StageName
from fortnox_bridge.pipeline.note_text import amount_text, reference_of, success_key, success_note, tells_of
from fortnox_bridge.pipeline.runner import run
from fortnox_bridge.sdk import FieldDescriptor, FieldType, Link

_RAISED = {
    "Defect", "InvariantBroken", "LockHeld", "MappingMissing", "NotSent", "Notice", "OutcomeUnknown", "Parked", "Retry",
    "SettingsInvalid", "Skip", "SourceDataInvalid", "Unavailable", "_refusal",
}  # fmt: skip


def calls_with_codes():
    for path in Path(next(iter(fortnox_bridge.pipeline.__path__))).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _RAISED:
                for argument in node.args:
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        yield argument.value


def test_every_code_of_the_pipeline_has_its_sentences():
    codes = set(calls_with_codes())

    assert len(codes) > 50
    assert codes - set(CATALOGUE) == set()


@pytest.mark.parametrize("message", CATALOGUE.values(), ids=lambda message: message.code)
def test_message_has_the_same_placeholders_in_both_languages(message):
    def holes(text):
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert holes(message.sv) == holes(message.en)
    assert holes(message.remedy_sv) == holes(message.remedy_en)
    assert all((message.sv, message.en))
    assert message.turn is Turn.NOBODY or all((message.remedy_sv, message.remedy_en))


async def test_success_note_in_english_names_document_customer_total_and_warnings():
    world = steady_world()
    await world.run()
    rules = replace(make_rules().notes, language=Language.ENGLISH)

    note = success_note(
        world.document,
        rules,
        reference="FB-X",
        run_page="https://bridge.example/runs/1",
        file_name=None,
        notices=(Notice("country_assumed", {"customer": "A", "country": "SE"}),),
    )

    assert note.heading == "Draft invoice 100 created in Fortnox"
    assert ("Total including VAT", "14,843.75 SEK") in note.facts
    assert note.paragraphs[0].startswith("Please note: A has no country; SE was assumed.")


async def test_key_of_a_success_note_does_not_depend_on_its_links():
    world = steady_world()
    await world.run()
    other = replace(world.note, links=(Link("Visa", "https://bridge.example/runs/other"),))

    assert success_key(world.document, other) == success_key(world.document, world.note)
    assert tells_of(world.memory.note, world.document)
    assert len(success_key(world.document, other)) <= 64


def test_reference_is_the_same_for_every_run_of_one_key_and_no_other():
    one, same = make_run(1), make_run(2)
    other = replace(one.key, generation=2)

    assert reference_of(one.key) == reference_of(same.key)
    assert reference_of(one.key) != reference_of(other)


@pytest.mark.parametrize(("amount", "text"), [("1234567.5", "1 234 567,50"), ("0", "0,00"), ("-12.3", "-12,30")])
def test_amount_is_written_the_swedish_way(amount, text):
    assert amount_text(Decimal(amount), Language.SWEDISH) == text


class LabelledFields:
    def __init__(self, *errors):
        self.errors = list(errors)

    async def list_fields(self):
        if self.errors:
            raise self.errors.pop()
        return (FieldDescriptor("company.organisation_number", "Organisationsnummer", FieldType.TEXT),)


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        (None, "company.organisation_number"),
        (LabelledFields(), "Organisationsnummer"),
        (LabelledFields(Unavailable("source_unavailable")), "company.organisation_number"),
    ],
)
async def test_parked_run_names_system_and_field_as_users_know_them(fields, label):
    world = new_customer_world()
    world.source.deal = make_deal(company=make_company(organisation_number=None))
    ctx = world.context()
    ctx = replace(ctx, source=replace(ctx.source, fields=fields))

    with pytest.raises(SourceDataInvalid) as caught:
        await run(ctx)

    assert (caught.value.params["system"], caught.value.params["field"]) == ("Pipedrive", label)
    shown = describe(caught.value.code, caught.value.params, Language.SWEDISH).what
    assert shown.startswith(f"Fältet {label} är tomt på Ekhammars Plåt AB i Pipedrive")


async def test_unexpected_error_is_recorded_with_its_stage_and_goes_out():
    world = steady_world()
    world.fortnox.faults["create_document"] = [ZeroDivisionError()]

    with pytest.raises(ZeroDivisionError):
        await world.run()

    assert (world.memory.steps[-1].stage, world.memory.steps[-1].error_code) == (StageName.CREATE_DRAFT, "unexpected")
