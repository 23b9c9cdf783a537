from io import BytesIO

import pytest
from pypdf import PdfReader

KONS = {"ArticleNumber": "KONS", "DeliveredQuantity": "2"}
ORDER_ROW = {"ArticleNumber": "KONS", "OrderedQuantity": "2", "DeliveredQuantity": "2"}


def text_of(body: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(body)).pages)


async def test_preview_is_a_pdf_of_the_rows_and_changes_nothing(fortnox):
    row = {
        "ArticleNumber": "KAFFE",
        "Description": "Kaffe från Åre – mörk",
        "DeliveredQuantity": "2.5",
        "Price": 189.5,
        "Discount": 10,
        "DiscountType": "PERCENT",
    }
    before = await fortnox.invoice(row, {"Description": "Tack för köpet"}, ExternalInvoiceReference1="fb-MARKER")
    answer = await fortnox.call("GET", "/invoices/1001/preview")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    text = text_of(answer.content)
    for shown in (
        "Bryggan Testbolag AB",
        "UTKAST",
        "1001",
        "Ekhammars Plåt AB",
        "2026-11-23",
        "Kaffe från Åre - mörk",
        "2.5",
        "189,50",
        "10%",
        "12%",
        "426,38",
        "Tack för köpet",
        "Moms: 51,17 SEK",
        "Att betala: 477,55 SEK",
    ):
        assert shown in text
    assert "fb-MARKER" not in text
    assert (await fortnox.get("/invoices/1001"))["Invoice"] == before
    assert (await fortnox.stored("pdfs")) == [
        {"company": 1234567, "kind": "invoice", "number": 1001, "size": len(answer.content)}
    ]


async def test_preview_of_long_documents_runs_over_pages(fortnox):
    rows = [{"Description": f"Rad {n} " + "lång text " * 20, "DeliveredQuantity": "1", "Price": n} for n in range(60)]
    await fortnox.order(*[{**row, "OrderedQuantity": "1"} for row in rows])
    answer = await fortnox.call("GET", "/orders/501/preview")
    assert len(PdfReader(BytesIO(answer.content)).pages) > 2
    assert "Rad 59" in text_of(answer.content)


@pytest.mark.parametrize("verb", ["print", "email"])
async def test_print_and_email_by_get_mark_the_invoice_sent(fortnox, verb):
    await fortnox.invoice(KONS)
    assert (await fortnox.call("GET", f"/invoices/1001/{verb}")).status_code == 200
    assert (await fortnox.get("/invoices/1001"))["Invoice"]["Sent"] is True


@pytest.mark.parametrize("verb", ["print", "email"])
async def test_print_and_email_without_bank_details_are_refused_and_preview_works(fortnox, verb):
    await fortnox.configure(bank_details=False)
    await fortnox.invoice(KONS)
    assert await fortnox.refused("GET", f"/invoices/1001/{verb}") == 2990019
    assert (await fortnox.call("GET", "/invoices/1001/preview")).status_code == 200
    assert (await fortnox.get("/invoices/1001"))["Invoice"]["Sent"] is False


async def test_externalprint_only_marks_sent(fortnox):
    await fortnox.invoice(KONS)
    assert (await fortnox.act("/invoices/1001/externalprint"))["Sent"] is True


async def test_bookkeep_gives_a_voucher_and_is_refused_twice(fortnox):
    await fortnox.invoice(KONS)
    booked = await fortnox.act("/invoices/1001/bookkeep")
    assert (booked["Booked"], booked["VoucherSeries"], booked["VoucherNumber"]) == (True, "B", 1)
    assert await fortnox.refused("PUT", "/invoices/1001/bookkeep") == 2990004


async def test_bookkeep_in_locked_period_or_with_a_nameless_row_is_refused(fortnox):
    await fortnox.invoice(KONS)
    await fortnox.configure(locked_period_end="2026-12-31")
    assert await fortnox.refused("PUT", "/invoices/1001/bookkeep") == 2002141
    await fortnox.configure(locked_period_end=None)
    await fortnox.invoice({"DeliveredQuantity": "1", "Price": 10})
    assert await fortnox.refused("PUT", "/invoices/1002/bookkeep") == 2003977


async def test_cancel_keeps_the_number_and_is_refused_twice(fortnox):
    await fortnox.invoice(KONS)
    cancelled = await fortnox.act("/invoices/1001/cancel")
    assert (cancelled["Cancelled"], cancelled["Balance"]) == (True, 0)
    assert await fortnox.refused("PUT", "/invoices/1001/cancel") == 2001279
    assert (await fortnox.invoice(KONS))["DocumentNumber"] == "1002"


async def test_cancel_of_a_booked_invoice_is_refused(fortnox):
    await fortnox.invoice(KONS)
    await fortnox.act("/invoices/1001/bookkeep")
    assert await fortnox.refused("PUT", "/invoices/1001/cancel") == 2001383


async def test_createinvoice_answers_the_order_and_locks_it(fortnox):
    await fortnox.order(ORDER_ROW, ExternalInvoiceReference1="fb-1", Comments="intern", YourOrderNumber="PO 1")
    order = await fortnox.act("/orders/501/createinvoice")
    assert (order["DocumentNumber"], order["InvoiceReference"]) == ("501", "1001")
    invoice = (await fortnox.get("/invoices/1001"))["Invoice"]
    assert (invoice["OrderReference"], invoice["ExternalInvoiceReference1"], invoice["YourOrderNumber"]) == (
        "501",
        "fb-1",
        "PO 1",
    )
    assert (invoice["Total"], invoice["Booked"], invoice["DueDate"]) == (2375, False, "2026-12-23")
    assert await fortnox.refused("PUT", "/orders/501/createinvoice") == 2000496
    assert await fortnox.refused("PUT", "/orders/501/cancel") == 2001383
    assert await fortnox.refused("PUT", "/orders/501", {"Order": {"Comments": "x"}}) == 2990004


async def test_createinvoice_of_a_cancelled_order_is_refused(fortnox):
    await fortnox.order(ORDER_ROW)
    await fortnox.act("/orders/501/cancel")
    assert await fortnox.refused("PUT", "/orders/501/cancel") == 2001279
    assert await fortnox.refused("PUT", "/orders/501/createinvoice") == 2000397


async def test_credit_answers_the_original_and_makes_a_negative_draft(fortnox):
    await fortnox.invoice({**KONS, "Discount": 50, "DiscountType": "AMOUNT"}, Freight=49)
    assert await fortnox.refused("PUT", "/invoices/1001/credit") == 2990016
    await fortnox.act("/invoices/1001/bookkeep")
    original = await fortnox.act("/invoices/1001/credit")
    assert (original["DocumentNumber"], original["CreditInvoiceReference"]) == ("1001", "1002")
    credit = (await fortnox.get("/invoices/1002"))["Invoice"]
    assert (credit["Credit"], credit["CreditInvoiceReference"], credit["Booked"]) == ("true", "1001", False)
    assert credit["Total"] == -original["Total"]
    assert credit["InvoiceRows"][0]["DeliveredQuantity"] == "-2"
    assert await fortnox.refused("PUT", "/invoices/1001/credit") == 2990017


async def test_payments_lower_the_balance_until_the_final_day(fortnox):
    await fortnox.invoice(KONS)
    await fortnox.seed(book_invoice=1001)
    await fortnox.seed(pay_invoice={"number": 1001, "amount": 375})
    partly = (await fortnox.get("/invoices/1001"))["Invoice"]
    assert (partly["Balance"], partly["FinalPayDate"]) == (2000, None)
    await fortnox.seed(pay_invoice={"number": 1001})
    paid = (await fortnox.get("/invoices/1001"))["Invoice"]
    assert (paid["Balance"], paid["FinalPayDate"]) == (0, "2026-11-23")


async def test_warehouseready_needs_the_module_and_locks_the_invoice(fortnox):
    """Facts 4.3: klarmarkerar; a second time is refused, and bookkeeping wants it first."""
    number = (await fortnox.invoice(KONS))["DocumentNumber"]
    assert await fortnox.refused("PUT", f"/invoices/{number}/warehouseready") == 2003124
    await fortnox.configure(warehouse=True)
    assert await fortnox.refused("PUT", f"/invoices/{number}/bookkeep") == 2990020

    assert (await fortnox.act(f"/invoices/{number}/warehouseready"))["WarehouseReady"] is True

    assert await fortnox.refused("PUT", f"/invoices/{number}/warehouseready") == 2003277
    assert await fortnox.refused("PUT", f"/invoices/{number}/cancel") == 2001383
    assert (await fortnox.act(f"/invoices/{number}/bookkeep"))["Booked"] is True
