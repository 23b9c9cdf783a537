import sys
import types
from importlib.metadata import EntryPoint

import pytest
from pydantic import BaseModel

from fortnox_bridge.registry import LoadStatus, RequiredConnectorMissing, load_registry
from fortnox_bridge.sdk import Connector, hookimpl
from fortnox_bridge.sdk.hookspecs import ENTRY_POINT_GROUP


class NoConfig(BaseModel):
    pass


def make_connector(name: str, api_version: int = 1) -> Connector[NoConfig]:
    return Connector(
        name=name, title=name, config_model=NoConfig, open=lambda _config, _context: None, api_version=api_version
    )


@pytest.fixture
def plugin():
    """Installs throw-away modules under the names it is given."""
    names: list[str] = []

    def install(name: str, **members: object) -> EntryPoint:
        module = types.ModuleType(name)
        for key, value in members.items():
            setattr(module, key, value)
        sys.modules[name] = module
        names.append(name)
        return EntryPoint(name=name, value=name, group=ENTRY_POINT_GROUP)

    yield install
    for name in names:
        del sys.modules[name]


def answering(answer: object):
    @hookimpl
    def fortnox_bridge_connector():
        return answer

    return fortnox_bridge_connector


def test_a_sound_connector_is_loaded_and_reported(plugin):
    registry = load_registry(found=[plugin("good_plugin", fortnox_bridge_connector=answering(make_connector("good")))])
    assert list(registry.connectors) == ["good"]
    assert [report.status for report in registry.reports] == [LoadStatus.LOADED]


def test_broken_plugins_are_reported_and_the_rest_goes_on(plugin):
    @hookimpl
    def fortnox_bridge_connector():
        raise RuntimeError("boom")

    @hookimpl
    def fortnox_bridge_conector():
        return make_connector("misspelt")

    found = [
        plugin("a_raises", fortnox_bridge_connector=fortnox_bridge_connector),
        plugin("b_garbage", fortnox_bridge_connector=answering("not a connector")),
        plugin("c_old", fortnox_bridge_connector=answering(make_connector("old", api_version=99))),
        plugin("d_nothing"),
        plugin("e_misspelt", fortnox_bridge_conector=fortnox_bridge_conector),
        EntryPoint(name="f_absent", value="no_such_module_anywhere", group=ENTRY_POINT_GROUP),
        plugin("g_good", fortnox_bridge_connector=answering(make_connector("good"))),
        plugin("h_twin", fortnox_bridge_connector=answering(make_connector("good"))),
    ]
    registry = load_registry(found=found)
    assert list(registry.connectors) == ["good"]
    problems = {report.entry_point: report.problem for report in registry.reports}
    assert problems["g_good"] is None
    needles = {
        "a_raises": "boom",
        "b_garbage": "str",
        "c_old": "99",
        "d_nothing": "implements no",
        "e_misspelt": "unknown hook",
        "f_absent": "No module named",
        "h_twin": "taken",
    }
    assert {name: needle in (problems[name] or "") for name, needle in needles.items()} == dict.fromkeys(needles, True)


def test_a_blocked_connector_is_never_imported(plugin):
    point = EntryPoint(name="blocked", value="no_such_module_anywhere", group=ENTRY_POINT_GROUP)
    registry = load_registry(found=[point], blocked=["blocked"])
    assert registry.connectors == {}
    assert registry.reports[0].status is LoadStatus.BLOCKED


def test_a_required_connector_that_fails_stops_the_start():
    with pytest.raises(RequiredConnectorMissing, match="hubspot"):
        load_registry(found=[], required=["hubspot"])
