"""The whole connector over real HTTP against the simulated Pipedrive, every request held against the description."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from fortnox_bridge.http import HostPolicy, HttpClient
from fortnox_bridge.sandbox.serve import serve_sandbox
from fortnox_bridge.sdk import (
    Choice,
    ConnectorContext,
    CredentialKind,
    DealHead,
    DealQuery,
    DealStatus,
    FieldType,
    FileUpload,
    HookTarget,
    HttpRequest,
    Link,
    Note,
    Occasion,
    OutcomeUnknown,
    PermissionMissing,
    RateLimited,
    RawRequest,
    ReconnectRequired,
    Session,
    SettingsInvalid,
    SourceDataInvalid,
    SourceRef,
    Tone,
    Trigger,
    Unanswered,
    Unavailable,
    UserAction,
    WebhookSecrets,
)
from fortnox_bridge_pipedrive.config import PipedriveConfig
from fortnox_bridge_pipedrive.plugin import fortnox_bridge_connector
from fortnox_bridge_pipedrive.simulator import PIPEDRIVE_SIMULATOR

CLIENT = ("sandbox-client", "sandbox-secret")
CALLBACK = "http://127.0.0.1:9/oauth/callback"
CONNECTOR = fortnox_bridge_connector()


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()


class NoLog:
    def info(self, event: str, /, **facts: str | int) -> None:
        pass

    def warning(self, event: str, /, **facts: str | int) -> None:
        raise AssertionError(f"{event} {facts}")


@dataclass
class Grant:
    """Tokens of one account, refreshed by the connector's own OAuth description."""

    http: HttpClient
    base: str
    access: str
    refresh: str | None = None

    async def access_token(self) -> str:
        return self.access

    async def replace(self, rejected: str) -> str:
        if self.refresh is None:
            raise ReconnectRequired("source_unauthorized", system="Pipedrive")
        answer = await grant(self.http, self.base, grant_type="refresh_token", refresh_token=self.refresh)
        assert answer["refresh_token"] == self.refresh
        self.access = answer["access_token"]
        assert self.access != rejected
        return self.access


async def grant(http: HttpClient, base: str, **form: str) -> dict[str, Any]:
    assert CONNECTOR.oauth is not None
    url = base + CONNECTOR.oauth.token_path
    answer = await http.send(HttpRequest("POST", url, form=form, basic_auth=CLIENT))
    assert answer.is_success, answer.body
    tokens = answer.json()
    assert isinstance(tokens, dict)
    return tokens


@dataclass
class World:
    """A sandbox with one account connected to it."""

    root: str
    http: HttpClient
    kind: CredentialKind
    tokens: Grant
    account_extra: dict[str, str] = field(default_factory=dict)

    @property
    def base(self) -> str:
        return f"{self.root}/pipedrive"

    async def control(self, method: str, path: str, body: object = None) -> Any:
        answer = await self.http.send(HttpRequest(method, f"{self.root}/_control/{path}", json=body))
        assert answer.is_success, answer.body
        return answer.json() if answer.body else None

    async def seed(self, **data: object) -> Any:
        return await self.control("POST", "pipedrive/seed", data)

    async def configure(self, **knobs: object) -> None:
        await self.control("POST", "pipedrive/configure", knobs)

    async def fault(self, method: str, path: str, **action: object) -> None:
        plan = {"simulator": "pipedrive", "method": method, "path": path, "nth": 1, "times": 1, "action": action}
        await self.control("POST", "faults", plan)

    async def requests(self, after: int = 0) -> list[dict[str, Any]]:
        found = await self.control("GET", f"requests?simulator=pipedrive&after={after}")
        entries: list[dict[str, Any]] = found["requests"] if isinstance(found, dict) else found
        return entries

    def session(self, **config: object) -> AbstractAsyncContextManager[Session]:
        ctx = ConnectorContext(
            http=self.http,
            tokens=self.tokens,
            credential_kind=self.kind,
            base_urls={"api": self.base, "oauth": self.base},
            account="4410022",
            account_extra=self.account_extra,
            clock=RealClock(),
            log=NoLog(),
        )
        return CONNECTOR.open(PipedriveConfig.model_validate(config), ctx)


def deal_ref(external_id: object) -> SourceRef:
    return SourceRef("pipedrive", "4410022", "deal", str(external_id))


def body_of(entry: dict[str, Any]) -> bytes:
    body = entry["body"] or ""
    return base64.b64decode(body["base64"]) if isinstance(body, dict) else str(body).encode()


@asynccontextmanager
async def running(kind: CredentialKind, description: ModuleType | None) -> AsyncIterator[World]:
    async with serve_sandbox([PIPEDRIVE_SIMULATOR], now=lambda: datetime.now(UTC), time_scale=0.005) as sandbox:
        policy = HostPolicy((), (sandbox.base_url,))
        async with HttpClient(system="Pipedrive", policy=policy, connect_timeout_s=5, timeout_s=5) as http:
            world = World(sandbox.base_url, http, kind, Grant(http, f"{sandbox.base_url}/pipedrive", ""))
            await connect(world)
            yield world
            for entry in await world.requests():
                said = (
                    description.violations(
                        entry["method"],
                        entry["path"],
                        parse_qsl(entry["query"], keep_blank_values=True),
                        entry["headers"].get("content-type", ""),
                        body_of(entry),
                    )
                    if description is not None
                    else []
                )
                assert said == [], entry


async def connect(world: World) -> None:
    if world.kind is CredentialKind.API_TOKEN:
        world.tokens.access = (await world.control("GET", "pipedrive/users"))[0]["api_token"]
        return
    assert CONNECTOR.oauth is not None
    url = world.base + CONNECTOR.oauth.authorize_path
    query = (("client_id", CLIENT[0]), ("redirect_uri", CALLBACK), ("state", "s1"))
    answer = await world.http.send(HttpRequest("GET", url, query))
    code = parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]
    tokens = await grant(world.http, world.base, grant_type="authorization_code", code=code, redirect_uri=CALLBACK)
    world.tokens.access, world.tokens.refresh = tokens["access_token"], tokens["refresh_token"]
    world.account_extra = {key: tokens[key] for key in CONNECTOR.account_extra_keys}


@pytest.fixture(params=list(CredentialKind))
async def world(request: pytest.FixtureRequest, description: ModuleType | None) -> AsyncIterator[World]:
    async with running(request.param, description) as made:
        yield made


@pytest.fixture
async def oauth_world(description: ModuleType | None) -> AsyncIterator[World]:
    async with running(CredentialKind.OAUTH, description) as made:
        yield made


def note(reference: str = "FB-Zk3v") -> Note:
    return Note(
        tone=Tone.SUCCESS,
        heading="Fortnox: utkast skapat",
        reference=reference,
        facts=(("Kund", "1042 Bygg & Kakel <AB>"),),
        links=(Link("Replay", "https://bridge.example/replay/Zk3v"),),
    )


def test_description_is_at_hand(description: ModuleType | None) -> None:
    if description is None:
        pytest.skip("the vendor's descriptions are not here (../shared/specs/pipedrive-openapi-*.yaml)")
    assert description.violations("GET", "/api/v2/deals/1", [], "", b"") == []


async def test_account_is_identified(world: World) -> None:
    async with world.session() as session:
        info = await session.account.identify()
    assert (info.external_id, info.user_name) == ("4410022", "Anna Nordlund")
    assert info.default_currency == "SEK"


async def test_customers_are_walked_through_and_read_alone(oauth_world: World) -> None:
    seeded = await oauth_world.seed(
        organizations=[{"name": f"Företag {number:04} AB"} for number in range(501)],
        persons=[{"name": "Eva Ek", "email": "eva@ek.example"}],
    )
    gone, merged, kept = (row["id"] for row in seeded["organizations"][:3])
    await oauth_world.seed(delete_organization={"id": gone}, merge_organizations={"id": merged, "merge_with_id": kept})

    async with oauth_world.session() as session:
        assert session.customers is not None
        first = await session.customers.list_customers("company", None)
        second = await session.customers.list_customers("company", first.next_cursor)
        contacts = await session.customers.list_customers(
            "contact", None, changed_since=datetime(2020, 1, 1, tzinfo=UTC)
        )
        later = await session.customers.list_customers("contact", None, changed_since=datetime(2100, 1, 1, tzinfo=UTC))
        deleted = await session.customers.read_customer(SourceRef("pipedrive", "4410022", "company", str(gone)))
        with pytest.raises(SourceDataInvalid) as caught:
            await session.customers.read_customer(SourceRef("pipedrive", "4410022", "company", str(merged)))

    listed = [item.ref.external_id for page in (first, second) for item in page.items]
    assert len(listed) == len(set(listed))
    assert {row["id"] for row in seeded["organizations"]} - {int(one) for one in listed} == {gone, merged}
    assert second.next_cursor is None
    assert "eva@ek.example" in [item.email for item in contacts.items]
    assert later.items == ()
    assert deleted.is_deleted
    assert caught.value.code == "source_record_missing"


async def test_deals_are_walked_through_stage_by_stage_with_their_heads(world: World) -> None:
    stages = {row["name"]: str(row["id"]) for row in await world.control("GET", "pipedrive/stages")}
    seeded = await world.seed(
        deals=[
            {"title": f"Affär {number}", "stage": stage}
            for stage in ("Vunnen", "Förhandling", "Kvalificerad")
            for number in range(502 if stage == "Vunnen" else 2)
        ]
    )
    wanted = {str(row["id"]) for row in seeded["deals"] if str(row["stage_id"]) != stages["Kvalificerad"]}
    deleted = wanted.pop()
    await world.seed(delete_deal={"id": int(deleted)})
    query = DealQuery(
        stage_ids=(stages["Vunnen"], stages["Förhandling"]), changed_since=datetime(2020, 1, 1, 12, 0, 0, 5, tzinfo=UTC)
    )

    heads: list[DealHead] = []
    async with world.session() as session:
        assert session.lister is not None
        cursor, pages = None, 0
        while pages == 0 or cursor is not None:
            page = await session.lister.list_deals(query, cursor)
            heads, cursor, pages = [*heads, *page.items], page.next_cursor, pages + 1
        before = DealQuery(changed_before=datetime(2020, 1, 1, tzinfo=UTC))
        none = await session.lister.list_deals(before, None)
        with pytest.raises(SourceDataInvalid) as caught:
            await session.lister.list_deals(DealQuery(stage_ids=("1",)), "1:")
        listed = next(head for head in heads if head.ref.external_id == min(wanted, key=int))
        deal = await session.deals.read_deal(listed)

    ids = [head.ref.external_id for head in heads]
    assert len(ids) == len(set(ids))
    assert wanted <= set(ids)
    assert deleted not in ids
    assert {head.stage.id for head in heads if head.stage} == set(query.stage_ids)
    assert pages == 3
    assert none.items == ()
    assert caught.value.code == "source_cursor_unknown"
    assert deal.title == listed.title


async def test_whole_deal_is_read_in_six_calls(world: World) -> None:
    seeded = await world.seed(
        deals=[
            {
                "title": "Altan Lindvägen 4",
                "organization": {"name": "Nord AB"},
                "person": {"name": "Eva Ek"},
                "products": [
                    {"code": "ALT-28120", "quantity": 120.5, "item_price": 310, "discount": 5},
                    {"code": "ARB-1", "quantity": 2},
                ],
            }
        ],
    )
    deal_id = seeded["deals"][0]["id"]
    await world.seed(
        add_discount={"deal_id": deal_id, "description": "Trogen kund", "amount": 10, "type": "percentage"}
    )
    before = len(await world.requests())
    async with world.session() as session:
        deal = await session.deals.read_deal(await session.deals.read_head(deal_ref(deal_id)))
    assert len(await world.requests()) - before == 6
    assert deal.company is not None
    assert deal.contact is not None
    assert (deal.company.name, deal.contact.name, deal.currency) == ("Nord AB", "Eva Ek", "SEK")
    first, second = deal.lines
    assert (first.quantity, first.unit_price, first.discounts[0].value) == (Decimal("120.5"), Decimal(310), Decimal(5))
    assert first.product is not None
    assert second.product is not None
    assert (first.product.code, first.unit, second.product.code) == ("ALT-28120", "m", "ARB-1")
    assert [(discount.value, discount.description) for discount in deal.discounts] == [(Decimal(10), "Trogen kund")]
    assert deal.control_total is not None


async def test_deal_without_products_is_read_in_three_calls(world: World) -> None:
    seeded = await world.seed(
        deals=[{"title": "Råd", "value": 500, "organization": {"name": "Nord AB"}, "person": {"name": "Eva Ek"}}]
    )
    before = len(await world.requests())
    async with world.session() as session:
        deal = await session.deals.read_deal(await session.deals.read_head(deal_ref(seeded["deals"][0]["id"])))
    assert len(await world.requests()) - before == 3
    assert deal.amount is not None
    assert (deal.amount.amount, deal.lines, deal.control_total) == (Decimal(500), (), None)


async def test_options_are_read_with_their_labels(world: World) -> None:
    fields = {"organization": [{"name": "Kundklass", "type": "enum", "options": ["A", "B"]}]}
    seeded = await world.seed(
        fields=fields,
        deals=[{"title": "D", "organization": {"name": "Ett AB", "custom_fields": {"Kundklass": "B"}}}],
    )
    async with world.session() as session:
        deal = await session.deals.read_deal(await session.deals.read_head(deal_ref(seeded["deals"][0]["id"])))
    assert deal.company is not None
    labels = [value.label for value in deal.company.custom_fields.values() if isinstance(value, Choice)]
    assert labels == ["B"]


async def test_deleted_deal_is_told_by_its_head(world: World) -> None:
    await world.seed(delete_deal={"id": 1})
    async with world.session() as session:
        assert (await session.deals.read_head(deal_ref(1))).status is DealStatus.DELETED


async def test_unknown_deal_is_named(world: World) -> None:
    async with world.session() as session:
        with pytest.raises(SourceDataInvalid) as caught:
            await session.deals.read_head(deal_ref(999_999))
    assert (caught.value.code, caught.value.params["record"]) == ("source_record_missing", "deal 999999")


async def test_instalments_on_a_plan_without_them_name_the_feature(world: World) -> None:
    await world.configure(plan="lite")
    async with world.session(reads_instalments=True) as session:
        head = await session.deals.read_head(deal_ref(1))
        with pytest.raises(PermissionMissing) as caught:
            await session.deals.read_deal(head)
    assert caught.value.code == "source_feature_missing"


async def test_note_is_written_found_and_replaced(world: World) -> None:
    async with world.session() as session:
        assert session.notes is not None
        assert await session.notes.find_note(deal_ref(1), "FB-Zk3v") is None
        note_id = await session.notes.create_note(deal_ref(1), note())
        await session.notes.create_note(deal_ref(1), note("FB-annan"))
        assert await session.notes.find_note(deal_ref(1), "FB-Zk3v") == note_id
        assert await session.notes.update_note(note_id, note("FB-ny")) is True
        assert await session.notes.find_note(deal_ref(1), "FB-ny") == note_id
        assert await session.notes.update_note("999999", note()) is False
    content = next(row["content"] for row in await world.control("GET", "pipedrive/notes") if str(row["id"]) == note_id)
    assert '<a href="https://bridge.example/replay/Zk3v"' in content
    assert "&lt;AB&gt;" in content


async def test_note_written_without_an_answer_is_found_afterwards(world: World) -> None:
    await world.fault("POST", "/v1/notes", kind="apply_then_reset")
    async with world.session() as session:
        assert session.notes is not None
        with pytest.raises(Unanswered):
            await session.notes.create_note(deal_ref(1), note())
        assert await session.notes.find_note(deal_ref(1), "FB-Zk3v") is not None


@pytest.mark.parametrize("action", [{"kind": "html", "status": 502}, {"kind": "apply_then_empty", "status": 200}])
async def test_note_answered_by_a_page_has_an_unknown_outcome(world: World, action: dict[str, object]) -> None:
    await world.fault("POST", "/v1/notes", **action)
    async with world.session() as session:
        assert session.notes is not None
        with pytest.raises(OutcomeUnknown):
            await session.notes.create_note(deal_ref(1), note())


async def test_file_is_attached_and_found(world: World) -> None:
    upload = FileUpload("faktura-50231-utkast åäö.pdf", "application/pdf", b"%PDF-1.7 \x00\xff")
    async with world.session() as session:
        assert session.files is not None
        assert await session.files.find_file(deal_ref(1), upload.file_name) is None
        file_id = await session.files.attach_file(deal_ref(1), upload)
        assert await session.files.find_file(deal_ref(1), upload.file_name) == file_id


async def test_number_is_written_to_a_text_and_to_a_number_field(world: World) -> None:
    company = SourceRef("pipedrive", "4410022", "company", "1")
    async with world.session() as session:
        assert session.field_writer is not None
        assert session.field_maker is not None
        made = [
            await session.field_maker.create_field("company", f"Fortnox {kind}", kind)
            for kind in (FieldType.TEXT, FieldType.NUMBER)
        ]
        text, number = (described.path.removeprefix("company.custom:") for described in made)
        await session.field_writer.write_fields(company, {text: "1042", number: "1042"})
        deal = await session.deals.read_deal(await session.deals.read_head(deal_ref(1)))
    assert deal.company is not None
    assert (deal.company.custom_fields[text], deal.company.custom_fields[number]) == ("1042", Decimal(1042))


async def test_field_that_does_not_exist_is_named(world: World) -> None:
    async with world.session() as session:
        assert session.field_writer is not None
        with pytest.raises(SettingsInvalid) as caught:
            await session.field_writer.write_fields(deal_ref(1), {"0" * 40: "1042"})
    assert caught.value.code == "source_field_unknown"


async def test_field_is_created_once_and_listed(world: World) -> None:
    async with world.session() as session:
        assert session.field_maker is not None
        assert session.fields is not None
        made = await session.field_maker.create_field("company", "Fortnox kundnummer (bro)", FieldType.TEXT)
        again = await session.field_maker.create_field("company", "Fortnox kundnummer (bro)", FieldType.TEXT)
        paths = {described.path for described in await session.fields.list_fields()}
    assert made == again
    assert made.path in paths


async def test_every_creatable_type_is_created(world: World) -> None:
    async with world.session() as session:
        assert session.field_maker is not None
        for field_type in sorted(CONNECTOR.creatable_fields):
            made = await session.field_maker.create_field("deal", f"Fält {field_type}", field_type)
            assert made.type is field_type


async def test_pipelines_are_listed_with_their_stages(world: World) -> None:
    async with world.session() as session:
        assert session.stages is not None
        pipelines = await session.stages.list_pipelines()
    assert "Offert skickad" in [stage.name for stage in pipelines[0].stages]


async def test_expired_token_is_replaced_without_notice(oauth_world: World) -> None:
    await oauth_world.seed(expire_access_tokens=True)
    async with oauth_world.session() as session:
        assert (await session.account.identify()).external_id == "4410022"


async def test_refused_api_token_needs_a_reconnect(description: ModuleType | None) -> None:
    async with running(CredentialKind.API_TOKEN, description) as world:
        world.tokens.access = "0" * 40
        async with world.session() as session:
            with pytest.raises(ReconnectRequired):
                await session.account.identify()


@pytest.mark.parametrize(
    ("knobs", "kind", "code"),
    [
        ({"payment_required": True}, UserAction, "source_account_closed"),
        ({"cloudflare_block": True}, Unavailable, "source_blocked"),
        ({"daily_budget": 0}, RateLimited, "source_budget_empty"),
    ],
)
async def test_account_that_refuses_all_calls_says_why(
    world: World, knobs: dict[str, object], kind: type[Exception], code: str
) -> None:
    await world.configure(**knobs)
    async with world.session() as session:
        with pytest.raises(kind) as caught:
            await session.deals.read_head(deal_ref(1))
    assert getattr(caught.value, "code", None) == code


async def test_burst_is_told_with_its_short_wait(world: World) -> None:
    await world.configure(burst_limit=1)
    async with world.session() as session:
        await session.account.identify()
        with pytest.raises(RateLimited) as caught:
            await session.account.identify()
    assert caught.value.code == "source_rate_limited"
    assert caught.value.retry_after_s is not None
    assert 0 < caught.value.retry_after_s <= 60


@asynccontextmanager
async def receiver() -> AsyncIterator[tuple[str, asyncio.Queue[RawRequest]]]:
    """A subscriber: keeps what arrives as the bridge's own route would hand it to the connector."""
    arrived: asyncio.Queue[RawRequest] = asyncio.Queue()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ")
        pairs = (line.partition(":") for line in head[1:] if line)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        arrived.put_nowait(RawRequest(method, path, headers, body))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/webhooks/pipedrive/k1", arrived


async def test_move_of_a_deal_arrives_as_a_trigger(world: World) -> None:
    assert CONNECTOR.webhooks is not None
    async with receiver() as (url, arrived), world.session() as session:
        assert session.hooks is not None
        target = HookTarget(url, "bridge", "hemlig")
        state = await session.hooks.ensure_hooks(target, frozenset({"deal"}))
        assert (state.created, state.removed) == (1, 0)
        assert (await session.hooks.ensure_hooks(target, frozenset({"deal"}))).ids == state.ids
        while not arrived.empty():
            arrived.get_nowait()
        await world.seed(move_deal={"id": 1, "stage": "Vunnen"})
        delivery = await asyncio.wait_for(arrived.get(), 5)
        (trigger,) = CONNECTOR.webhooks(delivery, WebhookSecrets(user="bridge", password="hemlig"), datetime.now(UTC))
        assert isinstance(trigger, Trigger)
        assert (trigger.account, trigger.external_id, trigger.reason) == ("4410022", "1", "stage_changed")
        assert trigger.occurred_at is not None

        await world.seed(update_deal={"id": 1, "title": "Ny titel"})
        delivery = await asyncio.wait_for(arrived.get(), 5)
        secrets = WebhookSecrets(user="bridge", password="hemlig")
        (edit,) = CONNECTOR.webhooks(delivery, secrets, datetime.now(UTC))
        assert isinstance(edit, Trigger)
        assert (edit.external_id, edit.occasion) == ("1", Occasion.EDITED)
        assert await session.hooks.remove_hooks(url) == 1


async def test_credentials_that_changed_renew_the_hook(world: World) -> None:
    async with receiver() as (url, _), world.session() as session:
        assert session.hooks is not None
        first = await session.hooks.ensure_hooks(HookTarget(url, "bridge", "gammal"), frozenset({"deal"}))
        second = await session.hooks.ensure_hooks(HookTarget(url, "bridge", "ny"), frozenset({"deal"}))
        assert (second.created, second.removed) == (1, 1)
        assert second.ids != first.ids
        assert await session.hooks.remove_hooks(url) == 1
