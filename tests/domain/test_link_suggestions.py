"""Sure, likely, none: the first-link assistant's judgement of one source customer against a register."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fortnox_bridge.domain.address import Address
from fortnox_bridge.domain.customer import Customer, PartyKind
from fortnox_bridge.domain.customer_copy import CopiedCustomer, keys_of
from fortnox_bridge.domain.fields import FieldPath
from fortnox_bridge.domain.fortnox_fields import CustomerField
from fortnox_bridge.domain.ids import SourceRef
from fortnox_bridge.domain.link_suggestions import MOST_CANDIDATES, NameIndex, Verdict, claims_of, judge
from fortnox_bridge.domain.records import CustomerRecord
from fortnox_bridge.domain.rules import CustomerKey, FieldMapping, MatchPair, PartyRules

ORG = FieldPath.parse("company.custom:org")
RULES = PartyRules(match=(MatchPair(ORG, CustomerKey.ORGANISATION_NUMBER),), mapping=())


def customer(number, name="Ekhammars Plåt AB", *, is_active=None, **changes):
    plain = {
        "organisation_number": None,
        "email": None,
        "vat_type": None,
        "country_code": None,
        "currency": None,
        "is_active": is_active is not False,
        **changes,
    }
    return CopiedCustomer(CustomerRecord(number=str(number), name=name, **plain), is_active)


def party(name="Ekhammar", *, city=None, org=None, **changes):
    return Customer(
        ref=SourceRef("pipedrive", "1", "company", "7"),
        kind=PartyKind.COMPANY,
        name=name,
        address=Address(city=city) if city else None,
        custom_fields={"org": org} if org else {},
        **changes,
    )


def hits_of(customers):
    hits = defaultdict(list)
    for each in customers:
        for claim in keys_of(each.record):
            hits[claim].append(each)
    return hits


def suggest(who, *customers, rules=RULES):
    by_number = {each.record.number: each for each in customers}
    names = NameIndex.of((each.record.number, each.record.name) for each in customers)
    similar = [(by_number[number], score) for number, score in names.similar_to(who.name)]
    return judge(who, claims_of(who, rules), hits_of(customers), similar)


def judged(who, *customers, rules=RULES):
    suggestion = suggest(who, *customers, rules=rules)
    return suggestion.verdict, [each.customer.record.number for each in suggestion.candidates]


@pytest.mark.parametrize(
    ("who", "register", "expected"),
    [
        # Equality that leads to one customer.
        (party(org="16 559900-0000"), [customer(1, organisation_number="559900-0000")], ("sure", ["1"])),
        (party(org="5599000000"), [customer(1, vat_number="SE559900000001")], ("sure", ["1"])),
        (party(vat_number="SE 559900-0000 01"), [customer(1, organisation_number="5599000000")], ("sure", ["1"])),
        (party(vat_number="DE 123.456.789"), [customer(1, vat_number="de123456789")], ("sure", ["1"])),
        (party(organisation_number="559900-0000"), [customer(1, organisation_number="5599000000")], ("sure", ["1"])),
        (
            party(org="5599000000"),
            [
                customer(1, organisation_number="559900-0000", is_active=False),
                customer(2, organisation_number="559900-0000", is_active=True),
            ],
            ("sure", ["2"]),
        ),
        # Equality that does not.
        (
            party(org="5599000000"),
            [customer(1, organisation_number="5599000000"), customer(2, organisation_number="5599000000")],
            ("likely", ["1", "2"]),
        ),
        (
            party(org="5599000000"),
            [customer(1, organisation_number="5599000000", is_active=False)],
            ("likely", ["1"]),
        ),
        (
            party(org="5599000000", vat_number="DE123456789"),
            [customer(1, organisation_number="5599000000"), customer(2, vat_number="DE123456789")],
            ("likely", ["1", "2"]),
        ),
        # Names.
        (party("Ekhammars Plåt"), [customer(1)], ("likely", ["1"])),
        (party("PLÅT, EKHAMMARS AB (publ)"), [customer(1)], ("likely", ["1"])),
        (party("Ekhamars Plåt"), [customer(1), customer(2, "Café Nymånen HB")], ("likely", ["1"])),
        (party("Ekhammars Glas", city="linköping"), [customer(1, city="Linköping")], ("likely", ["1"])),
        (party("Ekhammars Glas", city="Umeå"), [customer(1, city="Linköping")], ("none", [])),
        (
            party("Ekhammars Glas", email="a@ekhammar.example"),
            [customer(1, email="b@ekhammar.example")],
            ("likely", ["1"]),
        ),
        (party("Ekhammars Glas", email="a@gmail.com"), [customer(1, email="b@gmail.com")], ("none", [])),
        (party("Helt Annat"), [customer(1)], ("none", [])),
        (party("AB", org=None), [customer(1, "")], ("none", [])),
        (party(""), [customer(1, "")], ("none", [])),
    ],
)
def test_verdict(who, register, expected):
    assert judged(who, *register) == expected


def test_connections_own_pairs_are_sure_and_the_first_with_a_hit_decides():
    rules = PartyRules(
        match=(
            MatchPair(FieldPath.parse("company.email"), CustomerKey.EMAIL),
            MatchPair(FieldPath.parse("company.name"), CustomerKey.NAME),
        ),
        mapping=(),
    )
    twins = [customer(1, "Norr AB"), customer(2, "Norr AB"), customer(3, "Söder AB", email="info@norr.example")]

    assert judged(party("Norr AB", email="INFO@norr.example"), *twins, rules=rules) == ("sure", ["3"])
    assert judged(party("norr  ab"), *twins, rules=rules) == ("likely", ["1", "2"])
    assert judged(party("Söder AB"), *twins, rules=rules) == ("sure", ["3"])


def test_numbers_are_taken_from_mapping_rows_too():
    row = FieldMapping(CustomerField.VAT_NUMBER, (FieldPath.parse("company.custom:vat"),))
    rules = PartyRules(match=(), mapping=(row,))
    who = Customer(SourceRef("pipedrive", "1", "company", "7"), PartyKind.COMPANY, "X", custom_fields={"vat": "DE1 2"})

    assert claims_of(who, rules) == ((CustomerKey.VAT_NUMBER, "DE12"),)
    assert judged(who, customer(9, vat_number="DE12"), rules=rules) == ("sure", ["9"])


def test_more_candidates_than_anybody_reads_are_cut():
    crowd = [customer(number, "Norr AB") for number in range(50)]

    verdict, numbers = judged(party("Norr"), *crowd)

    assert (verdict, len(numbers)) == (Verdict.LIKELY, MOST_CANDIDATES)


texts = st.one_of(st.none(), st.text(max_size=30), st.sampled_from(["5599000000", "DE12", "SE559900000001", "a@b.se"]))


@given(
    st.lists(st.tuples(texts, texts, texts, st.sampled_from([None, True, False])), max_size=6),
    texts,
    texts,
    st.text(max_size=20),
)
def test_sure_is_always_one_living_customer_equal_in_a_claim(register, org, vat, name):
    customers = [
        customer(number, name_ or "", organisation_number=org_, vat_number=vat_, is_active=is_active)
        for number, (name_, org_, vat_, is_active) in enumerate(register)
    ]
    who = party(name, org=org, vat_number=vat)

    suggestion = suggest(who, *customers)

    assert len(suggestion.candidates) <= MOST_CANDIDATES
    assert (suggestion.verdict is Verdict.NONE) == (not suggestion.candidates)
    if suggestion.verdict is Verdict.SURE:
        (candidate,) = suggestion.candidates
        assert candidate.customer.is_active is not False
        assert candidate.score == 100
        claims = claims_of(who, RULES)
        decisive = next(claim for claim in claims if hits_of(customers)[claim])
        assert candidate.customer in hits_of([candidate.customer])[decisive]
        living = [each for each in customers if each.is_active is not False and each is not candidate.customer]
        assert decisive not in hits_of(living)
