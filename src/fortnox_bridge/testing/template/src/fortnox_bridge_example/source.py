"""Reads what a document is made of: the account, deals with their customers, stages, and which fields there are."""

from fortnox_bridge.sdk import (
    AccountInfo,
    Customer,
    Deal,
    DealHead,
    FieldDescriptor,
    PipelineDescriptor,
    SourceRef,
    StageDescriptor,
    neutral_fields,
)
from fortnox_bridge_example.client import ExampleClient
from fortnox_bridge_example.mapping import Mapping
from fortnox_bridge_example.wire import WireAccount, WireCompany, WireDeal, WirePerson, WirePipelines

# Fields of the neutral model that Example fills; settings may name them.
_FIELDS = {
    "deal": ("id", "title", "currency", "updated_at"),
    "company": ("id", "name", "organisation_number", "email", "address.line1", "address.zip_code", "address.city"),
    "contact": ("id", "name", "email"),
    "product": ("id", "name", "code"),
}


class ExampleSource:
    """Implements `AccountReader`, `DealSource`, `StageCatalogue` and `FieldCatalogue`."""

    def __init__(self, client: ExampleClient, mapping: Mapping) -> None:
        self._client = client
        self._mapping = mapping

    async def identify(self) -> AccountInfo:
        account = await self._client.read("/me", WireAccount, record="account")
        return AccountInfo(account.id, account.name, default_currency=account.currency)

    async def read_head(self, ref: SourceRef) -> DealHead:
        return self._mapping.to_head(await self._deal(ref))

    async def read_deal(self, head: DealHead) -> Deal:
        wire = head.opaque if isinstance(head.opaque, WireDeal) else await self._deal(head.ref)
        company, contact = await self._company(wire.company_id), await self._person(wire.person_id)
        return self._mapping.to_deal(wire, company, contact)

    async def list_pipelines(self) -> tuple[PipelineDescriptor, ...]:
        found = await self._client.read("/pipelines", WirePipelines, record="pipelines")
        return tuple(
            PipelineDescriptor(
                pipeline.id,
                pipeline.name,
                tuple(StageDescriptor(stage.id, stage.name) for stage in pipeline.stages),
            )
            for pipeline in found.pipelines
        )

    async def list_fields(self) -> tuple[FieldDescriptor, ...]:
        return tuple(
            FieldDescriptor(f"{kind}.{name}", f"{kind}: {name}", neutral_fields(kind)[name])
            for kind, names in _FIELDS.items()
            for name in names
        )

    async def _deal(self, ref: SourceRef) -> WireDeal:
        return await self._client.read(f"/deals/{ref.external_id}", WireDeal, record=f"deal {ref.external_id}")

    async def _company(self, external_id: str | None) -> Customer | None:
        if external_id is None:
            return None
        record = f"company {external_id}"
        return self._mapping.to_company(
            await self._client.read(f"/companies/{external_id}", WireCompany, record=record)
        )

    async def _person(self, external_id: str | None) -> Customer | None:
        if external_id is None:
            return None
        record = f"person {external_id}"
        return self._mapping.to_person(await self._client.read(f"/people/{external_id}", WirePerson, record=record))
