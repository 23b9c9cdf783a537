"""The simulator against Fortnox's published description: what it answers, and what it lets in."""

import json
from pathlib import Path

import jsonschema
import pytest

from fortnox_bridge.sandbox.fortnox import fields
from fortnox_bridge.sandbox.fortnox.fields import Field, Table

DESCRIPTION = Path(__file__).resolve().parents[2] / ".." / "shared" / "specs" / "fortnox-openapi.json"
pytestmark = pytest.mark.skipif(
    not DESCRIPTION.exists(), reason="../shared/specs/fortnox-openapi.json is not beside this checkout"
)

# What recordings and client code show that the description does not say; sections of facts/fortnox.md.
ANSWER_DEVIATIONS = {
    ("Article", "ConstructionAccount"): "7.2: recorded default 0, described as 1000..99999",
    ("Invoices", "CurrencyRate"): "6.4: text in lists",
    ("Invoices", "CurrencyUnit"): "6.4: text in lists, as its rate",
    ("Articles", "QuantityInStock"): "6.4: article lists return numbers as strings",
    ("Accounts", "TransactionInformationSettings"): "7.6: ALLOWED, MANDATORY, NOTALLOWED, in lists too",
}
PAYLOAD_DEVIATIONS = {
    "DeliveredQuantity": "6.1: a number is accepted on write",
    "OrderedQuantity": "6.1: a number is accepted on write",
    "VAT": "7.3: decimals accepted when configured",
    "EmailInformation": "7.3: same members",
    "Language": "7.3: SV or EN on orders too",
    "PaymentWay": "7.3: CASH, CARD, AG",
    "ExternalInvoiceReference1": "7.4: 80 on orders too",
    "ExternalInvoiceReference2": "7.4: 80 on orders too",
    "DeliveryAddress1": "6.1: cut at 60 on orders",
    "YourOrderNumber": "6.1: cut at 30 on orders",
    "DefaultDeliveryTypes": "7.1: an SDK also has ELECTRONICINVOICE",
    "DeliveryAddress2": "7.4: as on invoices",
    "Comments": "7.4: as on invoices",
    "AccountNumber": "7.4: order rows as invoice rows, 1000..9999",
}


@pytest.fixture(scope="module")
def description() -> dict:
    return json.loads(DESCRIPTION.read_text(encoding="utf-8"))


def answer_schema(description: dict, method: str, path: str, status: str) -> dict:
    content = description["paths"][path][method]["responses"][status]["content"]
    return {**next(iter(content.values()))["schema"], "components": description["components"]}


def without_nulls(value: object) -> object:
    """The description has no nullable; recordings mix null and "" (facts 6.4)."""
    if isinstance(value, dict):
        return {k: without_nulls(v) for k, v in value.items() if v is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


def complaints(description: dict, method: str, path: str, status: str, body: dict) -> list[str]:
    validator = jsonschema.Draft7Validator(answer_schema(description, method, path, status))
    found = []
    for error in validator.iter_errors(without_nulls(body)):
        names = [part for part in error.absolute_path if isinstance(part, str)]
        is_empty_choice = error.validator == "enum" and error.instance == ""
        # Read-only blanks of coded fields are "" in recordings.
        if (names[0], ".".join(names[1:])) in ANSWER_DEVIATIONS or is_empty_choice:
            continue
        found.append(f"{'.'.join(names)}: {error.message[:120]}")
    return found


def fields_unknown_to(description: dict, method: str, path: str, status: str, body: dict) -> set[str]:
    schemas = description["components"]["schemas"]
    wrap = schemas[answer_schema(description, method, path, status)["$ref"].rsplit("/", 1)[1]]
    envelope = next(name for name in wrap["properties"] if name != "MetaInformation")
    inner = wrap["properties"][envelope]
    rows = body[envelope] if isinstance(body[envelope], list) else [body[envelope]]
    reference = (inner.get("items") or inner)["$ref"]
    known = set(schemas[reference.rsplit("/", 1)[1]]["properties"])
    return {name for row in rows for name in row} - known


SINGLE = [
    ("/companyinformation", "/3/companyinformation"), ("/settings/company", "/3/settings/company"),
    ("/settings/lockedperiod", "/3/settings/lockedperiod"), ("/me", "/3/me"), ("/customers", "/3/customers"),
    ("/customers/2", "/3/customers/{CustomerNumber}"), ("/articles", "/3/articles"),
    ("/articles/KAFFE", "/3/articles/{ArticleNumber}"), ("/invoices", "/3/invoices"),
    ("/invoices/1001", "/3/invoices/{DocumentNumber}"), ("/orders", "/3/orders"),
    ("/orders/501", "/3/orders/{DocumentNumber}"), ("/prices/A/KONS", "/3/prices/{PriceList}/{ArticleNumber}"),
    ("/prices/sublist/A/KONS", "/3/prices/sublist/{PriceList}/{ArticleNumber}"), ("/currencies", "/3/currencies"),
    ("/currencies/DKK", "/3/currencies/{Code}"), ("/termsofpayments", "/3/termsofpayments"),
    ("/termsofdeliveries", "/3/termsofdeliveries"), ("/wayofdeliveries", "/3/wayofdeliveries"),
    ("/pricelists", "/3/pricelists"), ("/pricelists/A", "/3/pricelists/{Code}"), ("/units", "/3/units"),
    ("/projects", "/3/projects"), ("/costcenters", "/3/costcenters"), ("/accounts", "/3/accounts"),
    ("/accounts/3001", "/3/accounts/{Number}"), ("/modesofpayments", "/3/modesofpayments"),
    ("/predefinedaccounts", "/3/predefinedaccounts"), ("/predefinedaccounts/SALES", "/3/predefinedaccounts/{name}"),
    ("/labels", "/3/labels"), ("/financialyears", "/3/financialyears"), ("/printtemplates", "/3/printtemplates"),
]  # fmt: skip


@pytest.fixture
async def busy(fortnox):
    """A company with one of each document, in its most crowded form."""
    row = {"ArticleNumber": "KONS", "DeliveredQuantity": "1.5", "Discount": 10, "DiscountType": "AMOUNT"}
    await fortnox.invoice(row, {"Description": "text"}, Currency="EUR", Labels=[{"Id": 1}], Freight=10, Project="P1")
    await fortnox.order({**row, "OrderedQuantity": "1.5"}, DeliveryDate="2026-12-01")
    await fortnox.configure(locked_period_end="2026-01-31")
    return fortnox


@pytest.mark.parametrize(("path", "described"), SINGLE)
async def test_answer_has_the_described_types_and_no_field_beyond(busy, description, path, described):
    body = (await busy.call("GET", path)).json()
    assert complaints(description, "get", described, "200", body) == []
    assert fields_unknown_to(description, "get", described, "200", body) == set()


async def test_created_document_has_the_described_types(busy, description):
    for envelope, path in (("Invoice", "/invoices"), ("Order", "/orders")):
        answer = await busy.call("POST", path, {envelope: {"CustomerNumber": "2"}})
        assert complaints(description, "post", f"/3{path}", "201", answer.json()) == []


PAYLOADS: list[tuple[str, Table]] = [
    ("fortnox_Kf_CustomerSinglePayloadItem", fields.CUSTOMER),
    ("fortnox_ArticleSinglePayloadItem", fields.ARTICLE),
    ("fortnox_Kf_InvoiceSinglePayloadItem", fields.INVOICE),
    ("fortnox_Kf_InvoiceRowSinglePayloadItem", fields.INVOICE_ROW),
    ("fortnox_Order_OrderSinglePayloadItem", fields.ORDER),
    ("fortnox_Order_OrderRowSinglePayloadItem", fields.ORDER_ROW),
    ("fortnox_PriceSinglePayloadItem", fields.PRICE),
    ("fortnox_CurrencySinglePayloadItem", fields.CURRENCY),
    ("fortnox_UnitSinglePayloadItem", fields.UNIT),
    ("fortnox_CostCenterSinglePayloadItem", fields.COST_CENTRE),
    ("fortnox_Project_ProjectSinglePayloadItem", fields.PROJECT),
    ("fortnox_TermsOfPaymentSinglePayloadItem", fields.TERMS_OF_PAYMENT),
    ("fortnox_WayOfDeliverySinglePayloadItem", fields.WAY_OF_DELIVERY),
    ("fortnox_Kf_TermsOfDeliverySinglePayloadItem", fields.TERMS_OF_DELIVERY),
    ("fortnox_PriceListSinglePayloadItem", fields.PRICE_LIST),
]
KIND_OF_TYPE = {
    "string": {"text", "date", "quantity"},
    "number": {"number"},
    "integer": {"integer"},
    "boolean": {"boolean"},
    "array": {"rows", "labels"},
    None: {"object"},
}


@pytest.mark.parametrize(("schema_name", "table"), PAYLOADS, ids=[name for name, _ in PAYLOADS])
def test_field_table_equals_the_described_payload(description, schema_name, table):
    properties = description["components"]["schemas"][schema_name]["properties"]
    assert set(table) == set(properties)
    different = [name for name, field in table.items() if not agrees(field, properties[name])]
    assert set(different) <= set(PAYLOAD_DEVIATIONS), different


def agrees(field: Field, described: dict) -> bool:
    if field.kind not in KIND_OF_TYPE[described.get("type")]:
        return False
    if described.get("format") == "date" and field.kind != "date":
        return False
    if field.choices is not None or "enum" in described:
        return field.choices == frozenset(described.get("enum", ()))
    longest = field.max_length or field.exact_length
    if field.kind == "text" and described.get("maxLength") != longest:
        return described.get("maxLength", 0) > 100_000 and longest is None
    return field.minimum == described.get("minimum") and field.maximum == described.get("maximum")
