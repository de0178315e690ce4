"""Lines of pyautogui as actions. They are parsed, and never run.

Prevents: code of a trajectory that is executed to find out what it does.
"""

import ast
from typing import Any, get_args

from handeye.actions import (
    Action,
    Batch,
    Click,
    Drag,
    Hover,
    MouseDown,
    MouseUp,
    Point,
    Press,
    Scroll,
    Target,
    Type,
    Wait,
)
from handeye.actions.keys import normalise_key
from handeye.actions.union import Button

_TICK = 100.0
_MOST_KEYS = 1000  # in one line: no trajectory has more, and memory has an end
_NAMES = {
    ("click", "leftClick"): ("left", 1), ("doubleClick",): ("left", 2),
    ("tripleClick",): ("left", 3), ("rightClick",): ("right", 1), ("middleClick",): ("middle", 1),
}  # fmt: skip
_CLICKS = {name: how for names, how in _NAMES.items() for name in names}


class Reader:
    """Reads step after step; the pointer stays where the last line left it."""

    def __init__(self) -> None:
        self._at: Point | None = None

    def actions(self, code: str) -> tuple[list[Action], list[str]]:
        """The actions of some lines, and the lines that are none."""
        try:
            statements = ast.parse(code).body
        except SyntaxError:
            return [], [code.strip()]
        done: list[Action] = []
        rest: list[str] = []
        for statement in statements:
            call = statement.value if isinstance(statement, ast.Expr) else None
            try:
                found = self._call(call) if isinstance(call, ast.Call) else None
            except (ValueError, TypeError, IndexError):
                found = None
            if found is not None:
                done.append(found)
            elif not isinstance(statement, (ast.Import, ast.ImportFrom)):
                rest.append(ast.unparse(statement))
        return done, rest

    def _call(self, call: ast.Call) -> Action | None:
        name = ast.unparse(call.func)
        given = [ast.literal_eval(argument) for argument in call.args]
        named = {each.arg: ast.literal_eval(each.value) for each in call.keywords if each.arg}
        if name in ("time.sleep", "pyautogui.sleep"):
            return Wait(until="time", seconds=float(given[0]))
        return self._act(name.removeprefix("pyautogui."), given, named)

    def _act(self, name: str, given: list[Any], named: dict[str, Any]) -> Action | None:
        if name in _CLICKS:
            button, count = _CLICKS[name]
            target = self._move(given, named)
            count = int(named.get("clicks", given[2] if len(given) > 2 else count))
            return Click(target=target, button=_button(named, button), count=count)
        if name == "moveTo":
            return Hover(target=self._move(given, named))
        if name in ("dragTo", "dragRel", "drag"):
            start = self._here()
            end = self._move(given, named, relative=name != "dragTo")
            return Drag(path=(start, end), button=_button(named, "left"))
        if name in ("mouseDown", "mouseUp"):
            kind = MouseDown if name == "mouseDown" else MouseUp
            return kind(target=self._move(given, named), button=_button(named, "left"))
        if name in ("typewrite", "write"):
            text = given[0] if given else named["message"]
            return Type(text="".join(text)) if isinstance(text, str) else None
        if name == "press":
            return _presses(given, named)
        if name == "hotkey":
            keys = given[0] if given and isinstance(given[0], list) else given
            return Press(keys=tuple(map(_key, keys)))
        if name in ("scroll", "vscroll", "hscroll"):
            ticks = float(given[0] if given else named["clicks"]) * _TICK
            self._go(given[1:], named)
            spot = Target(point=self._at) if self._at else None
            return (
                Scroll(target=spot, dx=ticks)
                if name == "hscroll"
                else Scroll(target=spot, dy=-ticks)
            )
        return None

    def _move(self, given: list[Any], named: dict[str, Any], *, relative: bool = False) -> Target:
        self._go(given, named, relative=relative)
        return self._here()

    def _go(self, given: list[Any], named: dict[str, Any], *, relative: bool = False) -> None:
        x = named.get("x", given[0] if given else None)
        y = named.get("y", given[1] if len(given) > 1 else None)
        if x is not None and y is not None:
            base = self._at if relative and self._at else Point(x=0, y=0)
            self._at = Point(x=base.x + float(x), y=base.y + float(y))

    def _here(self) -> Target:
        if self._at is None:
            raise ValueError("nobody knows where the pointer is")
        return Target(point=self._at)


def _presses(given: list[Any], named: dict[str, Any]) -> Action | None:
    """One key or several after each other, as often as is said."""
    keys = given[0] if given else named["keys"]
    often = int(named.get("presses", given[1] if len(given) > 1 else 1))
    each = [Press(keys=(_key(key),)) for key in ([keys] if isinstance(keys, str) else keys)]
    if not 0 < len(each) * often <= _MOST_KEYS:
        return None
    return each[0] if len(each) * often == 1 else Batch(actions=tuple(each * often))


def _button(named: dict[str, Any], usual: str) -> Any:
    button = named.get("button", usual)
    return button if button in get_args(Button) else usual


def _key(name: Any) -> str:
    return normalise_key({"enter": "Enter", "winleft": "Meta"}.get(str(name), str(name)))
