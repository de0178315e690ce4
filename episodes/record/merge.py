"""From what was heard to steps: keystrokes become one text, wheel ticks one scroll.

Prevents: a recording of ninety steps where a person would tell of five.
"""

from handeye.actions import Action, Click, Press, Scroll, Target, Type, Upload
from handeye.envs.watching import Did

_SAME_SCROLL_SECONDS = 1.5
_SAME_CLICK_SECONDS = 0.8
_NEAR = 8.0  # pixels
_IN_LISTS = {"ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown", " "}


def merged(first: Did, second: Did) -> Did | None:
    """Both as one, the screen from before the first; None where they are two steps."""
    action = _one(first, second)
    if action is None:
        return None
    told = {"action": action, "before": first.before or second.before, "time": first.time}
    return second.model_copy(update=told)


def _one(first: Did, second: Did) -> Action | None:
    one, two = first.action, second.action
    same = bool(first.field) and first.field == second.field
    if isinstance(one, Type) and two == Press(keys=("Backspace",)) and not first.whole:
        return one.model_copy(update={"text": one.text[:-1]}) if len(one.text) > 1 else None
    if isinstance(two, Type):
        return _typing(first, second, same=same)
    if isinstance(one, Scroll) and isinstance(two, Scroll):
        return _scrolling(first, second)
    if isinstance(one, Click) and isinstance(two, Click):
        return two if _again(first, second, one, two) else None
    if two.kind == "select_option" and same:
        opened = isinstance(one, Click) or one.kind == "select_option"
        return two if opened or _moves_in_list(one) else None
    if one.kind == "select_option" and same and _moves_in_list(two):
        return one
    if isinstance(two, Upload) and isinstance(one, Click):
        if two.target.point is None:  # a hidden field, opened by what was clicked
            return two.model_copy(update={"target": one.target})
        return two if same else None
    return None


def _typing(first: Did, second: Did, *, same: bool) -> Action | None:
    one, two = first.action, second.action
    assert isinstance(two, Type)
    if second.whole:
        if same and isinstance(one, Type):
            return two.model_copy(update={"clear": one.clear})
        took = (isinstance(one, Click) and one.count in (1, 2, 3)) or one.kind == "drag"
        return two if same and took else None
    if isinstance(one, Type) and not first.whole:
        return one.model_copy(update={"text": one.text + two.text})
    return None


def _scrolling(first: Did, second: Did) -> Action | None:
    one, two = first.action, second.action
    assert isinstance(one, Scroll)
    assert isinstance(two, Scroll)
    if second.time - first.time > _SAME_SCROLL_SECONDS or not _close(one.target, two.target):
        return None
    return one.model_copy(update={"dx": one.dx + two.dx, "dy": one.dy + two.dy})


def _again(first: Did, second: Did, one: Click, two: Click) -> bool:
    """Whether the second click makes a double click of the first one."""
    return (
        two.count == one.count + 1
        and (one.button, one.modifiers) == (two.button, two.modifiers)
        and second.time - first.time < _SAME_CLICK_SECONDS
        and _close(one.target, two.target)
    )


def _moves_in_list(action: Action) -> bool:
    return isinstance(action, Press) and (action.keys[-1] in _IN_LISTS or len(action.keys[-1]) == 1)


def _close(one: Target | None, two: Target | None) -> bool:
    if one is None or two is None or one.point is None or two.point is None:
        return one == two
    return one.point.distance(two.point) <= 4 * _NEAR
