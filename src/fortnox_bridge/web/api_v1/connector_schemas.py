"""What REST answers about installed connectors."""

from datetime import datetime

from fortnox_bridge.web.api_v1.schemas import Outgoing


class ConnectorFailureBody(Outgoing):
    """One failure inside a connector.

    `capability` is the slot and method, such as `deals.read_deal`; `code` is one of the error catalogue. `at` is UTC.
    """

    at: datetime
    capability: str
    code: str


class ConnectorBody(Outgoing):
    """A connector as it was loaded, or why it was not.

    `recent_failures` are the newest five that the answering process met, newest first; a restart forgets them.
    """

    name: str
    title: str | None
    distribution: str
    version: str
    status: str
    problem: str | None
    capabilities: list[str]
    recent_failures: list[ConnectorFailureBody]
