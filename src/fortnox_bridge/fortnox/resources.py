"""The parts of Fortnox's REST tree that we call: resource, envelope and the actions that are allowed there.

Some of Fortnox's GETs send mail or mark a document as sent (facts: fortnox 4.3). There is no way to ask for them
here: a path is made of a resource, an encoded key and one of the actions below, and the only GET among those is
`preview`, which has no effect.
"""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Resource:
    """`single` and `plural` are the envelopes of one record and of a list; empty where there is none."""

    path: str
    single: str
    plural: str


class Action(StrEnum):
    """PUTs on one document. Nothing that books, prints or sends."""

    CANCEL = "cancel"
    CREATE_INVOICE = "createinvoice"
    WAREHOUSE_READY = "warehouseready"


CUSTOMERS = Resource("/3/customers", "Customer", "Customers")
ARTICLES = Resource("/3/articles", "Article", "Articles")
INVOICES = Resource("/3/invoices", "Invoice", "Invoices")
ORDERS = Resource("/3/orders", "Order", "Orders")
COMPANY_INFORMATION = Resource("/3/companyinformation", "CompanyInformation", "")
COMPANY_SETTINGS = Resource("/3/settings/company", "CompanySettings", "")
LOCKED_PERIOD = Resource("/3/settings/lockedperiod", "LockedPeriod", "")
CURRENCIES = Resource("/3/currencies", "Currency", "Currencies")
TERMS_OF_PAYMENTS = Resource("/3/termsofpayments", "TermsOfPayment", "TermsOfPayments")
TERMS_OF_DELIVERIES = Resource("/3/termsofdeliveries", "TermsOfDelivery", "TermsOfDeliveries")
WAYS_OF_DELIVERY = Resource("/3/wayofdeliveries", "WayOfDelivery", "WayOfDeliveries")
PRICE_LISTS = Resource("/3/pricelists", "PriceList", "PriceLists")
UNITS = Resource("/3/units", "Unit", "Units")
PROJECTS = Resource("/3/projects", "Project", "Projects")
COST_CENTERS = Resource("/3/costcenters", "CostCenter", "CostCenters")
PRINT_TEMPLATES = Resource("/3/printtemplates", "", "PrintTemplates")
ACCOUNTS = Resource("/3/accounts", "Account", "Accounts")
FINANCIAL_YEARS = Resource("/3/financialyears", "FinancialYear", "FinancialYears")
PREDEFINED_ACCOUNTS = Resource("/3/predefinedaccounts", "PreDefinedAccount", "PreDefinedAccounts")
MODES_OF_PAYMENTS = Resource("/3/modesofpayments", "ModeOfPayment", "ModesOfPayments")

# `File` is the envelope of one upload's answer.
INBOX = Resource("/3/inbox", "File", "")

# The newer services answer without an envelope.
WAREHOUSE_TENANT = "/api/warehouse/tenants-v4"
FILE_ATTACHMENTS = "/api/fileattachments/attachments-v1"


PRICES = Resource("/3/prices", "Price", "Prices")


def prices_in(price_list: str) -> Resource:
    """The prices of one list, by article number."""
    return Resource(record_path(PRICES, price_list), PRICES.single, PRICES.plural)


def is_key(text: str) -> bool:
    """Whether `text` can name one record: not empty, and no step in a path."""
    return text not in {"", ".", ".."}


def record_path(resource: Resource, key: str) -> str:
    """The path of one record; å, ä, ö, slashes and spaces in the key are encoded."""
    return f"{resource.path}/{quote(key, safe='')}"
