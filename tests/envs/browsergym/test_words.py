"""Each action becomes the calls that BrowserGym documents, or is refused with a reason."""

import ast

import pytest
from PIL import Image

from handeye.actions import (
    Action,
    Batch,
    Click,
    CloseTab,
    Dialog,
    Drag,
    Goto,
    Hold,
    Hover,
    MouseDown,
    NewTab,
    Point,
    Press,
    Reload,
    Scroll,
    SelectOption,
    Size,
    SwitchTab,
    Target,
    Type,
    Upload,
    Wait,
)
from handeye.actions.geometry import ScreenSpace
from handeye.envs import Observation, Screenshot
from handeye.envs.browsergym.words import words_of
from handeye.envs.refused import Refused

SPACE = ScreenSpace(size=Size(width=300, height=200), scale_x=1.5, scale_y=1.5)


@pytest.fixture(scope="module")
def seen() -> Observation:
    picture = Image.new("RGB", (300, 200))
    shot = Screenshot(data=picture.tobytes(), space=SPACE)
    return Observation(screenshot=shot, url="https://shop.example/cart")


def at(x: float, y: float) -> Target:
    return Target(point=Point(x=x, y=y))


LINES = [
    (Click(target=at(3, 4)), "mouse_click(3.0, 4.0, 'left')"),
    (Click(target=at(0, 0), count=2, button="right"), "mouse_dblclick(0.0, 0.0, 'right')"),
    (
        Click(target=at(3, 4), modifiers=("Control", "Shift")),
        "keyboard_down('Control')\nkeyboard_down('Shift')\nmouse_click(3.0, 4.0, 'left')\n"
        "keyboard_up('Shift')\nkeyboard_up('Control')",
    ),
    (Hover(target=at(3, 4)), "mouse_move(3.0, 4.0)"),
    (MouseDown(target=at(3, 4)), "mouse_down(3.0, 4.0, 'left')"),
    (Scroll(dy=100), "mouse_move(150.0, 100.0)\nscroll(0.0, 150.0)"),
    (Type(text='it\'s "so"\n'), "keyboard_type('it\\'s \"so\"\\n')"),
    (Press(keys=("Control", "a")), "keyboard_press('Control+a')"),
    (Hold(keys=("a",), seconds=2), "keyboard_down('a')\nnoop(2000.0)\nkeyboard_up('a')"),
    (Wait(until="time", seconds=1), "noop(1000.0)"),
    (Goto(url="https://a.example"), "goto('https://a.example')"),
    (Reload(), "goto('https://shop.example/cart')"),
    (NewTab(url="https://a.example"), "new_tab()\ngoto('https://a.example')"),
    (SwitchTab(index=1), "tab_focus(1)"),
    (CloseTab(index=0), "tab_focus(0)\ntab_close()"),
    (SelectOption(target=at(3, 4), options=("Red",)), "select_option('12', ['Red'])"),
    (Upload(target=at(3, 4), paths=("/a.txt",)), "mouse_upload_file(3.0, 4.0, ['/a.txt'])"),
    (Batch(actions=(Hover(target=at(1, 2)), Goto(url="x"))), "mouse_move(1.0, 2.0)\ngoto('x')"),
]


@pytest.mark.parametrize(("action", "lines"), LINES, ids=[each[0].kind for each in LINES])
def test_an_action_in_browsergyms_calls(seen: Observation, action: Action, lines: str) -> None:
    assert words_of(action, seen, lambda *_: "12") == lines


def test_a_drag_moves_between_press_and_release(seen: Observation) -> None:
    words = words_of(Drag(path=(at(0, 0), at(100, 50))), seen, lambda *_: "")
    first, *moves, last = words.splitlines()
    assert (first, last) == ("mouse_down(0.0, 0.0, 'left')", "mouse_up(100.0, 50.0, 'left')")
    assert moves[-1] == "mouse_move(100.0, 50.0)"
    assert len(moves) >= 3


@pytest.mark.parametrize("text", ["'); import os #", "\\", "é 漢字 🙂", "a\nb\tc", '"""'])
def test_what_is_typed_is_one_literal(seen: Observation, text: str) -> None:
    (statement,) = ast.parse(words_of(Type(text=text), seen, lambda *_: "")).body
    assert isinstance(statement, ast.Expr)
    assert isinstance(statement.value, ast.Call)
    assert [ast.literal_eval(each) for each in statement.value.args] == [text]


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        (Click(target=Target(phrase="Save")), "no point"),
        (Click(target=at(1, 1), count=3), "triple click"),
        (Click(target=at(1, 1), button="back"), "use the action 'back'"),
        (Wait(until="text", text="Saved"), "wait for a text"),
        (Dialog(accept=True), "no call for dialog"),
        (SelectOption(target=at(3, 4), options=("Red",)), "no list"),
        (Batch(actions=(Hover(target=at(1, 2)), Dialog(accept=True))), "no call for dialog"),
    ],
)
def test_what_browsergym_cannot_do_is_refused(
    seen: Observation, action: Action, reason: str
) -> None:
    with pytest.raises(Refused, match=reason):
        words_of(action, seen, lambda *_: "")
