"""Which Fortnox customer a company or contact of the source probably is: sure, likely, or nobody (F30).

Sure is what a run would decide by itself: equality of the fields that the connection matches by, or of organisation or
VAT number, with one customer who is not known to be inactive. Likely is for a person to judge: a similar name, or
equality that does not lead to one customer. Nothing is ever linked because it is likely.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rapidfuzz import fuzz, process

from fortnox_bridge.domain.customer import Customer, PartyKind
from fortnox_bridge.domain.customer_copy import Claim, CopiedCustomer, claim_of
from fortnox_bridge.domain.fortnox_fields import CustomerField
from fortnox_bridge.domain.mapped import field_text, find_mapped
from fortnox_bridge.domain.normalise import (
    name_without_suffix,
    normalise_email,
    normalise_name,
)
from fortnox_bridge.domain.rules import CustomerKey, PartyRules

# Names, word order apart, whose letters agree to this percentage; the lower one where city or e-mail domain agree too.
SIMILAR_NAME: Final = 88
SIMILAR_NAME_AND_PLACE: Final = 78
MOST_CANDIDATES: Final = 5
_MOST_SIMILAR: Final = 20
_EQUAL: Final = 100
_PUBLIC_DOMAINS: Final = frozenset(
    {"gmail.com", "hotmail.com", "outlook.com", "live.se", "telia.com", "icloud.com", "yahoo.com", "yahoo.se"}
)
_IDENTITY: Final = (CustomerKey.ORGANISATION_NUMBER, CustomerKey.VAT_NUMBER)

Hits = Mapping[Claim, Sequence[CopiedCustomer]]
Similar = tuple[CopiedCustomer, int]


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
    claims = (claim_of(key, text) for key, text in stated if text)
    return tuple(dict.fromkeys(claim for claim in claims if claim[1]))


def judge(party: Customer, claims: Sequence[Claim], hits: Hits, similar: Sequence[Similar]) -> Suggestion:
    """Equality first; names only where nothing is equal.

    `hits` holds who has a claimed value, `similar` whose names resemble the party's.
    """
    decisive = next((claim for claim in claims if hits.get(claim)), None)
    if decisive is not None:
        return _by_equality(party, claims, decisive, hits)
    candidates = _by_name(party, similar)
    return Suggestion(party, Verdict.LIKELY if candidates else Verdict.NONE, candidates)


@dataclass(frozen=True, slots=True)
class NameIndex:
    """The names of a whole register, arranged for comparing. Made once for many parties."""

    numbers: tuple[str, ...]
    words: tuple[str, ...]

    @classmethod
    def of(cls, names: Iterable[tuple[str, str]]) -> "NameIndex":
        """From pairs of customer number and name."""
        pairs = [(number, _words(name)) for number, name in names]
        return cls(tuple(number for number, _ in pairs), tuple(words for _, words in pairs))

    def similar_to(self, name: str) -> tuple[tuple[str, int], ...]:
        """Numbers and similarity, in percent, of the names that might do, the most similar first."""
        words = _words(name)
        if not words:
            return ()
        found = process.extract(
            words,
            self.words,
            processor=None,
            scorer=fuzz.ratio,
            score_cutoff=SIMILAR_NAME_AND_PLACE,
            limit=_MOST_SIMILAR,
        )
        return tuple((self.numbers[position], min(int(score), _EQUAL - 1)) for _, score, position in found)


def _by_equality(party: Customer, claims: Sequence[Claim], decisive: Claim, hits: Hits) -> Suggestion:
    living = [hit for hit in hits[decisive] if hit.is_active is not False]
    if len(living) == 1 and not _is_contradicted(living[0], claims, hits):
        return Suggestion(party, Verdict.SURE, (Candidate(living[0], decisive[0], _EQUAL),))
    candidates = {hit.record.number: Candidate(hit, decisive[0], _EQUAL) for hit in living or hits[decisive]}
    for claim in claims:
        if claim[0] in _IDENTITY:
            for hit in hits.get(claim, ()):
                candidates.setdefault(hit.record.number, Candidate(hit, claim[0], _EQUAL))
    return Suggestion(party, Verdict.LIKELY, tuple(candidates.values())[:MOST_CANDIDATES])


def _is_contradicted(customer: CopiedCustomer, claims: Sequence[Claim], hits: Hits) -> bool:
    """Whether an identity number of the party belongs to others and not to this customer."""
    owners = (hits.get(claim, ()) for claim in claims if claim[0] in _IDENTITY)
    return any(found and customer not in found for found in owners)


def _by_name(party: Customer, similar: Sequence[Similar]) -> tuple[Candidate, ...]:
    candidates = []
    for customer, score in similar:
        is_near = _is_same_place(party, customer)
        if score >= SIMILAR_NAME or is_near:
            because = Because.SIMILAR_NAME_AND_PLACE if is_near else Because.SIMILAR_NAME
            candidates.append((is_near, Candidate(customer, because, score)))
    candidates.sort(key=lambda each: (-each[1].score, not each[0], each[1].customer.record.number))
    return tuple(candidate for _, candidate in candidates[:MOST_CANDIDATES])


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
