"""Backfills: documents for deals of the past, previewed first, started by a person, paused and resumed (F17)."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request

from fortnox_bridge.domain.backfill import Backfill, BackfillItem, BackfillRequest, ItemState, Wish
from fortnox_bridge.domain.ids import ConnectionId
from fortnox_bridge.domain.language import Language
from fortnox_bridge.web.api_v1 import backfill_schemas as schemas
from fortnox_bridge.web.api_v1.present import reason_body
from fortnox_bridge.web.auth import Access, CurrentAccess
from fortnox_bridge.web.problems import language_of
from fortnox_bridge.web.services import services_of

router = APIRouter(prefix="/connections/{connection_id}/backfills", tags=["backfills"])


def _allowed(connection_id: UUID, access: Access) -> ConnectionId:
    connection = ConnectionId(connection_id)
    access.require_connection(connection)
    return connection


@router.post("", status_code=202)
async def begin_backfill(
    request: Request, connection_id: UUID, body: schemas.NewBackfill, access: CurrentAccess
) -> schemas.BackfillBody:
    """Ask for a backfill: its deals are listed and looked at, without any write, until it is `ready` to be started."""
    wanted = BackfillRequest(
        external_ids=tuple(dict.fromkeys(body.external_ids)),
        changed_since=body.changed_since,
        changed_before=body.changed_before,
        document=body.document.value if body.document else None,
    )
    begun = await services_of(request).backfills.begin(_allowed(connection_id, access), wanted, author=access.name)
    return _body(begun, language_of(request))


@router.get("")
async def list_backfills(
    request: Request,
    connection_id: UUID,
    access: CurrentAccess,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> schemas.BackfillList:
    """The connection's backfills, newest first."""
    page = await services_of(request).backfills.list_page(_allowed(connection_id, access), limit=limit, cursor=cursor)
    language = language_of(request)
    return schemas.BackfillList(
        backfills=[_body(each, language) for each in page.backfills], next_cursor=page.next_cursor
    )


@router.get("/{backfill_id}")
async def get_backfill(
    request: Request, connection_id: UUID, backfill_id: UUID, access: CurrentAccess
) -> schemas.BackfillBody:
    """One backfill and how far it has come."""
    found = await services_of(request).backfills.get(_allowed(connection_id, access), backfill_id)
    return _body(found, language_of(request))


@router.get("/{backfill_id}/items")
async def list_items(
    request: Request,
    connection_id: UUID,
    backfill_id: UUID,
    access: CurrentAccess,
    state: ItemState | None = None,
    cursor: Annotated[int, Query(ge=0, le=schemas.HIGHEST_POSITION)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> schemas.BackfillItemList:
    """The backfill's deals, each with what looking at it said and what became of its run."""
    page = await services_of(request).backfills.items(
        _allowed(connection_id, access), backfill_id, state=state, behind=cursor, limit=limit
    )
    language = language_of(request)
    return schemas.BackfillItemList(items=[_item_body(each, language) for each in page.items], next_cursor=page.after)


@router.post("/{backfill_id}/{wish}")
async def change_backfill(
    request: Request,
    connection_id: UUID,
    backfill_id: UUID,
    wish: Literal["start", "pause", "resume", "cancel"],
    access: CurrentAccess,
) -> schemas.BackfillBody:
    """`start` a ready one, `pause` or `resume` it, or `cancel` it: runs under way end, what was not begun is left.

    Safe to repeat. What makes no sense in its state is refused.
    """
    changed = await services_of(request).backfills.wish(
        _allowed(connection_id, access), backfill_id, Wish(wish), author=access.name
    )
    return _body(changed, language_of(request))


def _body(backfill: Backfill, language: Language) -> schemas.BackfillBody:
    reason = None
    if backfill.reason:
        reason = reason_body(backfill.reason, backfill.reason_params or {}, language)
    return schemas.BackfillBody.model_validate(
        {
            "id": str(backfill.id),
            "connection_id": str(backfill.connection_id),
            "state": backfill.state,
            "is_listed": backfill.is_listed,
            "changed_since": backfill.request.changed_since,
            "changed_before": backfill.request.changed_before,
            "document": backfill.request.document,
            "author": backfill.author,
            "counts": {state.value: number for state, number in backfill.counts.items()},
            "reason": reason,
            "created_at": backfill.created_at,
            "started_at": backfill.started_at,
            "ended_at": backfill.ended_at,
        }
    )


def _item_body(item: BackfillItem, language: Language) -> schemas.BackfillItemBody:
    seen = dict(item.preview) if item.preview is not None else None
    reason = None
    if seen is not None:
        code, params = seen.pop("reason", None), seen.pop("reason_params", None)
        if code:
            reason = reason_body(str(code), params if isinstance(params, dict) else {}, language)
    return schemas.BackfillItemBody(
        position=item.position,
        external_id=item.external_id,
        title=item.title,
        state=item.state,
        preview=seen,
        reason=reason,
        run_id=str(item.run_id) if item.run_id else None,
    )
