"""A customer's card both ways: what is sent is what is read, and what the description allows."""

import pytest
from tests.fortnox.plans import make_customer
from tests.vendor_specs import fortnox as description

from fortnox_bridge.domain.draft_plan import CustomerUpdate
from fortnox_bridge.domain.fortnox_fields import CustomerField, VatType
from fortnox_bridge.domain.wire_json import encode_json
from fortnox_bridge.fortnox import wire
from fortnox_bridge.fortnox.customer_card import change_payload, customer_payload, record_of, record_of_row

needs_description = pytest.mark.skipif(not description.is_here(), reason=description.WHY_SKIPPED)
SAMPLES = {
    CustomerField.ORGANISATION_NUMBER: "556016-0680",
    CustomerField.COUNTRY_CODE: "SE",
    CustomerField.DELIVERY_COUNTRY_CODE: "NO",
    CustomerField.VISITING_COUNTRY_CODE: "DK",
    CustomerField.GLN: "7" * 13,
    CustomerField.GLN_DELIVERY: "8" * 13,
    CustomerField.SALES_ACCOUNT: "3001",
    CustomerField.CURRENCY: "SEK",
    CustomerField.INVOICE_DELIVERY_TYPE: "EMAIL",
    CustomerField.VAT_TYPE: "eu_reverse_charge",
}
CHANGEABLE = [field for field in CustomerField if field is not CustomerField.CUSTOMER_NUMBER]


def test_customer_sets_both_addresses_for_mail_and_the_nested_defaults():
    payload = customer_payload(make_customer(invoice_template="st", invoice_delivery_type="EMAIL"))
    assert payload["OrganisationNumber"] == "556016-0680"
    assert payload["EmailInvoice"] == payload["Email"]
    assert payload["DefaultTemplates"] == {"Invoice": "st"}
    assert payload["DefaultDeliveryTypes"] == {"Invoice": "EMAIL"}
    assert payload["VATType"] == "SEVAT"
    assert payload["ExternalReference"] == make_customer().marker


@needs_description
@pytest.mark.parametrize("field", CustomerField)
def test_every_customer_field_is_one_that_fortnox_takes(field):
    payload = customer_payload(make_customer(**{field.value: SAMPLES.get(field, "30")}))
    assert _violations("POST", "/3/customers", {"Customer": payload}) == []
    assert len(payload) > 6


@needs_description
@pytest.mark.parametrize("field", CHANGEABLE)
def test_change_names_its_one_field_and_reads_back_as_what_was_sent(field):
    text = SAMPLES.get(field, "30")
    payload = change_payload(CustomerUpdate("1042", {field: text}, {}))
    assert len(payload) == 1
    assert _violations("PUT", "/3/customers/1042", {"Customer": payload}) == []
    found = record_of(wire.Customer.model_validate({"CustomerNumber": "1042", **payload}))
    assert found.card == {CustomerField.CUSTOMER_NUMBER: "1042", field: text}


def test_untouched_choices_and_empty_fields_are_no_part_of_the_card():
    found = record_of(
        wire.Customer.model_validate(
            {"CustomerNumber": "7", "DefaultTemplates": {"Invoice": "DEFAULTTEMPLATE"}, "GLN": None, "Fax": ""}
            | {"DefaultDeliveryTypes": None, "VATType": "NEW"}
        )
    )
    assert found.card == {CustomerField.CUSTOMER_NUMBER: "7"}


def test_list_row_says_nothing_of_the_card_and_counts_as_active():
    row = wire.CustomerRow.model_validate({"CustomerNumber": "7", "Name": "Ek", "City": "Oslo", "Phone": "1"})
    found = record_of_row(row)
    assert (found.number, found.name, found.city, found.is_active, found.card) == ("7", "Ek", "Oslo", True, {})


def test_vat_type_is_read_onto_the_record_and_the_card():
    found = record_of(wire.Customer.model_validate({"CustomerNumber": "7", "VATType": "EXPORT"}))
    assert (found.vat_type, found.card[CustomerField.VAT_TYPE]) == (VatType.EXPORT, "export")


def _violations(method: str, path: str, body: object) -> list[str]:
    return description.violations(method, path, [], "application/json", encode_json(body))
