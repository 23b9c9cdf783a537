"""`customers`: who the document is for, how they are found, and what new ones start with."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from fortnox_bridge.domain.fortnox_fields import CustomerField, VatType
from fortnox_bridge.domain.rules import CustomerKey, EmptyMatchField, MissingCustomer, Schedule, WhenChanged
from fortnox_bridge.sync_settings.v2.base import (
    AccountNumber,
    CountryCode,
    CurrencyCode,
    HeadField,
    Mapping,
    PriceList,
    PrintTemplate,
    Section,
    TermsOfDelivery,
    TermsOfPayment,
    WayOfDelivery,
    WrittenPartyField,
    refuse_doubles,
)


class Match(Section):
    """Compare one source field with one Fortnox field (F20)."""

    source: HeadField = Field(description="The source field to compare")
    key: CustomerKey = Field(
        description="The Fortnox field to compare with. Those that Fortnox cannot search by (`vat_number`, "
        "`invoice_email`, `external_reference`, `your_reference`, `website`) are looked up in a local copy of the "
        "customer register (F20)"
    )


class Number(Section):
    """Where customer numbers come from and go to (F25)."""

    read_from: HeadField | None = Field(
        default=None, description="Source field that holds the customer number to use. None: Fortnox issues it (F25)"
    )
    write_to: WrittenPartyField | None = Field(
        default=None, description="Source field that the customer number is written to. None: nowhere (F25)"
    )


class Party(Section):
    """How companies, or persons, are found and made in Fortnox (F20-F28)."""

    match: tuple[Match, ...] = Field(
        min_length=1,
        max_length=10,
        description="Pairs tried in order; the first with any exact hit decides: one active hit wins, several wait "
        "for a choice, only inactive ones wait too (F20, F21, F22)",
    )
    when_match_field_is_empty: EmptyMatchField = Field(
        default=EmptyMatchField.PARK,
        description="`park`: wait and name the empty field. `next`: go on to the next pair (F23)",
    )
    when_missing: MissingCustomer = Field(
        default=MissingCustomer.CREATE, description="`create` the customer in Fortnox, or `park` and wait (F24)"
    )
    mapping: tuple[Mapping[CustomerField], ...] = Field(
        max_length=100, description="Rows that fill the customer (F27, F29). A row for `name` is required"
    )
    number: Number = Field(default=Number(), description="The customer number, either way (F25)")

    @model_validator(mode="after")
    def _sound_mapping(self) -> "Party":
        targets = [row.target for row in self.mapping]
        if CustomerField.NAME not in targets:
            raise ValueError("the mapping needs a row for `name`: Fortnox has no customer without one")
        if CustomerField.CUSTOMER_NUMBER in targets:
            raise ValueError("the customer number is set by `number.read_from`, not by the mapping")
        refuse_doubles(self.mapping)
        return self


class CustomerDefaults(Section):
    """Values for new customers where the source has none (F26). Existing customers keep what their card says.

    Fortnox has no field for a customer group.
    """

    terms_of_payment: TermsOfPayment | None = Field(
        default=None, description="Code of the terms of payment, such as `30` (F26)"
    )
    terms_of_delivery: TermsOfDelivery | None = Field(default=None, description="Code of the terms of delivery (F26)")
    way_of_delivery: WayOfDelivery | None = Field(default=None, description="Code of the way of delivery (F26)")
    price_list: PriceList | None = Field(default=None, description="Code of the price list (F26)")
    currency: CurrencyCode | None = Field(default=None, description="Currency, three letters (F26)")
    sales_account: AccountNumber | None = Field(default=None, description="Sales account, four digits (F26)")
    invoice_template: PrintTemplate | None = Field(default=None, description="Name of the invoice template (F26)")
    invoice_delivery_type: Literal["PRINT", "EMAIL", "PRINTSERVICE"] | None = Field(
        default=None, description="`PRINT`, `EMAIL` or `PRINTSERVICE` (F26)"
    )
    our_reference: Annotated[str, StringConstraints(max_length=50)] | None = Field(
        default=None, description="Our reference on the card, at most 50 characters (F26)"
    )
    vat_type: VatType | None = Field(
        default=None,
        description="`swedish_reverse_charge` gives new Swedish businesses reverse charge, for a builder who sells to "
        "builders. Anything else, and None: as decided by country and party (F26, F56)",
    )


class Customers(Section):
    """Companies, persons, and what new customers start with."""

    company: Party = Field(description="Deals with a company")
    contact: Party = Field(description="Private persons; the same settings as for companies")
    contacts_as_customers: bool = Field(
        default=False,
        description="Whether a deal without a company may be invoiced to its contact. Off: such a deal waits and its "
        "note says so (F21)",
    )
    defaults: CustomerDefaults = Field(
        default=CustomerDefaults(),
        description="For new customers only; Fortnox has no field for the customer group of other systems (F26)",
    )
    default_country: CountryCode | None = Field(
        default=None, description="Country of customers whose record names none, as two letters such as `SE` (F29, F56)"
    )
    when_changed: WhenChanged = Field(
        default=WhenChanged.NEXT_USE,
        description="When a change in the source reaches a linked customer, by the mapping rows' `overwrite`: at its "
        "`next_use`, or `at_once` (F49)",
    )
    scheduled_sync: Schedule = Field(
        default=Schedule.NEVER,
        description="Bring every linked customer up to date `daily` or `weekly`; or `never` (F16)",
    )

    @model_validator(mode="after")
    def _own_fields(self) -> "Customers":
        for name, party in (("company", self.company), ("contact", self.contact)):
            field = party.number.write_to
            if field is not None and not field.startswith(f"{name}."):
                raise ValueError(f"`{name}.number.write_to` names {field!r}, which is no field of the {name}")
        return self
