"""The harness of Mini."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from tests.testing.mini import connector

from fortnox_bridge.sdk import RawRequest, SourceRef, WebhookSecrets
from fortnox_bridge.testing import (
    ActionRequest,
    CardRequest,
    ConnectorHarness,
    DealSpec,
    HookEvent,
    SourceAccount,
    World,
)


class MiniHarness(ConnectorHarness):
    connector = connector.MINI
    config: ClassVar[Mapping[str, object]] = {"language": "en"}
    config_samples: ClassVar[Sequence[Mapping[str, object]]] = ({}, {"language": "sv"})
    webhook_proof = "x-mini-signature"

    async def accounts(self, world: World) -> tuple[SourceAccount, SourceAccount]:
        first, second = (SourceAccount(row["id"], row["token"]) for row in world.rows("accounts"))
        return first, second

    async def seed_deal(self, world: World, account: SourceAccount, deal: DealSpec) -> str:
        lines = [
            {"name": line.name, "quantity": str(line.quantity), "price": str(line.unit_price)} for line in deal.lines
        ]
        wish = {
            "title": deal.title,
            "company": deal.company,
            "contact": deal.contact,
            "currency": deal.currency,
            "lines": lines,
        }
        return str(world.seed(account=account.external_id, deal=wish)["id"])

    async def touch_deal(self, world: World, account: SourceAccount, external_id: str) -> None:
        world.seed(account=account.external_id, touch=external_id)

    async def seed_deal_of(self, world: World, account: SourceAccount, ref: SourceRef) -> str:
        return str(world.seed(account=account.external_id, deal_of=ref.external_id)["id"])

    async def lose_deal(self, world: World, account: SourceAccount, external_id: str) -> None:
        world.seed(account=account.external_id, lose=external_id)

    async def seed_file(self, world: World, account: SourceAccount, ref: SourceRef, file_name: str) -> bytes:
        content = b"ritning \x00\xff"
        file = {"deal": ref.external_id, "name": file_name, "content": base64.b64encode(content).decode()}
        world.seed(account=account.external_id, file=file)
        return content

    async def notes_of(self, world: World, account: SourceAccount, ref: SourceRef) -> Sequence[str]:
        rows = world.rows("notes")
        return [row["html"] for row in rows if (row["account"], row["deal"]) == (account.external_id, ref.external_id)]

    async def hooks_of(self, world: World, account: SourceAccount) -> Sequence[str]:
        return [row["url"] for row in world.rows("hooks") if row["account"] == account.external_id]

    async def has_left(self, world: World, account: SourceAccount) -> bool:
        return not next(row["has_app"] for row in world.rows("accounts") if row["id"] == account.external_id)

    def secrets(self, account: SourceAccount) -> WebhookSecrets:
        return WebhookSecrets(client_secret="mini-secret", card_secret="mini-card-secret")

    def event_body(self, account: SourceAccount, event: HookEvent, external_id: str, occurrence: int) -> bytes:
        body = {
            "id": f"e-{external_id}-{occurrence}",
            "type": "deal.moved" if event is HookEvent.QUALIFIES else "deal.sneezed",
            "account": account.external_id,
            "deal": external_id,
            "at": "2026-05-04T08:15:02+02:00",
        }
        return json.dumps(body).encode()

    def signed(self, body: bytes, secrets: WebhookSecrets, now: datetime) -> RawRequest:
        return _proven(body, body, secrets.client_secret, now)

    def card_request(self, call: CardRequest, secrets: WebhookSecrets, now: datetime) -> tuple[RawRequest, str]:
        body = {
            "account": (call.unsigned_account or call.account).external_id,
            "kind": call.ref.kind,
            "id": call.ref.external_id,
            "button": call.button,
        }
        signed = call.account.external_id.encode()
        request = _proven(json.dumps(body).encode(), signed, secrets.card_secret, now)
        return replace(request, headers={**request.headers, "x-mini-account": call.account.external_id}), "data"

    def forged_card(self, request: RawRequest) -> RawRequest:
        return _forged(request)

    def action_request(self, call: ActionRequest, secrets: WebhookSecrets, now: datetime) -> tuple[RawRequest, str]:
        body = {
            "account": call.account.external_id,
            "action": call.kind,
            "kind": call.ref.kind,
            "id": call.ref.external_id,
            "call": call.call,
            "delivery": call.delivery,
        }
        content = json.dumps(body).encode()
        return _proven(content, content, secrets.client_secret, now), "call"

    def options_request(self, account: SourceAccount, secrets: WebhookSecrets, now: datetime) -> tuple[RawRequest, str]:
        body = {"account": account.external_id, "action": "create_document", "input": "document_kind"}
        content = json.dumps(body).encode()
        return _proven(content, content, secrets.client_secret, now), "options"

    def forged_action(self, request: RawRequest) -> RawRequest:
        return _forged(request)

    @property
    def package(self) -> str:
        return "tests.testing.mini"

    def sources(self) -> Mapping[str, str]:
        folder = Path(__file__).parent
        return {
            f"{self.package}.{name}": (folder / f"{name}.py").read_text(encoding="utf-8")
            for name in ("connector", "simulator")
        }


def _proven(body: bytes, signed: bytes, secret: str | None, now: datetime) -> RawRequest:
    moment = str(int(now.timestamp()))
    proof = hmac.new((secret or "").encode(), moment.encode() + b"." + signed, hashlib.sha256).hexdigest()
    headers = {"x-mini-time": moment, "x-mini-signature": proof}
    return RawRequest("POST", "https://bridge.example/webhooks/mini/k1", headers, body)


def _forged(request: RawRequest) -> RawRequest:
    proof = request.headers["x-mini-signature"]
    return replace(
        request, headers={**request.headers, "x-mini-signature": proof[:-1] + ("0" if proof[-1] != "0" else "1")}
    )
