"""The conformance kit over the HubSpot connector."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import datetime

from fortnox_bridge.sdk import CredentialKind, RawRequest, SourceRef, WebhookSecrets
from fortnox_bridge.testing import (
    ConnectorConformance,
    ConnectorHarness,
    DealSpec,
    HookEvent,
    Refusal,
    SourceAccount,
    World,
)
from fortnox_bridge_hubspot.plugin import fortnox_bridge_connector

_KINDS = {"deal": "deals", "company": "companies", "contact": "contacts"}


class HubSpotHarness(ConnectorHarness):
    connector = fortnox_bridge_connector()
    libraries = frozenset({"babel", "pydantic", "typing_extensions"})
    read_posts = (r"/crm/.*/batch/read", r"/crm/objects/.*/search", r"/oauth/.*")
    deals_for_two_pages = 101
    webhook_proof = "x-hubspot-signature-v3"

    async def accounts(self, world: World) -> tuple[SourceAccount, SourceAccount]:
        world.configure(rate_limits=False)
        first, second = [await self._connected(world, str(row["id"])) for row in world.rows("portals")[:2]]
        return first, second

    async def _connected(self, world: World, portal: str) -> SourceAccount:
        tokens = await world.consent(sandbox_portal=portal)
        extra = {key: str(tokens[key]) for key in self.connector.account_extra_keys}
        return SourceAccount(portal, tokens["access_token"], CredentialKind.OAUTH, extra)

    async def seed_deal(self, world: World, account: SourceAccount, deal: DealSpec) -> str:
        portal = int(account.external_id)
        lines = []
        for number, line in enumerate(deal.lines):
            sku = f"KIT-{len(world.rows('products'))}-{number}"
            world.seed(portal=portal, product={"name": line.name, "hs_sku": sku, "price": str(line.unit_price)})
            lines.append({"sku": sku, "quantity": str(line.quantity), "price": str(line.unit_price)})
        company = world.seed(portal=portal, company={"name": deal.company})["company"]["id"]
        contact = world.seed(portal=portal, contact={"firstname": deal.contact})["contact"]["id"]
        owners = [row["id"] for row in world.rows("owners") if row["portal_id"] == portal and not row["archived"]]
        wish = {
            "dealname": deal.title,
            "deal_currency_code": deal.currency,
            "company": company,
            "contact": contact,
            "hubspot_owner_id": owners[0],
            "lines": lines,
        }
        return str(world.seed(portal=portal, deal=wish)["deal"]["id"])

    async def seed_many_deals(self, world: World, account: SourceAccount, count: int) -> Sequence[str]:
        deals = [{"dealname": f"Affär {number}"} for number in range(count)]
        return [str(row["id"]) for row in world.seed(portal=int(account.external_id), deal=deals)["deal"]]

    async def touch_deal(self, world: World, account: SourceAccount, external_id: str) -> None:
        change = {"type": "deals", "id": external_id, "properties": {"dealname": "Ny rubrik"}}
        world.seed(portal=int(account.external_id), update=change)

    async def notes_of(self, world: World, account: SourceAccount, ref: SourceRef) -> Sequence[str]:
        return [
            row["properties"]["hs_note_body"]
            for row in world.rows("notes")
            if str(row["portal_id"]) == account.external_id
            and ref.external_id in row["links"].get(_KINDS[ref.kind], ())
        ]

    async def has_left(self, world: World, account: SourceAccount) -> bool:
        return all(str(row["portal_id"]) != account.external_id for row in world.rows("tokens"))

    def secrets(self, account: SourceAccount) -> WebhookSecrets:
        return WebhookSecrets(client_id="sandbox-client", client_secret="sandbox-secret", app_id="900100")

    def event_body(self, account: SourceAccount, event: HookEvent, external_id: str, occurrence: int) -> bytes:
        happened = {
            HookEvent.QUALIFIES: {
                "subscriptionType": "object.propertyChange",
                "propertyName": "dealstage",
                "propertyValue": "closedwon",
            },
            HookEvent.UNKNOWN: {"subscriptionType": "object.sneeze"},
        }[event]
        body = {
            "eventId": 3816279340 + occurrence,
            "subscriptionId": 25,
            "portalId": int(account.external_id),
            "appId": 900100,
            "occurredAt": 1777882502431,
            "attemptNumber": 0,
            "objectId": int(external_id),
            "objectTypeId": "0-3",
            "changeSource": "CRM_UI",
            "sourceId": "userId:77",
            **happened,
        }
        return json.dumps([body]).encode()

    def signed(self, body: bytes, secrets: WebhookSecrets, now: datetime) -> RawRequest:
        url = "https://bridge.example/webhooks/hubspot"
        moment = str(int(now.timestamp() * 1000))
        message = f"POST{url}".encode() + body + moment.encode()
        proof = base64.b64encode(hmac.digest((secrets.client_secret or "").encode(), message, hashlib.sha256)).decode()
        return RawRequest("POST", url, {"x-hubspot-signature-v3": proof, "x-hubspot-request-timestamp": moment}, body)

    def refusal(self, status: int) -> Refusal:
        category = {403: "MISSING_SCOPES", 429: "RATE_LIMITS"}.get(status, "VALIDATION_ERROR")
        policy = {"policyName": "TEN_SECONDLY_ROLLING"} if status == 429 else {}
        body = {"status": "error", "message": "refused", "correlationId": "kit", "category": category, **policy}
        return Refusal(status, json.dumps(body))


class TestHubSpot(ConnectorConformance):
    harness = HubSpotHarness
