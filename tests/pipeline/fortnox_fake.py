"""A Fortnox in memory behind `FortnoxPort`, with answers that get lost."""

from dataclasses import dataclass, field, replace
from decimal import Decimal

from tests.pipeline.deals import make_card

from fortnox_bridge.domain.company_state import StatePart
from fortnox_bridge.domain.document import CreatedDocument, CreatedRow, DocumentKind
from fortnox_bridge.domain.document_arithmetic import document_totals
from fortnox_bridge.domain.errors import OutcomeUnknown
from fortnox_bridge.domain.fingerprint import fingerprint
from fortnox_bridge.domain.fortnox_fields import CustomerField
from fortnox_bridge.domain.records import ArticleRecord, RegisterEntry
from fortnox_bridge.domain.rules import ArticleKey, CustomerKey

APPLIED_UNANSWERED = "applied, answer lost"
LOST = "lost on the way"
_WRITTEN = (
    "marker",
    "customer_number",
    "customer_name",
    "organisation_number",
    "currency",
    "net",
    "vat",
    "total",
    "payable",
    "is_not_completed",
    "fingerprint",
)
EVERY_YEAR = RegisterEntry("1", "", (("from", "2000-01-01"), ("to", "2099-12-31")))


def shown(plan, customer_number):
    """What a document of this plan shows of the fields that anybody may set."""
    rows = {
        f"row_{number}": f"{row.article_number} {row.quantity} {row.unit_price} {row.discount} {row.description}"
        for number, row in enumerate(plan.rows, start=1)
    }
    return {"marker": plan.marker, "date": str(plan.document_date), "customer_number": customer_number, **rows}


@dataclass
class FakeFortnox:
    customers: dict = field(default_factory=dict)
    articles: dict = field(default_factory=dict)
    prices: dict = field(default_factory=dict)
    documents: list = field(default_factory=list)
    values: dict = field(default_factory=dict)
    registers: dict = field(default_factory=dict)
    state: dict = field(default_factory=lambda: {StatePart.FINANCIAL_YEARS: (EVERY_YEAR,)})
    calls: list = field(default_factory=list)
    faults: dict = field(default_factory=dict)
    late: list = field(default_factory=list)
    vat_shift: Decimal = Decimal(0)
    touched: set = field(default_factory=set)
    out_of_stock: set = field(default_factory=set)
    round_off: Decimal = Decimal(0)
    archive: dict = field(default_factory=dict)
    attached: list = field(default_factory=list)

    def next_fault(self, call: str):
        self.calls.append(call)
        queue = self.faults.get(call, [])
        fault = queue.pop(0) if queue else None
        if isinstance(fault, BaseException):
            raise fault
        return fault

    def count(self, call: str) -> int:
        return self.calls.count(call)

    async def find_customers(self, key, value):
        self.next_fault("find_customers")
        read = {
            CustomerKey.ORGANISATION_NUMBER: lambda card: (card.organisation_number or "").replace("-", ""),
            CustomerKey.EMAIL: lambda card: (card.email or "").lower(),
            CustomerKey.NAME: lambda card: card.name.lower(),
            CustomerKey.CUSTOMER_NUMBER: lambda card: card.number,
            CustomerKey.PHONE: lambda card: card.card.get(CustomerField.PHONE, ""),
        }[key]
        wanted = value.replace("-", "") if key is CustomerKey.ORGANISATION_NUMBER else value.lower()
        return tuple(card for card in self.customers.values() if read(card) == wanted)

    async def get_customer(self, number):
        self.next_fault("get_customer")
        return self.customers.get(number)

    async def create_customer(self, customer):
        fault = self.next_fault("create_customer")
        if fault == LOST:
            raise OutcomeUnknown("unanswered")
        number = customer.fields.get(CustomerField.CUSTOMER_NUMBER) or str(2001 + len(self.customers))
        card = make_card(
            number,
            name=customer.fields[CustomerField.NAME],
            organisation_number=customer.fields.get(CustomerField.ORGANISATION_NUMBER),
            email=customer.fields.get(CustomerField.EMAIL),
            external_reference=customer.marker,
        )
        self.customers[number] = card
        if fault == APPLIED_UNANSWERED:
            raise OutcomeUnknown("unanswered")
        return card

    async def update_customer(self, update):
        fault = self.next_fault("update_customer")
        old = self.customers[update.number]
        new = make_card(
            old.number,
            name=update.fields.get(CustomerField.NAME, old.name),
            organisation_number=update.fields.get(CustomerField.ORGANISATION_NUMBER, old.organisation_number),
            email=update.fields.get(CustomerField.EMAIL, old.email),
            external_reference=old.external_reference,
            card={**old.card, **update.fields},
        )
        if fault == LOST:
            raise OutcomeUnknown("unanswered")
        self.customers[update.number] = new
        if fault == APPLIED_UNANSWERED:
            raise OutcomeUnknown("unanswered")
        return new

    async def get_article(self, number):
        self.next_fault("get_article")
        return self.articles.get(number)

    async def find_articles(self, key, value):
        self.next_fault("find_articles")
        read = {
            ArticleKey.NUMBER: lambda article: article.number,
            ArticleKey.NAME: lambda article: article.description,
            ArticleKey.EAN: lambda article: article.ean or "",
        }[key]
        return tuple(one for one in self.articles.values() if read(one).casefold() == value.casefold())

    async def create_article(self, article):
        fault = self.next_fault("create_article")
        record = ArticleRecord(article.number, article.description, is_active=True, vat_rate=article.vat_rate)
        record = self.articles.setdefault(article.number, record)
        if fault == APPLIED_UNANSWERED:
            raise OutcomeUnknown("unanswered")
        return record

    async def update_article(self, update):
        self.next_fault("update_article")
        old = self.articles[update.number]
        fields = {**(old.fields or {}), **update.fields}
        self.articles[update.number] = replace(old, fields=fields)
        return self.articles[update.number]

    async def get_price(self, price_list, number):
        self.next_fault("get_price")
        return self.prices.get((price_list, number))

    async def set_price(self, price_list, number, price):
        self.next_fault("set_price")
        self.prices[price_list, number] = price

    async def create_document(self, plan, customer_number, *, send_before):
        fault = self.next_fault("create_document")
        if fault == LOST:
            raise OutcomeUnknown("unanswered")
        if callable(fault):
            self.late.append((plan, customer_number))
            raise OutcomeUnknown("unanswered")
        created = self.apply(plan, customer_number)
        if fault == APPLIED_UNANSWERED:
            raise OutcomeUnknown("unanswered")
        return created

    def apply(self, plan, customer_number):
        totals = document_totals(plan.rows, currency=plan.currency, vat_included=plan.vat_included)
        card = self.customers[customer_number]
        created = CreatedDocument(
            kind=plan.kind,
            number=str(100 + len(self.documents)),
            marker=plan.marker,
            customer_number=customer_number,
            customer_name=card.name,
            organisation_number=card.organisation_number,
            currency=plan.currency,
            net=totals.net,
            vat=totals.vat + self.vat_shift,
            total=totals.total + self.vat_shift,
            round_off=self.round_off,
            payable=totals.total + self.vat_shift + self.round_off,
            is_cancelled=False,
            is_booked=False,
            is_sent=False,
            is_not_completed=plan.is_not_completed,
            rows=tuple(
                CreatedRow(
                    row.description,
                    row.article_number,
                    Decimal(0) if row.article_number in self.out_of_stock else row.quantity,
                )
                for row in plan.rows
            ),
            fingerprint=fingerprint(shown(plan, customer_number)),
        )
        self.documents.append(created)
        self.values[created.kind, created.number] = shown(plan, customer_number)
        return created

    async def update_document(self, plan, customer_number, number, *, check):
        fault = self.next_fault("update_document")
        if fault == LOST:
            raise OutcomeUnknown("unanswered")
        old = self._find(plan.kind, number)
        check(old)
        wanted = self.apply(plan, customer_number)
        self.documents.remove(wanted)
        self.values[plan.kind, number] = self.values.pop((plan.kind, wanted.number))
        updated = self.change(plan.kind, number, **{name: getattr(wanted, name) for name in _WRITTEN})
        if fault == APPLIED_UNANSWERED:
            raise OutcomeUnknown("unanswered")
        return updated

    def says(self, plan, customer_number, seen):
        return fingerprint(shown(plan, customer_number)) == seen

    def edit(self, kind, number, **values):
        """A person, or a call of ours, changes something of a document."""
        self.values[kind, number] = {**self.values[kind, number], **values}
        return self.change(kind, number, fingerprint=fingerprint(self.values[kind, number]))

    async def cancel_document(self, kind, number, *, check):
        fault = self.next_fault("cancel_document")
        if fault == LOST:
            raise OutcomeUnknown("unanswered")
        check(self._find(kind, number))
        self.change(kind, number, is_cancelled=True)
        if fault == APPLIED_UNANSWERED:
            raise OutcomeUnknown("unanswered")

    def live(self):
        return [document for document in self.documents if not document.is_cancelled]

    def _find(self, kind, number):
        return next((one for one in self.documents if one.kind is kind and one.number == number), None)

    def change(self, kind, number, **changes):
        old = self._find(kind, number)
        new = replace(old, **changes)
        self.documents[self.documents.index(old)] = new
        return new

    async def get_document(self, kind, number):
        self.next_fault("get_document")
        return self._find(kind, number)

    async def find_documents(self, kind, marker):
        self.next_fault("find_documents")
        return tuple(one for one in self.documents if one.kind is kind and one.marker == marker)

    async def mark_not_completed(self, kind, number):
        self.next_fault("mark_not_completed")
        self.edit(kind, number, not_completed="true")
        return self.change(kind, number, is_not_completed=True)

    async def mark_warehouse_ready(self, number):
        self.next_fault("mark_warehouse_ready")
        self.change(DocumentKind.INVOICE, number, is_warehouse_ready=True)

    async def cancel_untouched(self, kind, number):
        self.next_fault("cancel_untouched")
        if number in self.touched:
            return False
        self.change(kind, number, is_cancelled=True)
        return True

    async def convert_order(self, number):
        fault = self.next_fault("convert_order")
        order = self._find(DocumentKind.ORDER, number)
        if order.order_invoice_number is None:
            invoice = replace(order, kind=DocumentKind.INVOICE, number=str(100 + len(self.documents)))
            self.documents.append(invoice)
            self.values[invoice.kind, invoice.number] = self.values[order.kind, order.number]
            order = self.change(DocumentKind.ORDER, number, order_invoice_number=invoice.number)
        if fault == APPLIED_UNANSWERED:
            raise OutcomeUnknown("unanswered")
        return order.order_invoice_number

    async def preview(self, kind, number):
        self.next_fault("preview")
        return b"%PDF-1.7 " + number.encode()

    async def register(self, name):
        self.next_fault("register")
        return tuple(RegisterEntry(code, code) for code in self.registers.get(name, ()))

    async def company_state(self, part):
        self.next_fault("company_state")
        return self.state.get(part, ())

    async def upload_file(self, kind, name, content_type, content):
        fault = self.next_fault("upload_file")
        archive_id = f"archive-{len(self.archive) + 1}"
        self.archive[archive_id] = name
        if fault == APPLIED_UNANSWERED:
            raise OutcomeUnknown("unanswered")
        return archive_id

    async def attached_files(self, kind, number):
        self.next_fault("attached_files")
        return frozenset(archive_id for one, archive_id in self.attached if one == number)

    async def attach_files(self, kind, number, files):
        fault = self.next_fault("attach_files")
        self.attached += [(number, file.archive_id) for file in files]
        if fault == APPLIED_UNANSWERED:
            raise OutcomeUnknown("unanswered")

    def payload(self, plan, customer_number):
        return {"CustomerNumber": customer_number, "rows": len(plan.rows), **shown(plan, customer_number)}
