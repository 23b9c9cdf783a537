"""`docs/sync-settings.md`, made from the form.

`python -m fortnox_bridge.sync_settings.page > docs/sync-settings.md` writes it anew.
"""

import sys
from collections.abc import Iterator
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from fortnox_bridge.sync_settings.current import Settings

_INTRODUCTION = """# Sync settings

What an administrator decides for one connection: one JSON document, saved as a new revision each time it changes.

Read it with `fortnox-bridge settings get CONNECTION` or `GET /api/v1/connections/{id}/settings`, and save it with
`settings put` or `PUT`, naming the revision it is based on. A save is all or nothing: an unknown key, a field that
does not exist or is of a type that its target does not take, a code that Fortnox's registers do not have, an article
that is not active, a stage that was deleted or a rule that contradicts another is answered with every fault and its
place, and nothing changes. When a system does not answer the save is refused too; `?live=false` (`--no-live`) saves
without looking, which the audit log keeps. A register that the connection may not read is a warning beside the save.
Saving what stands already makes no new revision, and saving over somebody else's newer revision is refused.

| what | REST, under `/api/v1/connections/{id}/settings` | command |
| --- | --- | --- |
| check without saving | `POST /validate` | `settings validate CONNECTION FILE` |
| check what is in force again, as after a stage was deleted | `GET /check` | `settings validate CONNECTION` |
| who saved when | `GET /revisions`, `GET /revisions/{n}` | `settings revisions` |
| what changed | `GET /diff?from=2&to=5` | `settings diff CONNECTION 2 5` |
| back to an older revision, as a new one | `POST /restore` | `settings restore CONNECTION 2` |
| to a file and from one | `GET /export`, `POST /import` | `settings export`, `settings import` |
| the article table as CSV | `GET`, `PUT /products/table.csv` | `settings table-export`, `table-import` |
| create a field in the source and map it | `POST /mapping-fields` | |
| from another connection of the same source system | `POST /copy` | `settings copy FROM TO` |

The JSON Schema is at `GET /api/v1/settings-schema`: every setting has a title, an explanation and its choices there,
and members that begin with `x-` say from which live list a value is picked.

A run works by the revision that is in force when it starts. A new connection has no trigger rule: nothing happens
before you decide when it shall.

**Source fields** are named by their path, such as `deal.title`, `company.name`, `contact.email`, `product.code` or
`company.custom:KEY`. `GET /api/v1/connections/{id}/fields` lists all of them with the labels that people know.
**Templates** are texts with such fields: `{{ company.name }}`, `{{ deal["custom:KEY"] or deal.title }}`,
`{% if deal.number %}…{% endif %}`, and the filters `upper`, `lower`, `capitalize`, `trim`, `first_line` and
`truncate(n)`. **Fortnox registers** (terms of payment, currencies, price lists, …) are listed by
`GET /api/v1/connections/{id}/registers/{register}`. Numbers such as F20 refer to the product's list of behaviours, see
`docs/features.md`.

This page is made from the code; do not edit it.
"""


def settings_page() -> str:
    parts = [_INTRODUCTION]
    for name, section in Settings.model_fields.items():
        rows = [_row(path, field) for path, field in settings_of(section.annotation, name)] or [_row(name, section)]
        parts.append(f"## `{name}`\n\n{section.description}.\n\n| setting | default | meaning |\n| --- | --- | --- |")
        parts.append("\n".join(rows) + "\n")
    return "\n".join(parts)


def settings_of(kind: object, path: str) -> Iterator[tuple[str, FieldInfo]]:
    """Every setting under `path`, sections and lists included before what is in them."""
    model = model_in(kind)
    if model is None:
        return
    for name, field in model.model_fields.items():
        yield f"{path}.{name}", field
        yield from settings_of(field.annotation, f"{path}.{name}")


def model_in(kind: object) -> type[BaseModel] | None:
    if get_origin(kind) in {tuple, Union, UnionType}:
        kind = next((each for each in get_args(kind) if each not in {NoneType, Ellipsis}), None)
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _row(path: str, field: FieldInfo) -> str:
    meaning = " ".join((field.description or "").split()).replace("|", "\\|")
    return f"| `{path}` | {_default(field)} | {meaning} |"


def _default(field: FieldInfo) -> str:
    value: Any = field.default
    if value is PydanticUndefined:
        return "required"
    if value is None or value == ():
        return "none"
    if isinstance(value, BaseModel):
        return "see below"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value.value if isinstance(value, Enum) else value}`"


if __name__ == "__main__":
    sys.stdout.write(settings_page())
