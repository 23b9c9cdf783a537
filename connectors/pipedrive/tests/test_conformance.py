"""The conformance kit over the Pipedrive connector."""

import base64
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import ClassVar
from urllib.parse import urlencode

from fortnox_bridge.sdk import CardShape, RawRequest, SourceRef, WebhookSecrets
from fortnox_bridge.testing import (
    CardRequest,
    ConnectorConformance,
    ConnectorHarness,
    DealSpec,
    HookEvent,
    Refusal,
    SourceAccount,
    World,
)
from fortnox_bridge_pipedrive.plugin import fortnox_bridge_connector


def _jwt(claims: Mapping[str, object], secret: str) -> str:
    def encoded(content: bytes) -> str:
        return base64.urlsafe_b64encode(content).decode().rstrip("=")

    signed = ".".join(encoded(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims))
    return f"{signed}.{encoded(hmac.new(secret.encode(), signed.encode(), 'sha256').digest())}"


class PipedriveHarness(ConnectorHarness):
    connector = fortnox_bridge_connector()
    config_samples: ClassVar[Sequence[Mapping[str, object]]] = (
        {},
        {"company_domain": "nordlund", "reads_instalments": True},
    )
    deals_for_two_pages = 501
    libraries = frozenset({"babel", "jwt", "pydantic", "typing_extensions"})

    async def accounts(self, world: World) -> tuple[SourceAccount, SourceAccount]:
        world.configure(rate_limits=False)
        second = world.seed(companies=[{"id": 5520011, "name": "Sund AB"}])["companies"][0]
        world.seed(company_id=second["id"], pipelines=[{"name": "Försäljning", "stages": ["Möte", "Vunnen"]}])
        first = world.rows("users")[0]
        return (
            SourceAccount(str(world.rows("companies")[0]["id"]), first["api_token"]),
            SourceAccount(str(second["id"]), second["api_token"]),
        )

    async def seed_deal(self, world: World, account: SourceAccount, deal: DealSpec) -> str:
        seeded = world.seed(
            company_id=int(account.external_id),
            deals=[
                {
                    "title": deal.title,
                    "currency": deal.currency,
                    "organization": {"name": deal.company},
                    "person": {"name": deal.contact},
                    "products": [
                        {"product": {"name": line.name}, "quantity": line.quantity, "item_price": line.unit_price}
                        for line in deal.lines
                    ],
                }
            ],
        )
        return str(seeded["deals"][0]["id"])

    async def seed_many_deals(self, world: World, account: SourceAccount, count: int) -> Sequence[str]:
        deals = [{"title": f"Affär {number}"} for number in range(count)]
        seeded = world.seed(company_id=int(account.external_id), deals=deals)
        return [str(deal["id"]) for deal in seeded["deals"]]

    async def touch_deal(self, world: World, account: SourceAccount, external_id: str) -> None:
        world.seed(company_id=int(account.external_id), update_deal={"id": int(external_id), "title": "Ny rubrik"})

    async def seed_file(self, world: World, account: SourceAccount, ref: SourceRef, file_name: str) -> bytes:
        file = {"deal_id": int(ref.external_id), "name": file_name, "size": 100}
        world.seed(company_id=int(account.external_id), files=[file])
        return b"%PDF-1.4 ".ljust(100, b".")

    async def notes_of(self, world: World, account: SourceAccount, ref: SourceRef) -> Sequence[str]:
        return [
            note["content"]
            for note in world.rows("notes")
            if (str(note["company_id"]), str(note["deal_id"])) == (account.external_id, ref.external_id)
        ]

    async def hooks_of(self, world: World, account: SourceAccount) -> Sequence[str]:
        return [
            hook["subscription_url"]
            for hook in world.rows("webhooks")
            if str(hook["company_id"]) == account.external_id and hook["is_active"]
        ]

    def secrets(self, account: SourceAccount) -> WebhookSecrets:
        return WebhookSecrets(
            user=f"hook-{account.external_id}",
            password=f"påss-{account.external_id}",
            client_id="sandbox-client",
            client_secret="sandbox-secret",
            card_secret="kit-card-secret-of-more-than-32-bytes",
        )

    def event_body(self, account: SourceAccount, event: HookEvent, external_id: str, occurrence: int) -> bytes:
        meta = {
            "action": "change",
            "entity": "deal" if event is HookEvent.QUALIFIES else "lead",
            "entity_id": external_id,
            "id": f"6c0f2a34-58d1-4a59-9e1c-{occurrence:04}{int(external_id):08}",
            "company_id": account.external_id,
            "timestamp": "2026-05-04T08:15:02.431Z",
            "version": "2.0",
        }
        payload = {"meta": meta, "data": {"id": int(external_id), "value": 48750.5}, "previous": {"stage_id": 13}}
        return json.dumps(payload).encode()

    def signed(self, body: bytes, secrets: WebhookSecrets, now: datetime) -> RawRequest:
        del now
        proof = base64.b64encode(f"{secrets.user}:{secrets.password}".encode()).decode()
        url = "https://bridge.example/webhooks/pipedrive/k1"
        return RawRequest("POST", url, {"authorization": f"Basic {proof}"}, body)

    def card_request(self, call: CardRequest, secrets: WebhookSecrets, now: datetime) -> tuple[RawRequest, str]:
        """A custom panel's call: only the token is signed, a press is a form on the page."""
        claims = {"userId": 9001777, "companyId": int(call.account.external_id), "exp": int(now.timestamp()) + 300}
        named = (call.unsigned_account or call.account).external_id
        query = {
            "resource": {"company": "organization", "contact": "person"}.get(call.ref.kind, call.ref.kind),
            "view": "details",
            "userId": "9001777",
            "companyId": named,
            "selectedIds": call.ref.external_id,
            "token": _jwt(claims, secrets.card_secret or ""),
        }
        path = "json" if call.shape is CardShape.DATA and call.button is None else "panel"
        url = f"https://bridge.example/cards/pipedrive/{path}?{urlencode(query)}"
        if call.button is None:
            return RawRequest("GET", url, {}, b""), path
        return RawRequest("POST", url, {}, urlencode({"button": call.button.value}).encode()), path

    def forged_card(self, request: RawRequest) -> RawRequest:
        """The first character of the signature: of the last one, two bits mean nothing."""
        head, token = request.url.rsplit(".", 1)
        return replace(request, url=f"{head}.{'A' if token[0] != 'A' else 'B'}{token[1:]}")

    def refusal(self, status: int) -> Refusal:
        headers = {"retry-after": "7"} if status == 429 else {}
        return Refusal(status, json.dumps({"success": False, "error": "not allowed"}), headers=headers)


class TestPipedrive(ConnectorConformance):
    harness = PipedriveHarness
