"""handeye: a computer-use agent that sees, acts, records, replays and measures itself.

    import handeye
    result = handeye.run("Search for 'desk lamp', open the first result", url="http://…")
    result.ok, result.reason, result.answer, result.steps, result.timing, result.episode

The names are loaded when they are first used: the command line must not wait for all of them.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from handeye.actions import HandeyeError
    from handeye.again import replay
    from handeye.api import run
    from handeye.episodes.result import RunResult, StopReason

    __version__: str

__all__ = ["HandeyeError", "RunResult", "StopReason", "__version__", "replay", "run"]

_MODULES = {
    "HandeyeError": "handeye.actions",
    "RunResult": "handeye.episodes.result",
    "StopReason": "handeye.episodes.result",
    "replay": "handeye.again",
    "run": "handeye.api",
}


def __getattr__(name: str) -> Any:
    from importlib import import_module
    from importlib.metadata import version

    if name == "__version__":
        return version("handeye")
    if name not in _MODULES:
        raise AttributeError(f"module 'handeye' has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
