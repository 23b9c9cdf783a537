"""What must be known of a Pipedrive account besides its credentials, and where its API is reached."""

import re
from typing import Final
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from fortnox_bridge.sdk import ConnectorContext, ContractViolation, CredentialKind

SYSTEM: Final = "Pipedrive"
API: Final = "api"
OAUTH: Final = "oauth"
API_DOMAIN: Final = "api_domain"
BASE_URLS: Final = {API: "https://api.pipedrive.com", OAUTH: "https://oauth.pipedrive.com"}
ALLOWED_HOSTS: Final = ("*.pipedrive.com",)

_COMPANY_DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\Z")
_SUFFIX: Final = ".pipedrive.com"


class PipedriveConfig(BaseModel):
    """The account's own settings, rendered as a form."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    company_domain: str | None = Field(
        default=None,
        title="Company domain",
        description="The first part of the address you see in Pipedrive: nordlund of nordlund.pipedrive.com. "
        "Only needed with an API token; makes links to deals work.",
    )
    reads_instalments: bool = Field(
        default=False,
        title="Read instalments",
        description="Switch on if the plan has instalments (Growth and above). Costs one more request per deal with "
        "products; lower plans refuse it.",
    )

    @field_validator("company_domain", mode="before")
    @classmethod
    def _take_first_label(cls, value: object) -> object:
        """People paste what they see: the bare name, the host or the whole address."""
        if not isinstance(value, str):
            return value
        text = value.strip().lower()
        host = urlsplit(text).hostname or "" if "://" in text else text.partition("/")[0]
        name = host.removesuffix(_SUFFIX)
        if not name:
            return None
        if not _COMPANY_DOMAIN.match(name):
            raise ValueError("write it as in the address: nordlund for nordlund.pipedrive.com")
        return name


def api_base_url(config: PipedriveConfig, ctx: ConnectorContext) -> str:
    """The origin to call, without a trailing slash.

    With OAuth it is the `api_domain` of the token answer (facts 1: full origin, data-centre routing). A deployment that
    overrides the base URL (a sandbox) is obeyed before the company domain, so that it never reaches the real Pipedrive
    by accident. Whether the origin is allowed at all is the HTTP client's to judge.
    """
    base = ctx.base_urls.get(API, BASE_URLS[API]).rstrip("/")
    if ctx.credential_kind is CredentialKind.OAUTH:
        return _checked(ctx.account_extra.get(API_DOMAIN) or base)
    if config.company_domain and base == BASE_URLS[API]:
        return f"https://{config.company_domain}{_SUFFIX}"
    return base


def company_url(config: PipedriveConfig, ctx: ConnectorContext) -> str | None:
    """Where users see their records, None when the company's domain is not known (facts 1, UI deep links)."""
    if config.company_domain:
        return f"https://{config.company_domain}{_SUFFIX}"
    host = (urlsplit(ctx.account_extra.get(API_DOMAIN, "")).hostname or "").lower()
    name = host.removesuffix(_SUFFIX)
    return f"https://{host}" if name != host and name not in {"api", "oauth"} else None


def _checked(origin: str) -> str:
    parts = urlsplit(origin)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ContractViolation("source_answer_unreadable", system=SYSTEM, record="OAuth", field=API_DOMAIN)
    return origin.rstrip("/")
