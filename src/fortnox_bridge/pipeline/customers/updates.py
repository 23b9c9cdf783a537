"""What an existing customer's card lacks or says differently, as far as each row may overwrite it (F28). Pure."""

from dataclasses import replace

from fortnox_bridge.domain.customer import Customer
from fortnox_bridge.domain.draft_plan import CustomerUpdate
from fortnox_bridge.domain.fortnox_fields import CustomerField, VatType
from fortnox_bridge.domain.mapped import mapped_text
from fortnox_bridge.domain.origin import Origin, ValueOrigin
from fortnox_bridge.domain.records import CustomerRecord
from fortnox_bridge.domain.rules import Overwrite, PartyRules
from fortnox_bridge.pipeline.customers.fields import checked_value, is_same_value
from fortnox_bridge.pipeline.customers.filling import party_country
from fortnox_bridge.pipeline.customers.party import Sought


def planned_update(sought: Sought, party: Customer, rules: PartyRules, record: CustomerRecord) -> CustomerUpdate | None:
    """None: the card says everything already. An empty source value changes nothing, so nothing is ever blanked."""
    if not record.card:
        # Only its list row was seen: what is not known to be empty must not be filled.
        return None
    country = party_country(sought, party, rules) or record.country_code
    fields: dict[CustomerField, str] = {}
    origins: dict[CustomerField, Origin] = {}
    for row in rules.mapping:
        if row.overwrite is Overwrite.ON_CREATION or row.target is CustomerField.CUSTOMER_NUMBER:
            continue
        held, stated = record.card.get(row.target, ""), mapped_text(row, sought)
        if stated is None or (held and row.overwrite is Overwrite.IF_EMPTY):
            continue
        value = checked_value(row.target, stated.text, label=stated.by, party=party, country=country).text
        if value and not is_same_value(row.target, value, held):
            fields[row.target], origins[row.target] = value, Origin(ValueOrigin.SOURCE, stated.by)
    return CustomerUpdate(record.number, fields, origins) if fields else None


def as_updated(record: CustomerRecord, update: CustomerUpdate | None) -> CustomerRecord:
    """The customer as they will be: what the draft's answer and its VAT are judged by."""
    if update is None:
        return record
    card = {**record.card, **update.fields}
    vat_type = update.fields.get(CustomerField.VAT_TYPE)
    return replace(
        record,
        name=update.fields.get(CustomerField.NAME, record.name),
        organisation_number=update.fields.get(CustomerField.ORGANISATION_NUMBER, record.organisation_number),
        email=update.fields.get(CustomerField.EMAIL, record.email),
        country_code=update.fields.get(CustomerField.COUNTRY_CODE, record.country_code),
        currency=update.fields.get(CustomerField.CURRENCY, record.currency),
        vat_number=update.fields.get(CustomerField.VAT_NUMBER, record.vat_number),
        vat_type=VatType(vat_type) if vat_type else record.vat_type,
        card=card,
    )
