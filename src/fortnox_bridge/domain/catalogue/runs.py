"""Messages about runs as such."""

from fortnox_bridge.domain.catalogue.message import Message, Turn

MESSAGES: tuple[Message, ...] = (
    Message(
        code="unexpected",
        turn=Turn.OPERATOR,
        sv="Något oväntat hände ({code}).",
        en="Something unexpected happened ({code}).",
        remedy_sv="Försök igen med Replay. Kommer felet tillbaka, kontakta supporten och uppge körningens nummer.",
        remedy_en="Try again with Replay. If it comes back, contact support and give the number of the run.",
    ),
)
