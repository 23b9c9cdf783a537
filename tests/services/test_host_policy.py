"""Where a connector's client may go: the hosts it declares, and what the deployment put in place of its addresses."""

import pytest
from pydantic import BaseModel

from fortnox_bridge.sdk import Connector
from fortnox_bridge.services.access.source_access import host_policy


def policy(**overrides):
    connector = Connector(
        name="vendor",
        title="Vendor",
        config_model=BaseModel,
        open=lambda _config, _context: None,
        base_urls={"api": "https://api.vendor.example", "odd": "http://127.0.0.1:8080"},
        allowed_hosts=("*.vendor.example",),
    )
    return host_policy(connector, overrides)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8080/admin",
        "http://api.vendor.example/",
        "https://api.vendor.example:8443/",
        "https://other.example/",
        "https://api.vendor.example.other.example/",
        "https://user@api.vendor.example/",
    ],
)
def test_own_addresses_open_nothing_that_is_not_a_declared_host_by_https(url):
    assert not policy().allows(url)


def test_declared_hosts_and_the_deployments_overrides_are_reached():
    assert policy().allows("https://api.vendor.example/v1/deals")
    assert policy(api="http://127.0.0.1:8900/vendor").allows("http://127.0.0.1:8900/vendor/v1/deals")
    assert not policy(api="http://127.0.0.1:8900/vendor").allows("http://127.0.0.1:8901/vendor/v1/deals")
