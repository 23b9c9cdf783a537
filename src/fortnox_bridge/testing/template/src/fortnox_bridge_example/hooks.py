"""The account's own webhook: made to stand once, pointing at us, and taken down again."""

from fortnox_bridge.sdk import HookState, HookTarget
from fortnox_bridge_example.client import ExampleClient
from fortnox_bridge_example.wire import WireHook, WireHooks


class ExampleHooks:
    """Implements `HookRegistrar`. Safe to repeat; hooks of others are left alone."""

    def __init__(self, client: ExampleClient) -> None:
        self._client = client

    async def ensure_hooks(self, target: HookTarget, object_kinds: frozenset[str]) -> HookState:
        """Example tells of deals only: the other kinds are passed over."""
        del object_kinds
        standing = await self._at(target.url)
        if standing:
            return HookState(tuple(standing), created=0, removed=0)
        body = {"url": target.url, "secret": target.password}
        made = await self._client.write("POST", "/hooks", body, WireHook, record="webhook")
        return HookState((made.id,), created=1, removed=0)

    async def remove_hooks(self, url: str) -> int:
        standing = await self._at(url)
        for hook in standing:
            await self._client.delete(f"/hooks/{hook}", record="webhook")
        return len(standing)

    async def _at(self, url: str) -> list[str]:
        found = await self._client.read("/hooks", WireHooks, record="webhooks")
        return [hook.id for hook in found.hooks if hook.url == url]
