"""How Pipedrive writes times: v2 RFC 3339, v1 without zone, both in UTC (section 1)."""

import re
from datetime import UTC, date, datetime

_WHOLE_SECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")


def v2_time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def v1_time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def v1_from_v2(text: str) -> str:
    return text.replace("T", " ").removesuffix("Z")


def millisecond_time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def parse_whole_seconds(text: str) -> datetime | None:
    """Read an RFC 3339 time; fractional seconds are refused as the vendor refuses them (section 1)."""
    if not _WHOLE_SECONDS.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return None


def is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
