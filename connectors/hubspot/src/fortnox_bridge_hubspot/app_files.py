"""The platform project's JSON files that say what this package says too: scopes, webhooks, workflow actions.

`python -m fortnox_bridge_hubspot.app_files https://bridge.example.se` writes them for one deployment; the ones in the
repository are for `https://bridge.example`, and a test holds them against this code.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from fortnox_bridge_hubspot.action_definitions import PATHS_BY_KIND, definitions
from fortnox_bridge_hubspot.config import OPTIONAL_SCOPES, REQUIRED_SCOPES

EXAMPLE: Final = "https://bridge.example"
APP: Final = Path(__file__).parents[2] / "app" / "src" / "app"

_CHANGES: Final[Mapping[str, tuple[str, ...]]] = {
    "deal": ("dealstage", "pipeline", "amount", "dealname", "closedate"),
    "company": ("name", "phone", "address", "zip", "city", "country"),
    "contact": ("firstname", "lastname", "email", "phone", "address", "zip", "city", "country"),
    "product": ("name", "price", "hs_sku", "description"),
}
_EVENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "deal": ("creation", "deletion", "merge", "restore"),
    "company": ("deletion", "merge"),
    "contact": ("deletion", "merge"),
}


def app_files(public_url: str) -> dict[str, Any]:
    """Every file by its path below `app/src/app`."""
    return {
        "app-hsmeta.json": _app(public_url),
        "webhooks/webhooks-hsmeta.json": _webhooks(public_url),
        **{
            f"workflow-actions/{PATHS_BY_KIND[kind]}-hsmeta.json": {
                "uid": PATHS_BY_KIND[kind].replace("-", "_"),
                "type": "workflow-action",
                "config": {**definition, "isPublished": True, "supportedClients": [{"client": "WORKFLOWS"}]},
            }
            for kind, definition in definitions(public_url).items()
        },
    }


def as_text(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _app(public_url: str) -> dict[str, Any]:
    return {
        "uid": "fortnox_bridge_app",
        "type": "app",
        "config": {
            "name": "Fortnox Bridge",
            "description": "Draft invoices and orders in Fortnox from deals.",
            "distribution": "private",
            "auth": {
                "type": "oauth",
                "redirectUrls": [f"{public_url}/oauth/hubspot/callback"],
                "requiredScopes": list(REQUIRED_SCOPES),
                "optionalScopes": list(OPTIONAL_SCOPES),
                "conditionallyRequiredScopes": [],
            },
            "permittedUrls": {"fetch": [public_url], "iframe": [], "img": []},
            "support": {"documentationUrl": f"{public_url}/"},
        },
    }


def _webhooks(public_url: str) -> dict[str, Any]:
    changes = [
        {
            "subscriptionType": "object.propertyChange",
            "objectType": kind,
            "propertyName": name,
            "active": True,
        }
        for kind, names in _CHANGES.items()
        for name in names
    ]
    events = [
        {"subscriptionType": f"object.{what}", "objectType": kind, "active": True}
        for kind, every in _EVENTS.items()
        for what in every
    ]
    privacy = [{"subscriptionType": "contact.privacyDeletion", "active": True}]
    return {
        "uid": "bridge_webhooks",
        "type": "webhooks",
        "config": {
            "settings": {"targetUrl": f"{public_url}/webhooks/hubspot", "maxConcurrentRequests": 10},
            "subscriptions": {
                "crmObjects": [*changes, *events],
                "legacyCrmObjects": privacy,
                "hubEvents": [],
            },
        },
    }


def write(public_url: str) -> None:
    """Write the files, and the cards' address of the backend."""
    for name, content in app_files(public_url).items():
        path = APP / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(as_text(content), encoding="utf-8")
    backend = APP / "cards" / "backend.ts"
    lines = backend.read_text(encoding="utf-8").splitlines(keepends=True)
    spelled = f"export const BACKEND = '{public_url}';\n"
    backend.write_text(
        "".join(spelled if line.startswith("export const BACKEND") else line for line in lines), encoding="utf-8"
    )


if __name__ == "__main__":
    write(sys.argv[1].rstrip("/") if len(sys.argv) > 1 else EXAMPLE)
