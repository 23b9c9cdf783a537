"""Regular work that one process at a time does for all of them."""

from sqlalchemy import PrimaryKeyConstraint, Table

from fortnox_bridge.storage.tables.base import METADATA, instant, text

turn = Table(
    "turn",
    METADATA,
    text("name"),
    instant("due_at"),
    text("holder", is_optional=True),
    instant("held_until", is_optional=True),
    PrimaryKeyConstraint("name"),
)
