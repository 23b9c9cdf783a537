"""Reading stored or sent documents of any version we know."""

from collections.abc import Callable, Mapping
from typing import Final

from pydantic import ValidationError

from fortnox_bridge.domain.snapshot import Plain
from fortnox_bridge.sync_settings.current import CURRENT_MAJOR, CURRENT_MINOR, Settings
from fortnox_bridge.sync_settings.faults import InvalidSettings, SettingsFault, faults_of

Document = Mapping[str, object]


def load_settings(document: Document) -> Settings:
    """Read a document, upgrading it if it is older.

    Raises:
        InvalidSettings: it names a newer version than this code knows, or breaks the current version's rules.
    """
    try:
        return Settings.model_validate(dict(upgraded(document)))
    except ValidationError as error:
        raise InvalidSettings(faults_of(error)) from error


def dump_settings(settings: Settings) -> dict[str, Plain]:
    """The document as JSON values; decimals are text."""
    return settings.model_dump(mode="json")


def upgraded(document: Document) -> Document:
    """The document in the current form. What is no version at all is left for the form's own rules to refuse.

    Raises:
        InvalidSettings: it names a newer version than this code knows.
    """
    version = document.get("schema_version", f"{CURRENT_MAJOR}.0")
    major = str(version).partition(".")[0]
    if not (major.isascii() and major.isdigit() and len(major) < 4):
        return document
    if int(major) > CURRENT_MAJOR:
        problem = f"version {version} is newer than this installation knows ({CURRENT_MAJOR}); upgrade fortnox-bridge"
        raise InvalidSettings((SettingsFault("setting_malformed", "schema_version", {"problem": problem}),))
    for step in range(int(major), CURRENT_MAJOR):
        if step in _STEPS:
            document = _STEPS[step](document)
    return _to_current_minor(document)


def _to_current_minor(document: Document) -> Document:
    """A minor version only adds settings, each with a default that means what its absence did."""
    if document.get("schema_version") in {f"{CURRENT_MAJOR}.{minor}" for minor in range(CURRENT_MINOR)}:
        return {**document, "schema_version": f"{CURRENT_MAJOR}.{CURRENT_MINOR}"}
    return document


def _from_1_to_2(document: Document) -> Document:
    """Version 2 only added settings, each with a default that means what version 1 did."""
    return {**document, "schema_version": "2.0"}


_STEPS: Final[Mapping[int, Callable[[Document], Document]]] = {1: _from_1_to_2}
