"""`fortnox-bridge hubspot register-actions`: the actions' definitions, made to stand as this release has them."""

from typing import Final

from fortnox_bridge.sdk import (
    CommandContext,
    CommandOption,
    ConnectorCommand,
    HttpRequest,
    HttpResponse,
    SettingsInvalid,
)
from fortnox_bridge_hubspot.action_definitions import Definition, definitions
from fortnox_bridge_hubspot.config import API, BASE_URLS, SYSTEM, WORKFLOW_ACTIONS
from fortnox_bridge_hubspot.errors import Call, error_of, unreadable

_KEY: Final = "developer-key"
_APP: Final = "app-id"


async def register_actions(ctx: CommandContext) -> tuple[str, ...]:
    """Create what is missing and bring the rest up to date, by the address that each calls. Idempotent.

    Workflows that run keep the revision they were saved with; input names never change (facts 18.1).

    Raises:
        SettingsInvalid: the app's number is not known.
        ReconnectRequired: the developer key is not accepted.
    """
    app_id = ctx.options.get(_APP) or ctx.app_id
    if not app_id:
        raise SettingsInvalid("app_id_missing", system=SYSTEM)
    registry = _Registry(ctx, app_id)
    standing = {each.get("actionUrl"): each for each in await registry.every()}
    lines = []
    for kind, definition in definitions(ctx.public_url).items():
        wanted = {**definition, "functions": [], "published": True}
        known = standing.get(definition["actionUrl"])
        if known is None:
            made = await registry.send("POST", "", wanted)
            lines.append(f"{kind.value}: created as {made.get('id')}")
        elif all(known.get(name) == value for name, value in wanted.items()):
            lines.append(f"{kind.value}: stands as {known.get('id')}")
        else:
            await registry.send("PATCH", f"/{known.get('id')}", wanted)
            lines.append(f"{kind.value}: brought up to date, {known.get('id')}")
    return tuple(lines)


class _Registry:
    """The definitions of one app, under the developer's key: the vendor takes it in the query alone."""

    def __init__(self, ctx: CommandContext, app_id: str) -> None:
        self._ctx = ctx
        self._url = f"{ctx.base_urls.get(API, BASE_URLS[API]).rstrip('/')}{WORKFLOW_ACTIONS}/{app_id}"

    async def every(self) -> list[Definition]:
        answer = await self.send("GET", "", None)
        results = answer.get("results")
        return [each for each in results if isinstance(each, dict)] if isinstance(results, list) else []

    async def send(self, method: str, path: str, body: object) -> Definition:
        query = (("hapikey", self._ctx.options.get(_KEY, "")),)
        response = await self._ctx.http.send(HttpRequest(method, self._url + path, query, json=body))
        return _judged(response, is_write=method != "GET")


def _judged(response: HttpResponse, *, is_write: bool) -> Definition:
    call = Call("workflow actions", right="developer key", is_write=is_write)
    error = error_of(response, call)
    if error is not None:
        raise error
    members = response.members()
    if members is None:
        raise unreadable(call, "a success without a JSON object")
    return dict(members)


REGISTER_ACTIONS: Final = ConnectorCommand(
    name="register-actions",
    help="Register the workflow actions with HubSpot, or bring them up to date.",
    run=register_actions,
    options=(
        CommandOption(_KEY, "The developer account's API key.", variable="HUBSPOT_DEVELOPER_KEY", is_secret=True),
        CommandOption(_APP, "The app's number; else the one in the settings."),
    ),
)
