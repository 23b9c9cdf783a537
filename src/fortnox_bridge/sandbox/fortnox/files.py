"""Files: the inbox that takes uploads, and attachments on documents (facts/fortnox.md section 12)."""

from collections.abc import Mapping
from uuid import uuid4

from starlette.datastructures import UploadFile
from starlette.responses import Response
from starlette.routing import BaseRoute

from fortnox_bridge.sandbox.fortnox import errors
from fortnox_bridge.sandbox.fortnox.rest import Call, Handler, Rest, one
from fortnox_bridge.sandbox.fortnox.state import Company, Record
from fortnox_bridge.sandbox.json_codec import JsonAnswer, UnreadableJsonError, decode

_FOLDERS: Mapping[str, str] = {"inbox_kf": "Kundfakturor", "inbox_o": "Order", "inbox_of": "Offerter"}
_TYPES = frozenset({"OF", "O", "F", "C", "LGR_IO", "LGR_IG"})
_FIELDS = frozenset({"entityId", "entityType", "fileId", "includeOnSend"})
_MOST_SENT = 5
_MOST_BYTES = 5 * 1024 * 1024
_MOST_BYTES_TOGETHER = 15 * 1024 * 1024


class _Refused(Exception):
    """The newer service speaks in an envelope of its own."""

    def __init__(self, error: str, message: str, status: int = 400) -> None:
        super().__init__(error)
        self.answer = JsonAnswer({"id": uuid4().hex, "error": error, "message": message}, status)


def file_routes(rest: Rest) -> list[BaseRoute]:
    async def inbox(call: Call) -> Response:
        if call.request.method == "GET":
            folders = [{"Id": path, "Name": name} for path, name in _FOLDERS.items()]
            return one("Folder", {"Id": "root", "Name": "root", "Folders": folders, "Files": []})
        stored = await _upload(call)
        return one("File", stored, 201)

    async def attachments(call: Call) -> Response:
        if call.request.method == "POST":
            return JsonAnswer(_attach(call.company, await _json(call)), 201)
        numbers, kind = call.query.get("entityid", ""), call.query.get("entitytype", "")
        wanted = set(numbers.split(","))
        rows = call.company.attachments.values()
        return JsonAnswer([row for row in rows if row["entityType"] == kind and str(row["entityId"]) in wanted])

    return [
        rest.route("/3/inbox", "inbox", inbox, ["GET", "POST"]),
        rest.route("/api/fileattachments/attachments-v1", "connectfile", _answering(attachments), ["GET", "POST"]),
    ]


def _answering(handler: Handler) -> Handler:
    async def handle(call: Call) -> Response:
        try:
            return await handler(call)
        except _Refused as refusal:
            return refusal.answer

    return handle


async def _upload(call: Call) -> Record:
    path = call.query.get("path", "")
    if path not in _FOLDERS:
        raise errors.bad_parameter("path")
    async with call.request.form() as form:
        upload = form.get("file")
        if not isinstance(upload, UploadFile):
            raise errors.wrong_body()
        content = await upload.read()
        name = upload.filename or "fil"
    company = call.company
    number = len(company.archive) + 1
    archive_id = f"arkiv-{company.number}-{number}"
    stored: Record = {
        "@url": call.url(f"inbox/{number}"),
        "ArchiveFileId": archive_id,
        "Comments": "",
        "Id": f"inkorg-{company.number}-{number}",
        "Name": name,
        "Path": _FOLDERS[path],
        "Size": len(content),
    }
    company.archive[archive_id] = stored
    return stored


async def _json(call: Call) -> list[Record]:
    try:
        body = decode(await call.request.body())
    except UnreadableJsonError as error:
        raise _Refused("invalid_json", "The body is no JSON") from error
    if not isinstance(body, list) or not body:
        raise _Refused("no_attachment_provided", "Ingen bilaga angavs.")
    return [row for row in body if isinstance(row, dict)]


def _attach(company: Company, rows: list[Record]) -> list[Record]:
    made: list[Record] = []
    for row in rows:
        if set(row) - _FIELDS or row.get("entityType") not in _TYPES:
            raise _Refused("invalid_attachment", "Felaktig bilaga.")
        stored = company.archive.get(str(row.get("fileId")))
        if stored is None:
            raise _Refused("file_not_found", "Filen finns inte i arkivet.", 404)
        if row.get("includeOnSend"):
            _check_sendable(company, row, stored, made)
        made.append({**row, "id": str(uuid4())})
    company.attachments |= {row["id"]: row for row in made}
    return made


def _check_sendable(company: Company, row: Record, stored: Record, made: list[Record]) -> None:
    if not stored["Name"].lower().endswith(".pdf"):
        raise _Refused("wrong_file_type", "Endast PDF kan skickas med.")
    if stored["Size"] > _MOST_BYTES:
        raise _Refused("file_too_big", "Filen är för stor.")
    same = [
        other
        for other in [*company.attachments.values(), *made]
        if other["includeOnSend"] and (other["entityId"], other["entityType"]) == (row["entityId"], row["entityType"])
    ]
    together = stored["Size"] + sum(company.archive[other["fileId"]]["Size"] for other in same)
    if len(same) >= _MOST_SENT or together > _MOST_BYTES_TOGETHER:
        raise _Refused("too_many_attachments", "För många eller för stora bilagor.")
