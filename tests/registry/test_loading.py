import sys
import types
from importlib.metadata import EntryPoint
from types import SimpleNamespace

import pytest
from pydantic import BaseModel

from fortnox_bridge.registry import LoadStatus, RequiredConnectorMissing, load_registry
from fortnox_bridge.sdk import Connector, hookimpl
from fortnox_bridge.sdk.hookspecs import ENTRY_POINT_GROUP


class NoConfig(BaseModel):
    pass


def make_connector(name, **changes):
    sound = {
        "title": name,
        "config_model": NoConfig,
        "open": lambda _config, _context: None,
        "base_urls": {"api": "https://api.vendor.example"},
        "allowed_hosts": ("*.vendor.example",),
    }
    return Connector(name=name, **{**sound, **changes})


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
    registry = load_registry(found=[plugin("good", fortnox_bridge_connector=answering(make_connector("good")))])
    assert list(registry.connectors) == ["good"]
    assert [report.status for report in registry.reports] == [LoadStatus.LOADED]


def test_broken_plugins_are_reported_and_the_rest_goes_on(plugin):
    @hookimpl
    def fortnox_bridge_connector():
        raise RuntimeError("boom")

    @hookimpl
    def fortnox_bridge_conector():
        return make_connector("misspelt")

    def described(name, **changes):
        return plugin(name, fortnox_bridge_connector=answering(make_connector(name, **changes)))

    needles = {
        "raises": "boom",
        "garbage": "str",
        "old": "99",
        "nothing": "implements no",
        "misspelt": "unknown hook",
        "absent": "No module named",
        "alias": "entry point is called 'alias'",
        "Loud": "lower-case",
        "everywhere": "allowed_hosts",
        "loopback": "allowed_hosts",
        "plain": "https",
        "elsewhere": "within allowed_hosts",
        "modelless": "config_model",
        "hostlist": "allowed_hosts",
    }
    found = [
        plugin("raises", fortnox_bridge_connector=fortnox_bridge_connector),
        plugin("garbage", fortnox_bridge_connector=answering("not a connector")),
        described("old", api_version=99),
        plugin("nothing"),
        plugin("misspelt", fortnox_bridge_conector=fortnox_bridge_conector),
        EntryPoint(name="absent", value="no_such_module_anywhere", group=ENTRY_POINT_GROUP),
        plugin("alias", fortnox_bridge_connector=answering(make_connector("other"))),
        described("Loud"),
        described("everywhere", allowed_hosts=("*",)),
        described("loopback", allowed_hosts=("127.0.0.1",)),
        described("plain", base_urls={"api": "http://api.vendor.example"}),
        described("elsewhere", base_urls={"api": "https://neighbour.example"}),
        described("modelless", config_model=dict),
        described("hostlist", allowed_hosts=["api.vendor.example", 7]),
        described("good"),
    ]
    registry = load_registry(found=found)
    assert list(registry.connectors) == ["good"]
    problems = {report.entry_point: report.problem or "" for report in registry.reports}
    assert {name: text for name, text in needles.items() if text not in problems[name]} == {}
    assert problems["good"] == ""


def test_of_two_with_one_name_the_package_called_after_it_is_taken(plugin):
    """The other one is not even imported, whatever its name sorts before."""
    theirs = EntryPoint(name="good", value="no_such_module_anywhere", group=ENTRY_POINT_GROUP)
    ours = plugin("good", fortnox_bridge_connector=answering(make_connector("good")))
    vars(theirs)["dist"] = SimpleNamespace(name="aaa-lookalike", version="9")
    vars(ours)["dist"] = SimpleNamespace(name="fortnox-bridge-good", version="1")

    registry = load_registry(found=[theirs, ours])

    assert [(each.distribution, each.status) for each in registry.reports] == [
        ("fortnox-bridge-good", LoadStatus.LOADED),
        ("aaa-lookalike", LoadStatus.FAILED),
    ]
    assert "taken" in str(registry.reports[1].problem)


def test_a_blocked_connector_is_never_imported(plugin):
    point = EntryPoint(name="blocked", value="no_such_module_anywhere", group=ENTRY_POINT_GROUP)
    registry = load_registry(found=[point], blocked=["blocked"])
    assert registry.connectors == {}
    assert registry.reports[0].status is LoadStatus.BLOCKED


def test_a_required_connector_that_fails_stops_the_start():
    with pytest.raises(RequiredConnectorMissing, match="hubspot"):
        load_registry(found=[], required=["hubspot"])
