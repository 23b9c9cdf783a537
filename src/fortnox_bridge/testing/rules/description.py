"""Rules about the static description: the connector and its config model."""

from pydantic import BaseModel, ValidationError

from fortnox_bridge.quality import Tier
from fortnox_bridge.sdk.soundness import faults_of
from fortnox_bridge.testing.kit import Kit
from fortnox_bridge.testing.rule import broken, require, rule


@rule("descriptor", "A connector describes itself completely.", tier=Tier.BRONZE)
async def check_descriptor(kit: Kit) -> None:
    """`name` is a short lower-case word (it is part of URLs), `title` is for people, `api_version` is that of the SDK,
    every base URL is https and, unless it is the consent page's alone, lies within `allowed_hosts`, and the simulator
    has the connector's name. Host patterns that would allow any host are refused.
    """
    connector = kit.connector
    for fault in faults_of(connector):
        broken(fault.wanted, fault.came)
    require(connector.base_urls, "base_urls: at least one", "none")
    require(connector.accepts_api_token or connector.oauth, "oauth or accepts_api_token", "no way to connect")


@rule(
    "config-model",
    "The config model refuses what it does not know, never changes, and names each setting.",
    tier=Tier.BRONZE,
)
async def check_config_model(kit: Kit) -> None:
    """Write `model_config = ConfigDict(extra="forbid", frozen=True)`. A misspelt setting must be an error and not be
    ignored; a config is shared between calls. The form shows each field's `title`.
    """
    model: type[BaseModel] = kit.connector.config_model
    document = dict(kit.harness.config)
    loaded = model.model_validate(document)
    try:
        model.model_validate({**document, "no_such_setting": 1})
    except ValidationError:
        pass
    else:
        broken('extra="forbid": an unknown member is refused', "it was taken")
    require(model.model_config.get("frozen") and loaded is not None, "frozen=True", "the config may be changed")
    for name, info in model.model_fields.items():
        require(info.title, f"a title of {name}, for the form", "none")


@rule("config-samples", "Every config that was ever stored still loads.", tier=Tier.BRONZE)
async def check_config_samples(kit: Kit) -> None:
    """`config_samples` of the harness holds documents as this and earlier versions stored them. Together they name
    every setting of today's model. Keep the old ones when you change the model.
    """
    model: type[BaseModel] = kit.connector.config_model
    require(kit.harness.config_samples, "at least one sample", "none")
    for number, sample in enumerate(kit.harness.config_samples, 1):
        try:
            model.model_validate(dict(sample))
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            broken(f"sample {number} loads", f"{first['loc']}: {first['msg']}")
    named = {name for sample in kit.harness.config_samples for name in sample}
    missing = sorted(set(model.model_fields) - named)
    require(not missing, "samples that name every setting", f"none names {', '.join(missing)}")


@rule("quiet-open", "Opening a session asks the vendor nothing.", tier=Tier.BRONZE)
async def check_quiet_open(kit: Kit) -> None:
    """`Connector.open` builds objects; the first request is made when a capability is used. The bridge opens sessions
    for work that may need no request at all.
    """
    async with kit.session():
        pass
    require(not kit.sent, "no request", [f"{each.method} {each.path}" for each in kit.sent])


@rule(
    "whole",
    "A gold connector hears of changes, tells back what was made, and can list.",
    tier=Tier.GOLD,
    exempt_when="the source system itself has no such thing",
)
async def check_whole(kit: Kit) -> None:
    """`webhooks` of the connector, and the slots `notes`, `stages`, `fields`, `lister`
    and `customers` of its session are filled: what the product's whole job needs. Fewer make a sound connector, of
    silver.
    """
    require(kit.connector.webhooks is not None, "webhooks", "none")
    async with kit.session() as session:
        for name in ("notes", "stages", "fields", "lister", "customers"):
            require(getattr(session, name) is not None, f"the slot {name}", "None")
