"""Collects the stable codes that the source can show to a user, by reading it as a syntax tree."""

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

from fortnox_bridge.domain.catalogue import CATALOGUE as MESSAGES

ROOT = Path(__file__).parents[2]
SOURCES = (
    *sorted((ROOT / "src").rglob("*.py")),
    *sorted(path for path in (ROOT / "connectors").rglob("*.py") if "src" in path.relative_to(ROOT).parts),
)
CATALOGUE = ROOT / "src" / "fortnox_bridge" / "domain" / "catalogue"

_TAXONOMY = {
    "BridgeError",
    "UserAction",
    "ReconnectRequired",
    "PermissionMissing",
    "SettingsInvalid",
    "MappingMissing",
    "SourceDataInvalid",
    "Transient",
    "RateLimited",
    "Unavailable",
    "LockHeld",
    "OutcomeUnknown",
    "Defect",
    "ContractViolation",
    "InvariantBroken",
}
# `describe` adds the code; the pipeline names the source system.
_ALWAYS_GIVEN = {"code", "system"}
# What besides the errors carries a code as its first argument, or under the name given.
_CARRIERS = {
    "Notice": None,
    "Parked": None,
    "Skip": None,
    "Skipped": None,
    "SettingsFault": None,
    "Rule": None,
    "describe": None,
    "as_blocker": None,
    "as_warning": None,
    "as_information": None,
    "problem_response": "code",
    "Retry": "code",
}
# Names of constants that hold a code, or a table or tuple of codes.
_HOLDERS = ("RECONNECT", "_CODE", "_CODES", "_ERRORS")


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def product_sources() -> Iterator[Path]:
    """What the product raises and answers; simulators speak with the vendors' codes and are left out."""
    for path in SOURCES:
        if not {"sandbox", "simulator"} & set(path.parts) and CATALOGUE not in path.parents:
            yield path


def raised_codes() -> dict[str, list[str]]:
    """Each code with the places that raise or answer it."""
    trees = [(path, parsed(path)) for path in product_sources()]
    errors = _with_subclasses([tree for _, tree in trees])
    found: dict[str, list[str]] = {}
    for path, tree in trees:
        for node in ast.walk(tree):
            for code in _codes_of(node, errors):
                found.setdefault(code, []).append(f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}")
    return found


def holes() -> list[str]:
    """Raised errors that leave a placeholder of their sentence unfilled; params passed on as a whole are trusted."""
    found = []
    trees = [(path, parsed(path)) for path in product_sources()]
    errors = _with_subclasses([tree for _, tree in trees])
    for path, tree in trees:
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not node.args or any(each.arg is None for each in node.keywords):
                continue
            code = node.args[0]
            if not isinstance(code, ast.Constant) or code.value not in MESSAGES or _last_name(node.func) not in errors:
                continue
            message = MESSAGES[code.value]
            given = {each.arg for each in node.keywords} | _ALWAYS_GIVEN
            texts = (message.sv, message.en, message.remedy_sv, message.remedy_en)
            missing = {name for text in texts for _, name, _, _ in Formatter().parse(text) if name} - given
            if missing:
                found.append(f"{path.relative_to(ROOT)}:{node.lineno} {code.value} lacks {', '.join(sorted(missing))}")
    return found


def spoken_words() -> set[str]:
    """Every string literal of the product outside the catalogue: a code that is not among them is never shown."""
    return {
        node.value
        for path in product_sources()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def _with_subclasses(trees: list[ast.Module]) -> set[str]:
    known = set(_TAXONOMY)
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    while True:
        more = {each.name for each in classes if known & {_last_name(base) for base in each.bases}} - known
        if not more:
            return known
        known |= more


def _codes_of(node: ast.AST, errors: set[str]) -> Iterator[str]:
    if isinstance(node, ast.Call):
        yield from _codes_of_call(node, errors)
    elif isinstance(node, ast.ClassDef) and errors & {_last_name(base) for base in node.bases}:
        yield from _codes_of_own_constructor(node)
    elif isinstance(node, ast.Module):
        for assignment in (each for each in node.body if isinstance(each, ast.AnnAssign | ast.Assign)):
            targets = [assignment.target] if isinstance(assignment, ast.AnnAssign) else assignment.targets
            names = [target.id for target in targets if isinstance(target, ast.Name)]
            if assignment.value is not None and any(name.endswith(_HOLDERS) for name in names):
                yield from _texts_within(assignment.value)


def _codes_of_call(call: ast.Call, errors: set[str]) -> Iterator[str]:
    name = _last_name(call.func)
    if name in errors or name in _CARRIERS:
        keyword = _CARRIERS.get(name) or "code"
        given = [*call.args[:1], *(each.value for each in call.keywords if each.arg == keyword)]
        for argument in given if name != "problem_response" else given[1:]:
            yield from _texts_within(argument)
    if name == "_sorry":
        yield from _texts_within(call.args[1])


def _codes_of_own_constructor(node: ast.ClassDef) -> Iterator[str]:
    """`super().__init__("code")` in an error class of our own."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and _last_name(call.func) == "__init__" and call.args:
            yield from _texts_within(call.args[0])


def _texts_within(node: ast.expr) -> Iterator[str]:
    """The literals a code may come from: itself, both arms of a choice, the values of a table, items of a tuple."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _texts_within(node.body)
        yield from _texts_within(node.orelse)
    elif isinstance(node, ast.Dict):
        for value in node.values:
            yield from _texts_within(value)
    elif isinstance(node, ast.Tuple | ast.List):
        for item in node.elts:
            yield from _texts_within(item)
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from _texts_within(value)
    elif isinstance(node, ast.Call) and _last_name(node.func) in {"get", "MappingProxyType"}:
        if isinstance(node.func, ast.Attribute):
            yield from _texts_within(node.func.value)
        for argument in node.args:
            yield from _texts_within(argument)


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript):
        return _last_name(node.value)
    return node.id if isinstance(node, ast.Name) else ""
