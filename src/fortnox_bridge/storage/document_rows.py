"""Documents, links and their Fortnox records between rows and the domain."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy.engine import RowMapping

from fortnox_bridge.domain.document import Document
from fortnox_bridge.domain.fortnox_fields import ArticleField, CustomerField, VatType
from fortnox_bridge.domain.ids import SourceRef
from fortnox_bridge.domain.link import Link, LinkKind
from fortnox_bridge.domain.records import ArticleRecord, CustomerRecord, RegisterEntry
from fortnox_bridge.domain.run import Notice


def to_source(row: RowMapping) -> SourceRef:
    return SourceRef(row["connector"], row["account"], row["object_kind"], row["external_id"])


def source_values(source: SourceRef) -> dict[str, object]:
    return {
        "connector": source.connector,
        "account": source.account,
        "object_kind": source.kind,
        "external_id": source.external_id,
    }


def to_document(row: RowMapping) -> Document:
    return Document(
        id=row["id"],
        connection_id=row["connection_id"],
        company_id=row["company_id"],
        source=to_source(row),
        kind=row["kind"],
        generation=row["generation"],
        marker=row["marker"],
        state=row["state"],
        attempt=row["attempt"],
        sent_at=row["sent_at"],
        first_missed_at=row["first_missed_at"],
        number=row["number"],
        customer_number=row["customer_number"],
        customer_name=row["customer_name"],
        total=row["total"],
        currency=row["currency"],
        created_at=row["created_at"],
        run_id=row["run_id"],
        converted_from=row["converted_from"],
        is_verified=row["is_verified"],
        ocr=row["ocr"],
        notices=tuple(Notice(code=item["code"], params=item["params"]) for item in row["notices"]),
        plan_hash=row["plan_hash"],
        fingerprint=row["fingerprint"],
        pending_plan_hash=row["pending_plan_hash"],
        revision=row["revision"] or 1,
    )


def to_link(row: RowMapping) -> Link:
    return Link(
        kind=row["kind"],
        source=to_source(row),
        state=row["state"],
        number=row["number"],
        record=None if row["record"] is None else to_record(row["kind"], row["record"]),
        verified_at=row["verified_at"],
        marker=row["marker"],
        owner=row["owner"],
        sent_at=row["sent_at"],
        first_missed_at=row["first_missed_at"],
        is_picked_by_user=row["is_picked_by_user"],
    )


def to_record(kind: LinkKind, plain: Mapping[str, Any]) -> CustomerRecord | ArticleRecord:
    return to_customer(plain) if kind is LinkKind.CUSTOMER else to_article(plain)


def to_customer(plain: Mapping[str, Any]) -> CustomerRecord:
    """Rows written before the card was remembered have none, and fields that settings no longer know are left out."""
    vat_type, known = plain["vat_type"], set(CustomerField)
    card = {CustomerField(name): text for name, text in plain.get("card", {}).items() if name in known}
    return CustomerRecord(**{**plain, "vat_type": None if vat_type is None else VatType(vat_type), "card": card})


def to_article(plain: Mapping[str, Any]) -> ArticleRecord:
    fields, prices = plain.get("fields"), plain.get("prices") or {}
    decoded = {
        "vat_rate": _decimal(plain["vat_rate"]),
        "fields": None if fields is None else {ArticleField(name): text for name, text in fields.items()},
        "prices": {price_list: _decimal(price) for price_list, price in prices.items()},
    }
    return ArticleRecord(**{**plain, **decoded})


def _decimal(plain: str | None) -> Decimal | None:
    return None if plain is None else Decimal(plain)


def to_register_entry(plain: Mapping[str, Any]) -> RegisterEntry:
    facts = tuple((name, value) for name, value in plain["facts"])
    return RegisterEntry(code=plain["code"], description=plain["description"], facts=facts)
