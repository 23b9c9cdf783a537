"""What the workflow editor shows of our actions (facts 18.1).

The one source of it: the project's files in `app/` and the registration by command are both made from here.
"""

from collections.abc import Mapping
from typing import Any, Final

from fortnox_bridge.sdk import ActionKind

WAIT: Final = "wait"
_KIND: Final = "document_kind"
_APP: Final = "Fortnox Bridge"
PATHS_BY_KIND: Final[Mapping[ActionKind, str]] = {
    ActionKind.CREATE_DOCUMENT: "create-document",
    ActionKind.UPDATE_CUSTOMER: "update-customer",
}

Definition = dict[str, Any]

# What the history of a workflow says for the commonest refusals; every other one is in the output `message`.
_RULES: Final = {
    "NO_CUSTOMER": "The deal has no company or contact",
    "ACTION_NO_DEAL": "The record has no open deal",
    "ACTION_KIND_UNKNOWN": "Choose invoice or order",
    "CARD_ACCOUNT_UNKNOWN": "This account is not connected to Fortnox",
    "ARTICLE_NOT_FOUND": "A product of the deal is not an article in Fortnox",
}


def definitions(public_url: str) -> dict[ActionKind, Definition]:
    """Both actions, calling back to `public_url`."""
    base = f"{public_url}/actions/hubspot"
    return {
        ActionKind.CREATE_DOCUMENT: _create_document(f"{base}/{PATHS_BY_KIND[ActionKind.CREATE_DOCUMENT]}"),
        ActionKind.UPDATE_CUSTOMER: _update_customer(f"{base}/{PATHS_BY_KIND[ActionKind.UPDATE_CUSTOMER]}"),
    }


def _create_document(url: str) -> Definition:
    return {
        "actionUrl": url,
        "objectTypes": ["DEAL", "COMPANY", "CONTACT"],
        "objectRequestOptions": {"properties": ["hs_object_id"]},
        "inputFields": [_choice(_KIND, f"{url}/options/{_KIND}"), _WAIT_INPUT],
        "outputFields": [_output(name) for name in ("document_number", "document_url", "document_kind", *_ALWAYS)],
        "labels": {
            "en": {
                "actionName": "Create a draft in Fortnox",
                "actionDescription": "Makes one draft invoice or order of the deal. Nothing is booked or sent.",
                "actionCardContent": "Create {{document_kind}} in Fortnox",
                "appDisplayName": _APP,
                "inputFieldLabels": {_KIND: "Document", WAIT: "Wait for the document"},
                "inputFieldDescriptions": {
                    _KIND: "What to make. A deal gets one document, however often the workflow runs.",
                    WAIT: "Hold the workflow until the document is made, so that later steps can use its number.",
                },
                "outputFieldLabels": {
                    "document_number": "Document number",
                    "document_url": "Link to Fortnox",
                    "document_kind": "Document",
                    **_ALWAYS,
                },
                "executionRules": dict(_RULES),
            }
        },
        "executionRules": _execution_rules(),
    }


def _update_customer(url: str) -> Definition:
    return {
        "actionUrl": url,
        "objectTypes": ["COMPANY", "CONTACT"],
        "objectRequestOptions": {"properties": ["hs_object_id"]},
        "inputFields": [_WAIT_INPUT],
        "outputFields": [_output(name) for name in ("customer_number", *_ALWAYS)],
        "labels": {
            "en": {
                "actionName": "Update the customer in Fortnox",
                "actionDescription": "Creates the customer in Fortnox, or brings it up to date by the field mapping.",
                "actionCardContent": "Update the customer in Fortnox",
                "appDisplayName": _APP,
                "inputFieldLabels": {WAIT: "Wait for the customer"},
                "inputFieldDescriptions": {
                    WAIT: "Hold the workflow until it is done, so that later steps can use the number."
                },
                "outputFieldLabels": {"customer_number": "Customer number", **_ALWAYS},
                "executionRules": dict(_RULES),
            }
        },
        "executionRules": _execution_rules(),
    }


_ALWAYS: Final = {"result": "Result", "errorCode": "Error code", "message": "Message"}
_WAIT_INPUT: Final[Definition] = {
    "typeDefinition": {
        "name": WAIT,
        "type": "enumeration",
        "fieldType": "select",
        "options": [{"value": "true", "label": "Yes"}, {"value": "false", "label": "No"}],
    },
    "supportedValueTypes": ["STATIC_VALUE"],
    "isRequired": False,
}


def _choice(name: str, url: str) -> Definition:
    return {
        "typeDefinition": {"name": name, "type": "enumeration", "fieldType": "select", "optionsUrl": url},
        "supportedValueTypes": ["STATIC_VALUE"],
        "isRequired": True,
    }


def _output(name: str) -> Definition:
    return {"typeDefinition": {"name": name, "type": "string", "fieldType": "text"}}


def _execution_rules() -> list[Definition]:
    return [{"labelName": code, "conditions": {"errorCode": code}} for code in _RULES]
