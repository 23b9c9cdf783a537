"""Connecting the simulated accounts as an administrator does: two consents, a connection, and its settings."""

from typing import Any, cast

from fortnox_bridge.cli.demo.browser import Browser, JsonApi

_WON = frozenset({"Vunnen", "Won"})


async def connect_accounts(api: JsonApi, browser: Browser, source: str = "pipedrive") -> str:
    """Go through both consents, join the accounts, and answer the connection's id."""
    for provider in ("fortnox", source):
        await consent(api, browser, provider)
    connection = await api.post("/connections", {"name": "Demo"})
    await _decide_settings(api, str(connection["id"]))
    return str(connection["id"])


async def consent(api: JsonApi, browser: Browser, provider: str) -> None:
    """One account's consent, in the browser; the same account again is reconnected."""
    ticket = await api.post("/authorizations", {"provider": provider})
    await browser.open(str(ticket["url"]))


async def _decide_settings(api: JsonApi, connection_id: str) -> None:
    """What an administrator would choose: the stage of won deals, and the field with the organisation number."""
    place = f"/connections/{connection_id}"
    stage = await _won_stage(api, place)
    fields = {
        (str(field["path"]).partition(".")[0], field["label"]): str(field["path"])
        for field in cast("list[dict[str, Any]]", (await api.get(f"{place}/fields"))["fields"])
    }
    number = fields["company", "Organisationsnummer"]
    saved = await api.get(f"{place}/settings")
    document = cast("dict[str, Any]", saved["document"])
    document["triggers"]["rules"] = [stage]
    company = document["customers"]["company"]
    company["match"] = [{"source": number, "key": "organisation_number"}]
    company["mapping"] += [
        {"target": "organisation_number", "sources": [number]},
        {"target": "invoice_email", "sources": [fields["company", "Fakturamejl"], "contact.email"]},
    ]
    company["number"] = {"write_to": fields["company", "Fortnox kundnummer"]}
    document["customers"]["default_country"] = "SE"
    document["customers"]["defaults"]["terms_of_payment"] = "30"
    await api.put(f"{place}/settings", {"revision": saved["revision"], "document": document})


async def _won_stage(api: JsonApi, place: str) -> dict[str, str]:
    pipelines = cast("list[dict[str, Any]]", (await api.get(f"{place}/pipelines"))["pipelines"])
    for pipeline in pipelines:
        for stage in pipeline["stages"]:
            if stage["name"] in _WON:
                return {"pipeline_id": pipeline["id"], "stage_id": stage["id"], "document": "invoice"}
    raise RuntimeError("the simulated Pipedrive has no stage for won deals")
