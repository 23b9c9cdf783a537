"""`document`: what the draft says and how it lives on."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from fortnox_bridge.domain.fortnox_fields import DocumentField, RowField
from fortnox_bridge.domain.rules import Attachments, DocumentDate, Instalments, LockedPeriod, Overwrite, Recurring
from fortnox_bridge.sync_settings.v2.base import Article, HeadField, Id, Mapping, Section, refuse_doubles

Reference = Annotated[str, StringConstraints(min_length=1, max_length=50, strip_whitespace=True)]


class OwnerRow(Section):
    """One owner of deals in the source and the reference they are in Fortnox (F53)."""

    owner: Id = Field(description="The owner's id or e-mail in the source")
    reference: Reference = Field(description="Our reference, at most 50 characters")


class OurReference(Section):
    """Our reference on the document (F53). A mapping row for `our_reference` comes before all of it."""

    owners: tuple[OwnerRow, ...] = Field(
        default=(), max_length=500, description="References by owner of the deal (F53)"
    )
    use_owner_name: bool = Field(default=True, description="Else the owner's name in the source (F53)")
    default: Reference | None = Field(default=None, description="Else this one; None: the customer card's (F53)")


class Document(Section):
    """How the draft is made (F50-F63)."""

    mark_not_completed: bool = Field(
        default=False,
        description="Mark drafts as not finished in Fortnox (F50). Drafts are never sent or booked either way",
    )
    mapping: tuple[Mapping[DocumentField], ...] = Field(
        default=(),
        max_length=60,
        description="Rows that fill the header: references and notes, days, delivery and billing address, terms "
        "(F51, F52, F54, F58). Remarks replace the company's standard text; orders have no due date; an address is "
        "sent as a whole or not at all. Codes may also be named by their description",
    )
    row_mapping: tuple[Mapping[RowField], ...] = Field(
        default=(),
        max_length=10,
        description="Rows that fill each priced row: text, unit, cost centre, project, account (F47)",
    )
    date: DocumentDate = Field(
        default=DocumentDate.TRIGGER_DAY,
        description="The document's day: `trigger_day`, or the day in a `source` field (F52)",
    )
    date_source: HeadField | None = Field(default=None, description="The source field for `source` (F52)")
    when_period_is_locked: LockedPeriod = Field(
        default=LockedPeriod.PARK,
        description="When that day lies in a locked period: `park`, or take the `next_open_day` (F52)",
    )
    delivery_working_days: Annotated[int, Field(ge=0, le=250)] | None = Field(
        default=None,
        description="Delivery date so many Swedish working days after the mapped `delivery_date`, or after the "
        "document's day (F52)",
    )
    our_reference: OurReference = Field(default=OurReference(), description="Our reference (F53)")
    allowed_difference: Annotated[Decimal, Field(ge=0, le=10, max_digits=4, decimal_places=2)] = Field(
        default=Decimal(0),
        description="How far the document's total may miss the source's before the deal waits, in the document's "
        'currency, as text such as `"0.05"`; a rounding row makes up for it (F57)',
    )
    rounding_article: Article | None = Field(default=None, description="The article of the rounding row (F57)")
    instalments: Instalments = Field(
        default=Instalments.PARK,
        description="A deal paid in instalments: `park`, one `full` document, or `one_draft_each` (F63)",
    )
    instalment_article: Article | None = Field(default=None, description="The article of an instalment's rows (F63)")
    recurring: Recurring = Field(
        default=Recurring.PARK,
        description="Lines billed again and again: `park`, the `first_period`, or the `full_term` (F63)",
    )
    attach: Attachments = Field(
        default=Attachments.NONE,
        description=(
            "Files of the deal on the Fortnox document: `none`, `pdf` or `all`; "
            "PDFs go along when a person sends the document (F62)"
        ),
    )
    follow_edits: bool = Field(
        default=False,
        description="Whether the draft follows later edits of the deal until a person touches, sends or books it (F61)",
    )
    warehouse_ready: bool = Field(default=False, description="Mark the invoice ready for the warehouse module (F66)")

    @model_validator(mode="after")
    def _sound(self) -> "Document":
        refuse_doubles(self.mapping)
        refuse_doubles(self.row_mapping)
        policies = {row.overwrite for row in self.mapping} | {row.overwrite for row in self.row_mapping}
        if policies - {Overwrite.ON_CREATION}:
            raise ValueError("`overwrite` has no meaning for the document: a draft is written as a whole")
        if self.date is DocumentDate.SOURCE and self.date_source is None:
            raise ValueError("`date` is `source`, so `date_source` must name the field")
        if self.allowed_difference and self.rounding_article is None:
            raise ValueError("`allowed_difference` needs a `rounding_article` for the row that makes up for it")
        if self.instalments is Instalments.ONE_DRAFT_EACH and self.instalment_article is None:
            raise ValueError("`instalments` is `one_draft_each`, so `instalment_article` must name the article")
        owners = [row.owner.casefold() for row in self.our_reference.owners]
        if len(set(owners)) < len(owners):
            raise ValueError("`our_reference.owners` names an owner twice")
        return self
