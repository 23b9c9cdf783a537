"""The published schema says all that a form needs: titles, explanations, choices, and what to pick from."""

from collections.abc import Iterator
from typing import Any

from fortnox_bridge.domain.records import REGISTERS
from fortnox_bridge.sync_settings.current import Settings

SCHEMA = Settings.model_json_schema(mode="validation")


def properties(node: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every setting with its schema, references followed."""
    whole = resolved(node)
    for name, child in whole.get("properties", {}).items():
        yield f"{path}{name}", child
        yield from properties(child, f"{path}{name}.")
    for branch in (*whole.get("anyOf", ()), *([whole["items"]] if "items" in whole else ())):
        yield from properties(branch, path)


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in node:
        return {**SCHEMA["$defs"][node["$ref"].rpartition("/")[2]], **node}
    return node


def shapes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    whole = resolved(node)
    yield whole
    for branch in (*whole.get("anyOf", ()), *([whole["items"]] if "items" in whole else ())):
        yield from shapes(branch)


EVERY = dict(properties(SCHEMA))


def test_every_setting_has_a_title_and_an_explanation():
    assert len(EVERY) > 100
    assert [path for path, node in EVERY.items() if not node.get("description")] == []
    assert [path for path, node in EVERY.items() if not resolved(node).get("title")] == []


def test_every_setting_has_a_type_a_form_can_draw():
    drawn = {"string", "integer", "number", "boolean", "array", "object", "null"}
    blank = [
        path
        for path, node in EVERY.items()
        if not all({"anyOf", "enum", "const"} & set(each) or each.get("type") in drawn for each in shapes(node))
    ]

    assert blank == []


def test_choices_are_listed():
    def choices(path: str) -> set[str]:
        return {value for each in shapes(EVERY[path]) for value in each.get("enum", ())}

    assert choices("products.when_missing") == {"stop", "default", "create"}
    assert choices("customers.company.mapping.overwrite") == {"always", "if_empty", "on_creation"}
    assert choices("customers.defaults.invoice_delivery_type") == {"PRINT", "EMAIL", "PRINTSERVICE"}
    assert "swedish" in choices("customers.defaults.vat_type")


def test_what_is_picked_from_a_live_list_says_from_which():
    def extra(path: str, name: str) -> Any:
        return next((each[name] for each in shapes(EVERY[path]) if name in each), None)

    assert extra("customers.defaults.terms_of_payment", "x-fortnox-register") == "terms_of_payment"
    assert extra("vat.oss.account", "x-fortnox-register") == "accounts"
    assert extra("products.default_article", "x-fortnox-article") is True
    assert extra("triggers.rules.stage_id", "x-source-stage") is True
    assert extra("triggers.route.pipelines", "x-source-pipeline") is True
    assert extra("document.mapping.template", "x-template") is True
    assert extra("notes.write_back.ocr", "x-source-field") == {"objects": ["deal"], "written": True}
    named = {each.get("x-fortnox-register") for node in EVERY.values() for each in shapes(node)}
    assert named - {None} <= set(REGISTERS)
    assert len(named) > 8
