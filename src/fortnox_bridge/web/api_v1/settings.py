"""A connection's sync settings: the document, its check, its revisions, and its way to other places (F115)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response

from fortnox_bridge.domain.ids import ConnectionId
from fortnox_bridge.domain.language import Language
from fortnox_bridge.services.settings.change_settings import Saved
from fortnox_bridge.services.settings.check_settings import Checked
from fortnox_bridge.storage import SettingsRevision
from fortnox_bridge.web.api_v1 import settings_schemas as schemas
from fortnox_bridge.web.auth import Access, CurrentAccess
from fortnox_bridge.web.problems import fault_bodies, language_of
from fortnox_bridge.web.services import services_of

router = APIRouter(prefix="/connections/{connection_id}/settings", tags=["settings"])

Live = Annotated[
    bool,
    Query(description="`false` saves without looking up what the document names; the audit log keeps that it was so"),
]


def allowed(connection_id: UUID, access: Access) -> ConnectionId:
    connection = ConnectionId(connection_id)
    access.require_connection(connection)
    return connection


def saved_body(saved: Saved, language: Language) -> schemas.SettingsBody:
    return _body(saved.revision).model_copy(update={"warnings": fault_bodies(saved.warnings, language)})


@router.get("")
async def get_settings(request: Request, connection_id: UUID, access: CurrentAccess) -> schemas.SettingsBody:
    """The sync settings in force."""
    return _body(await services_of(request).settings.current(allowed(connection_id, access)))


@router.put("")
async def put_settings(
    request: Request,
    connection_id: UUID,
    body: schemas.SettingsUpdate,
    access: CurrentAccess,
    *,
    live: Live = True,
) -> schemas.SettingsBody:
    """Save the sync settings as a new revision.

    Nothing changes unless the whole document is sound, and everything it names exists in the source and in Fortnox.
    """
    saved = await services_of(request).change_settings.save(
        allowed(connection_id, access), body.document, based_on=body.revision, author=access.name, is_live=live
    )
    return saved_body(saved, language_of(request))


@router.get("/check")
async def check_settings(request: Request, connection_id: UUID, access: CurrentAccess) -> schemas.CheckBody:
    """Check the settings in force again: a stage, field, code or article may have been deleted since."""
    current, checked = await services_of(request).change_settings.check_current(allowed(connection_id, access))
    return _check_body(checked, language_of(request), current.revision)


@router.post("/validate")
async def validate_settings(
    request: Request, connection_id: UUID, body: schemas.SettingsDocument, access: CurrentAccess
) -> schemas.CheckBody:
    """Check a document as a save would, and save nothing."""
    checked = await services_of(request).change_settings.validate(allowed(connection_id, access), body.document)
    return _check_body(checked, language_of(request))


@router.get("/revisions")
async def list_revisions(
    request: Request,
    connection_id: UUID,
    access: CurrentAccess,
    cursor: Annotated[int | None, Query(ge=1, le=schemas.HIGHEST)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> schemas.RevisionList:
    """Who saved when, newest first."""
    page = await services_of(request).settings.history(allowed(connection_id, access), limit=limit, before=cursor)
    rows = [
        schemas.RevisionBody(
            revision=each.revision,
            schema_version=f"{each.major}.{each.minor}",
            author=each.author,
            created_at=each.created_at,
        )
        for each in page.revisions
    ]
    return schemas.RevisionList(revisions=rows, next_cursor=str(page.before) if page.before is not None else None)


@router.get("/revisions/{revision}")
async def get_revision(
    request: Request,
    connection_id: UUID,
    revision: Annotated[int, Path(ge=1, le=schemas.HIGHEST)],
    access: CurrentAccess,
) -> schemas.SettingsBody:
    """One revision as it was saved, in the form of its day."""
    return _body(await services_of(request).settings.revision(allowed(connection_id, access), revision))


@router.get("/diff", response_model_exclude_unset=True)
async def diff_settings(
    request: Request,
    connection_id: UUID,
    access: CurrentAccess,
    before: Annotated[int, Query(alias="from", ge=1, le=schemas.HIGHEST)],
    after: Annotated[int | None, Query(alias="to", ge=1, le=schemas.HIGHEST)] = None,
) -> schemas.DiffBody:
    """What changed from one revision to another, or to the settings in force."""
    connection = allowed(connection_id, access)
    settings = services_of(request).settings
    latest = after if after is not None else (await settings.current(connection)).revision
    found = []
    for change in await settings.diff(connection, before, latest):
        sides = {"before": change.before, "after": change.after}
        hidden = {"added": "before", "removed": "after"}.get(change.kind)
        shown = {name: value for name, value in sides.items() if name != hidden}
        found.append(schemas.ChangeBody.model_validate({"kind": change.kind.value, "place": change.place, **shown}))
    return schemas.DiffBody(from_revision=before, to_revision=latest, changes=found)


@router.post("/restore")
async def restore_settings(
    request: Request,
    connection_id: UUID,
    body: schemas.RestoreRequest,
    access: CurrentAccess,
    *,
    live: Live = True,
) -> schemas.SettingsBody:
    """Save an older revision's document as a new revision, checked as any other save."""
    saved = await services_of(request).change_settings.restore(
        allowed(connection_id, access), body.revision, based_on=body.based_on, author=access.name, is_live=live
    )
    return saved_body(saved, language_of(request))


@router.get("/export")
async def export_settings(
    request: Request, connection_id: UUID, access: CurrentAccess, response: Response
) -> dict[str, object]:
    """The settings in force as a file, for `import` here or elsewhere."""
    file = await services_of(request).change_settings.export(allowed(connection_id, access))
    response.headers["Content-Disposition"] = f'attachment; filename="{file.file_name}"'
    return file.model_dump(mode="json")


@router.post("/import")
async def import_settings(
    request: Request,
    connection_id: UUID,
    body: schemas.ImportRequest,
    access: CurrentAccess,
    *,
    live: Live = True,
) -> schemas.SettingsBody:
    """Save an exported file's document as a new revision. Its source system must be this connection's."""
    saved = await services_of(request).change_settings.import_file(
        allowed(connection_id, access), body.file, based_on=body.based_on, author=access.name, is_live=live
    )
    return saved_body(saved, language_of(request))


@router.post("/copy")
async def copy_settings(
    request: Request,
    connection_id: UUID,
    body: schemas.CopyRequest,
    access: CurrentAccess,
    *,
    live: Live = True,
) -> schemas.SettingsBody:
    """Save another connection's settings here as a new revision, checked against this connection's own systems."""
    saved = await services_of(request).change_settings.copy(
        allowed(connection_id, access),
        allowed(body.from_connection_id, access),
        based_on=body.based_on,
        author=access.name,
        is_live=live,
    )
    return saved_body(saved, language_of(request))


def _body(revision: SettingsRevision) -> schemas.SettingsBody:
    return schemas.SettingsBody(
        revision=revision.revision,
        author=revision.author,
        created_at=revision.created_at,
        document=dict(revision.document),
    )


def _check_body(checked: Checked, language: Language, revision: int | None = None) -> schemas.CheckBody:
    return schemas.CheckBody(
        revision=revision,
        is_sound=not checked.faults,
        faults=fault_bodies(checked.faults, language),
        warnings=fault_bodies(checked.warnings, language),
    )
