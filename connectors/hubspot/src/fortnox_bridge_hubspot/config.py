"""Where HubSpot's APIs are reached, in which dated version each, and what must be known of an account besides."""

from typing import Final

from pydantic import BaseModel, ConfigDict

from fortnox_bridge.sdk import ClientAuth, OAuthEndpoints

NAME: Final = "hubspot"
SYSTEM: Final = "HubSpot"

API: Final = "api"
APP: Final = "app"
BASE_URLS: Final = {API: "https://api.hubapi.com", APP: "https://app.hubspot.com"}
ALLOWED_HOSTS: Final = ("api.hubapi.com",)
HUB_ID: Final = "hub_id"
SCOPES: Final = "scopes"

# One dated version per family of the API (facts 0 and 1): Files lags behind the others.
OBJECTS: Final = "/crm/objects/2026-09"
ASSOCIATIONS: Final = "/crm/associations/2026-09"
PROPERTIES: Final = "/crm/properties/2026-09"
PIPELINES: Final = "/crm/pipelines/2026-09"
OWNERS: Final = "/crm/owners/2026-09"
TAX_RATES: Final = "/tax-rates/2026-09"
ACCOUNT_INFO: Final = "/account-info/2026-09"
FILES: Final = "/files/2026-03"
WORKFLOW_ACTIONS: Final = "/automation/actions/2026-09"
CALLBACKS: Final = "/automation/actions/callbacks/2026-09"
APP_INSTALLS: Final = "/appinstalls/2026-09"
_OAUTH: Final = "/oauth/2026-09"

# What reading a deal and writing a note with its PDF takes. The consent page refuses an app that lacks one of these.
REQUIRED_SCOPES: Final = (
    "oauth",
    "crm.objects.deals.read",
    "crm.objects.companies.read",
    "crm.objects.contacts.read",
    "crm.objects.contacts.write",
    "crm.objects.line_items.read",
    "files",
)
# Left out silently where the account's plan lacks them: whatever needs one says so when it is asked for.
OPTIONAL_SCOPES: Final = (
    "crm.objects.deals.write",
    "crm.objects.companies.write",
    "crm.objects.products.read",
    "crm.objects.owners.read",
    "crm.schemas.companies.write",
    "crm.schemas.contacts.write",
    "crm.schemas.deals.write",
    "tax_rates.read",
    "automation",
)

OAUTH: Final = OAuthEndpoints(
    authorize_path="/oauth/authorize",
    token_path=f"{_OAUTH}/token",
    revoke_path=f"{_OAUTH}/token/revoke",
    scopes=REQUIRED_SCOPES,
    base=APP,
    token_base=API,
    client_auth=ClientAuth.FORM,
    authorize_params={"optional_scope": " ".join(OPTIONAL_SCOPES)},
)


class HubSpotConfig(BaseModel):
    """The account's own settings: HubSpot tells everything else itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)
