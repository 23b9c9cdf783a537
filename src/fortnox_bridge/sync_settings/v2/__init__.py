"""Version 2 of the settings document.

Public: administrators write it as JSON by REST and from the command line. Source fields are field paths such as
`company.custom:1b6f…` (see the connector's field catalogue); Fortnox fields and registers go by our names.
Money is text with a point. A document says its `schema_version`, so that older ones can be upgraded when read.
"""

from typing import Literal

from pydantic import Field

from fortnox_bridge.sync_settings.v2.advanced import Advanced
from fortnox_bridge.sync_settings.v2.base import Section
from fortnox_bridge.sync_settings.v2.cards import Cards
from fortnox_bridge.sync_settings.v2.customers import Customers
from fortnox_bridge.sync_settings.v2.document import Document
from fortnox_bridge.sync_settings.v2.notes import Notes
from fortnox_bridge.sync_settings.v2.products import Products
from fortnox_bridge.sync_settings.v2.triggers import Triggers
from fortnox_bridge.sync_settings.v2.vat import Vat

__all__ = ["SettingsV2"]


class SettingsV2(Section):
    """The whole document."""

    schema_version: Literal["2.1"] = Field(
        default="2.1",
        description="Version of the document's form. Older ones are upgraded when read, newer ones refused",
    )
    triggers: Triggers = Field(default=Triggers(), description="When a deal becomes a document")
    customers: Customers = Field(description="Who the document is for")
    products: Products = Field(default=Products(), description="Which article a line becomes")
    vat: Vat = Field(default=Vat(), description="Rates, accounts and sales abroad")
    document: Document = Field(default=Document(), description="What the draft says and how it lives on")
    notes: Notes = Field(default=Notes(), description="What is written back to the source")
    cards: Cards = Field(default=Cards(), description="What people see inside the source")
    advanced: Advanced = Field(default=Advanced(), description="What hardly anybody needs to change")
