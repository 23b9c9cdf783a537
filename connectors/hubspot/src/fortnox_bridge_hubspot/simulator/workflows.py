"""Custom actions in workflows: definitions, calls with retries, callbacks (facts 18); and the cards' proxy (17.2)."""

import asyncio
import json
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

from fortnox_bridge.sdk.simulator import SimulatorWorld
from fortnox_bridge_hubspot.simulator.answers import ApiError, Record, invalid, milliseconds, not_found, to_json
from fortnox_bridge_hubspot.simulator.knobs import KnobBoard
from fortnox_bridge_hubspot.simulator.sending import Reply, send
from fortnox_bridge_hubspot.simulator.signing import call_headers

_REQUIRED: Final = ("actionUrl", "functions", "inputFields", "labels", "objectTypes", "published")
# Backoff over three days in the real thing.
_RETRY_AFTER_S: Final = (1, 5, 30, 300, 3600)
_FETCH_TIMEOUT_S: Final = 15.0


@dataclass(slots=True)
class Workflows:
    world: SimulatorWorld
    board: KnobBoard
    app_id: int
    secret: str
    definitions: dict[str, Record] = field(default_factory=dict)
    calls: dict[str, Record] = field(default_factory=dict)
    fetches: list[Record] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _last_definition: int = 81_000
    _last_call: int = 0

    def define(self, body: Record) -> Record:
        missing = [name for name in _REQUIRED if name not in body]
        if missing:
            raise invalid(f"Some required fields were not set: {missing}")
        if "en" not in body["labels"]:
            raise invalid("labels: en is required")
        self._last_definition += 1
        record = {"id": str(self._last_definition), "revisionId": "1", **body}
        self.definitions[record["id"]] = record
        return record

    def redefine(self, definition_id: str, body: Record) -> Record:
        record = self.definitions.get(definition_id)
        if record is None:
            raise not_found("definition not found")
        record |= {**body, "id": definition_id, "revisionId": str(int(record["revisionId"]) + 1)}
        return record

    def enrol(self, wish: Record) -> Record:
        """A record enters an action: the call goes out, and what becomes of it stands in `calls`.

        `wish` names `portal_id`, `url`, `object_type`, `object_id`, `inputs`; `callback_id` repeats an earlier call.
        """
        self._last_call += 1
        callback_id = str(wish.get("callback_id") or f"ap-{wish['portal_id']}-{self._last_call}-1")
        body = {
            "callbackId": callback_id,
            "origin": {
                "portalId": wish["portal_id"],
                "actionDefinitionId": int(wish.get("definition_id", 81_001)),
                "actionDefinitionVersion": 1,
            },
            "context": {"source": "WORKFLOWS", "workflowId": int(wish.get("workflow_id", 9100))},
            "object": {
                "objectId": int(wish["object_id"]),
                "objectType": str(wish.get("object_type", "DEAL")),
                "properties": {"hs_object_id": str(wish["object_id"])},
            },
            "inputFields": wish.get("inputs", {}),
        }
        call: Record = {"callback_id": callback_id, "portal_id": wish["portal_id"], "state": "calling", "attempts": []}
        known = self.calls.setdefault(callback_id, call)
        self._start(self._call(known, str(wish["url"]), to_json(body)))
        return {"callback_id": callback_id}

    def start_fetch(self, wish: Record) -> Record:
        """A card or the workflow editor asks; the answer is added to `fetches`."""
        number = len(self.fetches)
        self.fetches.append({"number": number, "state": "asking"})
        self._start(self._keep(number, wish))
        return {"number": number}

    async def _keep(self, number: int, wish: Record) -> None:
        answer = await (self.options(wish) if "input" in wish else self.fetch(wish))
        self.fetches[number] |= {"state": "answered", **answer}

    def _start(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def complete(self, portal_id: int, callback_id: str, output_fields: object) -> None:
        call = self.calls.get(callback_id)
        if call is None or call["portal_id"] != portal_id:
            raise not_found("callback not found")
        if call["state"] != "blocked":
            raise ApiError(400, "VALIDATION_ERROR", "The callback is completed or has expired")
        if not isinstance(output_fields, dict):
            raise invalid("outputFields must be an object")
        call |= {"state": _state_of(output_fields), "outputs": output_fields, "completed_by": "callback"}

    def expire(self, callback_id: str) -> None:
        self.calls[callback_id]["state"] = "expired"

    async def fetch(self, wish: Record) -> Record:
        """What `hubspot.fetch` does: our query appended, signed, repeated once after a failure."""
        added = {
            "portalId": wish["portal_id"],
            "userId": wish.get("user_id", 77),
            "userEmail": wish.get("user_email", "eva@nordlund-snickeri.example"),
            "appId": self.app_id,
        }
        base, method = str(wish["url"]), str(wish.get("method", "GET"))
        url = f"{base}{'&' if '?' in base else '?'}{urlencode(added)}"
        body = to_json(wish["body"]) if "body" in wish else b""
        reply: Reply | None = None
        for _ in range(1 + self.board.current.fetch_retries):
            headers = call_headers(self.secret, method, url, body, milliseconds(self.world.clock.now()))
            try:
                reply = await send(method, url, body, headers, timeout_s=_FETCH_TIMEOUT_S)
            except (OSError, ValueError, asyncio.IncompleteReadError):
                continue
            if reply.status < 500:
                break
        return {"url": url, "status": reply.status if reply else None, "body": _json_or_text(reply)}

    async def options(self, wish: Record) -> Record:
        """What the workflow editor does to fill a dropdown."""
        url = str(wish["url"])
        body = to_json(
            {
                "origin": {"portalId": wish["portal_id"], "actionDefinitionId": 81_001, "actionDefinitionVersion": 1},
                "objectTypeId": "0-3",
                "inputFieldName": wish["input"],
                "inputFields": {},
                **({"fetchOptions": {"q": wish["search"]}} if "search" in wish else {}),
            }
        )
        headers = call_headers(self.secret, "POST", url, body, milliseconds(self.world.clock.now()))
        reply = await send("POST", url, body, headers, timeout_s=_FETCH_TIMEOUT_S)
        return {"status": reply.status, "body": _json_or_text(reply)}

    def reset(self) -> None:
        for task in self._tasks:
            task.cancel()
        self.definitions.clear()
        self.calls.clear()
        self.fetches.clear()

    async def aclose(self) -> None:
        tasks = list(self._tasks)
        self.reset()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _call(self, call: Record, url: str, body: bytes) -> None:
        for wait_s in (*_RETRY_AFTER_S, None):
            reply = await self._attempt(call, url, body)
            if reply is not None and 200 <= reply.status < 300:
                answer = _json_or_text(reply)
                outputs = answer.get("outputFields", {}) if isinstance(answer, dict) else {}
                if call["state"] == "calling":
                    call |= {"state": _state_of(outputs), "outputs": outputs}
                return
            if reply is not None and 400 <= reply.status < 500 and reply.status != 429:
                call["state"] = "failed"
                return
            if wait_s is None:
                break
            # Milliseconds here, unlike anywhere else (facts 18.2).
            stated = reply.headers.get("retry-after", "") if reply is not None and reply.status == 429 else ""
            await asyncio.sleep((int(stated) / 1000 if stated.isdecimal() else wait_s) * self.world.time_scale)
        call["state"] = "failed"

    async def _attempt(self, call: Record, url: str, body: bytes) -> Reply | None:
        headers = call_headers(self.secret, "POST", url, body, milliseconds(self.world.clock.now()))
        reply: Reply | None = None
        try:
            reply = await send("POST", url, body, headers, timeout_s=self.board.current.workflow_timeout_s)
        except (OSError, ValueError, asyncio.IncompleteReadError) as failure:
            call["attempts"].append({"status": None, "error": type(failure).__name__})
        else:
            call["attempts"].append({"status": reply.status, "body": _json_or_text(reply)})
        return reply


def _state_of(outputs: Record) -> str:
    state = outputs.get("hs_execution_state", "SUCCESS")
    return {"SUCCESS": "done", "FAIL_CONTINUE": "failed_on", "BLOCK": "blocked"}.get(str(state), "done")


def _json_or_text(reply: Reply | None) -> object:
    if reply is None:
        return None
    try:
        return json.loads(reply.body)
    except ValueError:
        return reply.body[:500].decode("utf-8", "replace")
