"""What the environment itself does: looks, waiting, parts of the screen, faults, the corner."""

import json
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.conftest import wait_until

from handeye.actions import (
    Action,
    Batch,
    Box,
    Click,
    Drag,
    Goto,
    Hover,
    MouseDown,
    Point,
    Press,
    Scroll,
    Target,
    Type,
    Wait,
    Zoom,
)
from handeye.actions.errors import DisplayBusyError, DisplayError, StoppedError
from handeye.envs.desktop import DesktopEnv, PrivateDisplay, View, parse_view
from handeye.envs.desktop.x11.link import connect
from handeye.envs.desktop.x11.windows import Windows
from handeye.envs.types import ActionErrorKind

Show = Callable[[str], None]
MIDDLE = Target(point=Point(x=640, y=400))
RED = (0xCC, 0, 0)
LISTENER = str(Path(__file__).with_name("listener.py"))


@pytest.fixture(scope="module")
def show(display: PrivateDisplay) -> Callable[[str], None]:
    """Opens a canvas in place of the one that was there."""

    def show(what: str) -> None:
        close_all(display)
        display.open([sys.executable, str(Path(__file__).with_name("canvas.py")), what])

    return show


def close_all(display: PrivateDisplay) -> None:
    link = connect(display.name, display.key_file)
    windows = Windows(link)

    def gone() -> bool:
        for window in (listed := windows.all()):
            link.create_resource_object("window", window.id).kill_client()
        link.sync()
        return not listed

    assert wait_until(gone)
    link.close()


@pytest.fixture
def env(display: PrivateDisplay) -> Iterator[DesktopEnv]:
    with DesktopEnv(display) as env:
        yield env


def test_it_looks_and_acts_and_names_what_it_cannot_do(
    display: PrivateDisplay, tmp_path: Path
) -> None:
    log = tmp_path / "log.jsonl"
    log.touch()
    display.open([sys.executable, LISTENER, str(log)])
    with DesktopEnv(display) as env:
        seen = env.observe()
        assert (seen.elements, seen.title) == (None, "Listener")
        assert seen.screenshot.image.size == (
            seen.screenshot.space.size.width,
            seen.screenshot.space.size.height,
        )
        middle = seen.screenshot.space.clamp(Point(x=640, y=400))
        assert env.act(Click(target=Target(point=middle))).ok
        assert env.act(Type(text="ä")).ok
        refused = env.act(Goto(url="http://127.0.0.1/")).error
        assert refused is not None
        assert refused.kind == "unsupported"
        with pytest.raises(DisplayBusyError, match="Another handeye"):
            DesktopEnv(display)
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    assert ["button", "down", 1] in [line[:3] for line in lines]
    assert ["key", "down", ord("ä")] in [line[:3] for line in lines]
    with DesktopEnv(display) as again:  # the display is free for the next one
        assert again.observe().title == "Listener"


def test_a_slow_answer_is_waited_for(show: Show, env: DesktopEnv) -> None:
    show("slow")
    env.observe()
    assert env.act(Click(target=MIDDLE)).ok
    seen = env.observe()
    assert RED in [color for _, color in seen.screenshot.image.getcolors(1 << 16)]
    assert seen.title == "Canvas slow"
    assert seen.settled.reason == "quiet"


def test_what_never_ends_is_learnt(show: Show, env: DesktopEnv) -> None:
    show("moving")
    env.observe()
    for action in (Click(target=MIDDLE), Hover(target=MIDDLE), Hover(target=MIDDLE)):
        assert env.act(action).ok
    settled = env.observe().settled
    assert settled is not None
    assert settled.reason == "animated"
    only_the_square_is_learnt(env, "Canvas moving")


def only_the_square_is_learnt(env: DesktopEnv, title: str) -> None:
    learnt = env._restless[title]
    window = env._system.windows.named(title).box
    assert all(window.contains(box.center) and box.height <= 60 for box in learnt), learnt
    assert learnt


def test_an_answer_that_comes_late_is_not_taken_for_motion(show: Show, env: DesktopEnv) -> None:
    show("late")
    assert env.act(Click(target=MIDDLE)).ok
    only_the_square_is_learnt(env, "Canvas late")


def test_parts_of_the_screen(show: Show, display: PrivateDisplay) -> None:
    show("still")
    with DesktopEnv(display) as env:
        whole = env.observe().screenshot
        box = env._system.windows.named("canvas").box
    with DesktopEnv(display, view=View(kind="window", title="canvas")) as env:
        part = env.observe().screenshot
        assert (part.space.left, part.space.top) == (box.x1, box.y1)
        assert part.image.size == (500, 400)
        corner = tuple(int(side) for side in (box.x1, box.y1, box.x2, box.y2))
        assert part.image.tobytes() == whole.image.crop(corner).tobytes()
        env.act(Hover(target=Target(point=Point(x=10, y=20))))
        assert env._hand.place == (box.x1 + 10, box.y1 + 20)
    with DesktopEnv(display, view=parse_view("region:100,50,300,200")) as env:
        assert env.observe().screenshot.space.size.width == 300
        env.act(Hover(target=Target(point=Point(x=9999, y=0))))
        assert env._hand.place == (399, 50)
    with DesktopEnv(display, view=parse_view("monitor:1")) as env:
        assert env.observe().screenshot.image.size == (1280, 800)


@pytest.mark.parametrize(
    ("view", "message"),
    [
        ("monitor:2", "no monitor 2"),
        ("window:Nothing", "No window is called"),
        ("region:5000,0,10,10", "outside the desktop"),
    ],
)
def test_a_part_that_is_not_there(display: PrivateDisplay, view: str, message: str) -> None:
    with DesktopEnv(display, view=parse_view(view)) as env, pytest.raises(DisplayError) as caught:
        env.observe()
    assert message in str(caught.value)


def test_a_closer_look(show: Show, env: DesktopEnv) -> None:
    show("still")
    looked = env.act(Zoom(region=Box(x1=600, y1=380, x2=700, y2=430), factor=3))
    assert looked.closer_look.image.size == (300, 150)
    assert looked.closer_look.space.to_input(Point(x=150, y=75)) == Point(x=650, y=405)
    outside = env.act(Zoom(region=Box(x1=5000, y1=0, x2=5100, y2=50)))
    assert outside.error.kind is ActionErrorKind.INVALID


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        (Goto(url="http://x"), ActionErrorKind.UNSUPPORTED),
        (Click(target=Target(phrase="Save")), ActionErrorKind.UNGROUNDED),
        (Type(text="bell \x07"), ActionErrorKind.INVALID),
        (Wait(until="text", text="never", seconds=0), ActionErrorKind.UNSUPPORTED),
        (Batch(actions=(Hover(target=MIDDLE), Type(text="\x1b"))), ActionErrorKind.INVALID),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_what_cannot_be_done_is_data(
    env: DesktopEnv, action: Action, kind: ActionErrorKind
) -> None:
    outcome = env.act(action)
    assert outcome.error.kind is kind
    assert env.observe()


def test_a_text_is_waited_for(show: Show, display: PrivateDisplay) -> None:
    show("slow")
    read = []

    def reads(screenshot):
        colors = [color for _, color in screenshot.image.getcolors(1 << 16)]
        read.append("RED" if RED in colors else "white")
        return read[-1]

    with DesktopEnv(display, read=reads) as env:
        env.observe()
        env._hand.click(640, 400, "left", 1, ())
        assert env.act(Wait(until="text", text="red", seconds=5)).ok
        missed = env.act(Wait(until="text", text="blue", seconds=0.1))
    assert missed.error.kind is ActionErrorKind.TIMEOUT
    assert read[0] == "white"
    assert len(read) <= 4


def test_scrolling_to_the_end_stops_when_nothing_moves(show: Show, env: DesktopEnv) -> None:
    show("still")
    assert env.act(Scroll(dy=1_000_000)).seconds < 5


def test_a_pointer_in_the_corner_stops_the_run(display: PrivateDisplay) -> None:
    with DesktopEnv(display) as env:
        env.act(Hover(target=Target(point=Point(x=0, y=0))))
        env.act(Hover(target=MIDDLE))  # the corner was handeye's own
        env._hand.move(1279, 799)  # and this is a person's hand
        with pytest.raises(StoppedError, match="moved into a corner"):
            env.act(Press(keys=("Enter",)))
        with pytest.raises(StoppedError):
            env.observe()
    with DesktopEnv(display, failsafe=False) as env:
        env._hand.move(0, 799)
        assert env.act(Press(keys=("Enter",))).ok
        env._hand.move(640, 400)


def test_the_corner_stops_a_wait(display: PrivateDisplay) -> None:
    with DesktopEnv(display) as env:
        move = threading.Timer(0.2, lambda: None)
        move.start()

        def pause(_):
            if move.finished.is_set():
                env._hand.move(0, 0)

        env._camera.pause = pause
        with pytest.raises(StoppedError):
            env.act(Wait(until="time", seconds=30))
        env._hand.move(640, 400)


def test_closing_lets_go_of_a_held_button(display: PrivateDisplay) -> None:
    with DesktopEnv(display) as env:
        env.act(MouseDown(target=MIDDLE))
        assert env._hand._pointer._down == [1]
    with DesktopEnv(display) as env:
        link = env._system._link
        assert not link.screen().root.query_pointer().mask & 0x1F00


def test_a_display_that_goes_away_is_data() -> None:
    with PrivateDisplay() as display, DesktopEnv(display) as env:
        env.observe()
        display.close()
        outcome = env.act(Drag(path=(MIDDLE, Target(point=Point(x=700, y=450)))))
        assert outcome.error.kind is ActionErrorKind.CRASHED
        assert outcome.error.maybe_done
