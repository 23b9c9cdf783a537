from decimal import Decimal as D

import pytest

NEW = {"Name": "Nykund AB"}


async def test_new_customer_gets_number_and_recorded_defaults(fortnox):
    customer = await fortnox.create("Customer", "/customers", {**NEW, "CountryCode": "DE"})
    assert customer["CustomerNumber"] == "3"
    assert (customer["Type"], customer["VATType"], customer["Active"]) == ("COMPANY", "SEVAT", True)
    assert customer["Country"] == "Tyskland"
    assert customer["DefaultTemplates"]["Invoice"] == "DEFAULTTEMPLATE"


async def test_created_location_names_only_the_collection(fortnox):
    answer = await fortnox.call("POST", "/customers", {"Customer": NEW})
    assert answer.headers["location"].endswith("/fortnox/3/customers")


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({}, 2000637),
        ({"Name": ""}, 2000637),
        ({**NEW, "CustomerNumber": "1"}, 2000637),
        ({**NEW, "VATNumber": "SE123"}, 2004194),
        ({**NEW, "VATNumber": "12345"}, 2004194),
        ({**NEW, "Currency": "JPY"}, 2000427),
        ({**NEW, "TermsOfPayment": "45"}, 2000429),
        ({**NEW, "PriceList": "Z"}, 2000431),
        ({**NEW, "TermsOfDelivery": "X"}, 2000435),
        ({**NEW, "WayOfDelivery": "X"}, 2990009),
        ({**NEW, "Project": "X"}, 2001161),
        ({**NEW, "SalesAccount": "9999"}, 2000423),
        ({**NEW, "Mobile": "070"}, 2001399),
        ({**NEW, "Email": "not an address"}, 2990001),
        ({**NEW, "OrganisationNumber": "123"}, 2990002),
        ({**NEW, "VATType": "OSS"}, 2990003),
        ({**NEW, "CountryCode": "XX"}, 2990003),
        ({**NEW, "CountryCode": "SWE"}, 2990005),
        ({**NEW, "ZipCode": "12345678901"}, 2990005),
        ({**NEW, "InvoiceFreight": "much"}, 2000108),
    ],
)
async def test_customer_fortnox_would_not_take_is_refused_by_code(fortnox, payload, code):
    assert await fortnox.refused("POST", "/customers", {"Customer": payload}) == code


@pytest.mark.parametrize("vat_number", ["SE556000111101", "DE123456789", "FI12345678"])
async def test_customer_with_plausible_vat_number_is_taken(fortnox, vat_number):
    await fortnox.create("Customer", "/customers", {**NEW, "VATNumber": vat_number})


async def test_customer_update_empty_string_keeps_and_api_blank_clears(fortnox):
    kept = await fortnox.change("Customer", "/customers/1", {"Phone1": "", "Email": None, "City": "Motala"})
    assert (kept["Phone1"], kept["Email"], kept["City"]) == ("013-10 20 30", "info@ekhammar.example", "Motala")
    cleared = await fortnox.change("Customer", "/customers/1", {"Phone1": "API_BLANK"})
    assert cleared["Phone1"] == ""


async def test_customer_update_cannot_change_its_number_or_lose_its_name(fortnox):
    assert await fortnox.refused("PUT", "/customers/1", {"Customer": {"CustomerNumber": "9"}}) == 2001399
    assert await fortnox.refused("PUT", "/customers/1", {"Customer": {"Name": "API_BLANK"}}) == 2000637
    assert await fortnox.refused("PUT", "/customers/nobody", {"Customer": NEW}) == 2000433


async def test_customer_list_row_has_recorded_columns_only(fortnox):
    row = (await fortnox.get("/customers"))["Customers"][0]
    assert set(row) == {
        "@url",
        "Address1",
        "Address2",
        "City",
        "CustomerNumber",
        "Email",
        "Name",
        "OrganisationNumber",
        "Phone",
        "ZipCode",
    }
    assert row["Phone"] == "013-10 20 30"


async def test_deleted_number_stays_reserved_unless_the_company_reassigns(fortnox):
    await fortnox.create("Customer", "/customers", NEW)
    assert (await fortnox.call("DELETE", "/customers/3")).status_code == 204
    assert await fortnox.refused("POST", "/customers", {"Customer": {**NEW, "CustomerNumber": "3"}}) == 2000637
    assert (await fortnox.create("Customer", "/customers", NEW))["CustomerNumber"] == "4"
    await fortnox.configure(reassign_customer_numbers=True)
    await fortnox.call("DELETE", "/customers/4")
    reborn = await fortnox.create("Customer", "/customers", {"Name": "Någon annan"})
    assert reborn["CustomerNumber"] == "4"


async def test_customer_with_documents_can_be_deleted_by_a_person_only(fortnox):
    await fortnox.invoice({"Description": "x"})
    assert await fortnox.refused("DELETE", "/customers/1") == 2990015
    await fortnox.seed(delete_customer=1)
    assert await fortnox.refused("GET", "/customers/1") == 2000433


async def test_reassigned_number_means_somebody_else(fortnox):
    await fortnox.seed(reassign_customer={"CustomerNumber": "1", "Name": "Helt Annan AB"})
    assert (await fortnox.get("/customers/1"))["Customer"]["Name"] == "Helt Annan AB"


async def test_new_article_gets_recorded_defaults_and_price_zero(fortnox):
    article = await fortnox.create("Article", "/articles", {"Description": "Ny vara", "ArticleNumber": "A/1"})
    accounts = [article[name] for name in ("SalesAccount", "EUAccount", "EUVATAccount", "ExportAccount")]
    assert accounts == [3001, 3108, 3106, 3105]
    assert (article["SalesPrice"], article["Active"], article["HouseworkType"]) == (0, True, None)
    assert (await fortnox.get("/articles/A%2F1"))["Article"]["Description"] == "Ny vara"


async def test_article_without_number_takes_the_next(fortnox):
    first = await fortnox.create("Article", "/articles", {"Description": "Ett"})
    second = await fortnox.create("Article", "/articles", {"Description": "Två"})
    assert (first["ArticleNumber"], second["ArticleNumber"]) == ("1", "2")


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"Description": "x", "ArticleNumber": "KONS"}, 2000013),
        ({"Description": "x", "SalesPrice": 100}, 2000321),
        ({"Description": "x", "Unit": "famn"}, 2000432),
        ({"Description": "x", "SalesAccount": 3999}, 2000423),
        ({"Description": "x", "VAT": 17}, 2990012),
        ({"Description": "x" * 201}, 2990005),
        ({"Description": "x", "HouseworkType": "JUGGLING"}, 2990003),
        ({"Description": "x", "Mobile": 1}, 2001399),
        ({}, 2990006),
    ],
)
async def test_article_fortnox_would_not_take_is_refused_by_code(fortnox, payload, code):
    assert await fortnox.refused("POST", "/articles", {"Article": payload}) == code


async def test_article_list_row_writes_numbers_as_text(fortnox):
    row = (await fortnox.get("/articles", articlenumber="SKRUV"))["Articles"][0]
    assert (row["SalesPrice"], row["VAT"], row["QuantityInStock"]) == ("89.5", "25", "0")
    assert "Active" not in row
    assert "Type" not in row


async def test_article_update_fails_when_a_default_account_left_the_chart(fortnox):
    await fortnox.seed(remove_registers={"accounts": ["3105"]})
    assert await fortnox.refused("PUT", "/articles/KONS", {"Article": {"Note": "x"}}) == 2000423


async def test_article_update_to_inactive_account_is_refused(fortnox):
    await fortnox.seed(registers={"accounts": [{"Number": 3041, "Active": False}]})
    assert (
        await fortnox.refused("POST", "/articles", {"Article": {"Description": "x", "SalesAccount": 3041}}) == 2000550
    )


async def test_housework_type_is_cleared_with_null(fortnox):
    await fortnox.seed(edit_article={"ArticleNumber": "KONS", "HouseworkType": "HVAC"})
    article = await fortnox.change("Article", "/articles/KONS", {"HouseworkType": None})
    assert article["HouseworkType"] is None


async def test_used_article_cannot_be_deleted_and_unused_can(fortnox):
    await fortnox.invoice({"ArticleNumber": "KONS", "DeliveredQuantity": "1"})
    assert await fortnox.refused("DELETE", "/articles/KONS") == 2990015
    assert (await fortnox.call("DELETE", "/articles/BOK-1")).status_code == 204
    assert await fortnox.refused("GET", "/articles/BOK-1") == 2000428


async def test_prices_by_quantity_decide_the_row_price(fortnox):
    await fortnox.create(
        "Price", "/prices", {"ArticleNumber": "KONS", "PriceList": "A", "FromQuantity": 10, "Price": 800}
    )
    rows = [{"ArticleNumber": "KONS", "DeliveredQuantity": quantity} for quantity in ("1", "10")]
    invoice = await fortnox.invoice(*rows)
    assert [row["Price"] for row in invoice["InvoiceRows"]] == [950, 800]
    listed = (await fortnox.get("/prices/sublist/A/KONS"))["Prices"]
    assert [price["FromQuantity"] for price in listed] == [0, 10]


async def test_price_is_set_through_the_price_list(fortnox):
    changed = await fortnox.change("Price", "/prices/A/KONS", {"Price": 999.5})
    assert changed["Price"] == D("999.5")
    assert (await fortnox.get("/articles/KONS"))["Article"]["SalesPrice"] == D("999.5")
    assert await fortnox.refused("GET", "/prices/B/KONS") == 2000430
    assert await fortnox.refused("GET", "/prices/A/KONS/NaN") == 2000729
    unknown = {"ArticleNumber": "NOPE", "PriceList": "A", "Price": 1}
    assert await fortnox.refused("POST", "/prices", {"Price": unknown}) == 2001302
