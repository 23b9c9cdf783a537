"""The header of a draft: days, references, addresses and terms, each with its origin."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.pipeline.deals import NOW, make_company, make_contact, make_deal
from tests.pipeline.world import steady_world

from fortnox_bridge.domain.address import Address
from fortnox_bridge.domain.alphabet import is_allowed
from fortnox_bridge.domain.company_state import StatePart
from fortnox_bridge.domain.deal import Owner
from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.errors import MappingMissing, SourceDataInvalid, UserAction
from fortnox_bridge.domain.fields import FieldPath
from fortnox_bridge.domain.fortnox_fields import DocumentField
from fortnox_bridge.domain.money import Currency
from fortnox_bridge.domain.origin import Origin, ValueOrigin
from fortnox_bridge.domain.records import RegisterEntry
from fortnox_bridge.domain.rules import DocumentDate, DocumentRules, FieldMapping, LockedPeriod, OurReference
from fortnox_bridge.domain.template import Template
from fortnox_bridge.fortnox.document_writing import document_payload, our_name
from fortnox_bridge.pipeline.document.dates import DateFacts
from fortnox_bridge.pipeline.document.header import HeaderFacts, decide
from fortnox_bridge.pipeline.document.terms import REGISTERS
from fortnox_bridge.pipeline.register_codes import RegisterCodes
from fortnox_bridge.pipeline.runner import preview

TODAY = NOW.date()
ROWS = ("InvoiceRows", "OrderRows")
F = DocumentField


def mapped(**sources):
    """Rules with one row for each field, `deal.custom:x` written as `x`."""
    rows = tuple(
        FieldMapping(F(target), (FieldPath.parse(source if "." in source else f"deal.custom:{source}"),))
        for target, source in sources.items()
    )
    return DocumentRules(mapping=rows)


def header_of(deal=None, rules=None, *, kind=DocumentKind.INVOICE, locked=None, terms=None, known=True):
    facts = HeaderFacts(DateFacts(TODAY, locked), known, RegisterCodes(terms or {}))
    return decide(deal or make_deal(), kind, facts, rules or DocumentRules())


def custom(**fields):
    return make_deal(custom_fields=fields)


def codes(header):
    return [notice.code for notice in header.notices]


@pytest.mark.parametrize(
    ("owner", "rules", "expected", "by"),
    [
        (Owner("17", "Maja Lind", "maja@x.se"), OurReference(), "Maja Lind", "owner.name"),
        (Owner("17", "Maja Lind"), OurReference({"17": "ML"}), "ML", "document.our_reference.owners"),
        (Owner("17", None, "Maja@X.se"), OurReference({"maja@x.se": "M"}), "M", "document.our_reference.owners"),
        (Owner("17", "Maja Lind"), OurReference({"18": "X"}, default="Kontoret"), "Maja Lind", "owner.name"),
        (Owner("17"), OurReference(default="Kontoret"), "Kontoret", "document.our_reference.default"),
        (Owner("17", "Maja"), OurReference(use_owner_name=False, default="K"), "K", "document.our_reference.default"),
        (None, OurReference(default="Kontoret"), "Kontoret", "document.our_reference.default"),
        (None, OurReference(), None, ""),
        (Owner("17", "Maja"), OurReference(use_owner_name=False), None, ""),
    ],
)
def test_our_reference_is_the_owner_by_table_name_or_default(owner, rules, expected, by):
    header = header_of(make_deal(owner=owner), DocumentRules(our_reference=rules))

    assert header.fields.get(F.OUR_REFERENCE) == expected
    assert header.origins["our_reference"].by == by
    if expected is None:
        assert header.origins["our_reference"].kind is ValueOrigin.CUSTOMER_CARD


def test_mapped_reference_comes_before_the_owner():
    deal = replace(custom(seller="Otto"), owner=Owner("17", "Maja"))

    header = header_of(deal, mapped(our_reference="seller"))

    assert header.fields[F.OUR_REFERENCE] == "Otto"
    assert header.origins["our_reference"] == Origin(ValueOrigin.SOURCE, "deal.custom:seller")


@pytest.mark.parametrize(
    ("parties", "expected"),
    [
        ({"contact": make_contact()}, "Otto Ek"),
        ({"contact": None}, None),
        ({"company": None, "contact": make_contact()}, None),
    ],
)
def test_your_reference_is_the_contact_of_a_company(parties, expected):
    assert header_of(make_deal(**parties)).fields.get(F.YOUR_REFERENCE) == expected


@pytest.mark.parametrize(
    ("target", "limit"),
    [
        (F.OUR_REFERENCE, 50),
        (F.YOUR_REFERENCE, 50),
        (F.REMARKS, 1024),
        (F.COMMENTS, 1024),
        (F.EXTERNAL_REFERENCE2, 80),
    ],
)
def test_text_beyond_the_limit_is_cut_visibly_and_told(target, limit):
    rules = mapped(**{target.value: "text"})

    fits, over = header_of(custom(text="x" * limit), rules), header_of(custom(text="y" * (limit + 1)), rules)

    assert fits.fields[target] == "x" * limit
    assert "document_field_cut" not in codes(fits)
    assert over.fields[target] == "y" * (limit - 3) + "..."
    assert "document_field_cut" in codes(over)


@pytest.mark.parametrize(
    ("kind", "length", "shown"),
    [
        (DocumentKind.INVOICE, 75, None),
        (DocumentKind.INVOICE, 76, 75),
        (DocumentKind.ORDER, 30, None),
        (DocumentKind.ORDER, 31, 30),
    ],
)
def test_long_order_number_goes_on_in_the_comments(kind, length, shown):
    rules = mapped(your_order_number="po", comments="note")

    header = header_of(custom(po="8" * length, note="Ring först"), rules, kind=kind)

    number, comments = header.fields[F.YOUR_ORDER_NUMBER], header.fields[F.COMMENTS]
    if shown is None:
        assert (number, comments) == ("8" * length, "Ring först")
    else:
        assert number == "8" * (shown - 3) + "..."
        assert comments == f"Ert ordernummer: {'8' * length}\nRing först"
        assert "order_number_cut" in codes(header)


def test_forbidden_characters_are_replaced_and_told_and_lines_kept_where_fortnox_keeps_them():
    header = header_of(custom(a="Hej 🎉\nrad två", b="a\nb"), mapped(comments="a", your_reference="b"))

    assert header.fields == {F.COMMENTS: "Hej \nrad två", F.YOUR_REFERENCE: "a  b"}
    assert codes(header) == ["document_field_cleaned"]


def test_remarks_are_told_to_replace_the_standard_text():
    assert codes(header_of(custom(a="Tack!"), mapped(remarks="a"))) == ["remarks_replace_standard_text"]


def test_first_text_row_is_no_field_of_the_header():
    header = header_of(custom(a="Order 7"), mapped(first_text_row="a"))

    assert header.first_text == "Order 7"
    assert F.FIRST_TEXT_ROW not in header.fields
    assert header.origins["first_text_row"].by == "deal.custom:a"


@given(st.text(max_size=3000), st.sampled_from(DocumentKind))
def test_any_text_comes_out_within_fortnoxs_alphabet_and_length(text, kind):
    targets = {
        F.OUR_REFERENCE: 50, F.YOUR_REFERENCE: 50, F.YOUR_ORDER_NUMBER: 75, F.REMARKS: 1024, F.COMMENTS: 1024,
        F.EXTERNAL_REFERENCE2: 80, F.PHONE: 1024,
    }  # fmt: skip
    rules = mapped(**{target.value: "text" for target in (*targets, F.FIRST_TEXT_ROW)})

    header = header_of(custom(text=text), rules, kind=kind)

    for target, limit in targets.items():
        shown = header.fields.get(target, "")
        assert len(shown) <= limit
        assert all(is_allowed(character) for character in shown)
    assert len(header.first_text or "") <= 255


# Days.


def test_document_is_of_the_day_the_deal_qualified():
    header = header_of()

    assert header.document_date == TODAY
    assert header.origins["document_date"] == Origin(ValueOrigin.DECISION, "document.trigger_day")


SOURCE_DATE = DocumentRules(date=DocumentDate.SOURCE, date_source=FieldPath.parse("deal.custom:day"))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-10-01", "2026-10-01"),
        (date(2026, 10, 1), "2026-10-01"),
        (datetime(2026, 10, 1, 23, 30, tzinfo=UTC), "2026-10-02"),
    ],
)
def test_document_is_of_the_day_in_the_source(value, expected):
    assert header_of(custom(day=value), SOURCE_DATE).document_date == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("value", "code"),
    [(None, "document_date_missing"), ("i morgon", "date_unreadable"), ("2026-13-01", "date_unreadable")],
)
def test_day_that_is_none_parks_and_names_the_field(value, code):
    deal = custom(day=value) if value else make_deal()

    with pytest.raises(SourceDataInvalid) as caught:
        header_of(deal, SOURCE_DATE)

    assert caught.value.code == code
    assert caught.value.params["field"] == "deal.custom:day"


def test_locked_period_parks_and_names_day_and_setting():
    with pytest.raises(UserAction) as caught:
        header_of(locked=TODAY)

    assert caught.value.code == "period_locked"
    assert caught.value.params["day"] == caught.value.params["locked"] == "2026-11-23"


def test_locked_period_moves_the_day_when_the_settings_say_so():
    header = header_of(locked=date(2026, 11, 30), rules=DocumentRules(when_locked=LockedPeriod.NEXT_OPEN_DAY))

    assert header.document_date == date(2026, 12, 1)
    assert codes(header) == ["document_date_moved"]


def test_day_after_the_locked_period_is_open():
    assert header_of(locked=date(2026, 11, 22)).document_date == TODAY


def test_due_date_is_mapped_on_invoices_and_unknown_to_orders():
    deal, rules = custom(due=date(2026, 12, 23)), mapped(due_date="due")

    assert header_of(deal, rules).fields[F.DUE_DATE] == "2026-12-23"
    order = header_of(deal, rules, kind=DocumentKind.ORDER)
    assert F.DUE_DATE not in order.fields
    assert "due_date" not in order.origins


def test_due_date_before_the_document_parks():
    with pytest.raises(SourceDataInvalid) as caught:
        header_of(custom(due=date(2026, 11, 22)), mapped(due_date="due"))

    assert caught.value.code == "due_date_before_document"


@pytest.mark.parametrize(
    ("value", "days", "expected"),
    [
        (None, None, None),
        ("2026-11-20", None, "2026-11-20"),
        (None, 5, "2026-11-30"),
        ("2026-12-23", 2, "2026-12-28"),
    ],
)
def test_delivery_date_is_mapped_or_counted_in_working_days(value, days, expected):
    deal = custom(day=value) if value else make_deal()
    rules = replace(mapped(delivery_date="day"), delivery_working_days=days)

    assert header_of(deal, rules).fields.get(F.DELIVERY_DATE) == expected


def test_delivery_date_beyond_the_calendar_parks():
    with pytest.raises(SourceDataInvalid) as caught:
        header_of(custom(day="9999-12-31"), replace(mapped(delivery_date="day"), delivery_working_days=3))

    assert caught.value.code == "date_unreadable"


# Addresses.

STORE = Address("Lagret", "Hamngatan 1", "Port 2", "211 22", "Malmö", country_code="SE")


def test_mapped_delivery_address_replaces_the_deals_as_a_whole():
    deal = replace(custom(city="Lund", land="dk"), delivery_address=STORE)

    header = header_of(deal, mapped(delivery_city="city", delivery_country="land"))

    assert header.delivery_address == Address(city="Lund", country_code="DK")
    assert header.origins["delivery_name"] == Origin(ValueOrigin.DECISION, "document.delivery_address")
    assert header.origins["delivery_city"] == Origin(ValueOrigin.SOURCE, "deal.custom:city")


def test_deals_own_delivery_address_counts_where_mapped_fields_are_empty():
    header = header_of(make_deal(delivery_address=STORE), mapped(delivery_city="city"))

    assert header.delivery_address == STORE
    assert header.origins["delivery_name"].by == "deal.delivery_address"


def test_billing_address_is_the_cards_the_deals_or_the_mapped_one():
    assert header_of().billing_address is None
    assert header_of().origins["billing_city"].kind is ValueOrigin.CUSTOMER_CARD
    of_deal = header_of(make_deal(billing_address=STORE))
    assert of_deal.billing_address == replace(STORE, name=None)
    assert of_deal.origins["billing_name"].kind is ValueOrigin.CUSTOMER_CARD
    of_rows = header_of(replace(custom(name="Koncernen AB"), billing_address=STORE), mapped(billing_name="name"))
    assert of_rows.billing_address == Address(name="Koncernen AB")


def test_country_by_name_stays_a_name():
    assert header_of(custom(land="Utopia"), mapped(delivery_country="land")).delivery_address == Address(
        country_name="Utopia"
    )


# Terms.


@pytest.mark.parametrize("target", REGISTERS)
def test_code_that_the_register_lacks_parks_and_names_the_register(target):
    rules, register = mapped(**{target.value: "code"}), REGISTERS[target]

    with pytest.raises(MappingMissing) as caught:
        header_of(custom(code="NIX"), rules, terms={register: ()})

    assert caught.value.code == "register_entry_missing"
    assert caught.value.params["value"] == "NIX"
    assert caught.value.params["register"]


ENTRIES = (
    RegisterEntry("A", "Bra", (("type", "invoice"),)),
    RegisterEntry("a", "Bättre", (("type", "order"),)),
    RegisterEntry("OLD", "Gammal", (("active", "false"), ("type", "invoice"))),
    RegisterEntry("1", "Samma", (("type", "invoice"),)),
    RegisterEntry("2", "Samma", (("type", "invoice"),)),
)


@pytest.mark.parametrize("target", REGISTERS)
@pytest.mark.parametrize(
    ("stated", "expected"),
    [("A", "A"), ("bra", "A"), ("SAMMA", MappingMissing), ("2", "2"), ("OLD", MappingMissing), ("old", MappingMissing)],
)
def test_entry_is_found_by_code_or_by_a_description_that_is_one_entrys_alone(target, stated, expected):
    terms = {REGISTERS[target]: ENTRIES}
    if expected is MappingMissing:
        with pytest.raises(MappingMissing):
            header_of(custom(code=stated), mapped(**{target.value: "code"}), terms=terms)
    else:
        assert header_of(custom(code=stated), mapped(**{target.value: "code"}), terms=terms).fields[target] == expected


def test_print_template_is_one_for_this_kind_of_document():
    rules, terms = mapped(print_template="code"), {REGISTERS[F.PRINT_TEMPLATE]: ENTRIES[1:2]}

    assert header_of(custom(code="a"), rules, terms=terms, kind=DocumentKind.ORDER).fields[F.PRINT_TEMPLATE] == "a"
    with pytest.raises(MappingMissing):
        header_of(custom(code="a"), rules, terms=terms)


def test_register_that_may_not_be_read_checks_nothing_and_says_so():
    rules, terms = mapped(project="code"), {REGISTERS[F.PROJECT]: None}

    header = header_of(custom(code="P9"), rules, terms=terms)

    assert header.fields[F.PROJECT] == "P9"
    assert codes(header) == ["register_unchecked"]


@pytest.mark.parametrize(("stated", "expected"), [("sv", "SV"), ("Engelska", "EN"), ("EN", "EN"), ("tyska", None)])
def test_language_is_swedish_or_english(stated, expected):
    deal, rules = custom(lang=stated), mapped(language="lang")
    if expected is None:
        with pytest.raises(SourceDataInvalid):
            header_of(deal, rules)
    else:
        assert header_of(deal, rules).fields[F.LANGUAGE] == expected


@pytest.mark.parametrize(
    ("currency", "stated", "expected"),
    [
        ("EUR", "11,25", "11.25"),
        ("EUR", Decimal("10.9"), "10.9"),
        ("EUR", "1", "1"),
        ("SEK", "11,25", None),
        ("EUR", "0", SourceDataInvalid),
        ("EUR", "-3", SourceDataInvalid),
        ("EUR", "NaN", SourceDataInvalid),
        ("EUR", "elva", SourceDataInvalid),
    ],
)
def test_currency_rate_is_the_sources_or_the_registers_and_never_silently_one(currency, stated, expected):
    deal = replace(custom(rate=stated), currency=Currency(currency))
    rules = mapped(currency_rate="rate")
    if expected is SourceDataInvalid:
        with pytest.raises(SourceDataInvalid):
            header_of(deal, rules)
        return
    header = header_of(deal, rules)
    assert header.fields.get(F.CURRENCY_RATE) == expected
    assert ("currency_rate_one" in codes(header)) is (expected == "1")


def test_currency_that_fortnox_lacks_parks():
    with pytest.raises(MappingMissing) as caught:
        header_of(known=False)
    assert caught.value.code == "currency_missing"


# The whole of it.

EVERY_ROW = tuple(
    FieldMapping(
        target,
        template=Template.parse(
            {
                F.DUE_DATE: "2026-12-23",
                F.DELIVERY_DATE: "2026-12-23",
                F.LANGUAGE: "EN",
                F.CURRENCY_RATE: "11.5",
            }.get(target, "A")
        ),
    )
    for target in DocumentField
)


@pytest.mark.parametrize("kind", DocumentKind)
@pytest.mark.parametrize("rows", [(), EVERY_ROW])
async def test_every_field_of_the_payload_is_explained(kind, rows):
    world = steady_world()
    world.fortnox.registers = dict.fromkeys((*REGISTERS.values(), "currencies"), ("A", "EUR"))
    world.memory.registers["print_templates"] = (RegisterEntry("A", "A", (("type", kind.value),)),)
    world.rules = replace(
        world.rules,
        document=DocumentRules(mapping=rows),
        triggers=(replace(world.rules.triggers[0], document_kind=kind),),
    )
    world.source.deal = replace(
        world.source.deal, currency=Currency("EUR"), billing_address=STORE, contact=make_contact()
    )

    plan = (await preview(world.context())).plan

    payload = document_payload(plan, "1042")
    names = {our_name(field) for field in payload if field not in ROWS}
    assert None not in names
    assert names - set(plan.origins) == set()
    assert {origin.by for origin in plan.origins.values() if origin.kind is not ValueOrigin.CUSTOMER_CARD} != {""}
    if rows:
        assert len(payload) >= 38


async def test_locked_period_is_remembered_and_asked_again_before_parking():
    world = steady_world()
    world.fortnox.state[StatePart.LOCKED_PERIOD] = (RegisterEntry("2026-11-30", ""),)
    del world.memory.registers[StatePart.LOCKED_PERIOD.value]

    for asked in (1, 2):
        with pytest.raises(UserAction) as caught:
            await preview(world.context())
        assert caught.value.code == "period_locked"
        assert world.fortnox.count("company_state") == asked

    world.fortnox.state[StatePart.LOCKED_PERIOD] = (RegisterEntry("2026-10-31", ""),)
    for _ in range(2):
        await preview(world.context())
        assert world.fortnox.count("company_state") == 3


class Owners:
    def __init__(self):
        self.asked = []

    async def read_owner(self, external_id):
        self.asked.append(external_id)
        return Owner(external_id, "Maja Lind", "maja@x.se")


@pytest.mark.parametrize(
    ("document", "asked"),
    [
        (DocumentRules(), 1),
        (DocumentRules(our_reference=OurReference(use_owner_name=False)), 0),
        (DocumentRules(our_reference=OurReference({"maja@x.se": "M"}, use_owner_name=False)), 1),
        (DocumentRules(our_reference=OurReference({"17": "M"})), 0),
        (mapped(our_reference="deal.title"), 0),
        (mapped(our_reference="owner.email"), 1),
        (DocumentRules(mapping=(FieldMapping(F.COMMENTS, template=Template.parse("{{ owner.name }}")),)), 1),
    ],
)
async def test_owner_is_asked_for_once_and_only_when_a_rule_reads_it(document, asked):
    world = steady_world()
    owners = Owners()
    world.source.deal = replace(world.source.deal, owner=Owner("17"), company=make_company())
    world.rules = replace(world.rules, document=document)
    ctx = world.context()

    await preview(replace(ctx, source=replace(ctx.source, owners=owners)))

    assert len(owners.asked) == asked
