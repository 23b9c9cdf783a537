"""Pipelines and stages of deals, in the order users see; the answer is in none (facts 15.2)."""

from fortnox_bridge.sdk import PipelineDescriptor, StageDescriptor
from fortnox_bridge_hubspot.client import HubSpotClient
from fortnox_bridge_hubspot.config import PIPELINES
from fortnox_bridge_hubspot.records import READ_RIGHTS
from fortnox_bridge_hubspot.wire import DEAL, PATHS, WirePipelines


class HubSpotStages:
    def __init__(self, client: HubSpotClient) -> None:
        self._client = client

    async def list_pipelines(self) -> tuple[PipelineDescriptor, ...]:
        answer = await self._client.get(f"{PIPELINES}/{PATHS[DEAL]}", record="pipelines", right=READ_RIGHTS[DEAL])
        return tuple(
            PipelineDescriptor(
                pipeline.id,
                pipeline.label,
                tuple(
                    StageDescriptor(stage.id, stage.label)
                    for stage in sorted(pipeline.stages, key=lambda each: each.display_order)
                    if not stage.archived
                ),
            )
            for pipeline in sorted(answer.as_model(WirePipelines).results, key=lambda each: each.display_order)
            if not pipeline.archived
        )
