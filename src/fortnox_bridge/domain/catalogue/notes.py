"""Messages about what is written back to the source, and about files attached in Fortnox (F62, F82)."""

from fortnox_bridge.domain.catalogue.message import Message, Turn

MESSAGES: tuple[Message, ...] = (
    Message(
        code="field_not_written_back",
        turn=Turn.ADMINISTRATOR,
        sv="Fältet {field} på affären kunde inte uppdateras: {reason}",
        en="The deal's field {field} could not be updated: {reason}",
        remedy_sv="Kontrollera fältets typ, eller välj ett annat under Anteckningar i synkinställningarna.",
        remedy_en="Check the field's type, or choose another under Notes in the sync settings.",
    ),
)
