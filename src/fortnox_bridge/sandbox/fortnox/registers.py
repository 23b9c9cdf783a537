"""The registers of a company: which there are, and how each is read and written (facts/fortnox.md 7.6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from fortnox_bridge.sandbox.fortnox import errors, fields
from fortnox_bridge.sandbox.fortnox.errors import FortnoxError
from fortnox_bridge.sandbox.fortnox.payloads import Change, read_change
from fortnox_bridge.sandbox.fortnox.state import Company, Record, Stored


@dataclass(frozen=True, slots=True, eq=False)
class Register:
    """One register.

    Attributes:
        path: segment below `/3`, also its name in `Company.registers`.
        missing_code: what Fortnox answers when something names an entry that does not exist.
        table: None where nothing may be written.
        defaults: values of a new entry's unsent fields.
    """

    path: str
    singular: str
    plural: str
    key: str
    scope: str
    missing_code: int
    missing_text: str
    table: fields.Table | None = None
    required: tuple[str, ...] = ("Code", "Description")
    defaults: Mapping[str, object] = field(default_factory=dict)
    is_deletable: bool = True

    def missing(self, code: str) -> FortnoxError:
        """The refusal of a payload that names an unknown entry."""
        return errors.invalid(self.missing_code, f"{self.missing_text} ({code})")


CURRENCIES = Register(
    "currencies", "Currency", "Currencies", "Code", "currency", 2000427, "Valutan saknas.", fields.CURRENCY,
    defaults={"BuyRate": Decimal(1), "SellRate": Decimal(1), "Unit": Decimal(1), "IsAutomatic": False, "Date": None},
)  # fmt: skip
TERMS_OF_PAYMENT = Register(
    "termsofpayments", "TermsOfPayment", "TermsOfPayments", "Code", "settings", 2000429,
    "Betalningsvillkoret saknas.", fields.TERMS_OF_PAYMENT,
)  # fmt: skip
TERMS_OF_DELIVERY = Register(
    "termsofdeliveries", "TermsOfDelivery", "TermsOfDeliveries", "Code", "settings", 2000435,
    "Leveransvillkoret saknas.", fields.TERMS_OF_DELIVERY, defaults={"DescriptionEnglish": ""}, is_deletable=False,
)  # fmt: skip
WAYS_OF_DELIVERY = Register(
    "wayofdeliveries", "WayOfDelivery", "WayOfDeliveries", "Code", "settings", errors.UNPUBLISHED_WAY_OF_DELIVERY,
    "Kan inte hitta leveranssätt.", fields.WAY_OF_DELIVERY, required=("Code",),
    defaults={"Description": "", "DescriptionEnglish": ""},
)  # fmt: skip
PRICE_LISTS = Register(
    "pricelists", "PriceList", "PriceLists", "Code", "price", 2000431, "Prislistan saknas.", fields.PRICE_LIST,
    defaults={"Comments": "", "PreSelected": False}, is_deletable=False,
)  # fmt: skip
UNITS = Register(
    "units", "Unit", "Units", "Code", "settings", 2000432, "Enheten saknas.", fields.UNIT,
    defaults={"CodeEnglish": ""},
)  # fmt: skip
PROJECTS = Register(
    "projects", "Project", "Projects", "ProjectNumber", "project", 2001161, "Kan inte hitta projektet.",
    fields.PROJECT, required=("Description",),
    defaults={
        "Comments": "", "ContactPerson": "", "EndDate": None, "ProjectLeader": "", "StartDate": None,
        "Status": "ONGOING",
    },
)  # fmt: skip
COST_CENTRES = Register(
    "costcenters", "CostCenter", "CostCenters", "Code", "costcenter", errors.UNPUBLISHED_COST_CENTRE,
    "Kan inte hitta kostnadsstället.", fields.COST_CENTRE, defaults={"Note": "", "Active": True},
)  # fmt: skip
ACCOUNTS = Register(
    "accounts", "Account", "Accounts", "Number", "bookkeeping", 2000423, "Kan inte hitta kontot.", fields.ACCOUNT,
    required=("Number", "Description"),
    defaults={
        "Active": True, "BalanceBroughtForward": Decimal(0), "BalanceCarriedForward": Decimal(0), "CostCenter": "",
        "CostCenterSettings": "ALLOWED", "Project": "", "ProjectSettings": "ALLOWED", "SRU": 0,
        "TransactionInformation": "", "TransactionInformationSettings": "ALLOWED", "VATCode": "",
    },
)  # fmt: skip
MODES_OF_PAYMENT = Register(
    "modesofpayments", "ModeOfPayment", "ModesOfPayments", "Code", "settings", errors.UNPUBLISHED_REGISTER_VALUE,
    "Kan inte hitta betalsättet.", fields.MODE_OF_PAYMENT, required=("Code", "AccountNumber"),
    defaults={"Description": ""},
)  # fmt: skip
PREDEFINED_ACCOUNTS = Register(
    "predefinedaccounts", "PreDefinedAccount", "PreDefinedAccounts", "Name", "settings", 2001403,
    "Det fördefinierade kontot saknas.", fields.PREDEFINED_ACCOUNT, required=("Account",), is_deletable=False,
)  # fmt: skip
LABELS = Register(
    "labels", "Label", "Labels", "Id", "settings", errors.UNPUBLISHED_REGISTER_VALUE, "Kan inte hitta etiketten.",
    fields.LABEL, required=("Description",),
)  # fmt: skip
FINANCIAL_YEARS = Register(
    "financialyears", "FinancialYear", "FinancialYears", "Id", "bookkeeping", errors.UNPUBLISHED_FISCAL_YEAR,
    "Kan inte hitta räkenskapsåret.",
)  # fmt: skip
PRINT_TEMPLATES = Register(
    "printtemplates", "PrintTemplate", "PrintTemplates", "Template", "print", errors.UNPUBLISHED_REGISTER_VALUE,
    "Kan inte hitta utskriftsmallen.",
)  # fmt: skip

ALL = (
    CURRENCIES, TERMS_OF_PAYMENT, TERMS_OF_DELIVERY, WAYS_OF_DELIVERY, PRICE_LISTS, UNITS, PROJECTS, COST_CENTRES,
    ACCOUNTS, MODES_OF_PAYMENT, PREDEFINED_ACCOUNTS, LABELS, FINANCIAL_YEARS, PRINT_TEMPLATES,
)  # fmt: skip


def require(company: Company, register: Register, code: str) -> Record:
    """Return an entry that a payload names.

    Raises:
        FortnoxError: there is no such entry.
    """
    stored = company.register(register.path).get(code)
    if stored is None:
        raise register.missing(code)
    return stored.fields


def find(company: Company, register: Register, code: str) -> Stored:
    """Return the entry an URL names.

    Raises:
        FortnoxError: 404.
    """
    stored = company.register(register.path).get(code)
    if stored is None:
        raise errors.not_found(register.missing_code, register.missing_text)
    return stored


def create(company: Company, register: Register, payload: object) -> Stored:
    change = read_change(payload, _table(register))
    values = {**register.defaults, **change.values}
    entries = company.register(register.path)
    _number_entry(register, values, len(entries))
    for name in register.required:
        if values.get(name) in {None, ""}:
            raise errors.invalid(errors.UNPUBLISHED_REQUIRED, f"Fältet måste anges. ({name})")
    key = str(values[register.key])
    if key in entries:
        raise errors.invalid(errors.UNPUBLISHED_IN_USE, f"Värdet används redan. ({key})")
    entries[key] = company.store(values)
    return entries[key]


def update(company: Company, register: Register, code: str, payload: object) -> Stored:
    stored = find(company, register, code)
    change = read_change(payload, _table(register))
    if str(change.values.get(register.key, code)) != code:
        raise errors.unknown_field(register.key)
    _apply(stored.fields, change)
    company.touch(stored)
    return stored


def delete(company: Company, register: Register, code: str) -> None:
    find(company, register, code)
    if _is_used(company, register, code):
        raise errors.invalid(errors.UNPUBLISHED_IN_USE, f"Värdet används och kan inte tas bort. ({code})")
    del company.register(register.path)[code]


def _apply(fields_now: Record, change: Change) -> None:
    fields_now.update(change.values)
    for name in change.blanks:
        fields_now[name] = Decimal(0) if isinstance(fields_now.get(name), Decimal) else ""


def _table(register: Register) -> fields.Table:
    if register.table is None:
        raise errors.wrong_body()
    return register.table


def _number_entry(register: Register, values: Record, count: int) -> None:
    if register is LABELS:
        values["Id"] = count + 1
    if register is PROJECTS and not values.get("ProjectNumber"):
        values["ProjectNumber"] = str(count + 1)


def _is_used(company: Company, register: Register, code: str) -> bool:
    return register is CURRENCIES and (
        code == "SEK" or any(document.fields["Currency"] == code for document in company.all_documents())
    )
