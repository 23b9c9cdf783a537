"""Logs: structured, in UTC, with ids instead of payloads, and secrets masked as the last line of defence."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Literal

import structlog

Event = MutableMapping[str, Any]

_SECRET_NAME = re.compile(
    r"token|secret|password|authorization|cookie|signature|api_key|credential|code_verifier", re.IGNORECASE
)
# Names that match above and are known to be harmless.
_HARMLESS = frozenset({"error_code", "reason_code", "code"})
_SECRET_TEXT = re.compile(
    r"(?i)(bearer\s+|basic\s+|/webhooks/[a-z0-9_-]+/|/replay/|[?&](?:code|state|ticket|token)=)[^\s\"'&]+"
)


def mask_secrets(_logger: object, _method: str, event: Event) -> Event:
    """Mask values under secret-sounding names, and what looks like a credential inside any text."""
    for name, value in event.items():
        if name not in _HARMLESS and _SECRET_NAME.search(name):
            event[name] = "***"
        elif isinstance(value, str):
            event[name] = _SECRET_TEXT.sub(r"\1***", value)
    return event


def escape_line_breaks(_logger: object, _method: str, event: Event) -> Event:
    """One event stays one line, whatever a stranger put into a name."""
    for name, value in event.items():
        if isinstance(value, str) and name != "exception":
            event[name] = value.replace("\r", "\\r").replace("\n", "\\n")
    return event


def configure_logging(*, log_format: Literal["json", "text"], level: str) -> None:
    """Set up structlog and silence libraries that would log whole URLs or payloads."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        mask_secrets,
        escape_line_breaks,
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(sort_keys=True)
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    for noisy in ("httpx", "httpcore", "uvicorn.access", "sqlalchemy.engine", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
