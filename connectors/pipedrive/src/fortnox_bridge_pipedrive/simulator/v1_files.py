"""Files (section 16)."""

from collections.abc import Callable
from pathlib import PurePosixPath
from urllib.parse import quote

from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from fortnox_bridge_pipedrive.simulator.answers import Record, answer, json_response
from fortnox_bridge_pipedrive.simulator.endpoint import Call, Endpoint
from fortnox_bridge_pipedrive.simulator.errors import not_found, refused
from fortnox_bridge_pipedrive.simulator.instants import v1_time
from fortnox_bridge_pipedrive.simulator.pages import offset_page
from fortnox_bridge_pipedrive.simulator.state import Company

_READ = ("deals:read", "deals:full", "contacts:read", "contacts:full")
_WRITE = ("deals:full", "contacts:full")
_LINKS = {"deal_id": "deal", "person_id": "person", "org_id": "organization", "product_id": "product"}
_UNLINKED = ("activity_id", "lead_id", "project_id", "log_id")


def new_file(company: Company, base_url: str, user_id: int, upload: UploadFile, links: Record) -> Record:
    content = upload.file.read()
    name = PurePosixPath(upload.filename or "file").name
    file_id = company.next_id("file")
    now = v1_time(company.clock.now())
    deal = company.find("deal", links.get("deal_id"))
    linked: Record = dict.fromkeys((*_LINKS, *_UNLINKED)) | links
    if deal is not None:
        linked["person_id"] = linked["person_id"] or deal["person_id"]
        linked["org_id"] = linked["org_id"] or deal["org_id"]
    suffix = PurePosixPath(name).suffix
    record: Record = {
        "id": file_id,
        "user_id": user_id,
        **linked,
        "add_time": now,
        "update_time": now,
        # The stored name carries a hash; `name` is what the user sees.
        "file_name": f"{PurePosixPath(name).stem}_{company.identities.hex_text(20)}{suffix}",
        "file_type": suffix.lstrip(".").lower() or "file",
        "file_size": len(content),
        "active_flag": True,
        "inline_flag": False,
        "remote_location": "s3",
        "remote_id": "",
        "cid": "",
        "s3_bucket": "",
        "mail_message_id": "",
        "mail_template_id": "",
        **_names(company, linked),
        "url": f"{base_url}/v1/files/{file_id}/download",
        "name": name,
        "description": "",
        "_content_type": upload.content_type or "application/octet-stream",
    }
    company.tables["file"][file_id] = record
    company.file_contents[file_id] = content
    return record


def _names(company: Company, linked: Record) -> Record:
    def name_of(link: str) -> object:
        record = company.find(_LINKS[link], linked[link])
        return (record.get("name") or record.get("title")) if record else ""

    return {
        "deal_name": name_of("deal_id"),
        "person_name": name_of("person_id"),
        "org_name": name_of("org_id"),
        "product_name": name_of("product_id"),
        "lead_name": "",
        "project_name": "",
    }


def _view(record: Record) -> Record:
    return {key: value for key, value in record.items() if not key.startswith("_")}


def _links(company: Company, form: FormData) -> Record:
    links: Record = {}
    for name, kind in _LINKS.items():
        value = form.get(name)
        if value is None:
            continue
        if not isinstance(value, str) or not value.isdecimal() or company.find(kind, int(value)) is None:
            raise refused(400, f"{name} is not a known {kind}", "")
        links[name] = int(value)
    return links


def _create(call: Call) -> Response:
    form = call.form or FormData()
    uploads = [value for value in form.getlist("file") if isinstance(value, UploadFile)]
    # One file per call (section 16).
    if len(uploads) != 1:
        raise refused(400, "No files were uploaded" if not uploads else "Only one file per request", "")
    if (uploads[0].size or 0) > call.vendor.knobs.max_file_bytes:
        raise refused(413, "File is too large", "")
    if not uploads[0].size:
        raise refused(400, "File is empty", "")
    links = _links(call.company, form)
    record = new_file(call.company, call.vendor.world.base_url, call.caller.user.id, uploads[0], links)
    return answer(_view(record), 201)


def _file(call: Call) -> Record:
    record = call.company.find("file", call.id())
    if record is None or not record["active_flag"]:
        raise not_found("File")
    return record


def _get(call: Call) -> Response:
    return answer(_view(_file(call)))


def _download(call: Call) -> Response:
    record = _file(call)
    disposition = f"attachment; filename*=UTF-8''{quote(record['name'])}"
    return Response(
        call.company.file_contents[record["id"]],
        media_type=record["_content_type"],
        headers={"content-disposition": disposition},
    )


def _update(call: Call) -> Response:
    record = _file(call)
    form = call.form or FormData()
    for name in ("name", "description"):
        value = form.get(name)
        if isinstance(value, str):
            record[name] = value
    record["update_time"] = v1_time(call.company.clock.now())
    return answer(_view(record))


def _delete(call: Call) -> Response:
    record = call.company.find("file", call.id())
    if record is None:
        raise not_found("File")
    if not record["active_flag"]:
        return json_response({"success": True, "data": {"id": record["id"]}}, 410)
    record["active_flag"] = False
    return answer({"id": record["id"]})


def _list_all(call: Call) -> Response:
    rows = [_view(row) for row in call.company.tables["file"].values() if row["active_flag"]]
    page, pagination = offset_page(rows, call.query, 100)
    return answer(page, additional_data={"pagination": pagination})


def _list_of(link: str) -> Callable[[Call], Response]:
    def handler(call: Call) -> Response:
        if call.company.find(_LINKS[link], call.id()) is None:
            raise not_found(_LINKS[link].capitalize())
        rows = [
            _view(row) for row in call.company.tables["file"].values() if row["active_flag"] and row[link] == call.id()
        ]
        page, pagination = offset_page(rows, call.query, 100)
        # These lists put the flags directly under additional_data (section 5).
        return answer(page, additional_data=pagination)

    return handler


ENDPOINTS = (
    Endpoint("GET", "/files", _list_all, 20, _READ),
    Endpoint("POST", "/files", _create, 10, _WRITE, body="multipart"),
    Endpoint("GET", "/files/{id:int}", _get, 2, _READ),
    Endpoint("GET", "/files/{id:int}/download", _download, 20, _READ),
    Endpoint("PUT", "/files/{id:int}", _update, 10, _WRITE, body="form"),
    Endpoint("DELETE", "/files/{id:int}", _delete, 6, _WRITE),
    Endpoint("GET", "/deals/{id:int}/files", _list_of("deal_id"), 20, ("deals:read", "deals:full")),
    Endpoint("GET", "/persons/{id:int}/files", _list_of("person_id"), 20, ("contacts:read", "contacts:full")),
    Endpoint("GET", "/organizations/{id:int}/files", _list_of("org_id"), 20, ("contacts:read", "contacts:full")),
    Endpoint("GET", "/products/{id:int}/files", _list_of("product_id"), 20, ("products:read", "products:full")),
)
