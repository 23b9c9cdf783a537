"""The few pages that people see: plain HTML, no script, both languages, everything escaped."""

from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from fortnox_bridge.domain.language import Language
from fortnox_bridge.web.problems import language_of

HERE: Final = Path(__file__).parent

_ENVIRONMENT: Final = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(
    request: Request, template: str, *, status: int = 200, language: Language | None = None, **values: object
) -> HTMLResponse:
    chosen = language or language_of(request)
    text = render(template, chosen, **values)
    return HTMLResponse(text, status, headers={"Content-Language": chosen.value})


def render(template: str, language: Language, **values: object) -> str:
    return _ENVIRONMENT.get_template(template).render(lang=language.value, sv=language is Language.SWEDISH, **values)
