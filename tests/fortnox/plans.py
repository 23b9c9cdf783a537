"""Plans as the pipeline would make them."""

from datetime import date
from decimal import Decimal

from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.draft_plan import DraftPlan, KnownCustomer, NewArticle, NewCustomer, PlannedRow
from fortnox_bridge.domain.fortnox_fields import ArticleField, CustomerField, VatType
from fortnox_bridge.domain.ids import SourceRef
from fortnox_bridge.domain.marker import article_marker, customer_marker, document_marker
from fortnox_bridge.domain.money import SEK, Basis
from fortnox_bridge.domain.origin import Origin, ValueOrigin
from fortnox_bridge.domain.totals import DocumentTotals, TotalsProof

COMPANY = "1"


def source(external_id: str = "812", kind: str = "deal") -> SourceRef:
    return SourceRef("pipedrive", "4711", kind, external_id)


def make_row(**changes: object) -> PlannedRow:
    values: dict = {
        "description": "Rådgivning november",
        "article_number": "KONS",
        "quantity": Decimal("12.5"),
        "unit_price": Decimal("950"),
        "vat_rate": Decimal(25),
        **changes,
    }
    return PlannedRow(**values)


def make_text(text: str = "Enligt avtal 2026 17") -> PlannedRow:
    return PlannedRow(description=text, is_text=True)


def make_plan(*rows: PlannedRow, kind: DocumentKind = DocumentKind.INVOICE, deal: str = "812", **changes) -> DraftPlan:
    zero = Decimal(0)
    values: dict = {
        "kind": kind,
        "marker": document_marker(COMPANY, source(deal), kind.value, 1),
        "customer": KnownCustomer("1", "Ekhammars Plåt AB", None, None),
        "new_articles": (),
        "document_date": date(2026, 11, 23),
        "currency": SEK,
        "vat_included": False,
        "rows": rows or (make_row(), make_text()),
        "totals": DocumentTotals(SEK, zero, {}, zero, zero, zero, zero, ()),
        "proof": TotalsProof(Basis.NET, None, zero, None),
        **changes,
    }
    return DraftPlan(**values)


def make_customer(external_id: str = "c-1", **fields: str) -> NewCustomer:
    party = source(external_id, "organization")
    values = {
        CustomerField.NAME: "Ekhammars Plåt AB",
        CustomerField.ORGANISATION_NUMBER: "5560160680",
        CustomerField.EMAIL: "info@ekhammar.example",
        CustomerField.COUNTRY_CODE: "SE",
        **{CustomerField(name): value for name, value in fields.items()},
    }
    return NewCustomer(
        source=party,
        marker=customer_marker(COMPANY, party),
        is_person=False,
        vat_type=VatType.SWEDISH,
        fields={field: value for field, value in values.items() if value},
        origins=dict.fromkeys(values, Origin(ValueOrigin.SOURCE)),
    )


def make_article(number: str = "KONS", **fields: str) -> NewArticle:
    values: dict = {
        "source": source("p-1", "product"),
        "number": number,
        "fields": {
            ArticleField.DESCRIPTION: "Konsulttimme",
            ArticleField.VAT_RATE: "25",
            ArticleField.TYPE: "service",
            **{ArticleField(name): value for name, value in fields.items()},
        },
    }
    values["fields"] = {name: text for name, text in values["fields"].items() if text}
    assert article_marker(COMPANY, values["source"])
    return NewArticle(**values)
