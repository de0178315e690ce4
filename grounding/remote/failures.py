"""What went wrong with a server, in words, and whether to ask it again.

Prevents: tracebacks of an HTTP library, keys in messages, and runs that end at the first 429.
"""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from handeye.actions.errors import BackendError
from handeye.grounding.remote.answer import Garbled
from handeye.grounding.remote.server import Server

if TYPE_CHECKING:
    import openai

_MOST_WORDS = 300
_PASSING = {408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529}


@dataclass(frozen=True)
class Failure:
    """again: it may pass. after: the seconds that the server asks to wait, None if it does not."""

    error: BackendError
    again: bool = False
    after: float | None = None


def explain(
    error: "openai.OpenAIError | Garbled", server: Server, silence: float, *, met: bool
) -> Failure:
    """`error` of a request to `server`, which may be quiet for `silence` seconds.

    met: it has answered before, so if nobody is there now it may be starting again.
    """
    import openai

    if isinstance(error, Garbled):
        fix = "Look at its log, or try another server."
        return Failure(BackendError(f"{server.url} sent {error}.", fix), again=True)
    if isinstance(error, openai.APIConnectionError):
        return _unconnected(error, server, silence, met)
    if isinstance(error, openai.APIStatusError):
        return _status(error, server)
    said = _said(error, server)
    return Failure(
        BackendError(f"{server.url} reports: {said.rstrip(' .')}.", "Look at its log."), again=True
    )


def no_model_there(server: Server) -> BackendError:
    """The address answers, but with a web page."""
    return BackendError(
        f"{server.url} answers with a web page, not as a model.",
        "Check the address: most end in /v1.",
    )


def _unconnected(
    error: "openai.APIConnectionError", server: Server, silence: float, met: bool
) -> Failure:
    """The client has one error for all; its cause tells what happened."""
    cause = type(error.__cause__).__name__
    if cause in ("ConnectError", "ConnectTimeout", "ProxyError"):
        text = f"No server answers at {server.url}."
        return Failure(BackendError(text, "Start it, or check the address."), again=met)
    if "Timeout" in cause:
        text = f"{server.url} sent nothing for {silence:.0f} seconds."
        fix = "Look whether it still works, or is too busy."
        return Failure(BackendError(text, fix), again=True)
    fix = "Look at its log: it may have run out of memory."
    return Failure(BackendError(f"{server.url} broke off its answer.", fix), again=True)


def _status(error: "openai.APIStatusError", server: Server) -> Failure:
    code, said = error.status_code, _said(error, server)
    blind = "image" in said.lower() and code != 429
    message = f"{server.url} answers {code}: {said.rstrip(' .')}."
    fix = {
        401: "Set HANDEYE_API_KEY to a key of this server; OPENAI_API_KEY is sent to OpenAI only.",
        403: "Set HANDEYE_API_KEY to a key that may use this model.",
        404: f"Check the address (most end in /v1) and the name of the model, {server.model!r}.",
        413: "The pictures or the history are too large for this server.",
        429: "Wait, or raise the limits of the account.",
    }.get(code, "Look at its log." if code >= 500 else "Check the model, its options and its size.")
    if blind:
        fix = "If the model cannot see pictures, use it with --profile text-only."
    spent = "insufficient_quota" in (error.code, said)
    again = code in _PASSING and not blind and not spent
    return Failure(BackendError(message, fix), again, _retry_after(error))


def _said(error: "openai.OpenAIError", server: Server) -> str:
    """The server's own words: one line, short, without secrets."""
    body = getattr(error, "body", None)
    if isinstance(body, dict):
        inner = body.get("message") or body.get("detail") or body.get("error") or body
        text = inner if isinstance(inner, str) else json.dumps(inner)
    elif isinstance(body, str) and "<html" in body[:1000].lower():
        text = "a web page"
    else:
        text = str(body or getattr(error, "message", error))
    line = server.hidden(" ".join(text.split()))
    return line if len(line) <= _MOST_WORDS else line[: _MOST_WORDS - 1] + "…"


def _retry_after(error: "openai.APIStatusError") -> float | None:
    """Seconds; the form with a date is not used by servers of models."""
    try:
        return max(0.0, float(error.response.headers.get("retry-after", "")))
    except ValueError:
        return None
