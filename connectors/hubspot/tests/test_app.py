"""The platform's project: its files say what the package says, its cards type-check and bundle with npm."""

import json
import shutil
import subprocess
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from fortnox_bridge.sdk import (
    Card,
    CardButton,
    CardCall,
    CardDocument,
    CardDocumentState,
    CardNotice,
    CardPreview,
    CustomerCard,
    CustomerFigures,
    DealCard,
    Money,
    PreviewLine,
    currency,
)
from fortnox_bridge_hubspot.app_files import APP, EXAMPLE, app_files, as_text
from fortnox_bridge_hubspot.cards import refuse, render

PROJECT = APP.parents[1]
SEK = currency("SEK")
NOTICE = CardNotice("no_customer", "What", "Remedy", "https://bridge.example/")
DOCUMENT = CardDocument(
    "invoice",
    "1042",
    CardDocumentState.OPEN,
    Money(Decimal("125.50"), SEK),
    date(2026, 11, 26),
    date(2026, 12, 26),
    Money(Decimal("125.50"), SEK),
    "https://apps.fortnox.se/",
)


def full_card() -> Card:
    """One with everything that can stand on it."""
    money = Money(Decimal("18250.00"), SEK)
    return Card(
        record_kind="deal",
        external_id="1",
        language="sv",
        customer=CustomerCard(
            "17",
            "Kund",
            (CustomerFigures(money, money, money, None),),
            (DOCUMENT,),
            datetime(2026, 11, 26, tzinfo=UTC),
            is_stale=True,
            url="https://apps.fortnox.se/",
            notice=NOTICE,
        ),
        deal=DealCard((DOCUMENT,), "parked", datetime(2026, 11, 26, tzinfo=UTC), NOTICE),
        preview=CardPreview("invoice", "Kund", money, (PreviewLine("Rad", "2", money),), ("Obs",), NOTICE),
        changes=(("Telefon", "08-1"),),
        said="Klart",
        buttons=tuple(CardButton),
        notice=NOTICE,
    )


def test_files_of_the_project_are_those_of_the_package():
    written = {name: (APP / name).read_text(encoding="utf-8") for name in app_files(EXAMPLE)}

    assert written == {name: as_text(content) for name, content in app_files(EXAMPLE).items()}, (
        "write them anew: python -m fortnox_bridge_hubspot.app_files"
    )


def test_scopes_are_the_least_and_what_some_plans_lack_is_optional():
    auth = app_files(EXAMPLE)["app-hsmeta.json"]["config"]["auth"]

    assert not set(auth["requiredScopes"]) & set(auth["optionalScopes"])
    assert not [scope for scope in auth["requiredScopes"] if "schemas" in scope or scope == "automation"]


def test_rendered_answers_are_those_the_cards_types_are_checked_against():
    call = CardCall("424242", "deal", "1")
    for name, body in (("card", render(call, full_card()).body), ("refusal", refuse(NOTICE).body)):
        path = PROJECT / "tests" / f"{name}.json"
        assert json.loads(path.read_text(encoding="utf-8")) == body, f"write it anew: {as_text(body)}"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    assert shutil.which("npm"), "npm is needed to check the cards: install Node.js 20 or newer"
    copy = tmp_path_factory.mktemp("app") / "app"
    shutil.copytree(PROJECT, copy, ignore=shutil.ignore_patterns("node_modules", "dist"))
    run(copy, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
    return copy


def run(folder: Path, *command: str) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=110, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"


def test_cards_type_check_bundle_and_choose_the_right_words(installed: Path):
    """The types hold the answers of the backend too: `tests/answers.ts`."""
    run(installed, "npm", "run", "--silent", "check")
    run(installed, "npm", "run", "--silent", "bundle")
    run(installed, "npm", "run", "--silent", "words")

    bundles = {path.name for path in (installed / "dist").rglob("*.js")}
    assert {"DealCard.js", "CompanyCard.js", "ContactCard.js", "Settings.js"} <= bundles


def test_cards_call_nothing_but_our_own_backend():
    for path in (APP / "cards").glob("*.ts*"):
        text = path.read_text(encoding="utf-8")
        assert "fetch(" not in text.replace("hubspot.fetch(", ""), path.name
        assert text.count("hubspot.fetch(") == (path.name == "backend.ts"), path.name
        assert "http" not in text or path.name == "backend.ts", path.name


def test_lock_file_names_no_registry():
    text = (PROJECT / "package-lock.json").read_text(encoding="utf-8")

    assert "resolved" not in text
    assert "://" not in text.replace("https://github.com", "").replace("https://opencollective.com", "")


def test_readme_names_every_subscription_for_those_who_set_them_by_hand():
    rows = {
        cells[1].strip(): line
        for line in (PROJECT.parent / "README.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("|") and (cells := line.split("|"))
    }
    every = app_files(EXAMPLE)["webhooks/webhooks-hsmeta.json"]["config"]["subscriptions"]

    missing = [
        each
        for each in (*every["crmObjects"], *every["legacyCrmObjects"])
        if f"`{each.get('propertyName') or each['subscriptionType'].partition('.')[2]}`"
        not in rows[each.get("objectType") or each["subscriptionType"].partition(".")[0]]
    ]

    assert missing == []
