"""Tasks solved through the actions that an agent has, from what an agent sees: reward 1."""

import re
from collections.abc import Callable

import pytest
from PIL import Image

from handeye.actions import (
    Batch,
    Box,
    Click,
    Drag,
    Point,
    Press,
    Scroll,
    SelectOption,
    Target,
    Type,
)
from handeye.envs import Element
from handeye.envs.miniwob import MiniwobEnv


class Player:
    """Looks for elements by role and name, and acts on them."""

    def __init__(self, env: MiniwobEnv) -> None:
        self.env = env

    def all(self, *roles: str) -> list[Element]:
        return [element for element in self.env.observe().elements or () if element.role in roles]

    def one(self, role: str, name: str = "") -> Element:
        return next(e for e in self.all(role) if name.lower() in e.name.lower())

    def do(self, action: object) -> None:
        outcome = self.env.act(action)
        assert outcome.ok, outcome.error

    def click(self, element: Element) -> None:
        self.do(Click(target=Target(point=element.box.center)))

    def type(self, element: Element, text: str) -> None:
        self.do(Type(target=Target(point=element.box.center), text=text))

    def submit(self) -> None:
        self.click(self.one("button", "Submit"))


def quoted(said: str) -> list[str]:
    return re.findall(r'"([^"]*)"', said)


def click_button(play: Player, said: str) -> None:
    play.click(play.one("button", quoted(said)[0]))


def click_button_sequence(play: Player, _: str) -> None:
    play.click(play.one("button", "ONE"))
    play.click(play.one("button", "TWO"))


def click_checkboxes(play: Player, said: str) -> None:
    for name in re.match(r"Select (.*) and click", said)[1].split(", "):
        play.click(play.one("checkbox", name))
    play.submit()


def click_option(play: Player, said: str) -> None:
    play.click(play.one("radio", re.match(r"Select (.*) and click", said)[1]))
    play.submit()


def enter_text(play: Player, said: str) -> None:
    play.type(play.one("textbox"), quoted(said)[0])
    play.submit()


def enter_password(play: Player, said: str) -> None:
    for field in play.all("textbox"):
        play.type(field, quoted(said)[0])
    play.submit()


def login_user(play: Player, said: str) -> None:
    for field, text in zip(play.all("textbox"), quoted(said), strict=True):
        play.type(field, text)
    play.click(play.one("button", "Login"))


def choose_list(play: Player, said: str) -> None:
    wanted = re.match(r"Select (.*) from the list", said)[1]
    target = Target(point=play.one("combobox").box.center)
    play.do(SelectOption(target=target, options=(wanted,)))
    play.submit()


def enter_date(play: Player, said: str) -> None:
    play.type(play.one("textbox"), re.search(r"\d+/\d+/\d+", said)[0])
    play.submit()


def enter_time(play: Player, said: str) -> None:
    play.type(play.one("textbox"), re.search(r"\d+:\d+ [AP]M", said)[0])
    play.submit()


def simple_arithmetic(play: Player, _: str) -> None:
    problem = " ".join(element.name for element in play.all("text", "label"))
    left, sign, right = re.search(r"(\d+)\s*([-+x])\s*(\d+)", problem).groups()
    answer = {"+": int.__add__, "-": int.__sub__, "x": int.__mul__}[sign](int(left), int(right))
    play.type(play.one("textbox"), str(answer))
    play.submit()


def use_slider(play: Player, said: str) -> None:
    wanted = int(re.search(r"-?\d+", said)[0])
    knob = next(e for e in play.all("clickable") if "slider" in " ".join(e.hints))
    play.click(knob)
    shown = int(next(e.name for e in play.all("text") if re.fullmatch(r"-?\d+", e.name)))
    key = Press(keys=("ArrowRight" if shown < wanted else "ArrowLeft",))
    play.do(Batch(actions=(key,) * abs(wanted - shown)))
    play.submit()


def scroll_text_2(play: Player, said: str) -> None:
    down = "bottom" in said
    target = Target(point=play.one("textbox").box.center)
    play.do(Scroll(target=target, dx=0, dy=5000 if down else -5000))
    play.submit()


def draw_line(play: Player, said: str) -> None:
    box = play.one("img").box
    upright = "vertical" in said
    dot = the_dot(play.env.observe().screenshot.image, box)
    ends = (
        [(dot.x, box.y1 + 15), (dot.x, box.y2 - 15)]
        if upright
        else [(box.x1 + 15, dot.y), (box.x2 - 15, dot.y)]
    )
    play.do(Drag(path=tuple(Target(point=Point(x=x, y=y)) for x, y in ends)))
    play.submit()


def the_dot(picture: Image.Image, box: Box) -> Point:
    """The middle of what is dark within the drawing."""
    area = picture.convert("L").crop((box.x1 + 4, box.y1 + 4, box.x2 - 4, box.y2 - 4))
    left, top, right, bottom = area.point(lambda light: 255 * (light < 100)).getbbox()
    return Point(x=box.x1 + 4 + (left + right) / 2, y=box.y1 + 4 + (top + bottom) / 2)


ORACLES: dict[str, Callable[[Player, str], None]] = {
    "click-button": click_button,
    "click-button-sequence": click_button_sequence,
    "click-checkboxes": click_checkboxes,
    "click-option": click_option,
    "enter-text": enter_text,
    "enter-password": enter_password,
    "login-user": login_user,
    "choose-list": choose_list,
    "enter-date": enter_date,
    "enter-time": enter_time,
    "simple-arithmetic": simple_arithmetic,
    "use-slider": use_slider,
    "scroll-text-2": scroll_text_2,
    "draw-line": draw_line,
}


@pytest.mark.parametrize("task", ORACLES)
def test_the_task_is_solved_with_the_reward_one(miniwob: MiniwobEnv, task: str) -> None:
    ORACLES[task](Player(miniwob), miniwob.reset(task, 3))
    score = miniwob.score()
    assert (score.done, score.raw_reward) == (True, 1.0)
