"""Which Fortnox customer a company or contact of the source probably is: sure, likely, or nobody (F30).

Sure is what a run would decide by itself: equality of the fields that the connection matches by, or of organisation or
VAT number, with one customer who is not known to be inactive. Likely is for a person to judge: a similar name, or
equality that does not lead to one customer. Nothing is ever linked because it is likely.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from rapidfuzz import fuzz, process

from fortnox_bridge.domain.customer import Customer, PartyKind
from fortnox_bridge.domain.customer_copy import CopiedCustomer
from fortnox_bridge.domain.customer_keys import comparable, value_of
from fortnox_bridge.domain.fortnox_fields import CustomerField
from fortnox_bridge.domain.mapped import field_text, find_mapped
from fortnox_bridge.domain.normalise import (
    name_without_suffix,
    normalise_email,
    normalise_name,
    normalise_organisation_number,
    normalise_vat_number,
)
from fortnox_bridge.domain.rules import CustomerKey, PartyRules

# Names, word order apart, whose letters agree to this percentage; the lower one where city or e-mail domain agree too.
SIMILAR_NAME: Final = 88
SIMILAR_NAME_AND_PLACE: Final = 78
MOST_CANDIDATES: Final = 5
_EQUAL: Final = 100
_PUBLIC_DOMAINS: Final = frozenset(
    {"gmail.com", "hotmail.com", "outlook.com", "live.se", "telia.com", "icloud.com", "yahoo.com", "yahoo.se"}
)
_IDENTITY: Final = (CustomerKey.ORGANISATION_NUMBER, CustomerKey.VAT_NUMBER)

Claim = tuple[CustomerKey, str]
"""A field and its comparable value."""


class Verdict(StrEnum):
    LINKED = "linked"
    SURE = "sure"
    LIKELY = "likely"
    NONE = "none"


class Because(StrEnum):
    """Why a customer is suggested, beside the keys that it is found by."""

    LINKED = "linked"
    SIMILAR_NAME = "similar_name"
    SIMILAR_NAME_AND_PLACE = "similar_name_and_place"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer in Fortnox. `score` is 100 for equality, else how far the names agree, in percent."""

    customer: CopiedCustomer
    because: CustomerKey | Because
    score: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    party: Customer
    verdict: Verdict
    candidates: tuple[Candidate, ...] = ()


def claims_of(party: Customer, rules: PartyRules) -> tuple[Claim, ...]:
    """What the party can be found by, in the order that decides: the connection's pairs, then its identity numbers."""
    stated = [(pair.key, field_text(pair.source, party)) for pair in rules.match]
    own_number = party.personal_number if party.kind is PartyKind.PERSON else party.organisation_number
    for key, target, own in (
        (CustomerKey.ORGANISATION_NUMBER, CustomerField.ORGANISATION_NUMBER, own_number),
        (CustomerKey.VAT_NUMBER, CustomerField.VAT_NUMBER, party.vat_number),
    ):
        mapped = find_mapped(rules.mapping, target, party)
        stated += [(key, mapped.text if mapped else None), (key, own)]
    claims = (_claim(key, text) for key, text in stated if text)
    return tuple(dict.fromkeys(claim for claim in claims if claim[1]))


@dataclass(frozen=True, slots=True)
class Register:
    """The customers of a company, arranged for looking up by the rules of a connection. Made once for many parties."""

    customers: tuple[CopiedCustomer, ...]
    by_key: Mapping[Claim, tuple[CopiedCustomer, ...]] = field(repr=False)
    names: tuple[str, ...] = field(repr=False)
    rules: PartyRules

    @classmethod
    def of(cls, customers: Iterable[CopiedCustomer], rules: PartyRules) -> "Register":
        everybody = tuple(customers)
        keys = dict.fromkeys((*(pair.key for pair in rules.match), *_IDENTITY))
        by_key: dict[Claim, dict[str, CopiedCustomer]] = defaultdict(dict)
        for customer in everybody:
            for key in keys:
                if value := value_of(customer.record, key):
                    by_key[_claim(key, value)][customer.record.number] = customer
        return cls(
            everybody,
            {claim: tuple(found.values()) for claim, found in by_key.items()},
            tuple(_words(customer.record.name) for customer in everybody),
            rules,
        )

    def suggest(self, party: Customer) -> Suggestion:
        """Equality first; names only where nothing is equal."""
        claims = claims_of(party, self.rules)
        for claim in claims:
            hits = self.by_key.get(claim, ())
            if hits:
                return self._by_equality(party, claims, claim, hits)
        similar = self._similar(party)
        return Suggestion(party, Verdict.LIKELY if similar else Verdict.NONE, similar)

    def _by_equality(
        self, party: Customer, claims: Sequence[Claim], decisive: Claim, hits: Sequence[CopiedCustomer]
    ) -> Suggestion:
        living = [hit for hit in hits if hit.is_active is not False]
        if len(living) == 1 and not self._is_contradicted(living[0], claims):
            return Suggestion(party, Verdict.SURE, (Candidate(living[0], decisive[0], _EQUAL),))
        candidates = [Candidate(hit, decisive[0], _EQUAL) for hit in living or hits]
        for claim in claims:
            known = {candidate.customer.record.number for candidate in candidates}
            others = self.by_key.get(claim, ()) if claim[0] in _IDENTITY else ()
            candidates += [Candidate(hit, claim[0], _EQUAL) for hit in others if hit.record.number not in known]
        return Suggestion(party, Verdict.LIKELY, tuple(candidates[:MOST_CANDIDATES]))

    def _is_contradicted(self, customer: CopiedCustomer, claims: Sequence[Claim]) -> bool:
        """Whether an identity number of the party belongs to others and not to this customer."""
        identities = (self.by_key.get(claim, ()) for claim in claims if claim[0] in _IDENTITY)
        return any(found and customer not in found for found in identities)

    def _similar(self, party: Customer) -> tuple[Candidate, ...]:
        words = _words(party.name)
        if not words:
            return ()
        found = process.extract(
            words, self.names, processor=None, scorer=fuzz.ratio, score_cutoff=SIMILAR_NAME_AND_PLACE, limit=50
        )
        candidates = []
        for _, score, position in found:
            customer = self.customers[position]
            is_near = _is_same_place(party, customer)
            if score >= SIMILAR_NAME or is_near:
                because = Because.SIMILAR_NAME_AND_PLACE if is_near else Because.SIMILAR_NAME
                candidates.append((is_near, Candidate(customer, because, min(int(score), _EQUAL - 1))))
        candidates.sort(key=lambda each: (-each[1].score, not each[0], each[1].customer.record.number))
        return tuple(candidate for _, candidate in candidates[:MOST_CANDIDATES])


def _claim(key: CustomerKey, text: str) -> Claim:
    """A Swedish VAT number is the organisation number written another way (F20)."""
    if key is CustomerKey.VAT_NUMBER and normalise_vat_number(text).startswith("SE"):
        ten_digits = normalise_organisation_number(text)
        if ten_digits is not None:
            return CustomerKey.ORGANISATION_NUMBER, ten_digits
    return key, comparable(key, text)


def _words(name: str) -> str:
    """The name without its company form, its words in one order."""
    return " ".join(sorted(name_without_suffix(name).replace(",", " ").split()))


def _is_same_place(party: Customer, customer: CopiedCustomer) -> bool:
    city = party.address.city if party.address else None
    if city and customer.record.city and normalise_name(city) == normalise_name(customer.record.city):
        return True
    domain = _domain(party.email)
    return domain is not None and domain == _domain(customer.record.email)


def _domain(email: str | None) -> str | None:
    """The company's own domain in an e-mail address."""
    domain = normalise_email(email or "").rpartition("@")[2]
    return domain if domain and domain not in _PUBLIC_DOMAINS else None
