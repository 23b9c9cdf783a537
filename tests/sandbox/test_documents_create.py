from datetime import date
from decimal import Decimal as D

import pytest

TEXT = {"Description": "Enligt avtal"}
KONS = {"ArticleNumber": "KONS", "DeliveredQuantity": "1"}
FREE = {"Description": "Arbete", "DeliveredQuantity": "1", "Price": 100, "VAT": 25}


def with_discount_off(**row: object) -> dict:
    return {"Discount": 0, "DiscountType": "PERCENT", **row}


async def test_invoice_with_customer_only_is_a_numbered_draft(fortnox):
    invoice = await fortnox.create("Invoice", "/invoices", {"CustomerNumber": "1"})
    assert invoice["DocumentNumber"] == "1001"
    assert (invoice["Booked"], invoice["Sent"], invoice["Cancelled"]) == (False, False, False)
    assert (invoice["InvoiceDate"], invoice["DueDate"]) == ("2026-11-23", "2026-12-23")
    assert (invoice["PriceList"], invoice["Language"], invoice["PrintTemplate"]) == ("A", "SV", "st")
    assert (invoice["Credit"], invoice["CreditInvoiceReference"], invoice["OrderReference"]) == ("false", "0", "0")
    assert invoice["CurrencyRate"] == 1
    assert invoice["Country"] == "Sverige"
    assert invoice["OCR"].startswith("1001")


async def test_invoice_day_is_the_swedish_one(fortnox, clock):
    clock.advance(14.5 * 3600)
    await fortnox.connect()
    assert (await fortnox.invoice(TEXT))["InvoiceDate"] == "2026-11-24"


async def test_card_leaks_discount_fee_and_delivery_address_unless_sent(fortnox):
    leaky = await fortnox.invoice(FREE, CustomerNumber="2", DeliveryName="Annan mottagare", DeliveryCity="Ystad")
    assert leaky["AdministrationFee"] == 29
    assert leaky["InvoiceRows"][0]["Discount"] == 5
    assert (leaky["DeliveryName"], leaky["DeliveryCity"]) == ("Annan mottagare", "Ystad")
    # Mixed with the card's own second line and street: the trap of facts 6.1.
    assert (leaky["DeliveryAddress1"], leaky["DeliveryAddress2"]) == ("Bakgården 2", "Port B")
    assert leaky["Total"] == D("95") * D("1.25") + D("36.25")
    blanks = dict.fromkeys(
        ("DeliveryName", "DeliveryAddress1", "DeliveryAddress2", "DeliveryZipCode", "DeliveryCity"), "API_BLANK"
    )
    tight = await fortnox.invoice({**FREE, **with_discount_off()}, CustomerNumber="2", AdministrationFee=0, **blanks)
    assert (tight["Total"], tight["DeliveryAddress2"]) == (125, "")


async def test_freight_and_fee_carry_vat(fortnox):
    invoice = await fortnox.invoice(FREE, Freight=49, AdministrationFee=29)
    assert (invoice["FreightVAT"], invoice["AdministrationFeeVAT"]) == (D("12.25"), D("7.25"))
    assert (invoice["TotalVAT"], invoice["Total"]) == (D("44.5"), D("222.5"))


async def test_article_fills_what_the_row_leaves_out(fortnox):
    row = (await fortnox.invoice({"ArticleNumber": "BOK-1", "DeliveredQuantity": 2}))["InvoiceRows"][0]
    assert (row["Description"], row["Unit"], row["Price"], row["VAT"], row["AccountNumber"]) == (
        "Handbok",
        "st",
        249,
        6,
        3003,
    )
    assert (row["DeliveredQuantity"], row["Total"]) == ("2", 498)


async def test_quantity_and_price_are_rounded_half_up_to_two_decimals(fortnox):
    row = (await fortnox.invoice({**FREE, "DeliveredQuantity": "1.125", "Price": 0.335}))["InvoiceRows"][0]
    assert (row["DeliveredQuantity"], row["Price"], row["Total"]) == ("1.13", D("0.34"), D("0.38"))


async def test_discount_amount_is_for_the_row_and_default_type_is_amount(fortnox):
    rows = [
        {**FREE, "DeliveredQuantity": "3", "Discount": 50, "DiscountType": "AMOUNT"},
        {**FREE, "DeliveredQuantity": "3", "Discount": 10, "DiscountType": "PERCENT"},
        {**FREE, "DeliveredQuantity": "3", "Discount": 10},
    ]
    shown = (await fortnox.invoice(*rows))["InvoiceRows"]
    assert [(row["Total"], row["DiscountType"]) for row in shown] == [
        (250, "AMOUNT"),
        (270, "PERCENT"),
        (290, "AMOUNT"),
    ]


async def test_vat_included_reads_prices_as_gross(fortnox):
    invoice = await fortnox.invoice({**FREE, "Price": 125}, VATIncluded=True)
    assert (invoice["Net"], invoice["TotalVAT"], invoice["Total"]) == (100, 25, 125)
    assert invoice["InvoiceRows"][0]["PriceExcludingVAT"] == 100


async def test_round_off_moves_total_to_whole_kronor_in_sek_only(fortnox):
    await fortnox.configure(round_off=True)
    row = {**FREE, "Price": 99.6}
    invoice = await fortnox.invoice(row)
    assert (invoice["Total"], invoice["TotalToPay"], invoice["RoundOff"]) == (125, 125, D("0.5"))
    euro = await fortnox.invoice(row, Currency="EUR")
    assert (euro["Total"], euro["RoundOff"]) == (D("124.5"), 0)


async def test_currency_rate_and_unit_come_from_the_register(fortnox):
    euro = await fortnox.invoice(FREE, Currency="EUR")
    assert (euro["CurrencyRate"], euro["CurrencyUnit"]) == (D("11.4215"), 1)
    danish = await fortnox.invoice(FREE, Currency="DKK", CurrencyUnit="API_BLANK")
    assert (danish["CurrencyRate"], danish["CurrencyUnit"]) == (D("153.12"), 100)
    wrong = await fortnox.invoice(FREE, Currency="EUR", CurrencyRate=1)
    assert wrong["CurrencyRate"] == 1


@pytest.mark.parametrize(
    ("vat_type", "rate", "account"),
    [
        ("SEVAT", 25, 3041),
        ("SEREVERSEDVAT", 0, 3231),
        ("EUREVERSEDVAT", 0, 3108),
        ("EUVAT", 25, 3106),
        ("EXPORT", 0, 3105),
    ],
)
async def test_customers_vat_type_decides_rate_and_account(fortnox, vat_type, rate, account):
    await fortnox.seed(edit_customer={"CustomerNumber": "1", "VATType": vat_type})
    row = (await fortnox.invoice({**KONS, "VAT": 25}))["InvoiceRows"][0]
    assert (row["VAT"], row["AccountNumber"]) == (rate, account)


async def test_row_without_vat_takes_the_rate_of_its_account(fortnox):
    rows = [
        {"Description": "x", "DeliveredQuantity": "1", "Price": 10, "AccountNumber": number}
        for number in (3001, 3002, 3004)
    ]
    shown = (await fortnox.invoice(*rows))["InvoiceRows"]
    assert [row["VAT"] for row in shown] == [25, 12, 0]


async def test_fractional_rate_needs_an_account_that_carries_it(fortnox):
    row = {**FREE, "VAT": 25.5}
    assert await fortnox.refused_invoice(row) == 2990012
    await fortnox.seed(
        vat_codes={"OSSFI": 25.5},
        registers={"accounts": [{"Number": 3107, "Description": "OSS Finland", "VATCode": "OSSFI"}]},
    )
    assert await fortnox.refused_invoice(row) == 2004167
    invoice = await fortnox.invoice({**row, "AccountNumber": 3107})
    assert (invoice["InvoiceRows"][0]["VAT"], invoice["Total"]) == (D("25.5"), D("125.5"))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Currency": "JPY"}, 2000427),
        ({"TermsOfPayment": "45"}, 2000429),
        ({"PriceList": "Z"}, 2000431),
        ({"TermsOfDelivery": "X"}, 2000435),
        ({"WayOfDelivery": "X"}, 2990009),
        ({"Project": "X"}, 2001161),
        ({"CostCenter": "X"}, 2990010),
        ({"InvoiceDate": "1999-01-01"}, 2990018),
        ({"InvoiceDate": "23/11 2026"}, 2990007),
        ({"DocumentNumber": "A1"}, 2000108),
        ({"Language": "NO"}, 2990003),
        ({"Labels": [{"Id": 99}]}, 2990022),
        ({"ExternalInvoiceReference1": "x" * 81}, 2990005),
        ({"YourOrderNumber": "x" * 76}, 2990005),
    ],
)
async def test_invoice_header_outside_the_registers_is_refused_by_code(fortnox, change, code):
    assert await fortnox.refused_invoice(FREE, **change) == code


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({**KONS, "ArticleNumber": "NOPE"}, 2001302),
        ({**FREE, "AccountNumber": 9999}, 2001304),
        ({**FREE, "AccountNumber": 99999}, 2990008),
        ({**FREE, "Unit": "famn"}, 2000432),
        ({**FREE, "Project": "X"}, 2001161),
        ({**FREE, "CostCenter": "X"}, 2990010),
        ({**FREE, "VAT": 17}, 2990012),
        ({**FREE, "VATCode": "XX"}, 2990012),
        ({**FREE, "HouseWork": True}, 2003157),
        ({**FREE, "Price": 9e9, "DeliveredQuantity": "9999999"}, 2000108),
    ],
)
async def test_row_outside_the_registers_is_refused_by_code(fortnox, row, code):
    assert await fortnox.refused_invoice(row) == code


async def test_inactive_article_account_and_mandatory_cost_centre_block_the_row(fortnox):
    await fortnox.seed(edit_article={"ArticleNumber": "KAFFE", "Active": False})
    assert await fortnox.refused_invoice({"ArticleNumber": "KAFFE"}) == 2990013
    await fortnox.seed(registers={"accounts": [{"Number": 3041, "Active": False}]})
    assert await fortnox.refused_invoice(KONS) == 2000550
    await fortnox.seed(registers={"accounts": [{"Number": 3001, "CostCenterSettings": "MANDATORY"}]})
    # The text row carries the default account too, unless it is blanked.
    assert await fortnox.refused_invoice(TEXT) == 2990011
    await fortnox.invoice({**TEXT, "AccountNumber": "API_BLANK"})
    await fortnox.invoice(TEXT, CostCenter="FOR")


async def test_housework_type_on_the_article_blocks_a_plain_invoice(fortnox):
    await fortnox.seed(edit_article={"ArticleNumber": "KONS", "HouseworkType": "HVAC"})
    assert await fortnox.refused_invoice(KONS) == 2004021
    assert await fortnox.refused_invoice({**KONS, "HouseWork": False}) == 2004021


async def test_locked_period_refuses_an_invoice_dated_in_it(fortnox):
    await fortnox.configure(locked_period_end="2026-10-31")
    assert (await fortnox.get("/settings/lockedperiod"))["LockedPeriod"]["EndDate"] == "2026-10-31"
    assert await fortnox.refused_invoice(FREE, InvoiceDate="2026-10-31") == 2000401
    await fortnox.invoice(FREE, InvoiceDate="2026-11-01")


async def test_removed_way_of_delivery_on_the_card_blocks_new_documents(fortnox):
    await fortnox.seed(
        edit_customer={"CustomerNumber": "1", "WayOfDelivery": "P"}, remove_registers={"wayofdeliveries": ["P"]}
    )
    assert await fortnox.refused_invoice(FREE) == 2990009
    await fortnox.invoice(FREE, WayOfDelivery="API_BLANK")


async def test_second_text_row_after_an_article_becomes_a_priced_row(fortnox):
    once = await fortnox.invoice(KONS, TEXT)
    assert once["Net"] == 950
    twice = await fortnox.invoice(KONS, TEXT, {**TEXT, "ArticleNumber": "API_BLANK", "Price": "API_BLANK"})
    assert twice["Net"] == 1900
    assert twice["InvoiceRows"][2]["ArticleNumber"] == "KONS"
    apart = await fortnox.invoice(TEXT, TEXT, KONS, TEXT, KONS)
    assert apart["Net"] == 1900


async def test_article_row_without_quantity_counts_nothing(fortnox):
    assert (await fortnox.invoice({"ArticleNumber": "KONS"}))["Total"] == 0


async def test_empty_text_takes_the_default_and_null_clears_the_article(fortnox):
    rows = [{**KONS, "Unit": "", "Description": ""}, {**FREE, "ArticleNumber": None}]
    shown = (await fortnox.invoice(*rows))["InvoiceRows"]
    assert (shown[0]["Unit"], shown[0]["Description"], shown[1]["ArticleNumber"]) == ("h", "Konsultation", "")


async def test_long_row_text_is_cut_without_a_word(fortnox):
    row = (await fortnox.invoice({"Description": "x" * 300}))["InvoiceRows"][0]
    assert len(row["Description"]) == 255


async def test_order_cuts_address_and_order_number_silently(fortnox):
    order = await fortnox.order(TEXT, YourOrderNumber="y" * 40, DeliveryAddress1="a" * 70)
    assert (len(order["YourOrderNumber"]), len(order["DeliveryAddress1"])) == (30, 60)


async def test_series_passes_over_numbers_that_were_chosen(fortnox):
    chosen = await fortnox.invoice(FREE, DocumentNumber="1001")
    assert chosen["DocumentNumber"] == "1001"
    assert await fortnox.refused_invoice(FREE, DocumentNumber="1001") == 2990014
    assert (await fortnox.invoice(FREE, DocumentNumber="90000"))["DocumentNumber"] == "90000"
    assert (await fortnox.invoice(FREE))["DocumentNumber"] == "1002"


async def test_refused_invoice_takes_no_number(fortnox):
    await fortnox.refused_invoice({**FREE, "Unit": "famn"})
    assert (await fortnox.invoice(FREE))["DocumentNumber"] == "1001"


async def test_order_quantities_default_to_zero_and_invoice_only_what_was_delivered(fortnox):
    order = await fortnox.order({"ArticleNumber": "KONS", "OrderedQuantity": 1})
    row = order["OrderRows"][0]
    assert (row["OrderedQuantity"], row["DeliveredQuantity"], order["Total"]) == ("1", "0", D("1187.5"))
    await fortnox.act(f"/orders/{order['DocumentNumber']}/createinvoice")
    assert (await fortnox.get("/invoices/1001"))["Invoice"]["Total"] == 0


async def test_order_has_no_due_date_and_its_own_series(fortnox):
    order = await fortnox.order(TEXT)
    assert (order["DocumentNumber"], order["DeliveryState"]) == ("501", "delivery")
    assert "DueDate" not in order
    assert "Balance" not in order
    assert await fortnox.refused_order(TEXT, DueDate=str(date(2026, 12, 1))) == 2001399
