"""docs/settings.md names every variable of the deployment, and docs/sync-settings.md is made from the form."""

import re
from collections.abc import Iterator
from typing import Any, get_args, get_origin

from pydantic import BaseModel, SecretStr
from tests.architecture.source_codes import ROOT

from fortnox_bridge.config import Config
from fortnox_bridge.sync_settings.current import Settings
from fortnox_bridge.sync_settings.page import model_in, settings_of, settings_page

DOCUMENT = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `([^`]+)` \| (.+?) \|", DOCUMENT, re.MULTILINE))
PREFIX = "FORTNOX_BRIDGE_"
SECTIONS = list(Settings.model_fields.items())


def _variables(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, Any]]:
    for name, field in model.model_fields.items():
        variable = f"{prefix}{name.upper()}"
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _variables(kind, f"{variable}__")
        elif get_origin(kind) is dict and (inner := model_in(get_args(kind)[1])) is not None:
            yield from _variables(inner, f"{variable}__NAME__")
        else:
            yield variable, field.default


def test_every_environment_variable_is_documented_and_no_other():
    assert set(ROWS) == {name for name, _ in _variables(Config, PREFIX)}


def test_documented_defaults_are_the_real_ones():
    told = {}
    for name, default in _variables(Config, PREFIX):
        stated = re.fullmatch(r"`([^`]*)`", ROWS[name])
        if stated is not None:
            told[name] = (stated[1], _written(default))

    assert len(told) > 8
    assert {name: pair for name, pair in told.items() if pair[0] != pair[1]} == {}


def test_secrets_have_no_default():
    for name, default in _variables(Config, PREFIX):
        if re.search(r"SECRET|KEYS", name):
            assert not isinstance(default, SecretStr | str), name
            assert ROWS[name] == "*none*"


def test_sync_settings_page_is_what_the_form_makes_it():
    page = (ROOT / "docs" / "sync-settings.md").read_text(encoding="utf-8")

    assert page == settings_page(), "make it anew: python -m fortnox_bridge.sync_settings.page > docs/sync-settings.md"


def test_every_sync_setting_says_what_it_means():
    every = [(path, field) for name, section in SECTIONS for path, field in settings_of(section.annotation, name)]

    assert len(every) > 100
    assert [path for path, field in every if not field.description] == []


def _written(default: Any) -> str:
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, tuple):
        return str(list(default))
    return f"{default:g}" if isinstance(default, float) else str(default)
