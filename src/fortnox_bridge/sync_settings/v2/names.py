"""What a value of the document names outside of it: a field of the source, a code of a register, an article, a stage.

Each stands beside the setting's type. The published schema says it too (members that begin with `x-`), so that a form
can offer what there is to choose from; and a save looks up whatever is named (`sync_settings.checks`).
"""

from dataclasses import dataclass
from typing import Any

from pydantic import GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema
from typing_extensions import override

HEAD_OBJECTS = ("deal", "company", "contact", "owner")
LINE_OBJECTS = ("product", "line")


@dataclass(frozen=True, slots=True)
class Names:
    """The value names something; what, the kinds below say."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = handler(core)
        schema.update(self.schema_extra())
        return schema

    def schema_extra(self) -> dict[str, Any]:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class SourceFieldPath(Names):
    """A field of the source. `objects`: whose fields can be read there; `is_written`: it is written to."""

    objects: tuple[str, ...] = (*HEAD_OBJECTS, *LINE_OBJECTS)
    is_written: bool = False

    @override
    def schema_extra(self) -> dict[str, Any]:
        return {"x-source-field": {"objects": list(self.objects), "written": self.is_written}}


@dataclass(frozen=True, slots=True)
class TemplateFields(Names):
    """A template, whose fields are the source's."""

    @override
    def schema_extra(self) -> dict[str, Any]:
        return {"x-template": True}


@dataclass(frozen=True, slots=True)
class RegisterCode(Names):
    """A code of one of Fortnox's registers."""

    register: str

    @override
    def schema_extra(self) -> dict[str, Any]:
        return {"x-fortnox-register": self.register}


@dataclass(frozen=True, slots=True)
class ArticleNumber(Names):
    """An article in Fortnox, by its number."""

    @override
    def schema_extra(self) -> dict[str, Any]:
        return {"x-fortnox-article": True}


@dataclass(frozen=True, slots=True)
class PipelineId(Names):
    """A pipeline of the source."""

    @override
    def schema_extra(self) -> dict[str, Any]:
        return {"x-source-pipeline": True}


@dataclass(frozen=True, slots=True)
class StageId(Names):
    """A stage of the pipeline that `pipeline_id` beside it names."""

    @override
    def schema_extra(self) -> dict[str, Any]:
        return {"x-source-stage": True}
