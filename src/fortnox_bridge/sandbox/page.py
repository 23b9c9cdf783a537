"""The sandbox's front page: what is simulated, and where to look into it."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Final

_STYLE: Final = """
:root { color-scheme: light dark; --line: #8884; --quiet: #888; --accent: #0b6b4a; }
@media (prefers-color-scheme: dark) { :root { --accent: #4cc596; } }
body { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem; font: 1rem/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.6rem; }
p { color: var(--quiet); }
main { display: grid; grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); gap: 1rem; }
section { border: 1px solid var(--line); border-top: 4px solid var(--accent); border-radius: .6rem; padding: 1rem; }
h2 { margin: 0; font-size: 1.15rem; }
code { overflow-wrap: anywhere; font-size: .85rem; }
ul { columns: 2; margin: 0; padding: 0; list-style: none; }
a { color: var(--accent); line-height: 1.9; }
"""


def front_page(base_url: str, collections: Mapping[str, Iterable[str]]) -> str:
    """HTML for a browser; `collections` are the kinds of records by simulator."""
    sections = "".join(_section(base_url, name, kinds) for name, kinds in collections.items())
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>fortnox-bridge sandbox</title><style>{_STYLE}</style></head><body>"
        "<h1>fortnox-bridge sandbox</h1>"
        "<p>Simulated vendors over real HTTP. Everything is kept in memory and gone when the sandbox stops.</p>"
        f"<main>{sections}{_control()}</main></body></html>"
    )


def _section(base_url: str, name: str, kinds: Iterable[str]) -> str:
    links = "".join(f'<li><a href="/_control/{escape(name)}/{escape(kind)}">{escape(kind)}</a></li>' for kind in kinds)
    return (
        f"<section><h2>{escape(name)}</h2><p>Served at <code>{escape(base_url)}/{escape(name)}</code></p>"
        f"<ul>{links}</ul></section>"
    )


def _control() -> str:
    return (
        "<section><h2>Control</h2><p>Seed, knobs, faults and clock: POST under <code>/_control</code>.</p>"
        '<ul><li><a href="/_control">overview</a></li><li><a href="/_control/requests">requests</a></li>'
        '<li><a href="/_control/faults">faults</a></li><li><a href="/_control/clock">clock</a></li></ul></section>'
    )
