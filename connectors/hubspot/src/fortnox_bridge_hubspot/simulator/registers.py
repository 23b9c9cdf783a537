"""What stands beside the records: account, owners, pipelines, tax rates, currencies, the installation."""

from typing import Final

from starlette.responses import Response

from fortnox_bridge_hubspot.simulator.answers import Record, json_response, no_content, not_found
from fortnox_bridge_hubspot.simulator.endpoint import Call, Endpoint


def _families(dated: str, numbered: str, path: str) -> tuple[str, ...]:
    return (f"{dated}/2026-09{path}", f"{dated}/2026-03{path}", f"{numbered}{path}")


def _account(call: Call) -> Response:
    portal = call.portal
    return json_response(
        {
            "portalId": portal.id,
            "accountType": "STANDARD",
            "timeZone": portal.time_zone,
            "companyCurrency": portal.currency,
            "additionalCurrencies": ["EUR", "NOK"] if portal.has_currencies else [],
            "utcOffset": "+01:00",
            "utcOffsetMilliseconds": 3_600_000,
            "uiDomain": "app-eu1.hubspot.com",
            "dataHostingLocation": "eu1",
        }
    )


def _owners(call: Call) -> Response:
    is_archived = call.query.get("archived") == "true"
    email = call.query.get("email")
    rows = [
        each
        for each in call.portal.owners
        if each["archived"] is is_archived and (email is None or each["email"] == email)
    ]
    return json_response({"results": rows})


def _owner(call: Call) -> Response:
    is_archived = call.query.get("archived") == "true"
    for each in call.portal.owners:
        if each["id"] == call.path["id"] and each["archived"] is is_archived:
            return json_response(each)
    raise not_found("owner does not exist")


def _pipelines(call: Call) -> Response:
    """Stages in no useful order (facts 15.2)."""
    rows: list[Record] = [{**each, "stages": list(reversed(each["stages"]))} for each in call.portal.pipelines]
    return json_response({"results": rows})


def _tax_rates(call: Call) -> Response:
    return json_response({"results": call.portal.tax_rates})


def _tax_rate(call: Call) -> Response:
    for each in call.portal.tax_rates:
        if each["id"] == call.path["id"]:
            return json_response(each)
    raise not_found("tax rate does not exist")


def _currency(call: Call) -> Response:
    return json_response({"currencyCode": call.portal.currency})


def _uninstall(call: Call) -> Response:
    call.vendor.tokens.close_portal(call.portal.id)
    call.vendor.hooks.uninstall(call.portal.id)
    return no_content()


_OWNERS: Final = ("crm.objects.owners.read",)
_TAXES: Final = ("tax_rates.read",)
ENDPOINTS: Final = (
    Endpoint("GET", _families("/account-info", "/account-info/v3", "/details"), _account, ("oauth",)),
    Endpoint("GET", _families("/crm/owners", "/crm/v3/owners", "/{id}"), _owner, _OWNERS),
    Endpoint("GET", _families("/crm/owners", "/crm/v3/owners", ""), _owners, _OWNERS),
    Endpoint("GET", ("/crm/v3/owners/",), _owners, _OWNERS),
    Endpoint(
        "GET",
        _families("/crm/pipelines", "/crm/v3/pipelines", "/deals"),
        _pipelines,
        ("crm.objects.deals.read", "crm.schemas.deals.read"),
    ),
    Endpoint("GET", _families("/tax-rates", "/tax-rates/v1", "/tax-rates/{id}"), _tax_rate, _TAXES),
    Endpoint("GET", _families("/tax-rates", "/tax-rates/v1", "/tax-rates"), _tax_rates, _TAXES),
    Endpoint(
        "GET",
        _families("/settings/currencies", "/settings/v3/currencies", "/company-currency"),
        _currency,
        ("settings.currencies.read",),
    ),
    Endpoint(
        "DELETE",
        ("/appinstalls/2026-09/external-install", "/appinstalls/v3/external-install"),
        _uninstall,
        ("oauth",),
    ),
)
