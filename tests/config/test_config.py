import base64

import pytest
from pydantic import ValidationError

from fortnox_bridge.config import Config, sqlite_file

KEY = base64.b64encode(bytes(32)).decode()


def test_no_secret_has_a_default():
    config = Config()
    assert config.fortnox.client_secret is None
    with pytest.raises(ValueError, match="ENCRYPTION_KEYS is missing"):
        config.cipher_keys()


def test_nested_names_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("FORTNOX_BRIDGE_FORTNOX__CLIENT_ID", "abc")
    monkeypatch.setenv("FORTNOX_BRIDGE_CONNECTORS", '{"pipedrive": {"client_id": "def"}}')
    monkeypatch.setenv("FORTNOX_BRIDGE_ENCRYPTION_KEYS", f'{{"a": "{KEY}"}}')
    config = Config()
    assert config.fortnox.client_id == "abc"
    assert config.connector_app("pipedrive", ("api",)).client_id == "def"
    assert config.cipher_keys() == {"a": bytes(32)}


@pytest.mark.parametrize(
    "values",
    [
        {"encryption_keys": {"a": "c2hvcnQ="}},
        {"encryption_keys": {"a": "not base64!"}},
        {"fortnox": {"client_secret": "changeme"}},
        {"connectors": {"pipedrive": {"client_secret": "sandbox-secret"}}},
        {"crash_at": "draft.posted"},
        {"time_factor": 0.1},
        {"public_url": "bridge.example"},
        {"public_url": "https://bridge.example/?x=1"},
    ],
)
def test_unsafe_values_are_refused(values):
    with pytest.raises(ValidationError):
        Config(**values)


def test_a_secret_never_shows_in_its_representation():
    config = Config(fortnox={"client_secret": "s3cr3t-canary"}, encryption_keys={"a": KEY})
    assert "s3cr3t-canary" not in repr(config)
    assert KEY not in repr(config)


def test_a_sandbox_brings_addresses_and_credentials_of_the_simulators():
    config = Config(sandbox_url="http://127.0.0.1:8900/")
    assert config.fortnox_app().base_urls["api"] == "http://127.0.0.1:8900/fortnox"
    assert config.connector_app("pipedrive", ("api", "oauth")).base_urls == {
        "api": "http://127.0.0.1:8900/pipedrive",
        "oauth": "http://127.0.0.1:8900/pipedrive",
    }


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite+aiosqlite:///bridge.db", "bridge.db"),
        ("sqlite+aiosqlite:////var/lib/bridge.db", "/var/lib/bridge.db"),
        ("postgresql+asyncpg://localhost/bridge", None),
    ],
)
def test_the_file_behind_a_sqlite_address_is_found(url, path):
    found = sqlite_file(url)
    assert (str(found) if found else None) == path
