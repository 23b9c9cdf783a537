"""Bodies of the customer copy and of the first-link assistant."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from fortnox_bridge.domain.customer_copy import CopyReport
from fortnox_bridge.domain.link_suggestions import Suggestion
from fortnox_bridge.services.records.customer_links import LinkedCustomer, SuggestionPage
from fortnox_bridge.web.api_v1.schemas import CustomerKind, CustomerPick, ExternalId, Incoming, Outgoing

MOST_LINKS = 100


class CustomerCopyBody(Outgoing):
    """How far the local copy of Fortnox's customer register has come.

    `known` customers are in it, `detailed` of them read whole, and `missing` still to be read, as far as their number
    is known. `listed_at` is when the register was last listed to its end, `changes_at` up to when changes are known.
    `is_complete`: nobody is missing, so that who is not found in it does not exist. All times in UTC.
    """

    known: int
    detailed: int
    missing: int
    listed_at: datetime | None
    changes_at: datetime | None
    is_complete: bool

    @classmethod
    def of(cls, report: CopyReport) -> "CustomerCopyBody":
        return cls(
            known=report.known,
            detailed=report.detailed,
            missing=report.missing,
            listed_at=report.listed_at,
            changes_at=report.changes_at,
            is_complete=report.is_complete,
        )


class CandidateBody(Outgoing):
    """A Fortnox customer that the source customer may be.

    `because` is the field whose equality says so, or `similar_name`, `similar_name_and_place`, `linked`. `score` is 100
    for equality, else how far the names agree in percent. `is_active` null: not known yet.
    """

    customer_number: str
    name: str
    city: str | None
    organisation_number: str | None
    is_active: bool | None
    because: str
    score: int


class SuggestionBody(Outgoing):
    """One source customer. `verdict` is `linked`, `sure`, `likely` or `none`; only `sure` ones suit bulk accept."""

    kind: CustomerKind
    external_id: str
    name: str
    url: str | None
    verdict: str
    candidates: list[CandidateBody]

    @classmethod
    def of(cls, suggestion: Suggestion) -> "SuggestionBody":
        party = suggestion.party
        return cls(
            kind=party.ref.kind,
            external_id=party.ref.external_id,
            name=party.name,
            url=party.url,
            verdict=suggestion.verdict,
            candidates=[
                CandidateBody(
                    customer_number=each.customer.record.number,
                    name=each.customer.record.name,
                    city=each.customer.record.city,
                    organisation_number=each.customer.record.organisation_number,
                    is_active=each.customer.is_active,
                    because=each.because,
                    score=each.score,
                )
                for each in suggestion.candidates
            ],
        )


class SuggestionsBody(Outgoing):
    """One page. While `customer_copy` is not complete, a customer may be missing among the candidates."""

    suggestions: list[SuggestionBody]
    next_cursor: str | None
    customer_copy: CustomerCopyBody

    @classmethod
    def of(cls, page: SuggestionPage) -> "SuggestionsBody":
        return cls(
            suggestions=[SuggestionBody.of(each) for each in page.suggestions],
            next_cursor=page.next_cursor,
            customer_copy=CustomerCopyBody.of(page.copy),
        )


class NewCustomerLink(CustomerPick):
    """A source customer and the Fortnox customer it is."""

    kind: CustomerKind
    external_id: ExternalId


class NewCustomerLinks(Incoming):
    links: Annotated[list[NewCustomerLink], Field(min_length=1, max_length=MOST_LINKS)]


class CustomerLinkBody(Outgoing):
    """`outcome` is `linked`, or `already_linked` with the customer that the record was linked to before."""

    kind: CustomerKind
    external_id: str
    outcome: str
    customer_number: str
    name: str

    @classmethod
    def of(cls, linked: LinkedCustomer) -> "CustomerLinkBody":
        return cls(
            kind=linked.wanted.kind,
            external_id=linked.wanted.external_id,
            outcome=linked.outcome,
            customer_number=linked.customer_number,
            name=linked.name,
        )
