"""The connector of Mini: all capabilities there are, each as plainly as it can be. Mutants are made of this text."""

import base64
import hashlib
import hmac
import html
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from tests.testing.mini.simulator import MINI_SIMULATOR

from fortnox_bridge.sdk import (
    AccountClosed,
    AccountInfo,
    ActionCall,
    ActionKind,
    ActionOption,
    ActionOutcome,
    ActionSurface,
    BridgeError,
    Card,
    CardButton,
    CardCall,
    CardNotice,
    CardSurface,
    Connector,
    ConnectorContext,
    ContractViolation,
    Customer,
    Deal,
    DealHead,
    DealQuery,
    DealStatus,
    FieldDescriptor,
    FieldType,
    FileUpload,
    HookState,
    HookTarget,
    HttpRequest,
    LineItem,
    Money,
    NotAuthentic,
    Note,
    Notice,
    OptionsCall,
    OutcomeUnknown,
    Owner,
    PartyKind,
    PermissionMissing,
    PipelineDescriptor,
    PlatformAnswer,
    Product,
    RateLimited,
    RawRequest,
    ReconnectRequired,
    Session,
    SourceDataInvalid,
    SourceFile,
    SourcePage,
    SourceRef,
    Stage,
    StageDescriptor,
    Trigger,
    Unanswered,
    Unavailable,
    UnreadableJson,
    UnreadablePayload,
    WebhookSecrets,
    currency,
)  # fmt: skip

SYSTEM = "Mini"
LISTS = {"company": "companies", "contact": "contacts", "product": "products", "deal": "deals"}
Row = dict[str, Any]


class MiniConfig(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    language: str = Field(default="sv", title="Language")


class Client:
    """The door to Mini's API: proves the account, and turns every answer into data or an error."""

    def __init__(self, ctx: ConnectorContext) -> None:
        self.ctx = ctx
        self.base = ctx.base_urls["api"]

    async def get(self, path: str, record: str, **params: str) -> Any:
        return await self._call(HttpRequest("GET", self.base + path, tuple(params.items())), record)

    async def write(self, method: str, path: str, body: object, record: str) -> Any:
        return await self._call(HttpRequest(method, self.base + path, json=body), record, is_write=True)

    async def _call(self, request: HttpRequest, record: str, *, is_write: bool = False) -> Any:
        token = await self.ctx.tokens.access_token()
        response = await self._send(request, token, is_write=is_write)
        if response.status == 401:
            token = await self.ctx.tokens.replace(token)
            response = await self._send(request, token, is_write=is_write)
        if not response.is_success:
            self.ctx.log.info("mini_refused", status=response.status)
            raise self._error(response, record, is_write=is_write)
        if response.content_type == "application/octet-stream":
            return response.body
        try:
            answer = response.json()
        except UnreadableJson as error:
            raise unreadable(record, is_write=is_write) from error
        if not isinstance(answer, dict | list):
            raise unreadable(record, is_write=is_write)
        return answer

    async def _send(self, request: HttpRequest, token: str, *, is_write: bool) -> Any:
        proven = replace(request, headers={"authorization": f"Bearer {token}"})
        try:
            return await self.ctx.http.send(proven)
        except Unanswered as silence:
            if is_write:
                raise
            raise Unavailable("source_unavailable", system=SYSTEM) from silence

    def _error(self, response: Any, record: str, *, is_write: bool) -> BridgeError:
        match response.status:
            case 401:
                return ReconnectRequired("source_unauthorized", system=SYSTEM)
            case 403:
                named = {"system": SYSTEM, "record": record, "right": "read", "message": "–"}
                return PermissionMissing("source_permission_missing", **named)
            case 404:
                return SourceDataInvalid("source_record_missing", system=SYSTEM, record=record)
            case 429:
                wait = float(response.headers.get("retry-after", "10"))
                return RateLimited("source_rate_limited", system=SYSTEM, retry_after_s=wait)
            case status if status >= 500 and is_write:
                return OutcomeUnknown("source_outcome_unknown", system=SYSTEM, record=record)
            case status if status >= 500:
                return Unavailable("source_unavailable", system=SYSTEM, detail=f"status {status}")
            case status:
                return SourceDataInvalid("source_refused", system=SYSTEM, record=record, message=f"status {status}")


def unreadable(record: str, *, is_write: bool = False) -> BridgeError:
    if is_write:
        return OutcomeUnknown("source_outcome_unknown", system=SYSTEM, record=record)
    return ContractViolation("source_answer_unreadable", system=SYSTEM, record=record, field="–")


class Mini:
    """Every capability, over one client."""

    def __init__(self, client: Client, account: str) -> None:
        self.client = client
        self.account = account

    def ref(self, kind: str, external_id: str) -> SourceRef:
        return SourceRef("mini", self.account, kind, external_id)

    async def identify(self) -> AccountInfo:
        me = await self.client.get("/me", "account")
        return AccountInfo(me["id"], me["name"])

    # Deals

    async def read_head(self, ref: SourceRef) -> DealHead:
        row = await self.client.get(f"/deals/{ref.external_id}", f"deal {ref.external_id}")
        if not isinstance(row, dict):
            raise unreadable(f"deal {ref.external_id}")
        return self.head_of(row)

    def head_of(self, row: Row) -> DealHead:
        return DealHead(
            ref=self.ref("deal", row["id"]),
            title=row["title"],
            status=DealStatus.OPEN,
            stage=Stage(row["stage"]),
            currency=currency(row["currency"]),
            updated_at=datetime.fromisoformat(row["updated"]).astimezone(UTC),
            custom_fields=dict(row["fields"]),
            opaque=row,
        )

    async def read_deal(self, head: DealHead) -> Deal:
        row: Any = head.opaque
        return Deal(
            ref=head.ref,
            title=head.title,
            status=head.status,
            currency=currency(row["currency"]),
            lines=tuple([await self.line_of(line) for line in row["lines"]]),
            company=await self.read_customer(self.ref("company", row["company"])),
            contact=await self.read_customer(self.ref("contact", row["contact"])),
            owner=Owner(row["owner"]),
            stage=head.stage,
            updated_at=head.updated_at,
            custom_fields=head.custom_fields,
        )

    async def line_of(self, line: Row) -> LineItem:
        return LineItem(
            external_id=line["id"],
            name=line["name"],
            quantity=Decimal(line["quantity"]),
            unit_price=Decimal(line["price"]),
            product=await self.read_product(self.ref("product", line["product"])),
        )

    async def list_deals(self, query: DealQuery, cursor: str | None) -> SourcePage[DealHead]:
        stages: tuple[str | None, ...] = tuple(sorted(set(query.stage_ids))) or (None,)
        at, _, start = (cursor or "0:0").partition(":")
        stage = stages[int(at)]
        asked = {"order": "id", "start": start, **({"stage": stage} if stage else {})}
        if query.changed_since:
            asked["since"] = query.changed_since.isoformat()
        if query.changed_before:
            asked["before"] = query.changed_before.isoformat()
        page = await self.client.get("/deals", "deals", **asked)
        heads = tuple(self.head_of(row) for row in page["items"])
        if page["next"]:
            return SourcePage(heads, f"{at}:{page['next']}")
        return SourcePage(heads, f"{int(at) + 1}:0" if int(at) + 1 < len(stages) else None)

    async def newest_open_deal(self, ref: SourceRef) -> SourceRef | None:
        await self.read_customer(ref)
        found: list[Row] = []
        start: str | None = "0"
        while start is not None:
            page = await self.client.get("/deals", "deals", order="id", start=start, company=ref.external_id)
            found, start = [*found, *page["items"]], page["next"]
        is_open = [row for row in found if row["stage"] != "s4"]
        return self.ref("deal", is_open[-1]["id"]) if is_open else None

    # Customers, products, owners, stages

    async def read_customer(self, ref: SourceRef) -> Customer:
        row = await self.client.get(f"/{LISTS[ref.kind]}/{ref.external_id}", f"{ref.kind} {ref.external_id}")
        return self.customer_of(ref.kind, row)

    def customer_of(self, kind: str, row: Row) -> Customer:
        party = PartyKind.COMPANY if kind == "company" else PartyKind.PERSON
        return Customer(self.ref(kind, row["id"]), party, row["name"])

    async def list_customers(
        self, kind: str, cursor: str | None, *, changed_since: datetime | None = None
    ) -> SourcePage[Customer]:
        page = await self.page(LISTS[kind], cursor, changed_since)
        return SourcePage(tuple(self.customer_of(kind, row) for row in page["items"]), page["next"])

    async def read_product(self, ref: SourceRef) -> Product:
        row = await self.client.get(f"/products/{ref.external_id}", f"product {ref.external_id}")
        return Product(self.ref("product", row["id"]), row["name"])

    async def list_products(self, cursor: str | None, *, changed_since: datetime | None = None) -> SourcePage[Product]:
        page = await self.page("products", cursor, changed_since)
        return SourcePage(
            tuple(Product(self.ref("product", row["id"]), row["name"]) for row in page["items"]), page["next"]
        )

    async def page(self, kind: str, cursor: str | None, changed_since: datetime | None) -> Any:
        since = {"since": changed_since.isoformat()} if changed_since else {}
        return await self.client.get(f"/{kind}", kind, order="id", start=cursor or "0", **since)

    async def read_owner(self, external_id: str) -> Owner | None:
        try:
            row = await self.client.get(f"/users/{external_id}", f"user {external_id}")
        except SourceDataInvalid:
            return None
        return Owner(row["id"], row["name"], row["email"])

    async def list_pipelines(self) -> tuple[PipelineDescriptor, ...]:
        rows = await self.client.get("/pipelines", "pipelines")
        return tuple(
            PipelineDescriptor(
                row["id"], row["name"], tuple(StageDescriptor(each["id"], each["name"]) for each in row["stages"])
            )
            for row in rows
        )

    # Notes and files

    async def find_note(self, ref: SourceRef, reference: str) -> str | None:
        rows = await self.client.get(f"/deals/{ref.external_id}/notes", "notes")
        return next((row["id"] for row in reversed(rows) if f">{reference}<" in row["html"]), None)

    async def create_note(self, ref: SourceRef, note: Note) -> str:
        row = await self.client.write("POST", f"/deals/{ref.external_id}/notes", {"html": shown(note)}, "note")
        return str(row["id"])

    async def update_note(self, note_id: str, note: Note) -> bool:
        try:
            await self.client.write("PUT", f"/notes/{note_id}", {"html": shown(note)}, "note")
        except SourceDataInvalid:
            return False
        return True

    async def find_file(self, ref: SourceRef, file_name: str) -> str | None:
        rows = await self.client.get(f"/deals/{ref.external_id}/files", "files")
        return next((row["id"] for row in rows if row["name"] == file_name), None)

    async def attach_file(self, ref: SourceRef, upload: FileUpload) -> str:
        body = {"name": upload.file_name, "content": base64.b64encode(upload.content).decode()}
        row = await self.client.write("POST", f"/deals/{ref.external_id}/files", body, "file")
        return str(row["id"])

    async def list_files(self, ref: SourceRef) -> tuple[SourceFile, ...]:
        rows = await self.client.get(f"/deals/{ref.external_id}/files", "files")
        return tuple(SourceFile(row["id"], row["name"]) for row in rows)

    async def read_file(self, file: SourceFile, *, limit_bytes: int) -> bytes:
        content: bytes = await self.client.get(f"/files/{file.id}", "file")
        if len(content) > limit_bytes:
            raise SourceDataInvalid("source_file_too_large", system=SYSTEM, record="file", file=file.file_name)
        return content

    # Fields

    async def list_fields(self) -> tuple[FieldDescriptor, ...]:
        rows = await self.client.get("/fields", "fields")
        own = tuple(described(row) for row in rows)
        return (FieldDescriptor("deal.title", "Titel", FieldType.TEXT), *own)

    async def create_field(self, object_name: str, label: str, field_type: FieldType) -> FieldDescriptor:
        for row in await self.client.get("/fields", "fields"):
            if (row["object"], row["label"], row["type"]) == (object_name, label, field_type.value):
                return described(row)
        body = {"object": object_name, "label": label, "type": field_type.value}
        return described(await self.client.write("POST", "/fields", body, "field"))

    async def write_fields(self, ref: SourceRef, values: Mapping[str, str]) -> None:
        await self.client.write("PATCH", f"/deals/{ref.external_id}/fields", dict(values), f"deal {ref.external_id}")

    # Hooks, features, leaving, reporting

    async def ensure_hooks(self, target: HookTarget, object_kinds: frozenset[str]) -> HookState:
        del object_kinds
        standing = [row["id"] for row in await self.client.get("/hooks", "hooks") if row["url"] == target.url]
        if standing:
            return HookState(tuple(standing), 0, 0)
        made = await self.client.write("POST", "/hooks", {"url": target.url}, "hook")
        return HookState((made["id"],), 1, 0)

    async def remove_hooks(self, url: str) -> int:
        ids = [row["id"] for row in await self.client.get("/hooks", "hooks") if row["url"] == url]
        for hook in ids:
            await self.client.write("DELETE", f"/hooks/{hook}", None, "hook")
        return len(ids)

    async def missing_features(self) -> tuple[Notice, ...]:
        try:
            await self.client.get("/features", "features")
        except PermissionMissing as refusal:
            return (Notice(refusal.code, dict(refusal.params)),)
        return ()

    async def leave(self) -> None:
        try:
            await self.client.write("DELETE", "/app", None, "app")
        except SourceDataInvalid:
            return

    async def may_wait(self) -> bool:
        return bool((await self.client.get("/calls", "calls"))["may_wait"])

    async def report(self, call_id: str, outcome: ActionOutcome) -> None:
        try:
            await self.client.write("POST", f"/calls/{call_id}", {"state": outcome.state.value}, "call")
        except SourceDataInvalid:
            return


def shown(note: Note) -> str:
    parts = [note.heading, *(f"{label}: {value}" for label, value in note.facts), *note.paragraphs]
    links = [f'<a href="{html.escape(link.url)}">{html.escape(link.label)}</a>' for link in note.links]
    texts = [f"<p>{escaped(part)}</p>" for part in parts]
    return "".join([*texts, *links, f"<p>{escaped(note.reference)}</p>"])


def escaped(text: str) -> str:
    return html.escape("".join(char for char in text if char.isprintable() or char == "\n"))


def described(row: Row) -> FieldDescriptor:
    return FieldDescriptor(
        f"{row['object']}.custom:{row['id']}", row["label"], FieldType(row["type"]), is_writable=True
    )


# What comes in


def prove(request: RawRequest, secret: str | None, signed: bytes, now: datetime) -> None:
    moment = request.headers.get("x-mini-time", "")
    wanted = hmac.new((secret or "").encode(), moment.encode() + b"." + signed, hashlib.sha256).hexdigest()
    is_equal = hmac.compare_digest(wanted, request.headers.get("x-mini-signature", ""))
    if not (secret and is_equal):
        raise NotAuthentic
    sent = datetime.fromtimestamp(int(moment), UTC)
    if abs(now - sent) > timedelta(minutes=5):
        raise NotAuthentic


def decoded(body: bytes) -> Row:
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnreadablePayload("not JSON") from error
    if not isinstance(payload, dict):
        raise UnreadablePayload("not an object")
    return payload


def receive(request: RawRequest, secrets: WebhookSecrets, now: datetime) -> tuple[Trigger | AccountClosed, ...]:
    prove(request, secrets.client_secret, request.body, now)
    event = decoded(request.body)
    if event["type"] != "deal.moved":
        return ()
    happened = datetime.fromisoformat(event["at"]).astimezone(UTC)
    return (Trigger(event["account"], "deal", event["deal"], event["id"], "moved", happened),)


def read_card(request: RawRequest, path: str, secrets: WebhookSecrets, now: datetime) -> CardCall:
    del path
    account = request.headers.get("x-mini-account", "")
    prove(request, secrets.card_secret, account.encode(), now)
    asked = decoded(request.body)
    button = CardButton(asked["button"]) if asked["button"] else None
    return CardCall(account, asked["kind"], asked["id"], button)


def render(call: CardCall, card: Card) -> PlatformAnswer:
    del call
    figures = card.customer.figures if card.customer else ()
    rows = [{"label": "Outstanding", "value": amount(each.outstanding)} for each in figures]
    return PlatformAnswer({"title": card.customer.name if card.customer else "", "rows": rows})


def amount(money: Money) -> str:
    return str(money)


def refuse(notice: CardNotice) -> PlatformAnswer:
    return PlatformAnswer({"title": notice.what})


def read_action(request: RawRequest, path: str, secrets: WebhookSecrets, now: datetime) -> ActionCall | OptionsCall:
    prove(request, secrets.client_secret, request.body, now)
    asked = decoded(request.body)
    kind = ActionKind(asked["action"])
    if path == "options":
        return OptionsCall(asked["account"], kind, asked["input"])
    return ActionCall(asked["account"], kind, asked["kind"], asked["id"], asked["call"])


def answer(call: ActionCall, outcome: ActionOutcome) -> PlatformAnswer:
    del call
    return PlatformAnswer({"state": outcome.state.value, "said": outcome.said})


def offer(call: OptionsCall, options: Sequence[ActionOption], after: str | None) -> PlatformAnswer:
    del call
    return PlatformAnswer({"options": [{"value": each.value, "label": each.label} for each in options], "after": after})


@asynccontextmanager
async def open_session(config: MiniConfig, ctx: ConnectorContext) -> AsyncIterator[Session]:
    del config
    mini = Mini(Client(ctx), ctx.account)
    yield Session(
        account=mini, deals=mini, notes=mini, files=mini, field_writer=mini, fields=mini, field_maker=mini, stages=mini,
        hooks=mini, lister=mini, customers=mini, products=mini, owners=mini, file_reader=mini, features=mini,
        action_reporter=mini, deals_of_record=mini, leaver=mini,
    )  # fmt: skip


MINI: Connector[MiniConfig] = Connector(
    name="mini",
    title=SYSTEM,
    config_model=MiniConfig,
    open=open_session,
    base_urls={"api": "https://api.mini.example"},
    allowed_hosts=("*.mini.example",),
    accepts_api_token=True,
    webhooks=receive,
    creatable_fields=frozenset({FieldType.TEXT, FieldType.NUMBER}),
    cards=CardSurface(read_card, render, refuse, deadline_s=3),
    actions=ActionSurface(read_action, answer, offer, deadline_s=3),
    simulator=MINI_SIMULATOR,
)
