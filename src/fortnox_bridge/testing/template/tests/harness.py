"""What the conformance kit must be told about this connector."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import datetime

from fortnox_bridge_example.plugin import fortnox_bridge_connector

from fortnox_bridge.sdk import RawRequest, SourceRef, WebhookSecrets
from fortnox_bridge.testing import ConnectorHarness, DealSpec, HookEvent, SourceAccount, World


class ExampleHarness(ConnectorHarness):
    connector = fortnox_bridge_connector()
    webhook_proof = "x-example-signature"

    async def accounts(self, world: World) -> tuple[SourceAccount, SourceAccount]:
        first, second = world.rows("accounts")
        return SourceAccount(first["id"], first["token"]), SourceAccount(second["id"], second["token"])

    async def seed_deal(self, world: World, account: SourceAccount, deal: DealSpec) -> str:
        company = world.seed(account=account.external_id, company={"name": deal.company})["company"]["id"]
        first, _, last = deal.contact.partition(" ")
        wish = {"first_name": first, "last_name": last}
        person = world.seed(account=account.external_id, person=wish)["person"]["id"]
        lines = [
            {"name": line.name, "quantity": str(line.quantity), "price": str(line.unit_price)} for line in deal.lines
        ]
        made = world.seed(
            account=account.external_id,
            deal={
                "title": deal.title,
                "currency": deal.currency,
                "company_id": company,
                "person_id": person,
                "lines": lines,
            },
        )
        return str(made["deal"]["id"])

    async def notes_of(self, world: World, account: SourceAccount, ref: SourceRef) -> Sequence[str]:
        return [
            note["html"]
            for note in world.rows("notes")
            if (note["account"], note["deal_id"]) == (account.external_id, ref.external_id)
        ]

    async def hooks_of(self, world: World, account: SourceAccount) -> Sequence[str]:
        return [hook["url"] for hook in world.rows("hooks") if hook["account"] == account.external_id]

    def secrets(self, account: SourceAccount) -> WebhookSecrets:
        return WebhookSecrets(password=f"secret-{account.external_id}")

    def event_body(self, account: SourceAccount, event: HookEvent, external_id: str, occurrence: int) -> bytes:
        payload = {
            "id": f"evt-{account.external_id}-{external_id}-{occurrence}",
            "account": account.external_id,
            "type": "deal.moved" if event is HookEvent.QUALIFIES else "task.done",
            "record": external_id,
            "at": "2026-11-20T15:40:12+01:00",
        }
        return json.dumps(payload).encode()

    def signed(self, body: bytes, secrets: WebhookSecrets, now: datetime) -> RawRequest:
        sent = str(int(now.timestamp()))
        proof = hmac.new((secrets.password or "").encode(), f"{sent}.".encode() + body, hashlib.sha256).hexdigest()
        headers = {"x-example-time": sent, "x-example-signature": proof}
        return RawRequest("POST", "https://bridge.example/webhooks/example/k", headers, body)
