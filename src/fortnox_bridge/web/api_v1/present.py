"""From domain objects to what REST answers."""

from collections.abc import Mapping
from dataclasses import asdict
from uuid import UUID

from fortnox_bridge.domain.catalogue import describe
from fortnox_bridge.domain.connection import FortnoxCompany, SourceAccount
from fortnox_bridge.domain.document import Document
from fortnox_bridge.domain.language import Language
from fortnox_bridge.domain.records import RegisterEntry
from fortnox_bridge.domain.run import Run, RunState, Step
from fortnox_bridge.domain.vat import SaleDecision
from fortnox_bridge.sdk import FieldDescriptor, PipelineDescriptor
from fortnox_bridge.services.connections.connections import ConnectionOverview
from fortnox_bridge.services.records.customers import candidates_of
from fortnox_bridge.services.runs.preview import DealPreview
from fortnox_bridge.services.runs.runs import RunDetail
from fortnox_bridge.storage import StoredEvent
from fortnox_bridge.web.api_v1 import schemas
from fortnox_bridge.web.api_v1.explaining import explanation_body


def source_account_body(account: SourceAccount) -> schemas.SourceAccountBody:
    return schemas.SourceAccountBody(
        id=str(account.id),
        connector=account.connector,
        external_id=account.external_id,
        name=account.name,
        access=account.access,
        url=account.url,
    )


def company_body(company: FortnoxCompany) -> schemas.CompanyBody:
    return schemas.CompanyBody(
        id=str(company.id),
        database_number=company.database_number,
        name=company.name,
        organisation_number=company.organisation_number,
        access=company.access,
    )


def connection_body(overview: ConnectionOverview) -> schemas.ConnectionBody:
    return schemas.ConnectionBody(
        id=str(overview.connection.id),
        name=overview.connection.name,
        is_active=overview.connection.is_active,
        position=overview.connection.position,
        source_account=source_account_body(overview.source_account),
        fortnox_company=company_body(overview.company),
        created_at=overview.connection.created_at,
    )


def field_body(field: FieldDescriptor) -> schemas.FieldBody:
    return schemas.FieldBody(
        path=field.path,
        label=field.label,
        type=field.type,
        options=[{"id": option.id, "label": option.label} for option in field.options],
        is_writable=field.is_writable,
    )


def pipeline_body(pipeline: PipelineDescriptor) -> schemas.PipelineBody:
    stages = [schemas.StageBody(id=stage.id, name=stage.name) for stage in pipeline.stages]
    return schemas.PipelineBody(id=pipeline.id, name=pipeline.name, stages=stages)


def register_entry_body(entry: RegisterEntry) -> schemas.RegisterEntryBody:
    return schemas.RegisterEntryBody(code=entry.code, description=entry.description, facts=dict(entry.facts))


def reason_body(
    code: str, params: Mapping[str, str], language: Language, where: str | None = None
) -> schemas.ReasonBody:
    sentence = describe(code, params, language)
    return schemas.ReasonBody(code=code, what=sentence.what, remedy=sentence.remedy, where=where)


def run_body(run: Run, language: Language) -> schemas.RunBody:
    return schemas.RunBody(**_run_members(run, language))


def run_detail_body(detail: RunDetail, language: Language) -> schemas.RunDetailBody:
    return schemas.RunDetailBody(
        **_run_members(detail.run, language),
        candidates=[schemas.CandidateBody(**asdict(each)) for each in candidates_of(detail.steps)],
        steps=[step_body(step) for step in detail.steps],
        documents=[document_body(document) for document in detail.documents],
        explanation=explanation_body(detail.explanation, language),
    )


def step_body(step: Step) -> schemas.StepBody:
    return schemas.StepBody(
        stage=step.stage,
        attempt=step.attempt,
        input_hash=step.input_hash,
        facts=step.facts,
        decision=step.decision,
        error_code=step.error_code,
        started_at=step.started_at,
        duration_ms=step.duration_ms,
    )


def document_body(document: Document) -> schemas.DocumentBody:
    return schemas.DocumentBody(
        id=str(document.id),
        kind=document.kind,
        number=document.number,
        state=document.state,
        generation=document.generation,
        revision=document.revision,
        external_id=document.source.external_id,
        customer_number=document.customer_number,
        customer_name=document.customer_name,
        total=format(document.total, "f") if document.total is not None else None,
        currency=document.currency,
        created_at=document.created_at,
    )


def unreadable_body(event: StoredEvent) -> schemas.UnreadableBody:
    return schemas.UnreadableBody(
        id=str(event.id),
        source_account_id=str(event.source_account_id),
        received_at=event.received_at,
        problem=event.unreadable_reason or "",
        size_bytes=len(event.body),
    )


def sale_body(sale: SaleDecision, language: Language) -> schemas.SaleBody:
    return schemas.SaleBody(
        vat_type=sale.vat_type or "",
        goods=sale.goods,
        services=sale.services,
        destination=sale.destination,
        vat_number=sale.vat_number,
        explanation=[reason_body(reason.code, reason.params, language) for reason in sale.explanation],
    )


def preview_body(seen: DealPreview, language: Language) -> schemas.PreviewBody:
    reason = reason_body(seen.reason_code, seen.reason_params, language, seen.where) if seen.reason_code else None
    return schemas.PreviewBody(
        outcome=seen.outcome,
        reason=reason,
        customer=seen.customer,
        plan=seen.plan,
        payload=seen.payload,
        explanation=explanation_body(seen.explanation, language),
        sale=sale_body(seen.sale, language) if seen.sale else None,
        notices=[reason_body(notice.code, notice.params, language) for notice in seen.notices],
    )


def _run_members(run: Run, language: Language) -> dict[str, object]:
    reason = reason_body(run.reason, run.reason_params or {}, language, run.where) if run.reason else None
    return {
        "id": str(run.id),
        "state": run.state,
        "trigger": run.trigger,
        "connector": run.source.connector,
        "object_kind": run.key.object_kind,
        "external_id": run.key.external_id,
        "connection_id": _text(run.connection_id),
        "generation": run.key.generation,
        "requested_action": run.requested_action,
        "attempt": run.attempt,
        "settings_revision": run.settings_revision,
        "reason": reason,
        "created_at": run.created_at,
        "due_at": run.due_at,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "replay_of": _text(run.replay_of),
        "task": run.key.task,
        "result": dict(run.reason_params or {}) if run.state is RunState.DONE else None,
    }


def _text(identity: UUID | None) -> str | None:
    return str(identity) if identity else None
