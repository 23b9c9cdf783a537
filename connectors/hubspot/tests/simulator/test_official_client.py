"""HubSpot's own client for Python reads and writes the simulator: whoever wrote it never saw ours."""

import asyncio

import pytest
from hubspot import HubSpot as OfficialClient
from hubspot.crm.associations.v4 import BatchInputPublicFetchAssociationsBatchRequest
from hubspot.crm.associations.v4 import PublicFetchAssociationsBatchRequest as Wanted
from hubspot.crm.deals import SimplePublicObjectInput
from hubspot.crm.deals.exceptions import ApiException
from hubspot.crm.line_items import BatchReadInputSimplePublicObjectId, SimplePublicObjectId
from hubspot.crm.objects.notes import SimplePublicObjectInputForCreate
from hubspot.crm.properties import PropertyCreate, PropertyGroupCreate


@pytest.fixture
def official(hubspot):
    client = OfficialClient(access_token=hubspot.token())
    client.config["host"] = hubspot.base_url
    return client


def _deal_id(hubspot):
    return hubspot.collection("deals")[0]["id"]


async def test_official_client_reads_and_writes_deals(hubspot, official):
    deal_id = _deal_id(hubspot)

    def work():
        api = official.crm.deals.basic_api
        read = api.get_by_id(deal_id, properties=["dealname", "amount"], associations=["companies", "line_items"])
        api.update(deal_id, SimplePublicObjectInput(properties={"er_referens": "PO-1"}))
        with pytest.raises(ApiException) as missing:
            api.get_by_id("999999")
        return read, missing.value.status, api.get_page(limit=1).results

    read, status, page = await asyncio.to_thread(work)

    assert read.properties["dealname"] == "Altan Lindvägen 4"
    assert [each.type for each in read.associations["companies"].results] == [
        "deal_to_company",
        "deal_to_company_unlabeled",
    ]
    assert len(read.associations["line items"].results) == 2
    assert (status, page[0].id) == (404, deal_id)
    assert hubspot.collection("deals")[0]["properties"]["er_referens"] == "PO-1"


async def test_official_client_reads_associations_and_batches(hubspot, official):
    deal_id = _deal_id(hubspot)

    def work():
        links = official.crm.associations.v4.batch_api.get_page(
            "deals",
            "line_items",
            BatchInputPublicFetchAssociationsBatchRequest(inputs=[Wanted(id=deal_id)]),
        )
        ids = [str(each.to_object_id) for each in links.results[0].to]
        return ids, official.crm.line_items.batch_api.read(
            BatchReadInputSimplePublicObjectId(
                properties=["hs_sku", "quantity", "amount"],
                properties_with_history=[],
                inputs=[SimplePublicObjectId(id=each) for each in ids],
            )
        )

    ids, batch = await asyncio.to_thread(work)

    assert {each.id for each in batch.results} == set(ids)
    assert {each.properties["hs_sku"]: each.properties["amount"] for each in batch.results} == {
        "ALT-28120": "35340",
        "ARB-1": "11120",
    }


async def test_official_client_makes_properties_with_a_group(hubspot, official):
    def work():
        groups, properties = official.crm.properties.groups_api, official.crm.properties.core_api
        groups.create("companies", PropertyGroupCreate(name="bridge", label="Bridge", display_order=-1))
        properties.create(
            "companies",
            PropertyCreate(
                name="fortnox_number", label="Number", type="string", field_type="text", group_name="bridge"
            ),
        )
        return properties.get_by_name("companies", "fortnox_number"), properties.get_all("deals").results

    made, deals = await asyncio.to_thread(work)

    assert (made.label, made.group_name) == ("Number", "bridge")
    assert {"dealname", "er_referens"} <= {each.name for each in deals}


async def test_official_client_writes_a_note_with_a_private_file(hubspot, official, tmp_path):
    deal_id = _deal_id(hubspot)
    pdf = tmp_path / "utkast.pdf"
    pdf.write_bytes(b"%PDF-1.4 test %%EOF")

    def work():
        upload = official.files.files_api.upload(
            file=str(pdf), folder_path="/bridge", options='{"access": "PRIVATE"}', file_name="utkast.pdf"
        )
        note = official.crm.objects.notes.basic_api.create(
            SimplePublicObjectInputForCreate(
                properties={
                    "hs_timestamp": "2026-11-26T10:00:00Z",
                    "hs_note_body": "<p>Utkast</p>",
                    "hs_attachment_ids": upload.id,
                },
                associations=[
                    {
                        "to": {"id": deal_id},
                        "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 214}],
                    }
                ],
            )
        )
        standing = official.files.files_api.get_metadata("bridge/utkast.pdf")
        return upload, note, standing

    upload, note, standing = await asyncio.to_thread(work)

    assert (upload.access, upload.extension) == ("PRIVATE", "pdf")
    assert standing.file.id == upload.id
    stored = hubspot.collection("notes")[0]
    assert (stored["id"], stored["properties"]["hs_attachment_ids"]) == (note.id, upload.id)
    assert stored["links"]["deals"] == [deal_id]
