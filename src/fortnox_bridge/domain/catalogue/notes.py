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
    Message(
        code="file_not_attached",
        turn=Turn.BOOKKEEPER,
        sv="Filen {file} kunde inte bifogas i Fortnox: {reason}",
        en="The file {file} could not be attached in Fortnox: {reason}",
        remedy_sv="Bifoga den för hand i Fortnox; Replay försöker också igen.",
        remedy_en="Attach it by hand in Fortnox; Replay tries again too.",
    ),
    Message(
        code="attachment_too_large",
        turn=Turn.BOOKKEEPER,
        sv="Filen {file} är större än {limit} och bifogades inte i Fortnox.",
        en="The file {file} is larger than {limit} and was not attached in Fortnox.",
        remedy_sv="Bifoga en mindre fil för hand i Fortnox om den behövs.",
        remedy_en="Attach a smaller one by hand in Fortnox if it is needed.",
    ),
    Message(
        code="attachment_over_limit",
        turn=Turn.BOOKKEEPER,
        sv="Filen {file} bifogades inte: Fortnox tar högst 5 filer och 15 MB på ett dokument.",
        en="The file {file} was not attached: Fortnox takes at most 5 files and 15 MB on one document.",
        remedy_sv="Bifoga den för hand i Fortnox i stället för en annan om den behövs.",
        remedy_en="Attach it by hand in Fortnox instead of another if it is needed.",
    ),
)
