"""Fields that customers are found by: one form for equal values, however often it is made and wherever it is read."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fortnox_bridge.domain.customer_keys import comparable, value_of
from fortnox_bridge.domain.fortnox_fields import CustomerField
from fortnox_bridge.domain.records import CustomerRecord
from fortnox_bridge.domain.rules import CustomerKey

PIECES = st.sampled_from(
    ["http://", "https://", "www.", "/", "SE", "01", "16", "+46", "0", "013-", "5560360793", "ek.se", " ", "İ"]
)
TEXTS = st.text(max_size=40) | st.lists(PIECES, max_size=6).map("".join)


@given(st.sampled_from(CustomerKey), TEXTS)
@example(CustomerKey.WEBSITE, "http://https://www.ek.se//")
@example(CustomerKey.PHONE, "00000000")
@settings(max_examples=400)
def test_form_is_its_own_form(key, text):
    form = comparable(key, text)

    assert comparable(key, form) == form


@pytest.mark.parametrize(
    ("key", "one", "other"),
    [
        (CustomerKey.ORGANISATION_NUMBER, "SE556036079301", "16556036-0793"),
        (CustomerKey.PHONE, "013-12 34 56", "+46 13 12 34 56"),
        (CustomerKey.EMAIL, "Info@Ek.example", " info@ek.example"),
        (CustomerKey.WEBSITE, "https://www.ek.example/", "ek.example"),
        (CustomerKey.VAT_NUMBER, "DE 811.907.980", "de811907980"),
        (CustomerKey.NAME, "Ek  AB", "ek ab"),
        (CustomerKey.GLN, "73 50000 00000 1", "7350000000001"),
    ],
)
def test_equal_values_have_one_form(key, one, other):
    assert comparable(key, one) == comparable(key, other) != ""


def test_each_key_reads_its_own_field():
    card = {
        CustomerField.PHONE: "013-12 34 56",
        CustomerField.INVOICE_EMAIL: "faktura@ek.example",
        CustomerField.GLN: "7350000000001",
        CustomerField.YOUR_REFERENCE: "Otto",
        CustomerField.WEBSITE: "www.ek.example",
    }
    record = CustomerRecord(
        "7", "Ek AB", "556036-0793", "info@ek.example", None, None, None, is_active=True, vat_number="DE811907980",
        external_reference="fb:1", card=card,
    )  # fmt: skip

    assert {key: value_of(record, key) for key in CustomerKey} == {
        CustomerKey.ORGANISATION_NUMBER: "5560360793",
        CustomerKey.EMAIL: "info@ek.example",
        CustomerKey.NAME: "ek ab",
        CustomerKey.CUSTOMER_NUMBER: "7",
        CustomerKey.PHONE: "+4613123456",
        CustomerKey.VAT_NUMBER: "DE811907980",
        CustomerKey.INVOICE_EMAIL: "faktura@ek.example",
        CustomerKey.GLN: "7350000000001",
        CustomerKey.EXTERNAL_REFERENCE: "fb:1",
        CustomerKey.YOUR_REFERENCE: "otto",
        CustomerKey.WEBSITE: "ek.example",
    }
