from fortnox_bridge.domain.catalogue.message import Message

MESSAGES: tuple[Message, ...] = ()
