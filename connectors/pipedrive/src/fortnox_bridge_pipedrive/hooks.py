"""Keeps exactly one webhook standing for each kind of record that is asked for (facts 17.1).

One subscription for every action on deals, not one each for create and change: it is one of only forty, there is one
thing to look after, and merges and deletions already arrive for whoever will need them. What does not matter is
answered 2xx and dropped, and deliveries cost no tokens.
"""

from typing import Final
from urllib.parse import urlsplit

from fortnox_bridge.sdk import HookState, HookTarget, SettingsInvalid, SourceDataInvalid, UserAction
from fortnox_bridge_pipedrive.client import PipedriveClient
from fortnox_bridge_pipedrive.config import SYSTEM
from fortnox_bridge_pipedrive.wire import WireHook
from fortnox_bridge_pipedrive.wire_requests import DEAL, HOOK_OBJECTS, HOOK_VERSION, hook_action, hook_body

HOOK_NAME: Final = "fortnox-bridge"

_RECORD: Final = "webhook"
_RIGHT: Final = "webhooks:full"


class PipedriveHooks:
    def __init__(self, client: PipedriveClient) -> None:
        self._client = client

    async def ensure_hooks(self, target: HookTarget, object_kinds: frozenset[str]) -> HookState:
        """There is no update: a hook that is not as it should be is created anew, then the old one is deleted.

        In this order no event is lost in between; only when the account has no room left is it turned round.
        """
        hooks = await self._list()
        wanted = [name for kind, name in HOOK_OBJECTS.items() if kind == DEAL or kind in object_kinds]
        good = {name: next((hook for hook in hooks if _stands(hook, name, target)), None) for name in wanted}
        stale = [hook for hook in hooks if hook not in good.values() and _is_ours(hook, target)]
        standing: list[str] = []
        created = removed = 0
        for name, hook in good.items():
            if hook is not None:
                standing.append(hook.id)
                continue
            removed += await self._make_room(name, target, stale, standing)
            created += 1
        for hook in stale:
            removed += await self._delete(hook)
        return HookState(tuple(standing), created, removed)

    async def _make_room(self, name: str, target: HookTarget, stale: list[WireHook], standing: list[str]) -> int:
        """Create the hook, if need be in the place of a stale one; answer how many were removed for it."""
        try:
            standing.append(await self._create(name, target))
        except UserAction as refusal:
            if refusal.code != "source_hook_limit" or not stale:
                raise
            removed = await self._delete(stale.pop())
            standing.append(await self._create(name, target))
            return removed
        return 0

    async def remove_hooks(self, url: str) -> int:
        return sum([await self._delete(hook) for hook in await self._list() if hook.subscription_url == url])

    async def _list(self) -> list[WireHook]:
        return (await self._client.get_v1("/webhooks", record=_RECORD, right=_RIGHT)).many(WireHook)

    async def _create(self, name: str, target: HookTarget) -> str:
        body = hook_body(HOOK_NAME, name, target.url, target.user, target.password)
        try:
            answer = await self._client.write_v1("POST", "/webhooks", body, record=_RECORD, right=_RIGHT)
        except SourceDataInvalid as refusal:
            if refusal.code != "source_refused":
                raise
            raise _explained(refusal, target) from refusal
        return answer.one(WireHook).id

    async def _delete(self, hook: WireHook) -> int:
        try:
            await self._client.write_v1("DELETE", f"/webhooks/{hook.id}", record=_RECORD, right=_RIGHT)
        except SourceDataInvalid as error:
            if error.code != "source_record_missing":
                raise
            return 0
        return 1


def _stands(hook: WireHook, name: str, target: HookTarget) -> bool:
    """As it must be, credentials included, which Pipedrive shows to the hook's owner."""
    return (
        hook.subscription_url == target.url
        and (hook.event_object, hook.event_action, hook.version) == (name, hook_action(name), HOOK_VERSION)
        and hook.is_active
        and (hook.http_auth_user, hook.http_auth_password) == (target.user, target.password)
    )


def _is_ours(hook: WireHook, target: HookTarget) -> bool:
    """Ours point at this URL, or carry our name and point at another path token of this deployment.

    With an API token the list holds everybody's hooks. One of ours at a former address of the deployment is left
    alone, since another deployment's would look the same: it dies after three days without a delivery (facts 17.2).
    """
    if hook.subscription_url == target.url:
        return True
    return hook.name == HOOK_NAME and _folder(hook.subscription_url) == _folder(target.url)


def _folder(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc, parts.path.rpartition("/")[0]


def _explained(refusal: SourceDataInvalid, target: HookTarget) -> UserAction:
    """422 is the limit of forty; 400 is nearly always the address, which Pipedrive tries at once."""
    said = refusal.params.get("message", "")
    if refusal.detail.startswith("422"):
        return UserAction("source_hook_limit", system=SYSTEM, message=said, detail=refusal.detail)
    host = urlsplit(target.url).hostname or ""
    return SettingsInvalid("source_hook_url_refused", system=SYSTEM, host=host, message=said, detail=refusal.detail)
