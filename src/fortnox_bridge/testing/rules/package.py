"""Rules about the package's source: what it may import."""

import ast
import sys
from collections.abc import Iterator, Mapping

from fortnox_bridge.quality import Tier
from fortnox_bridge.testing.kit import Kit
from fortnox_bridge.testing.rule import require, rule

_SDK = "fortnox_bridge.sdk"
# Of the standard library: ways to the network and to other processes that the bridge cannot see.
_CLOSED = ("socket", "ssl", "http.client", "urllib.request", "ftplib", "smtplib", "subprocess", "multiprocessing")


@rule("imports", "The connector imports the SDK, and nothing else of the bridge.", tier=Tier.BRONZE)
async def check_imports(kit: Kit) -> None:
    """The source of the package is read. Allowed are the standard library (without its ways to the network and to other
    processes), the package itself, `fortnox_bridge.sdk`, and the harness's `libraries`; for the simulator its
    `simulator_libraries`. Requests go through `ctx.http`.
    """
    harness = kit.harness
    for module, imported in _imports(harness.sources()):
        is_simulator = _within(module, harness.simulator_package)
        libraries = harness.simulator_libraries if is_simulator else harness.libraries
        require(
            _is_allowed(imported, harness.package, libraries, may_connect=is_simulator),
            f"{module} imports the SDK, the standard library or {', '.join(sorted(libraries))}",
            imported,
        )


@rule("simulator-apart", "The simulator and the client share no code.", tier=Tier.BRONZE)
async def check_simulator_apart(kit: Kit) -> None:
    """What both use would hide a mistake that both make. Inside the simulator nothing of the package is imported but
    the simulator itself; of the simulator the client imports nothing but its factory.
    """
    harness = kit.harness
    assert kit.connector.simulator is not None
    built_in = kit.connector.simulator.build.__module__
    require(_within(built_in, harness.simulator_package), f"a simulator in {harness.simulator_package}", built_in)
    for module, imported in _imports(harness.sources()):
        if not _within(imported, harness.package):
            continue
        inside = _within(imported, harness.simulator_package)
        if _within(module, harness.simulator_package):
            require(inside, f"{module} imports nothing of the client", imported)
        elif inside:
            require(imported == harness.simulator_package, f"{module} imports the factory alone", imported)


def _imports(sources: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Pairs of a module and a module it imports."""
    for module, text in sources.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                yield from ((module, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = module.rsplit(".", node.level)[0] + "." if node.level else ""
                yield module, (base + (node.module or "")).rstrip(".")


def _within(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


def _is_allowed(imported: str, package: str, libraries: frozenset[str], *, may_connect: bool) -> bool:
    top = imported.partition(".")[0]
    if top == "fortnox_bridge":
        return _within(imported, _SDK)
    if top in sys.stdlib_module_names:
        return may_connect or not any(_within(imported, closed) for closed in _CLOSED)
    return _within(imported, package) or top in libraries
