"""Whether what a settings document names exists: which facts that needs, and the faults that the facts show (F115).

Pure. The facts are gathered by `services.check_settings`, from the live systems; a fact that could not be had is absent
here, and what depends on it is not judged.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fortnox_bridge.domain.fields import FieldPath, UnknownField, neutral_fields
from fortnox_bridge.domain.records import RegisterEntry
from fortnox_bridge.domain.template import InvalidTemplate, Template
from fortnox_bridge.domain.values import FieldType
from fortnox_bridge.sdk import FieldDescriptor, PipelineDescriptor
from fortnox_bridge.sync_settings.faults import SettingsFault
from fortnox_bridge.sync_settings.mapping_targets import TAKES, MappingTarget, readable_objects, register_of, wanted
from fortnox_bridge.sync_settings.references import Reference
from fortnox_bridge.sync_settings.v2.names import (
    ArticleNumber,
    PipelineId,
    RegisterCode,
    SourceFieldPath,
    StageId,
    TemplateFields,
)

# Members of register entries that say whether new documents may use them, and what they say when not.
_CLOSED = {("active", "false"), ("status", "COMPLETED")}


@dataclass(frozen=True, slots=True)
class Needs:
    """What has to be known to judge a document. Registers go by their names, articles by number."""

    fields: bool = False
    pipelines: bool = False
    registers: frozenset[str] = frozenset()
    articles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Facts:
    """What the live systems hold. `articles`: by number, whether it is active; False also when there is none.

    None, or a register that is absent: not known. `unreadable` registers are closed to us by a missing right.
    """

    fields: tuple[FieldDescriptor, ...] | None = None
    pipelines: tuple[PipelineDescriptor, ...] | None = None
    registers: Mapping[str, tuple[RegisterEntry, ...]] = field(default_factory=dict)
    articles: Mapping[str, "ArticleStanding"] = field(default_factory=dict)
    unreadable: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ArticleStanding:
    exists: bool
    is_active: bool


@dataclass(frozen=True, slots=True)
class Judgement:
    """`faults` stop a save. `warnings` are told beside it."""

    faults: tuple[SettingsFault, ...] = ()
    warnings: tuple[SettingsFault, ...] = ()


def needs(named: Iterable[Reference]) -> Needs:
    every = tuple(named)
    return Needs(
        fields=any(_paths(each) for each in every),
        pipelines=any(isinstance(each.names, PipelineId | StageId) for each in every),
        registers=frozenset(register for each in every if (register := _code(each)[0])),
        articles=frozenset(each.value for each in every if isinstance(each.names, ArticleNumber)),
    )


def judge(named: Iterable[Reference], facts: Facts) -> Judgement:
    """Every fault that the facts show, each at its place."""
    catalogue = _Catalogue.of(facts)
    every = tuple(named)
    return Judgement(
        faults=tuple(fault for each in every for fault in _faults(each, catalogue)),
        warnings=tuple(fault for each in every for fault in _warnings(each, catalogue)),
    )


@dataclass(frozen=True, slots=True)
class _Catalogue:
    """The facts, arranged for looking up."""

    facts: Facts
    fields: Mapping[str, FieldDescriptor]
    stages: Mapping[str, frozenset[str]]
    codes: Mapping[str, Mapping[str, RegisterEntry]]

    @classmethod
    def of(cls, facts: Facts) -> "_Catalogue":
        return cls(
            facts,
            {each.path: each for each in facts.fields or ()},
            {each.id: frozenset(stage.id for stage in each.stages) for each in facts.pipelines or ()},
            {
                name: {entry.code.casefold(): entry for entry in entries}
                | ({entry.description.casefold(): entry for entry in entries} if name == "print_templates" else {})
                for name, entries in facts.registers.items()
            },
        )


def _faults(each: Reference, known: _Catalogue) -> Iterator[SettingsFault]:
    yield from _field_faults(each, known)
    yield from _register_faults(each, known)
    match each.names:
        case ArticleNumber():
            yield from _article_faults(each, known.facts)
        case PipelineId() | StageId() if known.facts.pipelines is not None:
            yield from _stage_faults(each, known)
        case _:
            return


def _field_faults(each: Reference, known: _Catalogue) -> Iterator[SettingsFault]:
    objects = _objects(each)
    for path in _paths(each):
        params = {"field": str(path)}
        if objects is not None and path.object not in objects:
            yield SettingsFault("setting_field_out_of_place", each.place, params | {"objects": ", ".join(objects)})
            continue
        if path.is_custom and known.facts.fields is None:
            continue
        kind = _type_of(path, known)
        if kind is None:
            yield SettingsFault("setting_field_missing", each.place, params)
        elif isinstance(each.names, SourceFieldPath):
            yield from _use_faults(each, each.names, path, kind, known)


def _use_faults(
    each: Reference, names: SourceFieldPath, path: FieldPath, kind: FieldType, known: _Catalogue
) -> Iterator[SettingsFault]:
    """What stands in the way of using a field that exists as it is used here."""
    target = _target(each)
    if names.is_written:
        described = known.fields.get(str(path))
        if known.facts.fields is not None and (described is None or not described.is_writable):
            yield SettingsFault("setting_field_not_writable", each.place, {"field": str(path)})
    elif target is not None and kind not in TAKES[wanted(target)]:
        params = {"field": str(path), "type": kind.value, "target": target.value, "wanted": wanted(target).value}
        yield SettingsFault("setting_field_type", each.place, params)


def _objects(each: Reference) -> tuple[str, ...] | None:
    """Whose fields can stand there, None for any."""
    target = _target(each)
    if target is not None:
        return readable_objects(target)
    if not isinstance(each.names, SourceFieldPath):
        return None
    if each.names.is_written:
        # A company's number goes to the company, a contact's to the contact.
        section = each.place.split(".")
        return tuple(name for name in each.names.objects if name in section) or each.names.objects
    return each.names.objects


def _type_of(path: FieldPath, known: _Catalogue) -> FieldType | None:
    """The field's type; None when there is no such field."""
    described = known.fields.get(str(path))
    if described is not None:
        return described.type
    return None if path.is_custom else neutral_fields(path.object).get(path.name)


def _register_faults(each: Reference, known: _Catalogue) -> Iterator[SettingsFault]:
    register, code = _code(each)
    entries = known.codes.get(register or "")
    if register is None or entries is None:
        return
    params = {"register": register, "value": code}
    entry = entries.get(code.casefold())
    if entry is None:
        yield SettingsFault("setting_code_missing", each.place, params)
    elif _CLOSED & set(entry.facts):
        yield SettingsFault("setting_code_inactive", each.place, params)


def _article_faults(each: Reference, facts: Facts) -> Iterator[SettingsFault]:
    standing = facts.articles.get(each.value)
    if standing is None or standing.is_active:
        return
    code = "setting_article_inactive" if standing.exists else "setting_article_missing"
    yield SettingsFault(code, each.place, {"article": each.value})


def _stage_faults(each: Reference, known: _Catalogue) -> Iterator[SettingsFault]:
    pipeline = each.value if isinstance(each.names, PipelineId) else str(each.beside.get("pipeline_id", "")).strip()
    stages = known.stages.get(pipeline)
    if isinstance(each.names, PipelineId):
        if stages is None:
            yield SettingsFault("setting_pipeline_missing", each.place, {"pipeline": pipeline})
    elif stages is not None and each.value not in stages:
        yield SettingsFault("setting_stage_missing", each.place, {"stage": each.value, "pipeline": pipeline})


def _warnings(each: Reference, known: _Catalogue) -> Iterator[SettingsFault]:
    register, _ = _code(each)
    if register in known.facts.unreadable:
        yield SettingsFault("setting_register_closed", each.place, {"register": str(register)})
    described = {path.partition(".")[0] for path in known.fields}
    for path in _paths(each):
        if not path.is_custom and path.object in described and str(path) not in known.fields:
            yield SettingsFault("setting_field_never_filled", each.place, {"field": str(path)})


def _paths(each: Reference) -> tuple[FieldPath, ...]:
    """The fields it reads or writes; none where the form's own rules refuse it."""
    try:
        match each.names:
            case SourceFieldPath():
                return (FieldPath.parse(each.value),)
            case TemplateFields():
                return Template.parse(each.value).paths
            case _:
                return ()
    except (UnknownField, InvalidTemplate):
        return ()


def _code(each: Reference) -> tuple[str | None, str]:
    """The register it names and the code: outright, or by a template that is the same for every deal."""
    match each.names:
        case RegisterCode():
            return each.names.register, each.value
        case TemplateFields():
            target = _target(each)
            try:
                template = Template.parse(each.value)
            except InvalidTemplate:
                return None, ""
            constant = "" if template.paths else template.render(lambda _: "")
            return (register_of(target) if target is not None and constant else None), constant
        case _:
            return None, ""


def _target(each: Reference) -> MappingTarget | None:
    """The Fortnox field that a mapping row fills, if the reference stands in one."""
    if "target" not in each.section.model_fields:
        return None
    kind: Any = each.section.model_fields["target"].annotation
    try:
        target: MappingTarget = kind(each.beside.get("target"))
    except ValueError:
        return None
    return target
