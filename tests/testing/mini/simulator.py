"""Mini, a CRM that exists only here: as small as a CRM can be that has everything the kit asks about."""

import base64
import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from fortnox_bridge.sdk import JsonValue, SimulatorFactory, SimulatorWorld

PAGE = 2
STAGES = {"s1": ("p1", "Ny"), "s2": ("p1", "Vunnen"), "s3": ("p2", "Bokad"), "s4": ("p2", "Förlorad")}
_ITS_OWN = {"id", "account", "updated"}
Row = dict[str, Any]


class MiniSimulator:
    def __init__(self, world: SimulatorWorld) -> None:
        self._clock = world.clock
        self.app = Starlette(routes=self._routes())
        self.reset()

    def reset(self) -> None:
        self.ids = itertools.count(100)
        self.accounts = {name: {"token": f"mini-token-{name}", "has_app": True} for name in ("a1", "a2")}
        self.tables: dict[str, dict[str, Row]] = {
            kind: {} for kind in ("deals", "companies", "contacts", "products", "notes", "files", "fields", "hooks")
        }

    def configure(self, knobs: Mapping[str, JsonValue]) -> None:
        if knobs:
            raise ValueError(f"no knobs here: {sorted(knobs)}")

    def collections(self) -> Mapping[str, Callable[[], Sequence[Mapping[str, JsonValue]]]]:
        return {
            **{kind: lambda kind=kind: list(self.tables[kind].values()) for kind in self.tables},
            "accounts": lambda: [{"id": name, **account} for name, account in self.accounts.items()],
        }

    async def aclose(self) -> None:
        pass

    def seed(self, data: Mapping[str, JsonValue]) -> JsonValue:
        """`account` and one wish.

        `deal` (title, company, contact, lines, currency), `deal_of` (a company's id), `touch` and `lose` (a deal's id),
        or `file`.
        """
        wish: Row = dict(data)
        account = wish["account"]
        if "deal" in wish:
            return self._seed_deal(account, wish["deal"])
        if "deal_of" in wish:
            known = next(row for row in self.tables["deals"].values() if row["company"] == wish["deal_of"])
            return self._add("deals", account, **{name: known[name] for name in known if name not in _ITS_OWN})
        if "lose" in wish:
            self.tables["deals"][wish["lose"]]["stage"] = "s4"
            return {"id": wish["lose"]}
        if "touch" in wish:
            self.tables["deals"][wish["touch"]]["updated"] = self._now()
            return {"id": wish["touch"]}
        return self._add("files", account, **wish["file"])

    def _seed_deal(self, account: str, wish: Row) -> Row:
        lines = [
            {
                "id": str(next(self.ids)),
                "product": self._add("products", account, name=line["name"])["id"],
                **line,
            }
            for line in wish.pop("lines")
        ]
        parties = {
            "company": self._add("companies", account, name=wish.pop("company"))["id"],
            "contact": self._add("contacts", account, name=wish.pop("contact"))["id"],
        }
        return self._add("deals", account, stage="s2", owner="u1", fields={}, lines=lines, **parties, **wish)

    def _add(self, kind: str, account: str, **values: Any) -> Row:
        row = {"id": str(next(self.ids)), "account": account, "updated": self._now(), **values}
        self.tables[kind][row["id"]] = row
        return row

    def _now(self) -> str:
        return self._clock.now().isoformat()

    # What the vendor serves

    def _routes(self) -> list[Route]:
        def route(path: str, method: str, answer: Callable[[Request, str, Any], Response]) -> Route:
            async def serve(request: Request) -> Response:
                token = request.headers.get("authorization", "").removeprefix("Bearer ")
                account = next((name for name, each in self.accounts.items() if each["token"] == token), None)
                if account is None:
                    return JSONResponse({"error": "who are you"}, 401)
                return answer(request, account, await request.json() if await request.body() else None)

            return Route(path, serve, methods=[method])

        return [
            route("/me", "GET", lambda _, account, __: JSONResponse({"id": account, "name": f"Konto {account}"})),
            route("/pipelines", "GET", self._pipelines),
            route("/users/{id}", "GET", self._user),
            route("/features", "GET", lambda *_: JSONResponse({"missing": []})),
            route("/app", "DELETE", self._leave),
            route("/calls", "GET", lambda *_: JSONResponse({"may_wait": True})),
            route("/calls/{id}", "POST", lambda *_: JSONResponse({"error": "no such call"}, 404)),
            route("/hooks", "GET", lambda _, account, __: self._all("hooks", account)),
            route("/hooks", "POST", lambda _, account, body: JSONResponse(self._add("hooks", account, **body))),
            route("/hooks/{id}", "DELETE", self._delete_hook),
            route("/fields", "GET", lambda _, account, __: self._all("fields", account)),
            route("/fields", "POST", lambda _, account, body: JSONResponse(self._add("fields", account, **body))),
            route("/deals/{id}/fields", "PATCH", self._write_fields),
            route("/deals/{deal}/notes", "GET", lambda request, account, _: self._all("notes", account, request)),
            route("/deals/{deal}/notes", "POST", self._write_note),
            route("/notes/{id}", "PUT", self._rewrite_note),
            route("/deals/{deal}/files", "GET", lambda request, account, _: self._all("files", account, request)),
            route("/deals/{deal}/files", "POST", self._attach),
            route("/files/{id}", "GET", self._download),
            *(route(f"/{kind}", "GET", self._page) for kind in ("deals", "companies", "contacts", "products")),
            *(route(f"/{kind}/{{id}}", "GET", self._one) for kind in ("deals", "companies", "contacts", "products")),
        ]

    def _pipelines(self, *_: object) -> Response:
        pipelines = {pipeline: pipeline.upper() for pipeline, _ in STAGES.values()}
        return JSONResponse([
            {
                "id": pipeline,
                "name": name,
                "stages": [{"id": stage, "name": label} for stage, (of, label) in STAGES.items() if of == pipeline],
            }
            for pipeline, name in pipelines.items()
        ])  # fmt: skip

    def _user(self, request: Request, *_: object) -> Response:
        if request.path_params["id"] != "u1":
            return JSONResponse({"error": "no such user"}, 404)
        return JSONResponse({"id": "u1", "name": "Anna Nordlund", "email": "anna@mini.example"})

    def _leave(self, _: Request, account: str, __: object) -> Response:
        if not self.accounts[account]["has_app"]:
            return JSONResponse({"error": "no app"}, 404)
        self.accounts[account]["has_app"] = False
        return JSONResponse({})

    def _all(self, kind: str, account: str, request: Request | None = None) -> Response:
        wanted = request.path_params if request else {}
        rows = [row for row in self.tables[kind].values() if row["account"] == account]
        return JSONResponse([row for row in rows if wanted.items() <= row.items()])

    def _find(self, kind: str, external_id: str, account: str) -> Row | None:
        row = self.tables[kind].get(external_id)
        return row if row is not None and row["account"] == account else None

    def _one(self, request: Request, account: str, _: object) -> Response:
        row = self._find(request.url.path.split("/")[-2], request.path_params["id"], account)
        return JSONResponse(row) if row else JSONResponse({"error": "no such record"}, 404)

    def _page(self, request: Request, account: str, _: object) -> Response:
        asked = request.query_params
        rows = [row for row in self.tables[request.url.path.split("/")[-1]].values() if row["account"] == account]
        rows = [row for row in rows if asked.get("stage") in {None, row.get("stage")}]
        rows = [row for row in rows if asked.get("company") in {None, row.get("company")}]
        rows = [row for row in rows if asked.get("since", "") <= row["updated"] < asked.get("before", "9")]
        rows.sort(key=lambda row: row["updated"] if asked["order"] == "updated" else int(row["id"]))
        start = int(asked.get("start", 0))
        following = str(start + PAGE) if start + PAGE < len(rows) else None
        return JSONResponse({"items": rows[start : start + PAGE], "next": following})

    def _delete_hook(self, request: Request, *_: object) -> Response:
        self.tables["hooks"].pop(request.path_params["id"], None)
        return JSONResponse({})

    def _write_fields(self, request: Request, account: str, body: Row) -> Response:
        row = self._find("deals", request.path_params["id"], account)
        assert row is not None
        row["fields"] |= body
        return JSONResponse(row)

    def _write_note(self, request: Request, account: str, body: Row) -> Response:
        if "\x00" in body["html"]:
            return JSONResponse({"error": "unreadable"}, 400)
        return JSONResponse(self._add("notes", account, deal=request.path_params["deal"], html=body["html"]))

    def _rewrite_note(self, request: Request, account: str, body: Row) -> Response:
        row = self._find("notes", request.path_params["id"], account)
        if row is None:
            return JSONResponse({"error": "no such note"}, 404)
        row["html"] = body["html"]
        return JSONResponse(row)

    def _attach(self, request: Request, account: str, body: Row) -> Response:
        return JSONResponse(self._add("files", account, deal=request.path_params["deal"], **body))

    def _download(self, request: Request, account: str, _: object) -> Response:
        row = self._find("files", request.path_params["id"], account)
        assert row is not None
        return Response(base64.b64decode(row["content"]), media_type="application/octet-stream")


MINI_SIMULATOR = SimulatorFactory("mini", MiniSimulator)
