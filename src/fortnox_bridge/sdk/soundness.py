"""What must be true of a connector before anything of it is used: asked when it is loaded, and by the kit."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from pydantic import BaseModel
from typing_extensions import override

from fortnox_bridge.http import HostPolicy
from fortnox_bridge.sdk.connector import API_VERSION, Connector
from fortnox_bridge.sdk.shapes import fault_of

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{1,30}\Z")
# A host, or all hosts under a domain of at least two labels; an address or a name without dots is no vendor's.
_HOST_PATTERN: Final = re.compile(r"(\*\.)?([a-z0-9-]+\.)+[a-z][a-z0-9-]+\Z")


@dataclass(frozen=True, slots=True)
class Fault:
    wanted: str
    came: str

    @override
    def __str__(self) -> str:
        return f"{self.wanted} wanted, {self.came} came"


def faults_of(connector: Connector[Any]) -> Iterator[Fault]:
    """What is wrong with the description; nothing, if the connector may be used."""
    if (shape := fault_of(connector, Connector, "connector")) is not None:
        yield Fault("the types that Connector declares", shape)
        return
    if connector.api_version != API_VERSION:
        yield Fault(f"api_version {API_VERSION}", str(connector.api_version))
    if not _NAME.match(connector.name):
        yield Fault("name: a lower-case word", repr(connector.name))
    if not connector.title.strip():
        yield Fault("title: a name for people", repr(connector.title))
    if not connector.object_kind.strip():
        yield Fault("object_kind: what a document is made of", repr(connector.object_kind))
    if not issubclass(connector.config_model, BaseModel):
        yield Fault("config_model: a pydantic model", connector.config_model.__name__)
    if connector.simulator is not None and connector.simulator.name != connector.name:
        yield Fault("the simulator's name: the connector's", repr(connector.simulator.name))
    commands = [command.name for command in connector.commands]
    if len(set(commands)) != len(commands):
        yield Fault("commands: each name once", ", ".join(commands))
    yield from _addresses(connector)


def _addresses(connector: Connector[Any]) -> Iterator[Fault]:
    for pattern in connector.allowed_hosts:
        if not _HOST_PATTERN.match(pattern) or "." not in pattern.removeprefix("*."):
            yield Fault("allowed_hosts: a domain of the vendor", repr(pattern))
    policy = HostPolicy(connector.allowed_hosts)
    oauth = connector.oauth
    # Where only the user's browser goes.
    consent = {oauth.base} if oauth is not None and oauth.token_base is not None else set()
    for key, url in connector.base_urls.items():
        if urlsplit(url).scheme != "https":
            yield Fault(f"base_urls[{key}]: https", url)
        elif key not in consent and not policy.allows(url):
            yield Fault(f"base_urls[{key}]: within allowed_hosts", url)
    for base in (oauth.base, oauth.token_base) if oauth is not None else ():
        if base is not None and base not in connector.base_urls:
            yield Fault(f"oauth: {base!r} a key of base_urls", ", ".join(sorted(connector.base_urls)) or "none")
