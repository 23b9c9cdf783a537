"""What people do inside Fortnox, for tests: records put in by hand, documents booked, sent, edited."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from fortnox_bridge.sandbox.fortnox import articles, customers, prices, registers
from fortnox_bridge.sandbox.fortnox import document_actions as actions
from fortnox_bridge.sandbox.fortnox.consents import ConsentBook
from fortnox_bridge.sandbox.fortnox.document_kinds import INVOICE, ORDER, Kind
from fortnox_bridge.sandbox.fortnox.documents import create_document, find_document, update_document
from fortnox_bridge.sandbox.fortnox.errors import FortnoxError
from fortnox_bridge.sandbox.fortnox.standard_company import add_financial_year, open_company
from fortnox_bridge.sandbox.fortnox.state import Company, Document, Record
from fortnox_bridge.sdk.simulator import SimulatedClock

FIRST_COMPANY = 1_234_567
Step = Callable[[Company, Any], object]


class Seeder:
    """Carries out one seed document: `{"company": number, "<step>": argument, …}`, in the order written."""

    def __init__(self, companies: dict[int, Company], book: ConsentBook, clock: SimulatedClock) -> None:
        self._companies = companies
        self._book = book
        self._clock = clock

    def plant(self, data: Mapping[str, object]) -> Record:
        """Return what each step made.

        Raises:
            ValueError: an unknown step or company, or what Fortnox itself would refuse.
        """
        company = self._company(data.get("company"))
        results: Record = {}
        for name, argument in data.items():
            if name == "company":
                continue
            try:
                results[name] = self._step(name)(company, argument)
            except FortnoxError as error:
                raise ValueError(f"{name}: {error.message} ({error.code})") from error
            except (KeyError, TypeError, AttributeError) as error:
                raise ValueError(f"{name}: not understood ({error})") from error
        return results

    def _company(self, number: object) -> Company:
        if number is None:
            return next(iter(self._companies.values()))
        if not isinstance(number, int) or number not in self._companies:
            raise ValueError(f"company: no company {number}")
        return self._companies[number]

    def _step(self, name: str) -> Step:
        own: dict[str, Step] = {
            "companies": self._open_companies,
            "withdraw_consent": self._withdraw_consent,
            "invalidate_access_tokens": self._invalidate_access_tokens,
        }
        step = own.get(name) or _STEPS.get(name)
        if step is None:
            raise ValueError(f"{name}: not something that can be seeded; one of {', '.join([*own, *_STEPS])}")
        return step

    def _open_companies(self, _: Company, items: list[Record]) -> list[int]:
        numbers: list[int] = []
        for item in items:
            number = item.get("DatabaseNumber") or max(self._companies) + 1
            if not isinstance(number, int) or number in self._companies:
                raise ValueError(f"companies: DatabaseNumber {number} cannot be used")
            about = {name: value for name, value in item.items() if name != "DatabaseNumber"}
            self._companies[number] = open_company(number, self._clock, about)
            numbers.append(number)
        return numbers

    def _withdraw_consent(self, company: Company, _: object) -> int:
        mine = [consent for consent in self._book.consents if consent.tenant_id == company.number]
        for consent in mine:
            consent.is_withdrawn = True
        return len(mine)

    def _invalidate_access_tokens(self, _: Company, __: object) -> bool:
        self._book.invalidate_access_tokens()
        return True


def plant_standard_records(company: Company) -> None:
    """Two customers and some articles, as a new test company has after an afternoon's use."""
    for card in _CUSTOMERS:
        customers.create_customer(company, card)
    for article, price in _ARTICLES:
        _plant_article(company, {**article, "price": Decimal(price)})


_CUSTOMERS: tuple[Record, ...] = (
    {
        "Name": "Ekhammars Plåt AB", "OrganisationNumber": "559900-0000", "Address1": "Storgatan 4",
        "ZipCode": "582 20", "City": "Linköping", "CountryCode": "SE", "Email": "info@ekhammar.example",
        "EmailInvoice": "faktura@ekhammar.example", "Phone1": "013-10 20 30", "TermsOfPayment": "30",
        "YourReference": "Otto Ek",
    },
    {
        "Name": "Café Nymånen HB", "OrganisationNumber": "969700-0000", "Address1": "Hamngatan 12",
        "ZipCode": "392 31", "City": "Kalmar", "CountryCode": "SE", "Email": "hej@nymanen.example",
        "TermsOfPayment": "10", "InvoiceDiscount": Decimal(5), "InvoiceAdministrationFee": "29",
        "DeliveryName": "Café Nymånen lager", "DeliveryAddress1": "Bakgården 2", "DeliveryAddress2": "Port B",
        "DeliveryZipCode": "392 32", "DeliveryCity": "Kalmar",
    },
)  # fmt: skip
_ARTICLES: tuple[tuple[Record, str], ...] = (
    (
        {"ArticleNumber": "KONS", "Description": "Konsultation", "Type": "SERVICE", "Unit": "h", "SalesAccount": 3041},
        "950",
    ),
    ({"ArticleNumber": "LIC-ÅR", "Description": "Licens, ett år", "Type": "SERVICE", "Unit": "st"}, "4800"),
    ({"ArticleNumber": "SKRUV-8", "Description": "Skruv M8", "Unit": "förp", "EAN": "7310000000015"}, "89.50"),
    (
        {"ArticleNumber": "BOK-1", "Description": "Handbok", "Unit": "st", "VAT": Decimal(6), "SalesAccount": 3003},
        "249",
    ),
    (
        {"ArticleNumber": "KAFFE", "Description": "Kaffe, hela bönor", "Unit": "kg", "VAT": Decimal(12),
         "SalesAccount": 3002},
        "189",
    ),
)  # fmt: skip


def _plant_article(company: Company, item: Record) -> str:
    fields = {name: value for name, value in item.items() if name != "price"}
    number = str(articles.create_article(company, fields).fields["ArticleNumber"])
    if item.get("price") is not None:
        price = {"ArticleNumber": number, "PriceList": "A", "Price": Decimal(item["price"])}
        prices.create_price(company, price)
    return number


def _plant_articles(company: Company, items: list[Record]) -> list[str]:
    """Article payloads; a member "price" sets the price in list A."""
    return [_plant_article(company, item) for item in items]


def _plant_customers(company: Company, items: list[Record]) -> list[str]:
    return [customers.create_customer(company, item).fields["CustomerNumber"] for item in items]


def _plant_crowd(company: Company, count: int) -> Record:
    numbers = customers.create_crowd(company, count)
    return {"count": len(numbers), "first": numbers[0], "last": numbers[-1]} if numbers else {"count": 0}


def _planting(kind: Kind) -> Step:
    def step(company: Company, items: list[Record]) -> list[int]:
        return [create_document(company, kind, item).number for item in items]

    return step


def _plant_registers(company: Company, items: Mapping[str, list[Record]]) -> Record:
    made: Record = {}
    for path, entries in items.items():
        register = next((known for known in registers.ALL if known.path == path), None)
        if register is None:
            raise ValueError(f"registers: no register {path}")
        made[path] = [_plant_entry(company, register, entry) for entry in entries]
    return made


def _plant_entry(company: Company, register: registers.Register, entry: Record) -> str:
    """Add an entry, or change the one with its key."""
    key = str(entry.get(register.key))
    if key in company.register(register.path):
        changed = {name: value for name, value in entry.items() if name != register.key}
        stored = registers.update(company, register, key, changed)
    else:
        stored = registers.create(company, register, entry)
    return str(stored.fields[register.key])


def _remove_entries(company: Company, items: Mapping[str, list[str]]) -> int:
    removed = [company.register(path).pop(str(code), None) for path, codes in items.items() for code in codes]
    return len([entry for entry in removed if entry is not None])


def _plant_financial_year(company: Company, year: int) -> int:
    """A bookkeeper adds the calendar year."""
    return add_financial_year(company, year)


def _set_vat_codes(company: Company, codes: Mapping[str, Any]) -> list[str]:
    """VAT codes of the chart: `{"OSSFI": 25.5}`; an account with that VATCode then carries the rate."""
    company.vat_rate_by_code |= {code: Decimal(rate) for code, rate in codes.items()}
    return list(company.vat_rate_by_code)


def _delete_customer(company: Company, number: Any) -> str:  # noqa: ANN401 -- text or number from JSON
    """A person deletes the card, documents or not."""
    customers.find_customer(company, str(number))
    customers.remove_customer(company, str(number))
    return str(number)


def _reassign_customer(company: Company, card: Record) -> str:
    """The number of a deleted customer comes to mean somebody else (facts/fortnox.md section 5)."""
    number = str(card["CustomerNumber"])
    company.customers.pop(number, None)
    company.deleted_customer_numbers.discard(number)
    return str(customers.create_customer(company, card).fields["CustomerNumber"])


def _edit_customer(company: Company, card: Record) -> str:
    number = str(card["CustomerNumber"])
    return str(customers.update_customer(company, number, card).fields["CustomerNumber"])


def _edit_article(company: Company, item: Record) -> str:
    return str(articles.update_article(company, str(item["ArticleNumber"]), item).fields["ArticleNumber"])


def _acting(kind: Kind, act: Callable[[Company, Document], object]) -> Step:
    def step(company: Company, number: object) -> int:
        document = find_document(company, kind, str(number))
        act(company, document)
        return document.number

    return step


def _editing(kind: Kind) -> Step:
    def step(company: Company, change: Record) -> int:
        number = str(change["DocumentNumber"])
        payload = {name: value for name, value in change.items() if name != "DocumentNumber"}
        return update_document(company, kind, number, payload).number

    return step


def _pay_invoice(company: Company, payment: Record) -> Decimal:
    """Pay `{"number": n, "amount": 100}`, the whole balance without an amount; answers what remains."""
    invoice = find_document(company, INVOICE, str(payment["number"]))
    fields = invoice.fields
    fields["Balance"] -= Decimal(payment["amount"]) if "amount" in payment else fields["Balance"]
    if fields["Balance"] <= 0:
        fields["FinalPayDate"] = date.fromisoformat(payment["date"]) if "date" in payment else company.today()
    company.touch(invoice)
    balance: Decimal = fields["Balance"]
    return balance


_STEPS: Mapping[str, Step] = {
    "customers": _plant_customers,
    "crowd": _plant_crowd,
    "articles": _plant_articles,
    "invoices": _planting(INVOICE),
    "orders": _planting(ORDER),
    "registers": _plant_registers,
    "remove_registers": _remove_entries,
    "plant_financial_year": _plant_financial_year,
    "vat_codes": _set_vat_codes,
    "edit_customer": _edit_customer,
    "delete_customer": _delete_customer,
    "reassign_customer": _reassign_customer,
    "edit_article": _edit_article,
    "book_invoice": _acting(INVOICE, actions.bookkeep),
    "send_invoice": _acting(INVOICE, actions.mark_sent),
    "cancel_invoice": _acting(INVOICE, actions.cancel),
    "credit_invoice": _acting(INVOICE, actions.credit),
    "edit_invoice": _editing(INVOICE),
    "pay_invoice": _pay_invoice,
    "send_order": _acting(ORDER, actions.mark_sent),
    "cancel_order": _acting(ORDER, actions.cancel),
    "invoice_order": _acting(ORDER, actions.create_invoice),
    "edit_order": _editing(ORDER),
}
