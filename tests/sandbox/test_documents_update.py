import pytest

KONS = {"ArticleNumber": "KONS", "DeliveredQuantity": "2", "Discount": 10, "DiscountType": "PERCENT"}
BOK = {"ArticleNumber": "BOK-1", "DeliveredQuantity": "1"}
FREE = {"Description": "Arbete", "DeliveredQuantity": "1", "Price": 100, "VAT": 25}


async def put(fortnox, payload: dict) -> dict:
    return await fortnox.change("Invoice", "/invoices/1001", payload)


async def put_rows(fortnox, *rows: dict) -> list[dict]:
    return (await put(fortnox, {"InvoiceRows": list(rows)}))["InvoiceRows"]


async def test_header_fields_not_sent_stay(fortnox):
    await fortnox.invoice(KONS, OurReference="Maja", Freight=49)
    changed = await put(fortnox, {"YourReference": "Otto"})
    assert (changed["OurReference"], changed["YourReference"], changed["Freight"]) == ("Maja", "Otto", 49)
    assert changed["InvoiceRows"][0]["Total"] == 1710


@pytest.mark.parametrize(
    ("sent", "left"),
    [("", "Anteckning"), (None, "Anteckning"), ("API_BLANK", ""), ("Ny", "Ny")],
)
async def test_comments_empty_and_null_keep_and_blank_clears(fortnox, sent, left):
    await fortnox.invoice(KONS, Comments="Anteckning")
    assert (await put(fortnox, {"Comments": sent}))["Comments"] == left


async def test_delivery_address2_is_cleared_by_null(fortnox):
    await fortnox.invoice(KONS, CustomerNumber="2")
    assert (await put(fortnox, {"DeliveryAddress2": None}))["DeliveryAddress2"] == ""


async def test_row_by_position_inherits_every_field_it_omits(fortnox):
    await fortnox.invoice(KONS, BOK)
    first, second = await put_rows(fortnox, {"ArticleNumber": "KAFFE"}, {"DeliveredQuantity": "3"})
    # New article, but still the old row's price, text, unit, VAT and discount.
    assert (first["ArticleNumber"], first["Description"], first["Price"], first["Discount"], first["VAT"]) == (
        "KAFFE",
        "Konsultation",
        950,
        10,
        25,
    )
    assert (second["DeliveredQuantity"], second["Price"], second["VAT"]) == ("3", 249, 6)


async def test_rows_fewer_or_more_by_position_are_removed_and_added(fortnox):
    await fortnox.invoice(KONS, BOK, FREE)
    assert len(await put_rows(fortnox, {"DeliveredQuantity": "1"})) == 1
    rows = await put_rows(fortnox, {}, BOK, FREE)
    assert [row["ArticleNumber"] for row in rows] == ["KONS", "BOK-1", ""]
    assert rows[2]["Total"] == 100


async def test_rows_by_id_keep_change_add_and_delete(fortnox):
    ids = [row["RowId"] for row in (await fortnox.invoice(KONS, BOK, FREE))["InvoiceRows"]]
    rows = await put_rows(
        fortnox,
        {"RowId": int(ids[2]), "Price": 120},
        {"RowId": int(ids[0])},
        {"ArticleNumber": "KAFFE", "DeliveredQuantity": "1"},
    )
    assert [(row["ArticleNumber"], row["Price"]) for row in rows] == [("", 120), ("KONS", 950), ("KAFFE", 189)]
    assert not {row["RowId"] for row in rows} & set(ids)
    code = await fortnox.refused("PUT", "/invoices/1001", {"Invoice": {"InvoiceRows": [{"RowId": int(ids[0])}]}})
    assert code == 2990021


async def test_row_null_clears_article_and_blank_clears_account_and_numbers(fortnox):
    await fortnox.invoice(KONS)
    (row,) = await put_rows(
        fortnox, {"ArticleNumber": None, "AccountNumber": "API_BLANK", "Price": "API_BLANK", "Discount": 0}
    )
    assert (row["ArticleNumber"], row["AccountNumber"], row["Price"], row["Discount"]) == ("", None, 0, 0)


async def test_empty_row_list_clears_an_invoice_and_is_refused_on_an_order(fortnox):
    await fortnox.invoice(KONS)
    assert (await put(fortnox, {"InvoiceRows": []}))["Total"] == 0
    await fortnox.order(FREE)
    assert await fortnox.refused("PUT", "/orders/501", {"Order": {"OrderRows": []}}) == 2001392


async def test_new_customer_on_a_draft_brings_its_card(fortnox):
    await fortnox.invoice(KONS)
    changed = await put(fortnox, {"CustomerNumber": "2"})
    assert (changed["CustomerName"], changed["City"], changed["AdministrationFee"]) == ("Café Nymånen HB", "Kalmar", 29)


@pytest.mark.parametrize("step", ["book_invoice", "cancel_invoice"])
async def test_booked_or_cancelled_invoice_is_locked(fortnox, step):
    await fortnox.invoice(KONS)
    await fortnox.seed(**{step: 1001})
    assert await fortnox.refused("PUT", "/invoices/1001", {"Invoice": {"Comments": "x"}}) == 2990004


async def test_sent_invoice_stays_editable_under_accrual_and_is_locked_under_cash(fortnox):
    await fortnox.invoice(KONS)
    await fortnox.seed(send_invoice=1001)
    assert (await put(fortnox, {"Comments": "efterhand"}))["Sent"] is True
    await fortnox.configure(accounting_method="CASH")
    await fortnox.invoice(KONS)
    await fortnox.seed(send_invoice=1002)
    assert await fortnox.refused("PUT", "/invoices/1002", {"Invoice": {"Comments": "x"}}) == 2990004


async def test_refused_update_leaves_the_document_as_it_was(fortnox):
    before = await fortnox.invoice(KONS)
    payload = {"Invoice": {"Comments": "x", "InvoiceRows": [{"Price": 1, "Unit": "famn"}]}}
    assert await fortnox.refused("PUT", "/invoices/1001", payload) == 2000432
    assert (await fortnox.get("/invoices/1001"))["Invoice"] == before


async def test_number_cannot_be_changed_and_missing_document_is_404(fortnox):
    await fortnox.invoice(KONS)
    assert await fortnox.refused("PUT", "/invoices/1001", {"Invoice": {"DocumentNumber": "7"}}) == 2001399
    assert await fortnox.refused("PUT", "/invoices/7", {"Invoice": {"Comments": "x"}}) == 2000434
    assert await fortnox.refused("GET", "/orders/7") == 2000439
    assert await fortnox.refused("GET", "/invoices/x") == 2000729


async def test_person_editing_a_draft_is_seen_by_the_next_read(fortnox):
    await fortnox.invoice(KONS)
    await fortnox.seed(edit_invoice={"DocumentNumber": 1001, "OurReference": "Bokföraren"})
    assert (await fortnox.get("/invoices/1001"))["Invoice"]["OurReference"] == "Bokföraren"
