from decimal import Decimal as D
from urllib.parse import quote

import pytest

REGISTERS = {
    "currencies": ("Currencies", "Currency", "SEK"),
    "termsofpayments": ("TermsOfPayments", "TermsOfPayment", "30"),
    "termsofdeliveries": ("TermsOfDeliveries", "TermsOfDelivery", "FVL"),
    "wayofdeliveries": ("WayOfDeliveries", "WayOfDelivery", "P"),
    "pricelists": ("PriceLists", "PriceList", "A"),
    "units": ("Units", "Unit", "mån"),
    "projects": ("Projects", "Project", "P1"),
    "costcenters": ("CostCenters", "CostCenter", "FOR"),
    "accounts": ("Accounts", "Account", "3001"),
    "modesofpayments": ("ModesOfPayments", "ModeOfPayment", "BG"),
    "predefinedaccounts": ("PreDefinedAccounts", "PreDefinedAccount", "SALES"),
    "financialyears": ("FinancialYears", "FinancialYear", "4"),
}


@pytest.mark.parametrize("path", REGISTERS)
async def test_register_lists_and_shows_its_entries(fortnox, path):
    plural, singular, code = REGISTERS[path]
    listed = await fortnox.get(f"/{path}")
    assert listed["MetaInformation"]["@TotalResources"] == len(listed[plural]) > 0
    entry = (await fortnox.get(f"/{path}/{quote(code)}"))[singular]
    assert entry in listed[plural]


async def test_labels_and_print_templates_are_listed(fortnox):
    assert (await fortnox.get("/labels"))["Labels"] == [{"Id": 1, "Description": "Webb"}]
    templates = (await fortnox.get("/printtemplates", type="invoice"))["PrintTemplates"]
    assert [template["Template"] for template in templates] == ["st", "oc"]


@pytest.mark.parametrize(
    ("path", "envelope", "payload"),
    [
        ("currencies", "Currency", {"Code": "JPY", "Description": "Yen", "SellRate": 6.61, "Unit": 100}),
        ("termsofpayments", "TermsOfPayment", {"Code": "21DAYS", "Description": "21 dagar"}),
        ("units", "Unit", {"Code": "l", "Description": "Liter"}),
        ("projects", "Project", {"Description": "Nytt"}),
        ("costcenters", "CostCenter", {"Code": "LAG", "Description": "Lager"}),
        ("accounts", "Account", {"Number": 3999, "Description": "Övrigt"}),
        ("labels", "Label", {"Description": "Butik"}),
    ],
)
async def test_register_entry_is_created_changed_and_listed(fortnox, path, envelope, payload):
    created = await fortnox.create(envelope, f"/{path}", payload)
    key = created.get("Code") or created.get("ProjectNumber") or created.get("Number") or created["Id"]
    changed = await fortnox.change(envelope, f"/{path}/{key}", {"Description": "Ändrad"})
    assert changed["Description"] == "Ändrad"
    if path != "projects":
        taken = {**payload, "Id": 1} if path == "labels" else payload
        assert await fortnox.refused("POST", f"/{path}", {envelope: taken}) in {2990015, 2001399}
    assert (await fortnox.call("DELETE", f"/{path}/{key}")).status_code == 204


@pytest.mark.parametrize(
    ("method", "path", "payload", "code"),
    [
        ("GET", "/units/famn", None, 2000432),
        ("GET", "/projects/77", None, 2001161),
        ("PUT", "/units/st", {"Unit": {"Code": "styck"}}, 2001399),
        ("POST", "/units", {"Unit": {"Code": "l"}}, 2990006),
        ("POST", "/units", {"Unit": {"Code": "x" * 21, "Description": "x"}}, 2990005),
        ("POST", "/accounts", {"Account": {"Number": 999, "Description": "x"}}, 2990008),
        ("DELETE", "/currencies/SEK", None, 2990015),
    ],
)
async def test_register_call_that_cannot_be_is_refused_by_code(fortnox, method, path, payload, code):
    assert await fortnox.refused(method, path, payload) == code


async def test_terms_of_payment_of_the_days_set_the_due_date(fortnox):
    await fortnox.seed(registers={"termsofpayments": [{"Code": "21DAYS", "Description": "21 dagar"}]})
    invoice = await fortnox.invoice({"Description": "x"}, TermsOfPayment="21DAYS")
    assert invoice["DueDate"] == "2026-12-14"


async def test_financial_year_is_found_by_date(fortnox):
    (year,) = (await fortnox.get("/financialyears", date="2026-11-23"))["FinancialYears"]
    assert (year["FromDate"], year["ToDate"], year["AccountingMethod"]) == ("2026-01-01", "2026-12-31", "ACCRUAL")


async def test_company_says_its_number_as_integer_and_as_text(fortnox):
    information = (await fortnox.get("/companyinformation"))["CompanyInformation"]
    settings = (await fortnox.get("/settings/company"))["CompanySettings"]
    assert information["DatabaseNumber"] == D(1234567)
    assert settings["DatabaseNumber"] == "1234567"
    assert information["OrganizationNumber"] == settings["OrganizationNumber"]
    assert settings["BG"]
    await fortnox.configure(bank_details=False)
    assert (await fortnox.get("/settings/company"))["CompanySettings"]["BG"] == ""


async def test_me_names_the_user_and_changed_register_is_used_at_once(fortnox):
    assert (await fortnox.get("/me"))["Me"]["Id"].endswith("@1234567")
    await fortnox.seed(registers={"currencies": [{"Code": "EUR", "SellRate": 12}]})
    assert (await fortnox.invoice({"Description": "x"}, Currency="EUR"))["CurrencyRate"] == 12
