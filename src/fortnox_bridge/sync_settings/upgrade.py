"""Reading stored or sent documents of any version we know."""

from collections.abc import Mapping

from pydantic import ValidationError

from fortnox_bridge.domain.snapshot import Plain
from fortnox_bridge.sync_settings.current import CURRENT_MAJOR, Settings
from fortnox_bridge.sync_settings.faults import InvalidSettings, SettingsFault, faults_of


def load_settings(document: Mapping[str, object]) -> Settings:
    """Read a document, upgrading it if it is older.

    Raises:
        InvalidSettings: it names a newer version than this code knows, or breaks its own version's rules.
    """
    _refuse_newer(document)
    try:
        return Settings.model_validate(dict(document))
    except ValidationError as error:
        raise InvalidSettings(faults_of(error)) from error


def dump_settings(settings: Settings) -> dict[str, Plain]:
    """The document as JSON values; decimals are text."""
    return settings.model_dump(mode="json")


def _refuse_newer(document: Mapping[str, object]) -> None:
    version = document.get("schema_version", "1.0")
    major = str(version).partition(".")[0]
    if major.isdigit() and int(major) > CURRENT_MAJOR:
        message = f"version {version} is newer than this installation knows ({CURRENT_MAJOR}); upgrade fortnox-bridge"
        raise InvalidSettings((SettingsFault("schema_version", message),))
