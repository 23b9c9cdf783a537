"""Files: upload, read, signed link, delete (facts 14). The newest document lacks them, so they stay at 2026-03."""

import hashlib
import json
from datetime import timedelta
from typing import Final

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fortnox_bridge_hubspot.simulator.answers import Record, invalid, json_response, no_content, not_found, wire_time
from fortnox_bridge_hubspot.simulator.endpoint import Call, Endpoint
from fortnox_bridge_hubspot.simulator.state import StoredFile
from fortnox_bridge_hubspot.simulator.vendor import Vendor

_SCOPES: Final = ("files", "files.write", "files.ui_hidden.write")
_ACCESS: Final = frozenset(
    {
        "PRIVATE",
        "PUBLIC_NOT_INDEXABLE",
        "PUBLIC_INDEXABLE",
        "HIDDEN_PRIVATE",
        "HIDDEN_NOT_INDEXABLE",
        "HIDDEN_INDEXABLE",
    }
)


def _families(path: str) -> tuple[str, ...]:
    return (f"/files/2026-03/files{path}", f"/files/v3/files{path}")


def _upload(call: Call) -> Response:
    assert call.form is not None
    upload = call.form.get("file")
    if not isinstance(upload, UploadFile):
        raise invalid("file is required")
    options = _options(call.form)
    folder_path, folder_id = _text(call.form, "folderPath"), _text(call.form, "folderId")
    if bool(folder_path) is bool(folder_id):
        raise invalid("exactly one of folderPath and folderId must be given")
    # The file lies in memory or a temporary file: reading it does not wait for anybody.
    upload.file.seek(0)
    content = upload.file.read()
    whole_name = _text(call.form, "fileName") or upload.filename or "file"
    stem, dot, extension = whole_name.rpartition(".")
    folder = folder_path.rstrip("/") if folder_path else f"/{folder_id}"
    name = stem if dot else whole_name
    same = [
        stored.record
        for stored in call.portal.files.values()
        if (stored.record["name"], stored.record["_folder"]) == (name, folder) and not stored.record["archived"]
    ]
    strategy = options.get("duplicateValidationStrategy", "NONE")
    if same and strategy == "RETURN_EXISTING":
        return json_response(_view(same[0]), 201)
    if same and strategy == "REJECT":
        raise invalid("a duplicate exists")
    file_id = call.portal.new_id()
    now = wire_time(call.vendor.clock.now())
    path = f"{folder}/{name}{f'-{len(same)}' if same else ''}.{extension}"
    record: Record = {
        "id": file_id,
        "name": name,
        "extension": extension if dot else "",
        "path": path,
        "parentFolderId": call.portal.folders.setdefault(folder, str(len(call.portal.folders) + 1)),
        "size": len(content),
        "type": "DOCUMENT",
        "access": options["access"],
        "url": f"{call.vendor.world.base_url}/hosted/{call.portal.id}{path}",
        "defaultHostingUrl": f"{call.vendor.world.base_url}/hosted/{call.portal.id}{path}",
        "fileMd5": hashlib.md5(content, usedforsecurity=False).hexdigest(),
        "createdAt": now,
        "updatedAt": now,
        "archived": False,
        "_folder": folder,
    }
    call.portal.files[file_id] = StoredFile(record, content)
    location = {"Location": f"{call.vendor.world.base_url}/files/2026-03/files/{file_id}"}
    return json_response(_view(record), 201, location)


def _options(form: FormData) -> dict[str, str]:
    try:
        options = json.loads(_text(form, "options"))
    except ValueError:
        raise invalid("options must be JSON") from None
    if not isinstance(options, dict) or options.get("access") not in _ACCESS:
        raise invalid("options.access is required and one of " + ", ".join(sorted(_ACCESS)))
    return options


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _existing(call: Call) -> StoredFile:
    stored = call.portal.files.get(call.path["id"])
    if stored is None or stored.record["archived"]:
        raise not_found("file does not exist")
    return stored


def _read(call: Call) -> Response:
    return json_response(_view(_existing(call).record))


def _search(call: Call) -> Response:
    name, path = call.query.get("name"), call.query.get("path")
    rows = [
        _view(stored.record)
        for stored in call.portal.files.values()
        if not stored.record["archived"]
        and (name is None or stored.record["name"] == name)
        and (path is None or stored.record["path"].startswith(path))
    ]
    return json_response({"results": rows})


def _stat(call: Call) -> Response:
    """What stands at a path, as HubSpot's own client for Python asks: a file or a folder, 404 for neither."""
    path = "/" + call.path["path"].lstrip("/")
    living = [stored.record for stored in call.portal.files.values() if not stored.record["archived"]]
    file = next((record for record in living if record["path"] == path), None)
    if file is not None:
        return json_response({"file": _view(file)})
    if path in call.portal.folders:
        return json_response({"folder": {"id": call.portal.folders[path], "path": path, "archived": False}})
    raise not_found("there is neither a file nor a folder at this path")


def _signed_url(call: Call) -> Response:
    stored = _existing(call)
    seconds = int(call.query.get("expirationSeconds", "3600"))
    expires = wire_time(call.vendor.clock.now() + timedelta(seconds=seconds))
    key = stored.record["fileMd5"]
    url = f"{call.vendor.world.base_url}/signed/{call.portal.id}/{stored.record['id']}?key={key}"
    return json_response(
        {
            "url": url,
            "expiresAt": expires,
            "name": stored.record["name"],
            "extension": stored.record["extension"],
            "type": stored.record["type"],
            "size": stored.record["size"],
        }
    )


def _delete(call: Call) -> Response:
    _existing(call).record["archived"] = True
    return no_content()


def _view(record: Record) -> Record:
    return {name: value for name, value in record.items() if not name.startswith("_")}


def download_routes(vendor: Vendor) -> list[Route]:
    """Where links lead: a private file's own address is 404, a signed one opens it."""

    async def signed(request: Request) -> Response:
        portal = vendor.portals.get(int(request.path_params["portal"]))
        stored = portal.files.get(request.path_params["id"]) if portal else None
        if stored is None or request.query_params.get("key") != stored.record["fileMd5"]:
            return Response(status_code=404)
        return Response(stored.content, media_type="application/pdf")

    async def hosted(request: Request) -> Response:
        return Response(status_code=404)

    return [Route("/signed/{portal:int}/{id}", signed), Route("/hosted/{portal:int}/{path:path}", hosted)]


ENDPOINTS: Final = (
    Endpoint("GET", _families("/search"), _search, ("files", "files.ui_hidden.read")),
    Endpoint("GET", _families("/stat/{path:path}"), _stat, _SCOPES),
    Endpoint("GET", _families("/{id}/signed-url"), _signed_url, _SCOPES),
    Endpoint("POST", _families(""), _upload, _SCOPES, reads="multipart"),
    Endpoint("GET", _families("/{id}"), _read, _SCOPES),
    Endpoint("DELETE", _families("/{id}"), _delete, _SCOPES),
)
