import hashlib
import hmac
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fortnox_bridge_example.webhooks import receive

from fortnox_bridge.sdk import NotAuthentic, RawRequest, Trigger, WebhookSecrets

BODY = (Path(__file__).parent / "payloads" / "deal_moved.json").read_bytes()
NOW = datetime(2026, 11, 20, 14, 41, tzinfo=UTC)


def delivery(secret="s3cret", body=BODY):
    sent = str(int(NOW.timestamp()))
    signature = hmac.new(secret.encode(), f"{sent}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {"x-example-time": sent, "x-example-signature": signature}
    return RawRequest("POST", "https://bridge.example/webhooks/example/k", headers, body)


def test_moved_deal_is_a_trigger():
    (trigger,) = receive(delivery(), WebhookSecrets(password="s3cret"), NOW)

    assert isinstance(trigger, Trigger)
    assert (trigger.account, trigger.external_id, trigger.dedupe_key) == ("1001", "812", "evt-1001-1")


def test_delivery_with_another_secret_is_refused():
    with pytest.raises(NotAuthentic):
        receive(delivery("another"), WebhookSecrets(password="s3cret"), NOW)
