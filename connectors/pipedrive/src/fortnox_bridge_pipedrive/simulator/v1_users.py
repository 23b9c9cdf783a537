"""Users and currencies (sections 2.1 and 19)."""

from starlette.responses import Response

from fortnox_bridge_pipedrive.simulator.answers import Record, answer
from fortnox_bridge_pipedrive.simulator.endpoint import Call, Endpoint
from fortnox_bridge_pipedrive.simulator.errors import not_found
from fortnox_bridge_pipedrive.simulator.state import User

_READ = ("users:read",)
_APPS = ("sales", "global", "account_settings")
_LANGUAGES = {"SE": ("sv_SE", "sv", "SE")}


def user_view(user: User, viewer_id: int) -> Record:
    return {
        "id": user.id,
        "name": user.name,
        "default_currency": user.default_currency,
        "locale": "sv_SE",
        "lang": 1,
        "email": user.email,
        "phone": None,
        "activated": True,
        "last_login": "2026-04-01 07:00:00",
        "created": "2024-01-15 09:00:00",
        "modified": "2026-04-01 07:00:00",
        "has_created_company": user.is_admin,
        "access": [
            {"app": app, "admin": user.is_admin, "permission_set_id": f"00000000-0000-4000-8000-00000000000{number}"}
            for number, app in enumerate(_APPS, start=1)
        ],
        "active_flag": user.active,
        "timezone_name": "Europe/Stockholm",
        "timezone_offset": "+01:00",
        "role_id": 1,
        "icon_url": None,
        "is_you": user.id == viewer_id,
        "is_deleted": False,
        # Not in the description any more, still answered; apps should read `access` (sections 2.5 and 22).
        "is_admin": user.is_admin,
    }


def _me(call: Call) -> Response:
    company, user = call.company, call.caller.user
    _, language, country = _LANGUAGES.get(company.country, ("en_US", "en", "US"))
    return answer(
        user_view(user, user.id)
        | {
            "company_id": company.id,
            "company_name": company.name,
            "company_domain": company.domain,
            "company_country": company.country,
            "company_industry": "Construction",
            "language": {"language_code": language, "country_code": country},
        }
    )


def _one(call: Call) -> Response:
    user = call.company.users.get(call.id())
    if user is None:
        raise not_found("User")
    return answer(user_view(user, call.caller.user.id))


def _list(call: Call) -> Response:
    return answer([user_view(user, call.caller.user.id) for user in call.company.users.values()])


def _currencies(call: Call) -> Response:
    term = call.query.get("term", "").casefold()
    rows = [
        row
        for row in call.company.currencies
        if term in str(row["code"]).casefold() or term in str(row["name"]).casefold()
    ]
    return answer(rows)


ENDPOINTS = (
    Endpoint("GET", "/users/me", _me, 2),
    Endpoint("GET", "/users", _list, 20, _READ),
    Endpoint("GET", "/users/{id:int}", _one, 2, _READ),
    Endpoint("GET", "/currencies", _currencies, 20),
)
