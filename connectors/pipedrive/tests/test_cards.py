"""Cards as Pipedrive wants them: every member of the schema and no other, and a script that is what it was built of."""

import json
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import jsonschema
import jwt
import pytest

from fortnox_bridge.domain.wire_json import encode_json
from fortnox_bridge.sdk import (
    Card,
    CardCall,
    CardDocument,
    CardDocumentState,
    CardNotice,
    CustomerCard,
    CustomerFigures,
    DealCard,
    Money,
    NotAuthentic,
    RawRequest,
    UnreadablePayload,
    WebhookSecrets,
    currency,
)
from fortnox_bridge_pipedrive.cards import CARDS

APP = Path(__file__).parents[1] / "app"
NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
# The types of facts 20.1; Pipedrive's own definitions are published in prose only.
TYPES = {
    "text": {"type": ["string", "null"], "maxLength": 255},
    "numerical": {"type": ["number", "null"]},
    "currency": {
        "type": ["object", "null"],
        "properties": {"code": {"type": "string", "pattern": "^[A-Z]{3}$"}, "value": {"type": "number"}},
        "required": ["code", "value"],
        "additionalProperties": False,
    },
    "date-time": {"type": ["string", "null"], "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"},
    "label": {
        "type": "object",
        "properties": {
            "color": {"enum": ["green", "red", "blue", "yellow", "purple", "grey"]},
            "label": {"type": "string", "maxLength": 40},
        },
        "required": ["color", "label"],
        "additionalProperties": False,
    },
}
SEK = currency("SEK")


def kronor(amount: str) -> Money:
    return Money(Decimal(amount), SEK)


DOCUMENT = CardDocument(
    "invoice", "1001", CardDocumentState.OVERDUE, kronor("1250"), date(2026, 11, 1), date(2026, 11, 20), kronor("1250")
)
FIGURES = CustomerFigures(kronor("1250.50"), kronor("100"), kronor("0"), None)
EURO = CustomerFigures(Money(Decimal(5), currency("EUR")), Money(Decimal(0), currency("EUR")))
CUSTOMER = CustomerCard("7", "Bolaget AB", (FIGURES, EURO), (DOCUMENT,) * 9, NOW, url="https://apps.fortnox.se/")
CARDS_OF = {
    "known": Card("company", "5", "sv", customer=CUSTOMER),
    "stranger": Card("company", "5", "en", customer=CustomerCard(None, "B", notice=CardNotice("x", "W" * 300, "r"))),
    "fetching": Card("contact", "5", "sv", customer=CustomerCard("7", "B", is_stale=True)),
    "deal": Card("deal", "5", "sv", customer=CUSTOMER, deal=DealCard((DOCUMENT,), "parked", NOW, CardNotice("x", "W"))),
    "new deal": Card("deal", "5", "en", deal=DealCard()),
}


@pytest.mark.parametrize("name", CARDS_OF)
def test_panel_holds_every_member_of_its_schema_and_no_other(name):
    card = CARDS_OF[name]
    schema = json.loads((APP / f"{'deal' if card.deal else 'customer'}.schema.json").read_text(encoding="utf-8"))

    answer = CARDS.render(CardCall("1", card.record_kind, "5"), card)

    body = json.loads(encode_json(answer.body))
    assert answer.status == 200
    assert set(body["data"]) == set(schema["properties"])
    assert len(schema["properties"]) <= 20
    jsonschema.validate(body["data"], {**schema, "definitions": TYPES})


def test_refusal_is_an_error_pipedrive_shows_and_none_of_it_becomes_a_link():
    answer = CARDS.refuse(CardNotice("x", "[Klicka](https://evil.example) <b>*nu*</b>", "Gör så."))

    assert answer.status > 300
    error = json.loads(encode_json(answer.body))["error"]
    assert len(error["title"]) <= 30
    assert "](" not in error["subtitle"]


@pytest.mark.parametrize(
    ("secrets", "query", "raised"),
    [
        (WebhookSecrets(), "token=a.b.c&companyId=1&userId=2", NotAuthentic),
        (WebhookSecrets(client_secret="x" * 40), "", NotAuthentic),
        (WebhookSecrets(client_secret="x" * 40), "token=a&token=b", NotAuthentic),
        (WebhookSecrets(client_secret="x" * 40), "&".join(f"a{n}=1" for n in range(99)), NotAuthentic),
    ],
    ids=["no secret", "no token", "two tokens", "flood"],
)
def test_what_cannot_be_proven_is_refused(secrets, query, raised):
    request = RawRequest("GET", f"https://bridge.test/cards/pipedrive/json?{query}", {}, b"")

    with pytest.raises(raised):
        CARDS.read(request, "json", secrets, NOW)


@pytest.mark.parametrize(
    "change", [{"selectedIds": ""}, {"selectedIds": "5,6"}, {"selectedIds": "../5"}, {"resource": "lead"}]
)
def test_signed_call_that_names_no_single_record_makes_no_sense(change):
    request = _signed(change)

    with pytest.raises(UnreadablePayload):
        CARDS.read(request, "panel", WebhookSecrets(client_secret="s" * 40), NOW)


def test_secret_of_the_cards_takes_the_place_of_the_apps():
    secrets = WebhookSecrets(client_secret="s" * 40, card_secret="c" * 40)

    with pytest.raises(NotAuthentic):
        CARDS.read(_signed({}), "panel", secrets, NOW)
    call = CARDS.read(_signed({}), "panel", replace(secrets, card_secret="s" * 40), NOW)

    assert (call.account, call.record_kind, call.external_id, call.user) == ("1", "company", "5", "2")


def test_committed_script_is_what_its_source_builds(tmp_path):
    assert shutil.which("npm"), "npm is needed to check the panel: install Node.js 20 or newer"
    copy, built = tmp_path / "app", tmp_path / "panel.js"
    shutil.copytree(APP, copy, ignore=shutil.ignore_patterns("node_modules"))

    for command in (("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"), ("node", "build.mjs", str(built))):
        done = subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=110, check=False)
        assert done.returncode == 0, done.stderr

    assert CARDS.assets["panel.js"].content == built.read_bytes()


def _signed(change):
    claims = {"companyId": 1, "userId": 2, "exp": int(NOW.timestamp()) + 300}
    token = jwt.encode(claims, "s" * 40, algorithm="HS256")
    query = {"resource": "organization", "selectedIds": "5", "companyId": "1", "userId": "2", **change, "token": token}
    joined = "&".join(f"{name}={value}" for name, value in query.items())
    return RawRequest("GET", f"https://bridge.test/cards/pipedrive/panel?{joined}", {}, b"")
