from datetime import timedelta

import pytest

FREE = {"Description": "Arbete", "DeliveredQuantity": "1", "Price": 100, "VAT": 25}


async def numbers(fortnox, **query: object) -> list[str]:
    return [row["DocumentNumber"] for row in (await fortnox.get("/invoices", **query))["Invoices"]]


async def test_empty_list_counts_zero_pages(fortnox):
    assert (await fortnox.get("/orders")) == {
        "MetaInformation": {"@TotalResources": 0, "@TotalPages": 0, "@CurrentPage": 1},
        "Orders": [],
    }


async def test_pages_and_offset_cut_the_same_list(fortnox):
    for _ in range(5):
        await fortnox.invoice(FREE)
    page = await fortnox.get("/invoices", limit=2, page=2)
    assert page["MetaInformation"] == {"@TotalResources": 5, "@TotalPages": 3, "@CurrentPage": 2}
    assert [row["DocumentNumber"] for row in page["Invoices"]] == ["1003", "1004"]
    assert await numbers(fortnox, limit=2, offset=4) == ["1005"]
    assert await numbers(fortnox, page=9) == []
    assert await numbers(fortnox, sortby="documentnumber", sortorder="descending", limit=1) == ["1005"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"filter": "lost"}, 2000587),
        ({"limit": 0}, 2000588),
        ({"limit": 501}, 2000588),
        ({"page": "x"}, 2000588),
        ({"offset": -1}, 2000588),
        ({"sortby": "colour"}, 2000588),
        ({"sortorder": "up"}, 2000588),
        ({"lastmodified": "yesterday"}, 2000588),
    ],
)
async def test_parameters_out_of_range_are_refused(fortnox, query, code):
    assert await fortnox.refused("GET", "/invoices", params=query) == code


async def test_search_is_by_prefix_ignores_case_and_unknown_keys(fortnox):
    for marker in ("fb-abc", "fb-ABCD", "x-fb-abc"):
        await fortnox.invoice(FREE, ExternalInvoiceReference1=marker)
    assert await numbers(fortnox, externalinvoicereference1="FB-abc") == ["1001", "1002"]
    assert await numbers(fortnox, externalreference="fb-abc") == ["1001", "1002", "1003"]
    await fortnox.seed(customers=[{"Name": "Tio AB", "CustomerNumber": "10"}])
    found = (await fortnox.get("/customers", customernumber="1"))["Customers"]
    assert [row["CustomerNumber"] for row in found] == ["1", "10"]
    ignored = (await fortnox.get("/customers", organizationnumber="559900-0000"))["Customers"]
    assert len(ignored) == 3


async def test_search_by_organisation_number_minds_the_hyphen(fortnox):
    assert len((await fortnox.get("/customers", organisationnumber="559900-0000"))["Customers"]) == 1
    assert len((await fortnox.get("/customers", organisationnumber="5599000000"))["Customers"]) == 0


async def test_search_parameters_combine_with_and(fortnox):
    query = {"city": "kal", "zipcode": "392"}
    assert len((await fortnox.get("/customers", **query))["Customers"]) == 1
    assert len((await fortnox.get("/customers", **{**query, "city": "lin"}))["Customers"]) == 0


async def test_search_index_lags_but_the_object_is_there(fortnox, clock):
    await fortnox.configure(search_lag_s=10)
    await fortnox.invoice(FREE, ExternalInvoiceReference1="fb-1")
    assert await numbers(fortnox, externalinvoicereference1="fb-1") == []
    assert (await fortnox.get("/invoices/1001"))["Invoice"]["DocumentNumber"] == "1001"
    clock.advance(10)
    assert await numbers(fortnox, externalinvoicereference1="fb-1") == ["1001"]


async def test_invoice_list_row_has_recorded_columns_and_text_rate(fortnox):
    await fortnox.invoice(FREE, Currency="EUR")
    row = (await fortnox.get("/invoices"))["Invoices"][0]
    assert set(row) == {
        "@url",
        "Balance",
        "Booked",
        "Cancelled",
        "CostCenter",
        "Currency",
        "CurrencyRate",
        "CurrencyUnit",
        "CustomerName",
        "CustomerNumber",
        "DocumentNumber",
        "DueDate",
        "ExternalInvoiceReference1",
        "ExternalInvoiceReference2",
        "FinalPayDate",
        "InvoiceDate",
        "InvoiceType",
        "NoxFinans",
        "OCR",
        "Project",
        "Sent",
        "TermsOfPayment",
        "Total",
        "VoucherNumber",
        "VoucherSeries",
        "VoucherYear",
        "WayOfDelivery",
    }
    assert (row["CurrencyRate"], row["CurrencyUnit"]) == ("11.4215", "1")


async def test_order_list_row_lacks_the_invoice_reference(fortnox):
    await fortnox.order({"Description": "x"})
    row = (await fortnox.get("/orders"))["Orders"][0]
    assert set(row) == {
        "@url",
        "Cancelled",
        "Currency",
        "CustomerName",
        "CustomerNumber",
        "DeliveryDate",
        "DocumentNumber",
        "ExternalInvoiceReference1",
        "ExternalInvoiceReference2",
        "OrderDate",
        "OrderType",
        "Project",
        "Sent",
        "Total",
    }


async def test_payment_filters_cover_booked_invoices_only(fortnox):
    for _ in range(4):
        await fortnox.invoice(FREE)
    await fortnox.invoice({"Description": "gratis"})
    await fortnox.seed(cancel_invoice=1004)
    await fortnox.seed(book_invoice=1002)
    await fortnox.seed(book_invoice=1003, pay_invoice={"number": 1003})
    assert await numbers(fortnox, filter="unbooked") == ["1001", "1005"]
    assert await numbers(fortnox, filter="unpaid") == ["1002"]
    assert await numbers(fortnox, filter="fullypaid") == ["1003"]
    assert await numbers(fortnox, filter="cancelled") == ["1004"]
    assert await numbers(fortnox, filter="unpaidoverdue") == []


async def test_overdue_comes_with_time(fortnox, clock):
    await fortnox.invoice(FREE)
    await fortnox.seed(book_invoice=1001)
    clock.instant += timedelta(days=31)
    await fortnox.connect()
    assert await numbers(fortnox, filter="unpaidoverdue") == ["1001"]


async def test_order_filters_follow_the_invoice(fortnox):
    row = {"Description": "x", "OrderedQuantity": 1, "DeliveredQuantity": 1, "Price": 1}
    await fortnox.order(row)
    await fortnox.order(row, DeliveryDate="2026-11-01")
    await fortnox.act("/orders/501/createinvoice")
    created = (await fortnox.get("/orders", filter="invoicecreated"))["Orders"]
    waiting = (await fortnox.get("/orders", filter="invoicenotcreated"))["Orders"]
    expired = (await fortnox.get("/orders", filter="expired"))["Orders"]
    assert [rows[0]["DocumentNumber"] for rows in (created, waiting, expired)] == ["501", "502", "502"]


async def test_dates_flags_and_row_content_narrow_invoices(fortnox):
    await fortnox.invoice(FREE, InvoiceDate="2026-11-01", NotCompleted=True)
    await fortnox.invoice({"ArticleNumber": "KONS", "DeliveredQuantity": "1"}, Labels=[{"Id": 1}])
    assert await numbers(fortnox, todate="2026-11-10") == ["1001"]
    assert await numbers(fortnox, fromdate="2026-11-10") == ["1002"]
    assert await numbers(fortnox, notcompleted="true") == ["1001"]
    assert await numbers(fortnox, articlenumber="KON") == ["1002"]
    assert await numbers(fortnox, label=1) == ["1002"]
    assert await numbers(fortnox, credit="true") == []
    assert await fortnox.refused("GET", "/invoices", params={"fromdate": "soon"}) == 2000588


async def test_lastmodified_is_swedish_time_and_sees_changes(fortnox, clock):
    await fortnox.invoice(FREE)
    await fortnox.invoice(FREE)
    clock.advance(600)
    await fortnox.change("Invoice", "/invoices/1002", {"Comments": "ändrad"})
    # 09:10 UTC is 10:10 in Sweden in November.
    assert await numbers(fortnox, lastmodified="2026-11-23 10:05") == ["1002"]
    assert await numbers(fortnox, lastmodified="2026-11-23 10:15") == []


async def test_inactive_customers_and_articles_are_filtered(fortnox):
    await fortnox.seed(edit_customer={"CustomerNumber": "2", "Active": False})
    assert [c["CustomerNumber"] for c in (await fortnox.get("/customers", filter="inactive"))["Customers"]] == ["2"]
    assert [c["CustomerNumber"] for c in (await fortnox.get("/customers", filter="active"))["Customers"]] == ["1"]
    assert len((await fortnox.get("/articles", filter="active", ean="731"))["Articles"]) == 1
