"""One problem format for every error, with our stable code and the sentence from the catalogue (RFC 9457)."""

from collections.abc import Iterable, Mapping, Sequence

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse

from fortnox_bridge.domain.catalogue import describe
from fortnox_bridge.domain.errors import (
    BridgeError,
    Defect,
    LockHeld,
    PermissionMissing,
    RateLimited,
    ReconnectRequired,
    Transient,
    UserAction,
)
from fortnox_bridge.domain.language import Language
from fortnox_bridge.sync_settings.faults import SettingsFault

PROBLEM_TYPE = "application/problem+json"


class FaultBody(BaseModel):
    """One fault in what was sent: where, and what is wrong there. `code` is stable where the fault has one."""

    place: str
    message: str
    remedy: str = ""
    code: str | None = None


class ProblemBody(BaseModel):
    """Every error of this API.

    `code` is stable and listed in docs/errors.md. `title` says what happened, `remedy` what to do, both in the
    language of `Accept-Language` (sv or en, Swedish unless asked otherwise). `faults` lists all faults at once.
    """

    model_config = ConfigDict(extra="forbid")

    type: str = "about:blank"
    status: int
    code: str
    title: str
    remedy: str = ""
    where: str | None = None
    faults: list[FaultBody] = Field(default_factory=list)


def fault_bodies(faults: Iterable[SettingsFault], language: Language) -> list[FaultBody]:
    """Faults of settings in the caller's language."""
    bodies = []
    for fault in faults:
        sentence = fault.sentence(language)
        bodies.append(FaultBody(place=fault.place, message=sentence.what, remedy=sentence.remedy, code=fault.code))
    return bodies


def language_of(request: Request) -> Language:
    """English if the client prefers it, Swedish otherwise."""
    for part in request.headers.get("accept-language", "").lower().split(","):
        tag = part.partition(";")[0].strip()
        if tag.startswith("sv"):
            return Language.SWEDISH
        if tag.startswith("en"):
            return Language.ENGLISH
    return Language.SWEDISH


def status_of(error: BridgeError) -> int:
    match error:
        case RateLimited():
            return 429
        case LockHeld():
            return 409
        case Transient():
            return 503
        case ReconnectRequired():
            return 409
        case PermissionMissing():
            return 403
        case UserAction():
            return 422
        case Defect():
            return 502
        case _:
            return 500


def problem_response(
    request: Request,
    *,
    status: int,
    code: str,
    params: Mapping[str, str] | None = None,
    where: str | None = None,
    faults: Sequence[FaultBody] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    sentence = describe(code, params or {}, language_of(request))
    body = ProblemBody(
        status=status, code=code, title=sentence.what, remedy=sentence.remedy, where=where, faults=list(faults)
    )
    return JSONResponse(body.model_dump(), status, headers=dict(headers or {}), media_type=PROBLEM_TYPE)


def problem_of_error(request: Request, error: BridgeError) -> JSONResponse:
    headers = {}
    if isinstance(error, Transient) and error.retry_after_s is not None:
        headers["Retry-After"] = str(max(1, round(error.retry_after_s)))
    where = error.where if isinstance(error, UserAction) else None
    return problem_response(
        request, status=status_of(error), code=error.code, params=error.params, where=where, headers=headers
    )
