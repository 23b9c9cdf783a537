"""The document a new connection starts with."""

from fortnox_bridge.domain.fortnox_fields import ArticleField, CustomerField, DocumentField
from fortnox_bridge.domain.rules import CustomerKey
from fortnox_bridge.sdk import DefaultMapping, DefaultSettings
from fortnox_bridge.sync_settings.current import Settings
from fortnox_bridge.sync_settings.v2.base import Mapping, TargetT
from fortnox_bridge.sync_settings.v2.customers import Customers, Match, Party
from fortnox_bridge.sync_settings.v2.document import Document
from fortnox_bridge.sync_settings.v2.products import Products


def initial_settings(defaults: DefaultSettings) -> Settings:
    """No trigger yet, so nothing happens before an administrator decides when it shall."""
    return Settings(
        customers=Customers(
            company=Party(
                match=(Match(source="company.name", key=CustomerKey.NAME),),
                mapping=_rows(defaults.company_mapping, "company.name"),
            ),
            contact=Party(
                match=(Match(source="contact.email", key=CustomerKey.EMAIL),),
                mapping=_rows(defaults.contact_mapping, "contact.name"),
            ),
        ),
        products=Products(source=defaults.product_source, mapping=_mapped(defaults.article_mapping, ArticleField)),
        document=Document(mapping=_mapped(defaults.document_mapping, DocumentField)),
    )


def _mapped(rows: tuple[DefaultMapping, ...], targets: type[TargetT]) -> tuple[Mapping[TargetT], ...]:
    return tuple(Mapping[targets](target=targets(row.target), sources=row.sources) for row in rows)  # type: ignore[valid-type]


def _rows(rows: tuple[DefaultMapping, ...], name_source: str) -> tuple[Mapping[CustomerField], ...]:
    mapped = _mapped(rows, CustomerField)
    if any(row.target is CustomerField.NAME for row in mapped):
        return mapped
    return (Mapping[CustomerField](target=CustomerField.NAME, sources=(name_source,)), *mapped)
