"""The local copy of a customer register on both databases: filled by pages, complete only when it may be relied on."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.storage.world import START

from fortnox_bridge.domain.customer_copy import FRESH_FOR, RegisterPage, keys_of
from fortnox_bridge.domain.customer_keys import comparable
from fortnox_bridge.domain.fortnox_fields import CustomerField
from fortnox_bridge.domain.records import CustomerRecord
from fortnox_bridge.domain.rules import CustomerKey


def row(number, name=None, **changes):
    """What a list row shows."""
    plain = CustomerRecord(
        number=str(number),
        name=name or f"Kund {number} AB",
        organisation_number=f"559900-{int(number):04}",
        email=f"kund{number}@exempel.example",
        vat_type=None,
        country_code=None,
        currency=None,
        is_active=True,
        city="Umeå",
    )
    return replace(plain, **changes)


def whole(number, vat_number=None, **changes):
    card = {CustomerField.INVOICE_EMAIL: f"Faktura{number}@exempel.example", CustomerField.NAME: f"Kund {number} AB"}
    return replace(row(number), **{"vat_number": vat_number or f"DE{int(number):09}", "card": card, **changes})


def page(records, number=1, pages=1, total=None):
    return RegisterPage(tuple(records), number, pages, len(records) if total is None else total)


async def listed(copy, *records):
    await copy.want()
    await copy.begin_list()
    await copy.keep_page(page(records))


async def test_copy_that_nobody_wanted_knows_nothing_and_is_wanted_from_then_on(storage, joined):
    copy = storage.customer_copy(joined.company.id)
    assert await copy.standing() is None

    answer = await copy.find(CustomerKey.VAT_NUMBER, "DE000000001")

    assert (answer.numbers, answer.is_complete, answer.known, answer.missing) == ((), False, 0, 0)
    standing = await copy.standing()
    assert standing is not None
    assert standing.wanted_at == START


async def test_list_alone_answers_for_what_its_rows_show(storage, joined):
    copy = storage.customer_copy(joined.company.id)
    await listed(copy, row(1), row(2))

    by_number = await copy.find(CustomerKey.ORGANISATION_NUMBER, "16559900-0002")
    by_vat = await copy.find(CustomerKey.VAT_NUMBER, "DE 000000002")

    assert (by_number.numbers, by_number.is_complete) == (("2",), True)
    assert (by_vat.numbers, by_vat.is_complete, by_vat.known, by_vat.missing) == ((), False, 0, 2)


async def test_copy_is_complete_when_everybody_was_read_whole(storage, joined):
    copy = storage.customer_copy(joined.company.id)
    await listed(copy, row(1), row(2))
    await copy.seen(whole(1))
    assert await copy.unread(10) == ("2",)
    assert not (await copy.find(CustomerKey.INVOICE_EMAIL, "nobody@exempel.example")).is_complete

    await copy.seen(whole(2))

    answer = await copy.find(CustomerKey.INVOICE_EMAIL, "FAKTURA2@exempel.example ")
    assert (answer.numbers, answer.is_complete, answer.known, answer.missing) == (("2",), True, 2, 0)
    assert await copy.unread(10) == ()


async def test_copy_that_hears_of_no_changes_vouches_for_nobody(storage, joined, clock):
    copy = storage.customer_copy(joined.company.id)
    await listed(copy, row(1))
    await copy.seen(whole(1))
    clock.advance((FRESH_FOR + timedelta(seconds=1)).total_seconds())

    stale = await copy.find(CustomerKey.VAT_NUMBER, "DE000000009")
    await copy.mark_changes_listed(clock.now())
    fresh = await copy.find(CustomerKey.VAT_NUMBER, "DE000000009")

    assert (stale.is_complete, fresh.is_complete) == (False, True)


async def test_changed_customer_is_read_anew_and_found_by_what_is_known_meanwhile(storage, joined):
    copy = storage.customer_copy(joined.company.id)
    await listed(copy, row(1))
    await copy.seen(whole(1))

    await copy.keep_changes([row(1, "Nytt Namn AB")])

    assert await copy.unread(10) == ("1",)
    assert (await copy.find(CustomerKey.NAME, "nytt namn ab")).numbers == ("1",)
    assert (await copy.find(CustomerKey.NAME, "Kund 1 AB")).numbers == ()
    answer = await copy.find(CustomerKey.VAT_NUMBER, "DE000000001")
    assert (answer.numbers, answer.is_complete) == (("1",), False)


async def test_customer_who_was_read_again_is_found_by_the_new_value_alone(storage, joined):
    copy = storage.customer_copy(joined.company.id)
    await listed(copy, row(1))
    await copy.seen(whole(1, "DE111111111"))
    await copy.seen(whole(1, "DE222222222"))

    assert (await copy.find(CustomerKey.VAT_NUMBER, "DE111111111")).numbers == ()
    assert (await copy.find(CustomerKey.VAT_NUMBER, "de222222222")).numbers == ("1",)


async def test_list_goes_on_at_its_page_and_ends_with_its_last(storage, joined, clock):
    copy = storage.customer_copy(joined.company.id)
    await copy.want()
    await copy.begin_list()
    await copy.keep_page(page([row(1), row(2)], 1, 2, total=3))
    under_way = await copy.standing()
    clock.advance(60)
    await copy.keep_page(page([row(3)], 2, 2, total=3))
    ended = await copy.standing()

    assert (under_way.next_page, under_way.listed_at, under_way.missing) == (2, None, 3)
    assert (ended.next_page, ended.listed_at, ended.changes_from) == (None, clock.now(), START)


async def test_list_that_passed_somebody_over_begins_again(storage, joined):
    """A customer deleted while pages are read moves another past the reader."""
    copy = storage.customer_copy(joined.company.id)
    await copy.want()
    await copy.begin_list()
    await copy.keep_page(page([row(1), row(2)], 1, 2, total=4))
    await copy.keep_page(page([], 2, 1, total=3))

    standing = await copy.standing()

    assert (standing.next_page, standing.listed_at) == (1, None)


async def test_next_list_reads_only_what_looks_otherwise_or_is_missing_in_it(storage, joined, clock):
    copy = storage.customer_copy(joined.company.id)
    await listed(copy, row(1), row(2), row(3))
    for number in (1, 2, 3):
        await copy.seen(whole(number))
    clock.advance(86_400)
    await copy.begin_list()
    await copy.keep_page(page([row(1), row(2, email="ny@exempel.example")]))

    assert await copy.unread(10) == ("3", "2")
    await copy.gone("3")
    await copy.seen(whole(2))

    assert await copy.unread(10) == ()
    assert sorted(number for number, _ in await copy.names()) == ["1", "2"]
    assert (await copy.find(CustomerKey.VAT_NUMBER, "DE000000003")).numbers == ()


async def test_activity_is_unknown_until_a_customer_was_read_whole(storage, joined):
    copy = storage.customer_copy(joined.company.id)
    await listed(copy, row(1), row(2), row(3))
    await copy.seen(whole(2, is_active=False))
    await copy.seen(whole(3))

    found = await copy.customers(["1", "2", "3", "4"])
    assert {number: each.is_active for number, each in found.items()} == {"1": None, "2": False, "3": True}


async def test_many_values_are_looked_up_at_once(storage, joined):
    copy = storage.customer_copy(joined.company.id)
    await listed(copy, row(1), row(2), row(3, organisation_number="559900-0002"))
    await copy.seen(whole(1, "SE559900777701"))
    wanted = [(CustomerKey.ORGANISATION_NUMBER, f"559900{number:04}") for number in range(2, 1200)]

    found = await copy.find_all([*wanted, (CustomerKey.ORGANISATION_NUMBER, "5599007777"), (CustomerKey.EMAIL, "x")])

    numbers = {value: [each.record.number for each in hits] for (_, value), hits in found.items()}
    assert numbers == {"5599000002": ["2", "3"], "5599007777": ["1"]}


async def test_companies_do_not_meet(storage, joined, foreign):
    copy, other = storage.customer_copy(joined.company.id), storage.customer_copy(foreign.company.id)
    await listed(copy, row(1))
    await listed(other, row(2))
    await copy.seen(whole(1))

    assert (await other.find(CustomerKey.VAT_NUMBER, "DE000000001")).numbers == ()
    assert [number for number, _ in await other.names()] == ["2"]


async def test_nothing_is_kept_where_nobody_wants_a_copy(storage, joined):
    copy = storage.customer_copy(joined.company.id)

    await copy.seen(whole(1))

    assert await copy.names() == ()


async def test_values_of_any_length_and_alphabet_are_found(storage, joined):
    copy = storage.customer_copy(joined.company.id)
    long = "Å" * 1024
    await listed(copy, row(1, long), row(2, long + "B"))
    await copy.seen(whole(1, external_reference="x\x00y", name=long))

    assert (await copy.find(CustomerKey.NAME, long.lower())).numbers == ("1",)
    assert (await copy.find(CustomerKey.EXTERNAL_REFERENCE, "x\x00y")).numbers == ("1",)


async def test_five_hundred_rows_are_a_handful_of_statements(storage, joined, count_statements):
    copy = storage.customer_copy(joined.company.id)
    await copy.want()
    await copy.begin_list()
    rows = [row(number) for number in range(500)]

    with count_statements() as new:
        await copy.keep_page(page(rows, 1, 2, total=1000))
    with count_statements() as same:
        await copy.keep_page(page(rows, 1, 2, total=1000))

    assert len(new) <= 6
    assert len(same) <= 4


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(1, 4), st.sampled_from(["DE1", "DE2", "DE3"])), min_size=1, max_size=8))
async def test_every_key_finds_exactly_those_who_have_the_value_now(storage, joined, sightings):
    copy = storage.customer_copy(joined.company.id)
    await copy.want()
    now = {number: each.record for number, each in (await copy.customers(["1", "2", "3", "4"])).items()}
    for number, vat_number in sightings:
        now[str(number)] = whole(number, vat_number)
        await copy.seen(now[str(number)])

    for key in CustomerKey:
        for value in {value for record in now.values() for each, value in keys_of(record) if each is key}:
            expected = sorted(number for number, record in now.items() if (key, value) in keys_of(record))
            assert list((await copy.find(key, value)).numbers) == expected
            assert comparable(key, value) == value
