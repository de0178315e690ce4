"""What an evaluator looks at: files of the task's home folder, what commands write, rules.

Prevents: an evaluation that ends with an error because the file that it looks for is not there.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handeye.actions.errors import DisplayError, UsageError

if TYPE_CHECKING:
    from handeye.envs.desktop.osworld.place import Place


def get(place: "Place", getter: dict[str, Any] | None) -> Any:
    """What the getter gives; None where there is nothing. Raises UsageError, with the getter's
    name, for one that cannot be used as it is written."""
    if getter is None:
        return None
    try:
        return GETTERS[getter["type"]](place, getter)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise UsageError(
            f"The getter {getter['type']} has unusable parameters: {error}."
        ) from error


def _file(place: "Place", getter: dict[str, Any]) -> Path | list[Path | None] | None:
    """The file itself, or those of several that `gives` counts out."""
    path = getter["path"]
    if not getter.get("multi"):
        return _existing(place, path)
    gives = getter.get("gives", [0])
    files = [_existing(place, path[number]) for number in gives]
    return files[0] if len(files) == 1 else files


def _existing(place: "Place", path: str) -> Path | None:
    file = place.path(path)
    return file if file.is_file() else None


def _written(place: "Place", getter: dict[str, Any]) -> str | None:
    ran = _run(place, getter)
    return None if ran is None else ran[0]


def _complained(place: "Place", getter: dict[str, Any]) -> str | None:
    ran = _run(place, getter)
    return None if ran is None else ran[1]


def _run(place: "Place", getter: dict[str, Any]) -> tuple[str, str] | None:
    try:
        ran = place.run(getter["command"], shell=bool(getter.get("shell")))
    except DisplayError as error:
        place.notes.append(error.message)
        return None
    return ran.output, ran.complaints


def _rules(_: "Place", getter: dict[str, Any]) -> Any:
    return getter.get("rules")


def _folder(place: "Place", getter: dict[str, Any]) -> dict[str, Any] | None:
    """A folder as a tree, as OSWorld's server tells it."""
    root = place.path(getter["path"])
    return _tree(root) if root.is_dir() else None


def _tree(path: Path) -> dict[str, Any]:
    if not path.is_dir() or path.is_symlink():
        return {"type": "file", "name": path.name}
    inside = sorted(path.iterdir(), key=lambda each: each.name)
    return {"type": "directory", "name": path.name, "children": [_tree(each) for each in inside]}


def _screen(place: "Place", _: dict[str, Any]) -> dict[str, int]:
    return {"width": place.size.width, "height": place.size.height}


GETTERS: dict[str, Callable[["Place", dict[str, Any]], Any]] = {
    "vm_file": _file,
    "vm_command_line": _written,
    "vm_command_error": _complained,
    "rule": _rules,
    "list_directory": _folder,
    "vm_screen_size": _screen,
}
