"""What is not there, or not the caller's: ways in answer both alike."""

from fortnox_bridge.domain.errors import BridgeError


class NotFound(BridgeError):
    def __init__(self) -> None:
        super().__init__("not_found")
