"""Rules about writing: notes, files, and fields of the source."""

from fortnox_bridge.domain.errors import SourceDataInvalid
from fortnox_bridge.domain.fields import FieldPath, UnknownField
from fortnox_bridge.domain.values import FieldType, as_text
from fortnox_bridge.quality import Tier
from fortnox_bridge.sdk.capabilities import FieldDescriptor
from fortnox_bridge.sdk.connector import Session
from fortnox_bridge.sdk.notes import FileUpload
from fortnox_bridge.testing.kit import Kit
from fortnox_bridge.testing.rule import broken, require, rule
from fortnox_bridge.testing.rules.asking import HOSTILE, PDF, error_of, note

_NO_ID = "987654321"


@rule(
    "note-written",
    "A note stands once on its record, with all its parts, and is found by its reference.",
    tier=Tier.BRONZE,
    needs="notes",
)
async def check_note_written(kit: Kit) -> None:
    """`find_note` answers None before, and afterwards the id that `create_note` answered. Heading, facts, paragraphs,
    the reference and every link are there. A note on another record is not found.
    """
    ref, elsewhere = await kit.seeded(), await kit.seeded()
    async with kit.session() as session:
        assert session.notes is not None
        require(await session.notes.find_note(ref, "FB-kit-1") is None, "None before it is written", "an id")
        note_id = await session.notes.create_note(ref, note())
        require(note_id and type(note_id) is str, "an id, as text", repr(note_id))
        found = await session.notes.find_note(ref, "FB-kit-1")
        astray = await session.notes.find_note(elsewhere, "FB-kit-1")
    require(found == note_id, f"find_note: {note_id!r}", repr(found))
    require(astray is None, "None on another record", repr(astray))
    stored = await kit.harness.notes_of(kit.world, kit.account, ref)
    require(len(stored) == 1, "one note", f"{len(stored)} notes")
    text = kit.harness.read_note(stored[0])
    for part in ("Fortnox: utkast skapat", "1042", "Allt gick bra.", "FB-kit-1", "https://bridge.example/replay/kit"):
        require(part in text, f"{part!r} in the note", text)


@rule(
    "note-updated",
    "Updating replaces the note; one that is gone is answered with False.",
    tier=Tier.BRONZE,
    needs="notes",
)
async def check_note_updated(kit: Kit) -> None:
    """The same update twice changes nothing more, and no second note appears."""
    ref = await kit.seeded()
    async with kit.session() as session:
        assert session.notes is not None
        note_id = await session.notes.create_note(ref, note())
        for _ in range(2):
            done = await session.notes.update_note(note_id, note("FB-kit-2", paragraph="Nu med PDF."))
            require(done is True, "True", repr(done))
        gone = await session.notes.update_note(_NO_ID, note())
        found = await session.notes.find_note(ref, "FB-kit-2")
    require(gone is False, "False for a note that is not there", repr(gone))
    require(found == note_id, f"the same note: {note_id!r}", repr(found))
    stored = await kit.harness.notes_of(kit.world, kit.account, ref)
    require(len(stored) == 1 and "Nu med PDF." in stored[0], "one note, with the new text", repr(stored))
    require("FB-kit-1" not in stored[0], "the old text replaced", stored[0])


@rule("note-escaped", "Texts in notes are texts.", tier=Tier.BRONZE, needs="notes")
async def check_note_escaped(kit: Kit) -> None:
    """A customer called `<img src=x onerror=alert(1)>` shows by that name and does nothing. Escape every text for the
    platform's kind of note. A link that is not https (or loopback) is written as its label alone.
    """
    ref = await kit.seeded()
    attack = "<img src=x onerror=alert(1)>"
    async with kit.session() as session:
        assert session.notes is not None
        await session.notes.create_note(ref, note(heading=attack, paragraph=f"{attack} & {HOSTILE}"))
    (stored,) = await kit.harness.notes_of(kit.world, kit.account, ref)
    if kit.harness.notes_are_html:
        require("<img" not in stored, "the text escaped", stored)
    text = kit.harness.read_note(stored)
    require(text.count(attack) == 2, f"{attack} to be read, twice", text)


@rule("note-long", "A long or odd note is written all the same, and found.", tier=Tier.SILVER, needs="notes")
async def check_note_long(kit: Kit) -> None:
    """Ten thousand characters, null bytes, right-to-left text, emoji: what the platform cannot take is left out, the
    reference never.
    """
    ref = await kit.seeded()
    odd = f"{HOSTILE} \x00\x07 " + "lång " * 2_000
    async with kit.session() as session:
        assert session.notes is not None
        note_id = await session.notes.create_note(ref, note("FB-long", heading=odd[:300], paragraph=odd))
        found = await session.notes.find_note(ref, "FB-long")
    require(found == note_id, f"find_note: {note_id!r}", repr(found))
    (stored,) = await kit.harness.notes_of(kit.world, kit.account, ref)
    require("\x00" not in stored, "no null bytes", "a null byte")


@rule("file-attached", "A file is attached once and found by its name.", tier=Tier.SILVER, needs="files")
async def check_file_attached(kit: Kit) -> None:
    """`find_file` answers None before, and afterwards the id that `attach_file` answered, in names with å too."""
    ref = await kit.seeded()
    upload = FileUpload("faktura 50231 utkast åäö.pdf", "application/pdf", PDF)
    async with kit.session() as session:
        assert session.files is not None
        require(await session.files.find_file(ref, upload.file_name) is None, "None before", "an id")
        file_id = await session.files.attach_file(ref, upload)
        found = await session.files.find_file(ref, upload.file_name)
        other = await session.files.find_file(ref, "annan.pdf")
    require(type(file_id) is str and found == file_id, f"find_file: {file_id!r}", repr(found))
    require(other is None, "None for another name", repr(other))


@rule("files-read", "Files are listed and read, up to the limit.", tier=Tier.SILVER, needs="file_reader")
async def check_files_read(kit: Kit) -> None:
    """The content is what was put there, byte by byte. More than `limit_bytes` is `source_file_too_large`."""
    ref = await kit.seeded()
    name = "ritning.pdf"
    held = await kit.harness.seed_file(kit.world, kit.account, ref, name)
    async with kit.session() as session:
        assert session.file_reader is not None
        files = await session.file_reader.list_files(ref)
        require([file.file_name for file in files] == [name], f"[{name}]", [file.file_name for file in files])
        content = await session.file_reader.read_file(files[0], limit_bytes=10_000)
        error = await error_of(session.file_reader.read_file(files[0], limit_bytes=3))
    require(content == held, repr(held[:80]), repr(content[:80]))
    require(
        isinstance(error, SourceDataInvalid) and error.code == "source_file_too_large", "source_file_too_large", error
    )


@rule("fields-listed", "Fields have sound paths, each once, and labels.", tier=Tier.SILVER, needs="fields")
async def check_fields_listed(kit: Kit) -> None:
    """Paths are those of `FieldPath`; a field of the source's own is `deal.custom:KEY` by its stable key. Only fields
    of choice have options. At least one of the fields can be named by settings.
    """
    async with kit.session() as session:
        assert session.fields is not None
        listed = await session.fields.list_fields()
    require(listed, "fields", "none")
    paths = [descriptor.path for descriptor in listed]
    require(len(set(paths)) == len(paths), "each path once", sorted({path for path in paths if paths.count(path) > 1}))
    for descriptor in listed:
        try:
            FieldPath.parse(descriptor.path)
        except UnknownField:
            broken("a path of FieldPath", descriptor.path)
        require(descriptor.label.strip(), f"a label of {descriptor.path}", "none")
        has_options = not descriptor.options or descriptor.type in {FieldType.CHOICE, FieldType.CHOICES}
        require(has_options, f"{descriptor.path}: options only where one chooses", descriptor.type)


@rule("field-made", "A field is made once, however often it is asked for.", tier=Tier.SILVER, needs="field_maker")
async def check_field_made(kit: Kit) -> None:
    """Every type in `creatable_fields` can be made on a deal. The second time the same field is answered, by label and
    type, and the catalogue lists it.
    """
    require(kit.connector.creatable_fields, "creatable_fields", "none")
    for number, type_ in enumerate(sorted(kit.connector.creatable_fields)):
        label = f"Fortnox {number} åäö"
        async with kit.session() as session:
            assert session.field_maker is not None
            made = await session.field_maker.create_field("deal", label, type_)
        async with kit.session() as session:
            assert session.field_maker is not None
            again = await session.field_maker.create_field("deal", label, type_)
            listed = await session.fields.list_fields() if session.fields is not None else (made,)
        require((made.label, made.type) == (label, type_), f"{label}, {type_}", f"{made.label}, {made.type}")
        require(again.path == made.path, f"the same field: {made.path}", again.path)
        require([each.path for each in listed].count(made.path) == 1, f"{made.path} listed once", "not so")


@rule(
    "field-written",
    "A field is written, read back, and written again without change.",
    tier=Tier.SILVER,
    needs="field_writer",
)
async def check_field_written(kit: Kit) -> None:
    """`write_fields` takes the key after `custom:`. Whatever is written to a text field is read with the deal, in a
    session whose `ctx.wanted_fields` names the field.
    """
    ref = await kit.seeded()
    async with kit.session() as session:
        path = (await _text_field(session)).path
    key = FieldPath.parse(path).custom_key
    for text in ("50231", f"Nr {HOSTILE.strip()}"):
        async with kit.session(wanted_fields=frozenset({path})) as session:
            assert session.field_writer is not None
            for _ in range(2):
                await session.field_writer.write_fields(ref, {key: text})
            deal = await session.deals.read_deal(await session.deals.read_head(ref))
        came = deal.custom_fields.get(key)
        require(came is not None and as_text(came) == text, f"{key}: {text!r}", repr(came))


async def _text_field(session: Session) -> FieldDescriptor:
    if session.field_maker is not None:
        return await session.field_maker.create_field("deal", "Fortnox dokument", FieldType.TEXT)
    listed = await session.fields.list_fields() if session.fields is not None else ()
    found = [
        each
        for each in listed
        if each.is_writable and each.type is FieldType.TEXT and each.path.startswith("deal.custom:")
    ]
    if not found:
        broken("a text field of deals that can be written, in the simulator", "none")
    return found[0]
