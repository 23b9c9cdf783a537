"""docs/settings.md names every setting there is, and none that is not."""

import re
from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic_core import PydanticUndefined
from tests.architecture.source_codes import ROOT

from fortnox_bridge.config import Config
from fortnox_bridge.sync_settings.current import Settings

DOCUMENT = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `([^`]+)` \| (.+?) \|", DOCUMENT, re.MULTILINE))
PREFIX = "FORTNOX_BRIDGE_"


def _variables(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, Any]]:
    for name, field in model.model_fields.items():
        variable = f"{prefix}{name.upper()}"
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _variables(kind, f"{variable}__")
        elif get_origin(kind) is dict and (inner := _model_in(get_args(kind)[1])) is not None:
            yield from _variables(inner, f"{variable}__NAME__")
        else:
            yield variable, field.default


def _settings(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, field in model.model_fields.items():
        path = f"{prefix}{name}"
        inner = _model_in(field.annotation)
        is_list = get_origin(field.annotation) is tuple
        if inner is None or is_list:
            yield path, field.default
        if inner is not None:
            yield from _settings(inner, f"{path}.")


def _model_in(kind: Any) -> type[BaseModel] | None:
    if get_origin(kind) in {tuple, Union, UnionType}:
        kind = next((each for each in get_args(kind) if each not in {NoneType, Ellipsis}), None)
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def test_every_environment_variable_is_documented_and_no_other():
    documented = {name for name in ROWS if name.startswith(PREFIX)}

    assert documented == {name for name, _ in _variables(Config, PREFIX)}


def test_every_sync_setting_is_documented_and_no_other():
    documented = {name for name in ROWS if not name.startswith(PREFIX)}

    assert documented == {name for name, _ in _settings(Settings)}


def test_documented_defaults_are_the_real_ones():
    told = {}
    for name, default in (*_variables(Config, PREFIX), *_settings(Settings)):
        stated = re.fullmatch(r"`([^`]*)`", ROWS[name])
        if stated is not None:
            told[name] = (stated[1], _written(default))

    assert len(told) > 25
    assert {name: pair for name, pair in told.items() if pair[0] != pair[1]} == {}


def test_required_settings_are_said_to_be_required():
    required = {name for name, default in _settings(Settings) if default is PydanticUndefined}

    # Matching and mapping have no default of their own: a new connection gets them from its connector.
    assert {name for name in required if "." in name and not re.search(r"\.(match|mapping)$", name)} == {
        name for name, default in ROWS.items() if default == "required"
    }


def test_secrets_have_no_default():
    for name, default in _variables(Config, PREFIX):
        if re.search(r"SECRET|KEYS", name):
            assert not isinstance(default, SecretStr | str), name
            assert ROWS[name] == "*none*"


def _written(default: Any) -> str:
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, tuple):
        return str(list(default))
    return f"{default:g}" if isinstance(default, float) else str(default)
