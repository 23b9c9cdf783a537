import secrets
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid4


@dataclass(frozen=True, slots=True)
class Identities:
    """Where unguessable values come from; a test hands in its own."""

    hex_text: Callable[[int], str] = secrets.token_hex
    uuid: Callable[[], UUID] = uuid4
    fraction: Callable[[], float] = secrets.SystemRandom().random
