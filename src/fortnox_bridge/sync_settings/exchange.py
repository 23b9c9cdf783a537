"""Settings as a file: what an export holds and an import takes (F115)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fortnox_bridge.sync_settings.faults import InvalidSettings, faults_of


class SettingsFile(BaseModel):
    """One connection's settings at one moment. `document` says its own `schema_version`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["fortnox-bridge settings"] = "fortnox-bridge settings"
    connector: str = Field(min_length=1, max_length=100, description="The source system that the settings are for")
    connection: str = Field(max_length=500, description="Name of the connection they come from")
    revision: int = Field(ge=1, description="Their revision there")
    exported_at: datetime
    document: dict[str, Any] = Field(description="The settings document")

    @property
    def file_name(self) -> str:
        return f"{self.connector}-settings-r{self.revision}.json"


def read_file(content: Mapping[str, object]) -> SettingsFile:
    """An exported file as it was written.

    Raises:
        InvalidSettings: it is none; every fault of its frame. Those of the document come when it is checked.
    """
    try:
        return SettingsFile.model_validate(dict(content))
    except ValidationError as error:
        raise InvalidSettings(faults_of(error)) from error
