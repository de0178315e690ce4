"""Everything that a request can be answered with but a completion, in OpenAI's error shape.

Source: https://platform.openai.com/docs/guides/error-codes. Prevents: clients that cannot tell
a wrong key from a broken model.
"""

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from handeye.actions.errors import HandeyeError, UsageError


def refusal(
    status: int,
    message: str,
    *,
    param: str | None = None,
    code: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> HTTPException:
    """The exception that answers a request with `status`; `param` is the field that is wrong."""
    detail: Any = {"message": message, "param": param, "code": code}
    return HTTPException(status, detail, dict(headers or {}))


def as_refusal(error: HandeyeError) -> HTTPException:
    """What went wrong in handeye: 400 for what was passed in, 500 for a model that fails."""
    return refusal(400 if isinstance(error, UsageError) else 500, str(error))


def error_object(error: HTTPException) -> dict[str, Any]:
    """The JSON of a refusal: {"error": {message, type, param, code}}."""
    kind = "server_error" if error.status_code >= 500 else "invalid_request_error"
    detail: Any = error.detail
    told = detail if isinstance(detail, dict) else {"message": detail, "param": None, "code": None}
    return {"error": {**told, "type": kind}}


async def answer_refusal(request: Request, error: Exception) -> JSONResponse:  # noqa: ARG001
    """The handler of refusals, of errors of handeye, and of everything unforeseen."""
    match error:
        case HTTPException():
            refused = error
        case HandeyeError():
            refused = as_refusal(error)
        case _:
            refused = refusal(500, "The server failed. Its log says how.")
    return JSONResponse(error_object(refused), refused.status_code, refused.headers)
