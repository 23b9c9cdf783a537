"""Whole runs through all stages, with vendors and ledgers in memory."""

from dataclasses import replace

import pytest
from tests.pipeline.deals import WON, make_card, make_company, make_deal, make_line, make_rules, make_run
from tests.pipeline.world import new_customer_world, remember, steady_world

from fortnox_bridge.domain.deal import DealStatus
from fortnox_bridge.domain.document import DocumentKind, DocumentState
from fortnox_bridge.domain.errors import MappingMissing, SourceDataInvalid
from fortnox_bridge.domain.fortnox_fields import CustomerField
from fortnox_bridge.domain.link import LinkKind
from fortnox_bridge.domain.rules import TriggerRule
from fortnox_bridge.domain.run import Done, Parked, Skipped, StageName, TriggerKind
from fortnox_bridge.pipeline.note_back import note_failure
from fortnox_bridge.pipeline.runner import preview


async def test_run_of_a_steady_deal_costs_fortnox_a_post_and_a_preview():
    world = steady_world()

    outcome = await world.run()

    assert outcome == Done("invoice", "100", ())
    assert world.fortnox.calls == ["create_document", "preview"]
    assert world.source.calls == ["read_head", "read_deal", "attach_file", "create_note"]


async def test_run_for_a_new_customer_makes_customer_draft_file_note_and_writes_the_number_back():
    world = new_customer_world()

    outcome = await world.run()

    (card,) = world.fortnox.customers.values()
    assert isinstance(outcome, Done)
    assert world.fortnox.live()[0].customer_number == card.number
    assert world.source.fields_written == [(world.source.deal.company.ref, {"fortnox": card.number})]
    assert [one.file_name for one in world.source.files_held.values()] == ["Faktura-100-utkast.pdf"]
    assert ("PDF", "Faktura-100-utkast.pdf") in world.note.facts
    assert ("Kund", f"{card.number} Ekhammars Plåt AB") in world.note.facts
    assert ("Summa inklusive moms", "14 843,75 SEK") in world.note.facts
    assert world.document.is_verified
    assert world.memory.links[LinkKind.CUSTOMER, world.source.deal.company.ref].number == card.number


async def test_run_records_every_stage_with_hash_facts_and_decision():
    world = steady_world()

    await world.run()

    stages = [step.stage for step in world.memory.steps]
    assert stages == [
        StageName.READ,
        *(stage for stage in StageName if stage not in {StageName.ATTACH, StageName.SYNC}),
    ]
    assert all(len(step.input_hash) == 64 for step in world.memory.steps)
    by_stage = {step.stage: step for step in world.memory.steps}
    assert by_stage[StageName.MAP].decision["payload"]["CustomerNumber"] == "1042"
    assert by_stage[StageName.MAP].decision["plan"]["totals"]["total"] == "14843.75"


async def test_run_that_parks_records_the_refused_stage_with_its_code():
    world = steady_world()
    world.memory.articles.clear()
    world.fortnox.articles.clear()

    with pytest.raises(MappingMissing) as caught:
        await world.run()

    assert caught.value.code == "article_not_found"
    assert caught.value.params["value"] == "KONS"
    assert (world.memory.steps[-1].stage, world.memory.steps[-1].error_code) == (StageName.MATCH, "article_not_found")
    assert world.fortnox.live() == []


async def test_second_webhook_for_a_finished_deal_skips_without_a_fortnox_call():
    world = steady_world()
    await world.run()
    world.fortnox.calls.clear()

    outcome = await world.run(make_run(2))

    assert isinstance(outcome, Skipped)
    assert outcome.reason == "already_documented"
    assert world.fortnox.calls == []
    assert len(world.source.notes_held) == 1


@pytest.mark.parametrize(
    ("status", "stage", "reason"),
    [
        (DealStatus.LOST, WON, "deal_closed"),
        (DealStatus.DELETED, WON, "deal_closed"),
        (DealStatus.OPEN, replace(WON, id="99"), "no_rule"),
        (DealStatus.OPEN, replace(WON, pipeline_id="2"), "no_rule"),
        (DealStatus.OPEN, None, "no_rule"),
    ],
)
async def test_run_skips_a_deal_that_asks_for_nothing(status, stage, reason):
    world = steady_world()
    world.source.deal = replace(world.source.deal, status=status, stage=stage)

    outcome = await world.run()

    assert isinstance(outcome, Skipped)
    assert outcome.reason == reason
    assert world.source.calls == ["read_head"]


async def test_manual_run_needs_no_rule():
    world = steady_world(rules=make_rules(triggers=()))

    outcome = await world.run(make_run(trigger=TriggerKind.MANUAL, requested_kind="order"))

    assert isinstance(outcome, Done)
    assert world.fortnox.live()[0].kind is DocumentKind.ORDER


async def test_replay_of_a_finished_deal_rewrites_the_note_and_makes_nothing():
    world = steady_world()
    await world.run()
    world.source.calls.clear()

    outcome = await world.run(make_run(2, trigger=TriggerKind.REPLAY))

    assert isinstance(outcome, Done)
    assert len(world.fortnox.documents) == 1
    assert world.source.calls == ["read_head", "read_deal", "update_note"]


async def test_replay_after_the_note_was_deleted_writes_it_anew():
    world = steady_world()
    await world.run()
    world.source.notes_held.clear()

    await world.run(make_run(2, trigger=TriggerKind.REPLAY))

    assert world.note.heading == "Fakturautkast 100 skapad i Fortnox"


async def test_replay_of_a_draft_cancelled_in_fortnox_parks():
    world = steady_world()
    await world.run()
    world.fortnox.change(DocumentKind.INVOICE, "100", is_cancelled=True)

    with pytest.raises(SourceDataInvalid) as caught:
        await world.run(make_run(2, trigger=TriggerKind.REPLAY))

    assert caught.value.code == "document_removed"
    assert len(world.fortnox.documents) == 1


async def test_failure_note_is_updated_in_place_by_the_success_that_follows():
    world = steady_world()
    parked = Parked("article_not_found", {"product": "Rådgivning", "value": "KONS"}, "https://crm.example/deal/812")

    await note_failure(world.context(), parked)
    failed = world.note
    await note_failure(world.context(), parked)
    await world.run(make_run(2, trigger=TriggerKind.REPLAY))

    assert "Rådgivning" in failed.paragraphs[0]
    assert any("hjalp@example.se" in paragraph for paragraph in failed.paragraphs)
    assert [link.url for link in failed.links][:2] == [
        "https://crm.example/deal/812",
        f"https://bridge.example/replay/{make_run().id}",
    ]
    assert world.note.heading.startswith("Fakturautkast")
    assert world.note.reference == failed.reference


async def test_order_is_converted_when_the_deal_comes_to_the_invoice_stage():
    rules = make_rules(
        triggers=(TriggerRule("1", "13", DocumentKind.ORDER), TriggerRule("1", "14", DocumentKind.INVOICE))
    )
    world = steady_world(rules=rules)
    world.source.deal = replace(world.source.deal, stage=replace(WON, id="13"))
    await world.run()
    world.source.deal = replace(world.source.deal, stage=WON)
    world.fortnox.calls.clear()

    outcome = await world.run(make_run(2))

    assert outcome == Done("invoice", "101", ())
    assert world.fortnox.calls == ["get_document", "convert_order", "get_document", "preview"]
    assert world.note.heading == "Fakturautkast 101 skapad i Fortnox"
    assert sorted(one.file_name for one in world.source.files_held.values()) == [
        "Faktura-101-utkast.pdf",
        "Order-100-utkast.pdf",
    ]
    kinds = {row.kind: row for row in world.memory.documents.values()}
    assert kinds[DocumentKind.INVOICE].converted_from == kinds[DocumentKind.ORDER].id


async def test_order_rule_on_an_invoiced_deal_skips():
    world = steady_world()
    await world.run()
    world.rules = make_rules(triggers=(TriggerRule("1", "14", DocumentKind.ORDER),))

    outcome = await world.run(make_run(2))

    assert isinstance(outcome, Skipped)
    assert outcome.reason == "already_invoiced"


async def test_invoice_rule_with_a_cancelled_order_makes_a_new_invoice():
    world = steady_world(rules=make_rules(triggers=(TriggerRule("1", "14", DocumentKind.ORDER),)))
    await world.run()
    world.fortnox.change(DocumentKind.ORDER, "100", is_cancelled=True)
    world.rules = make_rules()

    outcome = await world.run(make_run(2))

    assert outcome == Done("invoice", "101", ())
    assert world.fortnox.count("convert_order") == 0


async def test_link_older_than_a_day_is_verified_by_one_get():
    world = steady_world()
    remember(world, make_card(), hours=25)

    await world.run()

    assert world.fortnox.calls == ["get_customer", "create_document", "preview"]
    link = world.memory.links[LinkKind.CUSTOMER, world.source.deal.company.ref]
    assert link.verified_at == world.clock.now()


async def test_link_whose_number_means_somebody_else_parks_before_any_write():
    world = steady_world()
    remember(world, make_card(), hours=25)
    world.fortnox.customers["1042"] = make_card(name="Någon Annan AB", organisation_number="202100-5489")

    with pytest.raises(MappingMissing) as caught:
        await world.run()

    assert caught.value.code == "customer_reassigned"
    assert world.fortnox.documents == []


async def test_link_to_a_deleted_customer_is_replaced_by_a_new_customer():
    world = new_customer_world()
    remember(world, make_card("77"), hours=25)

    outcome = await world.run()

    assert isinstance(outcome, Done)
    assert [notice.code for notice in outcome.notices] == ["customer_link_broken"]
    (number,) = world.fortnox.customers
    assert world.memory.links[LinkKind.CUSTOMER, world.source.deal.company.ref].number == number


async def test_answer_naming_another_customer_cancels_the_draft_and_forgets_the_link():
    world = steady_world()
    world.fortnox.customers["1042"] = make_card(name="Någon Annan AB", organisation_number="202100-5489")

    with pytest.raises(MappingMissing) as caught:
        await world.run()

    assert caught.value.code == "customer_reassigned"
    assert world.fortnox.live() == []
    assert world.document.state is DocumentState.WITHDRAWN
    assert world.memory.links == {}


async def test_replay_after_a_withdrawn_draft_makes_another_one():
    world = steady_world()
    world.fortnox.customers["1042"] = make_card(name="Någon Annan AB", organisation_number="202100-5489")
    with pytest.raises(MappingMissing):
        await world.run()
    withdrawn = world.document.number
    world.fortnox.customers["1042"] = make_card()

    outcome = await world.run()

    assert isinstance(outcome, Done)
    assert [document.number for document in world.fortnox.live()] == [outcome.document_number]
    assert outcome.document_number != withdrawn


async def test_answer_with_another_total_marks_the_draft_not_finished_and_warns():
    world = steady_world()
    world.fortnox.vat_shift = make_line().quantity

    outcome = await world.run()

    assert [notice.code for notice in outcome.notices] == ["totals_differ_after"]
    assert world.fortnox.live()[0].is_not_completed
    assert any("ej klar" in paragraph for paragraph in world.note.paragraphs)


async def test_preview_writes_nothing_anywhere():
    world = new_customer_world()

    shown = await preview(world.context())

    assert shown.plan.customer.fields[CustomerField.NAME] == "Ekhammars Plåt AB"
    assert shown.plan.proof.holds is True
    assert shown.payload["rows"] == 1
    assert world.memory.writes == 0
    assert world.fortnox.customers == {}
    assert world.fortnox.documents == []
    assert world.source.notes_held == {}


async def test_preview_of_a_deal_outside_every_rule_says_so():
    world = steady_world(rules=make_rules(triggers=()))

    shown = await preview(world.context())

    assert [notice.code for notice in shown.notices] == ["preview_without_rule"]


async def test_unknown_article_parks_and_replay_finishes_after_it_was_added():
    world = new_customer_world()
    article = world.fortnox.articles.pop("KONS")
    with pytest.raises(MappingMissing):
        await world.run()
    world.fortnox.articles["KONS"] = article

    outcome = await world.run(make_run(2, trigger=TriggerKind.REPLAY))

    assert isinstance(outcome, Done)


async def test_field_that_already_holds_the_number_is_not_written():
    world = new_customer_world()
    world.source.deal = make_deal(company=make_company(custom_fields={"fortnox": "2001"}))

    await world.run()

    assert world.source.fields_written == []


async def test_refused_write_back_becomes_a_warning_in_the_note():
    world = new_customer_world()
    world.source.faults["write_fields"] = [SourceDataInvalid("source_refused")]

    outcome = await world.run()

    assert [notice.code for notice in outcome.notices] == ["number_not_written_back"]
    assert any("2001" in paragraph for paragraph in world.note.paragraphs)
