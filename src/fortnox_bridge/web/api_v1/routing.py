"""Which deals a connection takes where several share a source account, and turning connections on and off."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import Field

from fortnox_bridge.domain.ids import ConnectionId
from fortnox_bridge.services.connections.roster import Place
from fortnox_bridge.web.api_v1.present import connection_body
from fortnox_bridge.web.api_v1.schemas import ConnectionBody, Incoming, Outgoing
from fortnox_bridge.web.auth import CurrentAccess
from fortnox_bridge.web.services import services_of

router = APIRouter(prefix="/connections", tags=["connections"])


class RouteBody(Outgoing):
    """Which deals the connection takes; every condition stated must hold, and none means all deals (F5).

    The connections of a source account are asked in order of `position`, from 1 to `among`.
    """

    position: int
    among: int
    pipelines: list[str]
    currencies: list[str]
    field: str | None
    field_values: list[str]


class PositionChange(Incoming):
    """The place the connection shall have, from 1; beyond the last means last. The others close ranks."""

    position: Annotated[int, Field(ge=1, le=1000)]


class ActivityChange(Incoming):
    """Whether deals may become documents by the connection."""

    is_active: bool


@router.get("/{connection_id}/route")
async def get_route(request: Request, connection_id: UUID, access: CurrentAccess) -> RouteBody:
    """Which deals are this connection's. The conditions are part of its settings (`triggers.route`)."""
    access.require_connection(ConnectionId(connection_id))
    return _body(await services_of(request).roster.place(ConnectionId(connection_id)))


@router.put("/{connection_id}/position")
async def put_position(request: Request, connection_id: UUID, body: PositionChange, access: CurrentAccess) -> RouteBody:
    """Move the connection among those of its source account: the first whose route fits takes a deal. Idempotent."""
    access.require_global()
    place = await services_of(request).roster.put_at(ConnectionId(connection_id), body.position, author=access.name)
    return _body(place)


@router.put("/{connection_id}/activity")
async def put_activity(
    request: Request, connection_id: UUID, body: ActivityChange, access: CurrentAccess
) -> ConnectionBody:
    """Turn the connection off, or on again. Documents, runs and settings stay. Idempotent."""
    access.require_global()
    overview = await services_of(request).roster.set_active(
        ConnectionId(connection_id), is_active=body.is_active, author=access.name
    )
    return connection_body(overview)


def _body(place: Place) -> RouteBody:
    route = place.route
    return RouteBody(
        position=place.overview.connection.position,
        among=place.among,
        pipelines=sorted(route.pipeline_ids),
        currencies=sorted(route.currencies),
        field=str(route.field) if route.field is not None else None,
        field_values=sorted(route.field_values),
    )
