"""Pipelines and stages, in two calls (facts 13)."""

from fortnox_bridge.sdk import PipelineDescriptor, StageDescriptor
from fortnox_bridge_pipedrive.client import PipedriveClient, both
from fortnox_bridge_pipedrive.wire import WirePipeline, WireStage


class PipedriveStages:
    def __init__(self, client: PipedriveClient) -> None:
        self._client = client

    async def list_pipelines(self) -> tuple[PipelineDescriptor, ...]:
        pipelines, stages = await both(
            self._client.list_v2("/pipelines", WirePipeline, record="pipeline", right="deals:full"),
            self._client.list_v2("/stages", WireStage, record="stage", right="deals:full"),
        )
        living = [stage for stage in sorted(stages, key=lambda stage: stage.order_nr) if not stage.is_deleted]
        return tuple(
            PipelineDescriptor(
                pipeline.id,
                pipeline.name,
                tuple(StageDescriptor(stage.id, stage.name) for stage in living if stage.pipeline_id == pipeline.id),
            )
            for pipeline in sorted(pipelines, key=lambda pipeline: pipeline.order_nr)
            if not pipeline.is_deleted
        )
