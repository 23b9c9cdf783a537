from starlette.responses import Response

from fortnox_bridge_pipedrive.simulator.answers import Record, json_response

SCHEMA_FAILED = "ERR_SCHEMA_VALIDATION_FAILED"


class ApiError(Exception):
    """An answer that refuses the request; nothing has been applied when it is raised."""

    def __init__(self, status: int, body: Record) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body

    def response(self) -> Response:
        return json_response(self.body, self.status)


def invalid(text: str) -> ApiError:
    return ApiError(
        400,
        {
            "success": False,
            "error": f"Validation failed: {text}",
            "code": SCHEMA_FAILED,
            "data": None,
            "additional_data": None,
        },
    )


def refused(status: int, error: str, info: str = "Please check developers.pipedrive.com") -> ApiError:
    # Section 3: the envelope of v1; v2 uses the same keys plus `code` for validation.
    return ApiError(
        status,
        {
            "success": False,
            "error": error,
            "error_info": info,
            "errorCode": status,
            "data": None,
            "additional_data": None,
        },
    )


def not_found(what: str) -> ApiError:
    return refused(404, f"{what} not found")


def unauthorized() -> ApiError:
    return ApiError(401, {"success": False, "error": "unauthorized access", "errorCode": 401})


def webhook_invalid(errors: dict[str, list[str]], status: int = 400) -> ApiError:
    return ApiError(status, {"status": "error", "success": False, "errors": errors})
