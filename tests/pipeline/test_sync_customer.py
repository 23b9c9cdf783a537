"""A customer by itself: created once, brought up to date, its number written back; no document, no note."""

from dataclasses import replace

import pytest
from tests.pipeline.deals import (
    ACCOUNT,
    make_card,
    make_company,
    make_contact,
    make_deal,
    make_rules,
    make_run,
    party_rules,
    ref,
)
from tests.pipeline.fortnox_fake import APPLIED_UNANSWERED
from tests.pipeline.test_customer_updates import PHONE
from tests.pipeline.world import new_customer_world, remember

from fortnox_bridge.domain.address import Address
from fortnox_bridge.domain.errors import LockHeld, OutcomeUnknown, UserAction
from fortnox_bridge.domain.fortnox_fields import CustomerField, VatType
from fortnox_bridge.domain.run import BusinessKey, Change, Parked, RunTask, StageName, Synced, TriggerKind
from fortnox_bridge.pipeline import note_back
from fortnox_bridge.pipeline.tasks import carry_out


class Customers:
    """A source that reads customers by themselves."""

    def __init__(self, *customers):
        self._customers = {customer.ref: customer for customer in customers}

    async def read_customer(self, wanted):
        return self._customers[wanted]

    async def list_customers(self, kind, cursor, *, changed_since=None):
        raise AssertionError("not asked for by the pipeline")


def world_of(company=None, **rules):
    mapping = make_rules().customers.company.mapping
    world = new_customer_world(rules=party_rules(make_rules(), mapping=(*mapping, PHONE), **rules))
    world.customer = company or make_company(phone="013-12 34 56")
    return world


def run_of(source, number=1, trigger=TriggerKind.MANUAL):
    key = BusinessKey(ACCOUNT, source.kind, source.external_id, task=RunTask.CUSTOMER)
    return make_run(number, key=key, source=source, trigger=trigger)


async def sync(world, trigger=TriggerKind.MANUAL, customers=True):
    ctx = world.context(run_of(world.customer.ref, trigger=trigger))
    if customers:
        ctx = _with_customers(ctx, Customers(world.customer))
    return await carry_out(ctx)


def _with_customers(ctx, customers):
    return replace(ctx, source=replace(ctx.source, customers=customers))


async def test_unknown_customer_is_created_and_its_number_written_back():
    world = world_of()

    outcome = await sync(world)

    (card,) = world.fortnox.customers.values()
    assert outcome == Synced(RunTask.CUSTOMER, card.number, Change.CREATED)
    assert world.source.fields_written == [(world.customer.ref, {"fortnox": card.number})]
    assert (world.fortnox.documents, world.source.notes_held) == ([], {})
    assert [step.stage for step in world.memory.steps] == [
        StageName.READ,
        StageName.MATCH,
        StageName.DEFAULT_FILL,
        StageName.SYNC,
        StageName.NOTE_BACK,
    ]


async def test_customer_synced_twice_is_one_customer_left_alone():
    world = world_of()
    await sync(world)
    card = world.fortnox.customers[next(iter(world.fortnox.customers))]
    world.fortnox.customers[card.number] = make_card(card.number, card={CustomerField.PHONE: "+4613123456"})

    outcome = await sync(world)

    assert outcome.change is Change.UNCHANGED
    assert len(world.fortnox.customers) == 1
    assert world.fortnox.count("update_customer") == 0


@pytest.mark.parametrize(
    ("trigger", "calls"),
    [(TriggerKind.MANUAL, ["get_customer", "update_customer"]), (TriggerKind.SCHEDULE, [])],
)
async def test_person_who_asks_gets_the_card_compared_as_it_is_now(trigger, calls):
    """Somebody changed the phone in Fortnox since it was last seen; a schedule finds that a day later."""
    world = world_of()
    seen = make_card("1042", card={CustomerField.PHONE: "013-12 34 56"})
    world.source.deal = make_deal(company=world.customer)
    remember(world, seen, hours=1)
    world.fortnox.customers["1042"] = make_card("1042", card={CustomerField.PHONE: "08-99 99 99"})

    outcome = await sync(world, trigger)

    assert world.fortnox.calls == calls
    expected = (Change.UPDATED, ("phone",)) if calls else (Change.UNCHANGED, ())
    assert (outcome.change, outcome.fields) == expected


async def test_lost_answer_to_the_creation_makes_one_customer():
    world = world_of()
    world.fortnox.faults["create_customer"] = [APPLIED_UNANSWERED]

    for _ in range(5):
        try:
            outcome = await sync(world)
            break
        except (OutcomeUnknown, LockHeld) as error:
            world.clock.advance(error.retry_after_s or 0)

    assert outcome.number in world.fortnox.customers
    assert len(world.fortnox.customers) == 1


async def test_contact_by_itself_needs_contacts_to_be_customers():
    world = world_of(make_contact())

    with pytest.raises(UserAction) as caught:
        await sync(world)

    assert caught.value.code == "contact_no_customer"


async def test_vat_type_of_a_customer_without_a_deal_is_decided_all_the_same():
    norwegian = make_company(organisation_number="915933149", address=Address(country_code="NO", zip_code="0155"))
    world = world_of(norwegian)
    sent = []
    create = world.fortnox.create_customer

    async def spy(customer):
        sent.append(customer)
        return await create(customer)

    world.fortnox.create_customer = spy
    await sync(world)

    assert [customer.vat_type for customer in sent] == [VatType.EXPORT]


async def test_source_that_cannot_read_customers_alone_says_so():
    world = world_of()

    with pytest.raises(UserAction) as caught:
        await sync(world, customers=False)

    assert (caught.value.code, caught.value.params["system"]) == ("customers_not_readable", "Pipedrive")


async def test_parked_sync_writes_no_note():
    world = world_of()
    ctx = world.context(run_of(ref("company", "55")))

    await note_back.note_failure(ctx, Parked("customer_ambiguous", {}))

    assert world.source.notes_held == {}
