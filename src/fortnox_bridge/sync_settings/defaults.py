"""The document a new connection starts with."""

from fortnox_bridge.domain.document import CustomerField
from fortnox_bridge.domain.rules import CustomerKey
from fortnox_bridge.sdk import DefaultMapping, DefaultSettings
from fortnox_bridge.sync_settings.current import Settings
from fortnox_bridge.sync_settings.v1 import Customers, Mapping, Match, Party, Products


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
        products=Products(source=defaults.product_source),
    )


def _rows(rows: tuple[DefaultMapping, ...], name_source: str) -> tuple[Mapping, ...]:
    mapped = tuple(Mapping(target=CustomerField(row.target), sources=row.sources) for row in rows)
    if any(row.target is CustomerField.NAME for row in mapped):
        return mapped
    return (Mapping(target=CustomerField.NAME, sources=(name_source,)), *mapped)
