"""Notes (section 15)."""

from starlette.responses import Response

from fortnox_bridge_pipedrive.simulator.answers import Record, answer, json_response
from fortnox_bridge_pipedrive.simulator.endpoint import Call, Endpoint
from fortnox_bridge_pipedrive.simulator.errors import not_found, refused
from fortnox_bridge_pipedrive.simulator.hook_payload import hook_view
from fortnox_bridge_pipedrive.simulator.instants import v1_time
from fortnox_bridge_pipedrive.simulator.note_html import sanitized
from fortnox_bridge_pipedrive.simulator.pages import offset_page
from fortnox_bridge_pipedrive.simulator.recording import add_record, changing, emit_change, emit_delete
from fortnox_bridge_pipedrive.simulator.state import Actor, Company

_READ = ("deals:read", "deals:full", "contacts:read", "contacts:full")
_WRITE = ("deals:full", "contacts:full")
_LINKS = {"deal_id": "deal", "person_id": "person", "org_id": "organization"}
_FOREIGN_LINKS = ("lead_id", "project_id", "task_id")
_PINS = {
    "pinned_to_deal_flag": "deal_id",
    "pinned_to_person_flag": "person_id",
    "pinned_to_organization_flag": "org_id",
    "pinned_to_lead_flag": "lead_id",
    "pinned_to_project_flag": "project_id",
    "pinned_to_task_flag": "task_id",
}


def new_note(company: Company, body: Record, actor: Actor) -> Record:
    now = v1_time(company.clock.now())
    note: Record = {
        "id": company.next_id("note"),
        "user_id": body.get("user_id") or actor.user_id,
        "deal_id": None,
        "person_id": None,
        "org_id": None,
        "lead_id": None,
        "project_id": None,
        "task_id": None,
        "content": sanitized(str(body["content"])),
        "add_time": body.get("add_time") or now,
        "update_time": now,
        "active_flag": True,
        "last_update_user_id": None,
        **dict.fromkeys(_PINS, False),
    }
    _write_links(company, note, body)
    deal = company.find("deal", note["deal_id"])
    if deal is not None:
        # A note posted with only deal_id comes back with the deal's contacts filled in (section 15, observed).
        note["person_id"] = note["person_id"] or deal["person_id"]
        note["org_id"] = note["org_id"] or deal["org_id"]
    add_record(company, "note", note, actor)
    return note


def touch_deal(call: Call, note: Record) -> None:
    deal = call.company.find("deal", note["deal_id"])
    if deal is not None and call.vendor.knobs.note_touches_deal:
        with changing(call.company, "deal", deal, call.actor, touch=False):
            deal["update_time"] = call.company.now()


def _write_links(company: Company, note: Record, body: Record) -> None:
    for name, kind in _LINKS.items():
        if body.get(name) is None:
            continue
        record = company.find(kind, _whole(name, body[name]))
        if record is None or record["is_deleted"]:
            raise refused(400, f"{kind} {body[name]} not found", "")
        note[name] = record["id"]
    note.update({name: body[name] for name in _FOREIGN_LINKS if body.get(name) is not None})
    for pin, link in _PINS.items():
        if pin not in body:
            continue
        if body[pin] not in {0, 1}:
            raise refused(400, f"{pin} must be 0 or 1", "")
        if body[pin] and note[link] is None:
            raise refused(400, f"{pin} needs {link}", "")
        # Written as 0/1, answered as booleans (section 15).
        note[pin] = bool(body[pin])


def _whole(name: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise refused(400, f"{name} must be an integer", "")
    return value


def _body(call: Call) -> Record:
    if not isinstance(call.body, dict):
        raise refused(400, "Bad request", "")
    content = call.body.get("content")
    if content is not None and len(str(content)) > call.vendor.knobs.max_note_chars:
        raise refused(400, f"Note content must not exceed {call.vendor.knobs.max_note_chars} characters", "")
    return call.body


def _view(company: Company, note: Record, viewer_id: int) -> Record:
    deal, person = company.find("deal", note["deal_id"]), company.find("person", note["person_id"])
    organization, author = company.find("organization", note["org_id"]), company.users.get(note["user_id"])
    return {
        **note,
        "deal": {"title": deal["title"]} if deal else None,
        "person": {"name": person["name"]} if person else None,
        "organization": {"name": organization["name"]} if organization else None,
        "user": {
            "email": author.email if author else "",
            "name": author.name if author else "",
            "icon_url": None,
            "is_you": note["user_id"] == viewer_id,
        },
    }


def _note(call: Call) -> Record:
    note = call.company.find("note", call.id())
    if note is None or not note["active_flag"]:
        raise not_found("Note")
    return note


def _create(call: Call) -> Response:
    body = _body(call)
    if not isinstance(body.get("content"), str) or not body["content"]:
        raise refused(400, "Content is required", "")
    if all(body.get(name) is None for name in (*_LINKS, *_FOREIGN_LINKS)):
        raise refused(400, "At least one of deal_id, lead_id, person_id, org_id, project_id, task_id is required", "")
    if body.get("user_id") not in {None, call.caller.user.id} and not call.caller.user.is_admin:
        raise refused(403, "Only admins can set the author of a note", "")
    note = new_note(call.company, body, call.actor)
    touch_deal(call, note)
    return answer(_view(call.company, note, call.caller.user.id), 201)


def _update(call: Call) -> Response:
    note = _note(call)
    body = _body(call)
    before = hook_view(call.company, "note", note)
    changed = dict(note)
    _write_links(call.company, changed, body)
    if "content" in body:
        if not body["content"]:
            raise refused(400, "Content is required", "")
        changed["content"] = sanitized(str(body["content"]))
    changed["update_time"] = v1_time(call.company.clock.now())
    changed["last_update_user_id"] = call.caller.user.id
    note.update(changed)
    emit_change(call.company, "note", note, before, call.actor)
    touch_deal(call, note)
    return answer(_view(call.company, note, call.caller.user.id))


def _delete(call: Call) -> Response:
    note = call.company.find("note", call.id())
    if note is None:
        raise not_found("Note")
    if not note["active_flag"]:
        return json_response({"success": True, "data": True}, 410)
    note["active_flag"] = False
    emit_delete(call.company, "note", note, call.actor)
    return answer(data=True)


def _get(call: Call) -> Response:
    return answer(_view(call.company, _note(call), call.caller.user.id))


def _list(call: Call) -> Response:
    names = ("deal_id", "person_id", "org_id", "user_id", *_PINS)
    wanted = {name: call.query[name] for name in names if name in call.query}
    rows = [
        note
        for note in call.company.tables["note"].values()
        if note["active_flag"]
        and all(note[name] is not None and str(int(note[name])) == value for name, value in wanted.items())
    ]
    rows.sort(key=lambda note: (-int(any(note[pin] for pin in _PINS)), note["id"]))
    page, pagination = offset_page(rows, call.query)
    shown = [_view(call.company, note, call.caller.user.id) for note in page]
    return answer(shown, additional_data={"pagination": pagination})


ENDPOINTS = (
    Endpoint("GET", "/notes", _list, 20, _READ),
    Endpoint("POST", "/notes", _create, 10, _WRITE, body="json"),
    Endpoint("GET", "/notes/{id:int}", _get, 2, _READ),
    Endpoint("PUT", "/notes/{id:int}", _update, 10, _WRITE, body="json"),
    Endpoint("DELETE", "/notes/{id:int}", _delete, 6, _WRITE),
)
