"""`advanced`: what hardly anybody needs to change."""

from typing import Annotated

from pydantic import Field

from fortnox_bridge.sync_settings.v2.base import Section


class Advanced(Section):
    """Settings for the rare case."""

    trust_customer_links_h: Annotated[int, Field(ge=0, le=168)] = Field(
        default=24,
        description="Hours for which a remembered customer number is believed without asking Fortnox, whose numbers "
        "may be reused (F31); 0 asks every time",
    )
