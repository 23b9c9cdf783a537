"""What is refused before or between the writes, and what stays behind."""

from dataclasses import replace
from datetime import date

import pytest
from tests.pipeline.deals import WON, D, make_article, make_company, make_deal, make_line, make_rules, make_run, ref
from tests.pipeline.world import new_customer_world, steady_world

from fortnox_bridge.domain.deal import Instalment, LineKind, Recurrence
from fortnox_bridge.domain.document import DocumentKind, DocumentState
from fortnox_bridge.domain.draft_plan import NewArticle
from fortnox_bridge.domain.errors import (
    MappingMissing,
    ReconnectRequired,
    SettingsInvalid,
    SourceDataInvalid,
    UserAction,
)
from fortnox_bridge.domain.fortnox_fields import ArticleField, CustomerField
from fortnox_bridge.domain.money import SEK, Currency, Money
from fortnox_bridge.domain.records import RegisterEntry
from fortnox_bridge.domain.rules import DocumentRules, TriggerRule
from fortnox_bridge.domain.run import TriggerKind
from fortnox_bridge.pipeline.articles.creation import ensure_article
from fortnox_bridge.pipeline.customers.fields import checked_value
from fortnox_bridge.pipeline.read import decide_deal
from fortnox_bridge.pipeline.runner import run
from fortnox_bridge.sdk import NotSent, Session


@pytest.mark.parametrize(
    ("deal", "code"),
    [
        (make_deal(instalments=(Instalment("1", Money(D(1), SEK), date(2026, 12, 1)),)), "instalments_present"),
        (make_deal(lines=(make_line(recurrence=Recurrence("monthly")),)), "recurring_line"),
        (make_deal(lines=(make_line(kind=LineKind.TIP),)), "line_kind_unsupported"),
    ],
)
def test_deal_that_cannot_be_one_document_parks(deal, code):
    with pytest.raises(SourceDataInvalid) as caught:
        decide_deal(deal, DocumentRules())

    assert caught.value.code == code
    assert caught.value.where == deal.url


def test_disabled_recurring_line_is_no_obstacle():
    deal = make_deal(lines=(make_line(1), make_line(2, recurrence=Recurrence("monthly"), is_enabled=False)))

    assert decide_deal(deal, DocumentRules()).value is deal


@pytest.mark.parametrize(
    ("target", "text", "expected"),
    [
        (CustomerField.ORGANISATION_NUMBER, "SE556036079301", "556036-0793"),
        (CustomerField.ORGANISATION_NUMBER, "16 5560360793", "556036-0793"),
        (CustomerField.EMAIL, " Info@Ekhammar.example ", "Info@Ekhammar.example"),
        (CustomerField.COUNTRY_CODE, "se", "SE"),
        (CustomerField.GLN, "7300000000001", "7300000000001"),
        (CustomerField.YOUR_REFERENCE, "x" * 60, "x" * 50),
        (CustomerField.COMMENTS, "rad 1\nrad 2", "rad 1\nrad 2"),
        (CustomerField.ADDRESS1, "Väg 1\nHus B", "Väg 1  Hus B"),
    ],
)
def test_customer_field_is_brought_into_the_form_fortnox_takes(target, text, expected):
    assert checked_value(target, text, label="company.x", party=make_company()).text == expected


@pytest.mark.parametrize(
    ("target", "text", "code"),
    [
        (CustomerField.ORGANISATION_NUMBER, "556036-0794", "organisation_number_invalid"),
        (CustomerField.INVOICE_EMAIL, "info@", "email_invalid"),
        (CustomerField.COUNTRY_CODE, "Sverige", "customer_field_invalid"),
        (CustomerField.GLN, "123", "gln_invalid"),
        (CustomerField.SALES_ACCOUNT, "30", "customer_field_invalid"),
        (CustomerField.CUSTOMER_NUMBER, "1042, 1043", "customer_field_invalid"),
    ],
)
def test_customer_field_that_cannot_be_right_is_refused_by_name(target, text, code):
    with pytest.raises(SourceDataInvalid) as caught:
        checked_value(target, text, label="company.x", party=make_company())

    assert (caught.value.code, caught.value.params["field"]) == (code, "company.x")


@pytest.mark.parametrize(("codes", "code"), [(("EUR",), None), (("NOK",), "currency_missing")])
async def test_currency_missing_in_the_cached_register_is_asked_once_more(codes, code):
    world = steady_world()
    world.source.deal = replace(world.source.deal, currency=Currency("EUR"))
    world.memory.registers["currencies"] = (RegisterEntry("SEK", "kronor"),)
    world.fortnox.registers["currencies"] = codes
    if code is None:
        await world.run()
        assert world.fortnox.live()[0].currency == "EUR"
    else:
        with pytest.raises(MappingMissing) as caught:
            await world.run()
        assert caught.value.code == code
    assert world.fortnox.count("register") == 1


async def test_requested_kind_that_does_not_exist_parks():
    with pytest.raises(SettingsInvalid) as caught:
        await steady_world().run(make_run(trigger=TriggerKind.MANUAL, requested_kind="offer"))

    assert caught.value.code == "document_kind_unknown"


async def test_company_that_was_never_identified_parks():
    world = steady_world()
    ctx = world.context()
    ctx = replace(ctx, company=replace(ctx.company, database_number=None))

    with pytest.raises(UserAction) as caught:
        await run(ctx)

    assert caught.value.code == "company_not_identified"


async def test_process_that_slept_after_its_intent_sends_no_customer():
    world = new_customer_world()
    ctx = world.context()
    sleepy = replace(
        ctx, checkpoint=lambda name: world.clock.advance(11) if name == "customer.intent_committed" else None
    )

    with pytest.raises(NotSent):
        await run(sleepy)

    assert world.fortnox.customers == {}
    assert world.memory.links == {}


@pytest.mark.parametrize(
    ("taken", "code"),
    [
        (make_article("NY", is_active=False), "article_inactive"),
        (make_article("NY", has_housework=True), "article_housework"),
    ],
)
async def test_article_number_taken_by_an_unusable_article_parks(taken, code):
    world = new_customer_world()
    world.fortnox.articles["NY"] = taken
    article = NewArticle(ref("product", "9"), "NY", {ArticleField.DESCRIPTION: "Ny"})

    with pytest.raises(MappingMissing) as caught:
        await ensure_article(world.context(), article)

    assert caught.value.code == code


async def test_conversion_that_fortnox_refuses_parks_and_can_be_replayed():
    rules = make_rules(
        triggers=(TriggerRule("1", "13", DocumentKind.ORDER), TriggerRule("1", "14", DocumentKind.INVOICE))
    )
    world = steady_world(rules=rules)
    world.source.deal = replace(world.source.deal, stage=replace(WON, id="13"))
    await world.run()
    world.source.deal = replace(world.source.deal, stage=WON)
    world.fortnox.faults["convert_order"] = [SourceDataInvalid("fortnox_refused")]

    with pytest.raises(SourceDataInvalid):
        await world.run(make_run(2))
    states = {row.kind: row.state for row in world.memory.documents.values()}
    outcome = await world.run(make_run(3, trigger=TriggerKind.REPLAY))

    assert states[DocumentKind.INVOICE] is DocumentState.REJECTED
    assert outcome.document_number == "101"


@pytest.mark.parametrize("call", ["write_fields", "attach_file", "create_note"])
async def test_lost_access_to_the_source_goes_out_and_the_draft_stays(call):
    world = new_customer_world()
    world.source.faults[call] = [ReconnectRequired("source_unauthorized")]

    with pytest.raises(ReconnectRequired):
        await world.run()
    world.clock.advance(31)
    await world.run(make_run(2, trigger=TriggerKind.REPLAY))

    assert len(world.fortnox.documents) == 1
    assert len(world.source.notes_held) == 1


async def test_source_without_notes_files_and_fields_still_gets_its_draft():
    world = steady_world()
    ctx = replace(world.context(), source=Session(world.source, world.source))

    await run(ctx)

    assert len(world.fortnox.live()) == 1
    assert world.fortnox.calls == ["create_document"]


async def test_removed_draft_parks_the_next_webhook_too():
    world = steady_world()
    await world.run()
    (document_id,) = world.memory.documents
    world.memory.documents[document_id] = replace(world.document, state=DocumentState.REMOVED)

    with pytest.raises(SourceDataInvalid) as caught:
        await world.run(make_run(2))

    assert caught.value.code == "document_removed"
