"""Connecting the simulated accounts as an administrator does: consent or token, a connection, and its settings."""

from typing import Any, cast

from fortnox_bridge.cli.demo.browser import Browser, JsonApi
from fortnox_bridge.sdk import Connector, DemoScript, DemoStage

# Labels that a simulated company may have fields for; what it lacks is left to the default mapping.
_INVOICE_EMAIL = "Fakturamejl"
_CUSTOMER_NUMBER = "Fortnox kundnummer"


async def connect_accounts(
    api: JsonApi, browser: Browser, connector: Connector[Any], script: DemoScript, stage: DemoStage, bridge_url: str
) -> str:
    """Connect both accounts, join them, and answer the connection's id."""
    token = await script.prepare(stage, f"{bridge_url}/webhooks/{connector.name}")
    await consent(api, browser, "fortnox")
    if token is None:
        await consent(api, browser, connector.name)
    else:
        await api.post("/source-accounts", {"connector": connector.name, "api_token": token})
    connection = await api.post("/connections", {"name": "Demo"})
    await _decide_settings(api, str(connection["id"]), script)
    return str(connection["id"])


async def consent(api: JsonApi, browser: Browser, provider: str) -> None:
    """One account's consent, in the browser; the same account again is reconnected."""
    ticket = await api.post("/authorizations", {"provider": provider})
    await browser.open(str(ticket["url"]))


async def _decide_settings(api: JsonApi, connection_id: str, script: DemoScript) -> None:
    """What an administrator would choose: the stage of won deals, and the field with the organisation number."""
    place = f"/connections/{connection_id}"
    stage = await _won_stage(api, place, script.won_stage)
    fields = {
        str(field["label"]): str(field["path"])
        for field in cast("list[dict[str, Any]]", (await api.get(f"{place}/fields"))["fields"])
        if str(field["path"]).startswith("company.")
    }
    number = fields[script.number_field] if script.number_field else "company.organisation_number"
    saved = await api.get(f"{place}/settings")
    document = cast("dict[str, Any]", saved["document"])
    document["triggers"]["rules"] = [stage]
    company = document["customers"]["company"]
    company["match"] = [{"source": number, "key": "organisation_number"}]
    mapped = {row["target"] for row in company["mapping"]}
    email = fields.get(_INVOICE_EMAIL, "company.email")
    company["mapping"] += [
        row
        for row in (
            {"target": "organisation_number", "sources": [number]},
            {"target": "invoice_email", "sources": [email, "contact.email"]},
        )
        if row["target"] not in mapped
    ]
    if _CUSTOMER_NUMBER in fields:
        company["number"] = {"write_to": fields[_CUSTOMER_NUMBER]}
    document["customers"]["default_country"] = "SE"
    document["customers"]["defaults"]["terms_of_payment"] = "30"
    await api.put(f"{place}/settings", {"revision": saved["revision"], "document": document})


async def _won_stage(api: JsonApi, place: str, label: str) -> dict[str, str]:
    pipelines = cast("list[dict[str, Any]]", (await api.get(f"{place}/pipelines"))["pipelines"])
    for pipeline in pipelines:
        for stage in pipeline["stages"]:
            if stage["name"] == label:
                return {"pipeline_id": pipeline["id"], "stage_id": stage["id"], "document": "invoice"}
    raise RuntimeError(f"the simulated account has no stage {label!r}")
