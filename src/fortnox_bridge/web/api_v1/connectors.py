"""Which connectors are installed, and what became of those that did not load."""

from fastapi import APIRouter, Request

from fortnox_bridge.web.api_v1.connector_schemas import ConnectorBody, ConnectorFailureBody
from fortnox_bridge.web.auth import CurrentAccess
from fortnox_bridge.web.services import services_of

router = APIRouter(tags=["connectors"])


@router.get("/connectors")
async def list_connectors(request: Request, access: CurrentAccess) -> dict[str, list[ConnectorBody]]:
    """Every connector that was found, loaded or not, with the reason, and what went wrong inside it lately."""
    return {
        "connectors": [
            ConnectorBody(
                name=each.name,
                title=each.title,
                distribution=each.report.distribution,
                version=each.report.version,
                status=each.report.status,
                problem=each.report.problem,
                capabilities=list(each.capabilities),
                recent_failures=[
                    ConnectorFailureBody(at=failure.at, capability=failure.capability, code=failure.code)
                    for failure in each.recent_failures
                ],
            )
            for each in services_of(request).installed_connectors.list()
        ]
    }


@router.get("/settings-schema")
async def settings_schema(request: Request, access: CurrentAccess) -> dict[str, object]:
    """The JSON Schema of the settings document."""
    return services_of(request).settings.json_schema()
