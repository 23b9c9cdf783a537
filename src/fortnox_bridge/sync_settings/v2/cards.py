"""`cards`: what people see inside the source."""

from typing import Annotated

from pydantic import Field

from fortnox_bridge.sync_settings.v2.base import Section


class Cards(Section):
    """A customer's finances and a deal's documents, shown where people work."""

    max_age_minutes: Annotated[int, Field(ge=1, le=1440)] = Field(
        default=15,
        description="How old figures may be, in minutes, before opening a card fetches them anew. Until then, and "
        "while they are fetched, the last known ones are shown with their age (F100)",
    )
    documents_shown: Annotated[int, Field(ge=0, le=20)] = Field(
        default=5, description="How many of the customer's latest invoices and orders a card lists (F100)"
    )
