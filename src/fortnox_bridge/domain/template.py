"""Text templates of mapping rows: `{{ company.name }} / {{ deal["custom:1b6f…"] or deal.title }}` (F27).

The grammar is Jinja's, read by Jinja's own parser; what may be said is a small part of it, and it is evaluated here.
There is no attribute access, no call, no loop and no arithmetic, so a template can read fields of the deal and nothing
else, ends after one pass, and writes at most `MAX_OUTPUT` characters (facts: reliability 5.13).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from jinja2 import Environment, TemplateSyntaxError, nodes

from fortnox_bridge.domain.fields import OBJECTS, FieldPath, UnknownField

MAX_TEXT: Final = 2_000
MAX_NODES: Final = 300
MAX_OUTPUT: Final = 10_000

ReadText = Callable[[FieldPath], str]

_PARSER: Final = Environment(autoescape=False)  # noqa: S701 - plain text for Fortnox, never HTML; nothing is rendered by it
_FILTERS: Final[dict[str, Callable[[str], str]]] = {
    "upper": str.upper,
    "lower": str.lower,
    "trim": str.strip,
    "capitalize": lambda text: text[:1].upper() + text[1:],
    "first_line": lambda text: text.strip().partition("\n")[0].strip(),
}


class InvalidTemplate(ValueError):
    """The text is no template; the message says what is wrong with it, for the person who wrote it."""


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed template. Equal texts are equal templates."""

    text: str
    paths: tuple[FieldPath, ...] = field(default=(), compare=False, repr=False)
    _body: tuple[nodes.Node, ...] = field(default=(), compare=False, repr=False)

    @classmethod
    def parse(cls, text: str) -> "Template":
        """Read `text`.

        Raises:
            InvalidTemplate: it cannot be read, is too long, names an unknown field, or says what may not be said.
        """
        if len(text) > MAX_TEXT:
            raise InvalidTemplate(f"a template has at most {MAX_TEXT} characters")
        try:
            body = tuple(_PARSER.parse(text).body)
            checked = list(_walk(body))
        except TemplateSyntaxError as error:
            raise InvalidTemplate(f"line {error.lineno}: {error.message}") from error
        except (RecursionError, OverflowError, MemoryError) as error:
            raise InvalidTemplate("the template is nested too deeply") from error
        if len(checked) > MAX_NODES:
            raise InvalidTemplate(f"a template has at most {MAX_NODES} parts")
        paths = tuple(dict.fromkeys(path for node in checked if (path := _path_at(node)) is not None))
        return cls(text, paths, body)

    def render(self, read: ReadText) -> str:
        """The text with every field filled in by `read`; cut at `MAX_OUTPUT` characters and trimmed."""
        written: list[str] = []
        left = MAX_OUTPUT
        for piece in _pieces(self._body, read):
            written.append(piece[:left])
            left -= len(written[-1])
            if left <= 0:
                break
        return "".join(written).strip()


def _walk(body: Sequence[nodes.Node]) -> Iterator[nodes.Node]:
    """Every node that counts, each checked; a field's path is one node."""
    for node in body:
        yield node
        yield from _walk(_children(node))


def _children(node: nodes.Node) -> Sequence[nodes.Node]:
    match node:
        case nodes.Output():
            return node.nodes
        case nodes.TemplateData() | nodes.Const():
            return _plain(node)
        case nodes.If():
            return [node.test, *node.body, *node.elif_, *node.else_]
        case nodes.Or() | nodes.And():
            return [node.left, node.right]
        case nodes.Not():
            return [node.node]
        case nodes.CondExpr():
            return [node.test, node.expr1, *([node.expr2] if node.expr2 is not None else [])]
        case nodes.Concat():
            return node.nodes
        case nodes.Compare():
            return _comparison(node)
        case nodes.Filter():
            return _filtered(node)
        case nodes.Name() | nodes.Getattr() | nodes.Getitem():
            _path_of(node)
            return ()
        case _:
            raise InvalidTemplate(f"line {node.lineno}: {type(node).__name__.lower()} is not allowed in a template")


def _plain(node: nodes.TemplateData | nodes.Const) -> Sequence[nodes.Node]:
    if isinstance(node, nodes.Const) and not isinstance(node.value, str | int):
        raise InvalidTemplate(f"line {node.lineno}: only texts and whole numbers may be written in a template")
    return ()


def _comparison(node: nodes.Compare) -> Sequence[nodes.Node]:
    if len(node.ops) != 1 or node.ops[0].op not in {"eq", "ne"}:
        raise InvalidTemplate(f"line {node.lineno}: only == and != compare in a template")
    return [node.expr, node.ops[0].expr]


def _filtered(node: nodes.Filter) -> Sequence[nodes.Node]:
    if node.node is None or (node.name not in _FILTERS and node.name != "truncate"):
        known = ", ".join([*_FILTERS, "truncate(n)"])
        raise InvalidTemplate(f"line {node.lineno}: there is no filter {node.name}; known are {known}")
    _limit_of(node)
    return [node.node]


def _limit_of(node: nodes.Filter) -> int | None:
    """The number of `truncate(n)`; no other filter takes anything."""
    if node.name != "truncate":
        if node.args or node.kwargs or node.dyn_args is not None or node.dyn_kwargs is not None:
            raise InvalidTemplate(f"line {node.lineno}: the filter {node.name} takes nothing in brackets")
        return None
    match node.args:
        case [nodes.Const(value=int() as limit)] if 0 < limit <= MAX_OUTPUT and not node.kwargs:
            return limit
        case _:
            raise InvalidTemplate(f"line {node.lineno}: truncate takes one whole number, such as truncate(50)")


def _path_at(node: nodes.Node) -> FieldPath | None:
    return _path_of(node) if isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem) else None


def _path_of(node: nodes.Node) -> FieldPath:
    names: list[str] = []
    inner: nodes.Node = node
    while not isinstance(inner, nodes.Name):
        match inner:
            case nodes.Getattr():
                names.append(inner.attr)
                inner = inner.node
            case nodes.Getitem(arg=nodes.Const(value=str() as key)):
                names.append(key)
                inner = inner.node
            case _:
                raise InvalidTemplate(f"line {node.lineno}: only fields such as company.name can be read")
    text = ".".join([inner.name, *reversed(names)])
    try:
        return FieldPath.parse(text)
    except UnknownField as error:
        raise InvalidTemplate(
            f"line {node.lineno}: {text!r} names no field; fields begin with one of {', '.join(OBJECTS)}"
        ) from error


def _pieces(body: Sequence[nodes.Node], read: ReadText) -> Iterator[str]:
    for node in body:
        match node:
            case nodes.TemplateData():
                yield node.data
            case nodes.Output():
                yield from _pieces(node.nodes, read)
            case nodes.If():
                yield from _pieces(_branch(node, read), read)
            case _:
                yield _value(node, read)


def _branch(node: nodes.If, read: ReadText) -> Sequence[nodes.Node]:
    for each in (node, *node.elif_):
        if _value(each.test, read):
            return each.body
    return node.else_


def _value(node: nodes.Node, read: ReadText) -> str:
    match node:
        case nodes.TemplateData():
            return node.data
        case nodes.Const():
            return str(node.value)
        case nodes.Or():
            return _value(node.left, read) or _value(node.right, read)
        case nodes.And():
            return _value(node.left, read) and _value(node.right, read)
        case nodes.Not():
            return "" if _value(node.node, read) else "1"
        case nodes.CondExpr():
            chosen = node.expr1 if _value(node.test, read) else node.expr2
            return _value(chosen, read) if chosen is not None else ""
        case nodes.Concat():
            return "".join(_value(each, read) for each in node.nodes)[:MAX_OUTPUT]
        case nodes.Compare():
            is_equal = _value(node.expr, read) == _value(node.ops[0].expr, read)
            return "1" if is_equal is (node.ops[0].op == "eq") else ""
        case nodes.Filter():
            assert node.node is not None
            text, limit = _value(node.node, read), _limit_of(node)
            return text[:limit] if limit is not None else _FILTERS[node.name](text)
        case _:
            return read(_path_of(node))
