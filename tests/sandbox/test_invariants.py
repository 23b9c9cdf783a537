"""What must hold of the simulated Fortnox however it is used."""

import asyncio
from decimal import Decimal as D

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fortnox_bridge.sandbox.fortnox.document_kinds import INVOICE
from fortnox_bridge.sandbox.fortnox.documents import create_document, update_document
from fortnox_bridge.sandbox.fortnox.seed import FIRST_COMPANY, plant_standard_records
from fortnox_bridge.sandbox.fortnox.standard_company import open_company
from fortnox_bridge.sandbox.json_codec import decode, encode
from fortnox_bridge.sdk.simulator import SimulatedClock

prices = st.decimals(D("-9999"), D("99999"), places=4)
rows = st.lists(
    st.fixed_dictionaries(
        {"Description": st.just("Rad"), "Price": prices, "DeliveredQuantity": st.decimals(D(-99), D(999), places=3)},
        optional={
            "VAT": st.sampled_from([D(25), D(12), D(6), D(0)]),
            "Discount": st.decimals(D(0), D(100), places=3),
            "DiscountType": st.sampled_from(["AMOUNT", "PERCENT"]),
            "ArticleNumber": st.sampled_from(["KONS", "BOK-1", "KAFFE"]),
        },
    ),
    min_size=1,
    max_size=5,
)


def make_company(clock):
    company = open_company(FIRST_COMPANY, SimulatedClock(clock))
    plant_standard_records(company)
    return company


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(rows, rows, st.booleans(), st.booleans())
def test_document_amounts_agree_and_survive_json(clock, first, second, included, kronor):
    company = make_company(clock)
    company.knobs.round_off = kronor
    payload = {"CustomerNumber": "2", "VATIncluded": included, "InvoiceRows": first}
    invoice = create_document(company, INVOICE, payload)
    update_document(company, INVOICE, "1001", {"InvoiceRows": second})
    fields = invoice.fields
    assert len(invoice.rows) == len(second)
    row_sum = sum((row["Total"] for row in invoice.rows), D(0))
    fees = fields["Freight"] + fields["AdministrationFee"]
    vat = D(0) if included else fields["TotalVAT"]
    assert fields["Total"] == row_sum + fees + vat + fields["RoundOff"]
    assert fields["Balance"] == fields["TotalToPay"] == fields["Total"]
    shown = {name: value for name, value in fields.items() if isinstance(value, D)}
    again = decode(encode(shown))
    assert {name: D(value) for name, value in again.items()} == shown


async def test_parallel_creation_gives_every_document_a_number_of_its_own(fortnox):
    made = await asyncio.gather(*(fortnox.invoice({"Description": "x"}) for _ in range(40)))
    assert sorted(int(invoice["DocumentNumber"]) for invoice in made) == list(range(1001, 1041))
    customers = await asyncio.gather(
        *(fortnox.create("Customer", "/customers", {"Name": f"Kund {n}"}) for n in range(20))
    )
    assert len({customer["CustomerNumber"] for customer in customers}) == 20


async def test_parallel_creation_with_one_own_number_succeeds_once(fortnox):
    payload = {"Customer": {"Name": "Samma", "CustomerNumber": "PD-77"}}
    answers = await asyncio.gather(*(fortnox.call("POST", "/customers", payload) for _ in range(20)))
    assert [answer.status_code for answer in answers].count(201) == 1
    refused = [answer.json()["ErrorInformation"]["code"] for answer in answers if answer.status_code == 400]
    assert set(refused) == {2000637}
