"""Where Example is reached, and what must be known of an account besides its token."""

from typing import Final

from pydantic import BaseModel, ConfigDict

NAME: Final = "example"
SYSTEM: Final = "Example"
API: Final = "api"
BASE_URLS: Final = {API: "https://api.example.com"}
ALLOWED_HOSTS: Final = ("api.example.com",)


class ExampleConfig(BaseModel):
    """Rendered as a form when an account is connected. Nothing is needed here."""

    model_config = ConfigDict(extra="forbid", frozen=True)
