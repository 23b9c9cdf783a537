"""The conformance kit over the HubSpot connector."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode

from fortnox_bridge.sdk import ActionKind, CredentialKind, RawRequest, SourceRef, WebhookSecrets
from fortnox_bridge.testing import (
    ActionRequest,
    CardRequest,
    ConnectorConformance,
    ConnectorHarness,
    DealSpec,
    HookEvent,
    Refusal,
    SourceAccount,
    World,
)
from fortnox_bridge_hubspot.plugin import fortnox_bridge_connector

_PROOF = "x-hubspot-signature-v3"
_KINDS = {"deal": "deals", "company": "companies", "contact": "contacts"}


def _signed(url: str, body: bytes, secrets: WebhookSecrets, now: datetime) -> RawRequest:
    """Proven by version 3 of the signature."""
    moment = str(int(now.timestamp() * 1000))
    message = f"POST{url}".encode() + body + moment.encode()
    proof = base64.b64encode(hmac.digest((secrets.client_secret or "").encode(), message, hashlib.sha256)).decode()
    return RawRequest("POST", url, {_PROOF: proof, "x-hubspot-request-timestamp": moment}, body)


def _forged(request: RawRequest) -> RawRequest:
    proof = request.headers[_PROOF]
    return replace(request, headers={**request.headers, _PROOF: ("A" if proof[0] != "A" else "B") + proof[1:]})


class HubSpotHarness(ConnectorHarness):
    connector = fortnox_bridge_connector()
    libraries = frozenset({"babel", "pydantic", "typing_extensions"})
    read_posts = (r"/crm/.*/batch/read", r"/crm/objects/.*/search", r"/oauth/.*")
    deals_for_two_pages = 101
    webhook_proof = _PROOF

    async def accounts(self, world: World) -> tuple[SourceAccount, SourceAccount]:
        world.configure(rate_limits=False)
        first, second = [await self._connected(world, str(row["id"])) for row in world.rows("portals")[:2]]
        return first, second

    async def _connected(self, world: World, portal: str) -> SourceAccount:
        tokens = await world.consent(sandbox_company=portal)
        extra = {key: tokens.extra[key] for key in self.connector.account_extra_keys}
        return SourceAccount(portal, tokens.access_token, CredentialKind.OAUTH, extra)

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

    async def seed_deal_of(self, world: World, account: SourceAccount, ref: SourceRef) -> str:
        wish = {"dealname": "Till", ref.kind: ref.external_id}
        return str(world.seed(portal=int(account.external_id), deal=wish)["deal"]["id"])

    async def lose_deal(self, world: World, account: SourceAccount, external_id: str) -> None:
        world.seed(portal=int(account.external_id), move_deal={"id": external_id, "stage": "closedlost"})

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
        return _signed("https://bridge.example/webhooks/hubspot", body, secrets, now)

    def card_request(self, call: CardRequest, secrets: WebhookSecrets, now: datetime) -> tuple[RawRequest, str]:
        """As `hubspot.fetch` sends it: HubSpot adds the query and signs, the body is what the card's code says."""
        path = "/".join([_KINDS[call.ref.kind], call.ref.external_id, *([call.button.value] if call.button else [])])
        query = {
            "portalId": call.account.external_id,
            "userId": "77",
            "userEmail": "eva@nordlund-snickeri.example",
            "appId": "900100",
        }
        said = {"portalId": call.unsigned_account.external_id} if call.unsigned_account else {}
        url = f"https://bridge.example/cards/hubspot/{path}?{urlencode(query)}"
        return _signed(url, json.dumps(said).encode(), secrets, now), path

    def forged_card(self, request: RawRequest) -> RawRequest:
        return _forged(request)

    def action_request(self, call: ActionRequest, secrets: WebhookSecrets, now: datetime) -> tuple[RawRequest, str]:
        body = {
            "callbackId": f"ap-{call.account.external_id}-{call.call}-1",
            "origin": self._origin(call.account),
            "context": {"source": "WORKFLOWS", "workflowId": 9100},
            "object": {"objectId": int(call.ref.external_id), "objectType": call.ref.kind.upper(), "properties": {}},
            "inputFields": {"document_kind": "invoice"},
        }
        path = {ActionKind.CREATE_DOCUMENT: "create-document", ActionKind.UPDATE_CUSTOMER: "update-customer"}[call.kind]
        return self._action(path, body, secrets, now), path

    def options_request(self, account: SourceAccount, secrets: WebhookSecrets, now: datetime) -> tuple[RawRequest, str]:
        body = {"origin": self._origin(account), "objectTypeId": "0-3", "inputFieldName": "document_kind"}
        path = "create-document/options"
        return self._action(path, body, secrets, now), path

    def forged_action(self, request: RawRequest) -> RawRequest:
        return _forged(request)

    def _origin(self, account: SourceAccount) -> dict[str, int]:
        return {"portalId": int(account.external_id), "actionDefinitionId": 81_001, "actionDefinitionVersion": 1}

    def _action(self, path: str, body: object, secrets: WebhookSecrets, now: datetime) -> RawRequest:
        return _signed(f"https://bridge.example/actions/hubspot/{path}", json.dumps(body).encode(), secrets, now)

    def refusal(self, status: int) -> Refusal:
        category = {403: "MISSING_SCOPES", 429: "RATE_LIMITS"}.get(status, "VALIDATION_ERROR")
        policy = {"policyName": "TEN_SECONDLY_ROLLING"} if status == 429 else {}
        body = {"status": "error", "message": "refused", "correlationId": "kit", "category": category, **policy}
        return Refusal(status, json.dumps(body))


class TestHubSpot(ConnectorConformance):
    harness = HubSpotHarness
