"""What a person does on a desktop is heard as actions; here XTEST is the person."""

import subprocess
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from threading import Event

import pytest
from tests.conftest import wait_until
from Xlib import X
from Xlib.ext import xtest

from handeye.actions import Action, Click, Drag, Point, Press, Scroll, Target, Type
from handeye.actions.errors import DisplayError
from handeye.envs import Observation
from handeye.envs.desktop import PrivateDisplay
from handeye.envs.desktop.camera import Camera, Picture
from handeye.envs.desktop.listen import DesktopListener
from handeye.envs.desktop.x11.hear import Signal
from handeye.envs.desktop.x11.keysyms import CAPS_LOCK, KEYS, LEVEL3, SHIFT, SUPER
from handeye.envs.desktop.x11.link import connect
from handeye.envs.watching import Did


class Person:
    """Presses keys and buttons as a keyboard and a mouse do."""

    def __init__(self, display: PrivateDisplay) -> None:
        self.display = display
        self.link = connect(display.name, display.key_file)
        self.listener = DesktopListener(display)

    def layout(self, name: str) -> None:
        command = ["setxkbmap", *name.split()]
        subprocess.run(command, env=self.display.env, check=True, capture_output=True)
        self.link.close()  # it keeps the old layout
        self.link = connect(self.display.name, self.display.key_file)

    def send(self, *events: tuple[int, int]) -> None:
        for kind, detail in events:
            xtest.fake_input(self.link, kind, detail)
        self.link.sync()

    def strike(self, *keysyms: int) -> None:
        """Hold all but the last, strike that, and let go."""
        codes = [self.link.keysym_to_keycode(keysym) for keysym in keysyms]
        self.send(*((X.KeyPress, code) for code in codes))
        self.send(*((X.KeyRelease, code) for code in reversed(codes)))

    def move(self, x: int, y: int) -> None:
        xtest.fake_input(self.link, X.MotionNotify, x=x, y=y)
        self.link.sync()

    def button(self, number: int) -> None:
        self.send((X.ButtonPress, number), (X.ButtonRelease, number))

    def heard(self, count: int) -> list[Did]:
        """The next so many things that were done, and no more."""
        did: list[Did] = []

        def all_heard() -> bool:
            did.extend(self.listener.poll())
            return len(did) >= count

        assert wait_until(all_heard), did
        return did + self.listener.poll()

    def actions(self, count: int) -> list[Action]:
        return [each.action for each in self.heard(count)]


@pytest.fixture
def person(display: PrivateDisplay) -> Iterator[Person]:
    made = Person(display)
    yield made
    made.layout("us")
    made.listener.close()
    made.link.close()


def at(x: int, y: int) -> Target:
    return Target(point=Point(x=x, y=y))


def test_clicks_are_counted_and_modifiers_are_theirs(person: Person) -> None:
    person.move(200, 150)
    for _ in range(3):
        person.button(1)
    person.move(400, 150)
    control = person.link.keysym_to_keycode(KEYS["Control"])
    person.send((X.KeyPress, control))
    person.button(3)
    person.send((X.KeyRelease, control))
    person.button(8)
    assert person.actions(5) == [
        Click(target=at(200, 150)),
        Click(target=at(200, 150), count=2),
        Click(target=at(200, 150), count=3),
        Click(target=at(400, 150), button="right", modifiers=("Control",)),
        Click(target=at(400, 150), button="back"),
    ]


@pytest.fixture
def little_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine that has none for the listener."""

    class Slow(SimpleQueue[Signal]):
        def put(self, signal: Signal, *_: object) -> None:
            Event().wait(0.6)
            super().put(signal)

    monkeypatch.setattr("handeye.envs.desktop.x11.hear.SimpleQueue", Slow)


@pytest.mark.usefixtures("little_time")
def test_a_double_click_that_is_heard_of_late_is_one(person: Person) -> None:
    person.move(200, 150)
    person.button(1)
    person.button(1)
    assert person.actions(2) == [Click(target=at(200, 150)), Click(target=at(200, 150), count=2)]


def test_a_drag_has_the_corners_of_its_path(person: Person) -> None:
    person.move(100, 100)
    person.send((X.ButtonPress, 1))
    for step in range(1, 11):
        person.move(100 + 10 * step, 100)
    for step in range(1, 11):
        person.move(200, 100 + 10 * step)
    person.send((X.ButtonRelease, 1))
    assert person.actions(1) == [Drag(path=(at(100, 100), at(200, 100), at(200, 200)))]


def test_the_wheel_turns_in_four_directions(person: Person) -> None:
    person.move(300, 300)
    for number in (4, 5, 6, 7):
        person.button(number)
    turned = [(each.dx, each.dy) for each in person.actions(4) if isinstance(each, Scroll)]
    assert turned == [(0, -100), (0, 100), (-100, 0), (100, 0)]


def test_text_is_what_the_layout_and_the_locks_make_of_keys(person: Person) -> None:
    person.strike(ord("a"))
    person.strike(SHIFT, ord("a"))
    person.strike(CAPS_LOCK)
    person.strike(ord("b"))
    person.strike(CAPS_LOCK)
    person.strike(KEYS["Numpad7"])
    typed = [Type(text="a"), Type(text="A"), Type(text="B"), Press(keys=("Home",))]
    assert person.actions(4) == typed, "without NumLock a 7 of the keypad is Home"
    person.layout("de")
    person.strike(ord("ö"))
    person.strike(LEVEL3, ord("q"))
    person.strike(0xFE51)  # the acute accent that waits
    person.strike(ord("e"))
    assert person.actions(3) == [Type(text="ö"), Type(text="@"), Type(text="é")]


def test_letters_of_before_unicode_are_read(person: Person) -> None:
    person.layout("ru")
    person.strike(0x6C6)  # Cyrillic_ef
    assert person.actions(1) == [Type(text="ф")]
    person.layout("gr")
    person.strike(0x7E1)  # Greek_alpha
    assert person.actions(1) == [Type(text="α")]


def test_chords_name_the_keys_that_are_held(person: Person) -> None:
    person.strike(KEYS["Control"], SHIFT, ord("s"))
    person.strike(SHIFT, KEYS["Tab"])
    person.strike(KEYS["Alt"], KEYS["F4"])
    person.strike(KEYS["Enter"])
    person.strike(SUPER)
    assert person.actions(5) == [
        Press(keys=("Control", "Shift", "s")),
        Press(keys=("Shift", "Tab")),
        Press(keys=("Alt", "F4")),
        Press(keys=("Enter",)),
        Press(keys=("Meta",)),
    ]


def test_a_pointer_in_the_corner_ends_it(person: Person) -> None:
    person.move(0, 0)
    assert person.heard(0) == []
    assert person.listener.closed


def test_a_display_that_is_gone_ends_it() -> None:
    with PrivateDisplay() as display:
        listener = DesktopListener(display)
    try:
        assert wait_until(lambda: listener.poll() == [] and listener.closed)
        assert listener.look().screenshot.space.size.width > 0
    finally:
        listener.close()


def test_a_picture_on_its_way_when_something_is_done_is_not_from_before(
    person: Person, monkeypatch: pytest.MonkeyPatch, until: Callable[..., bool]
) -> None:
    begun, go = Event(), Event()
    grab = Camera.grab

    def slow(camera: Camera) -> Picture:
        begun.set()
        assert go.wait(10)
        return grab(camera)

    person.move(333, 222)
    assert until(lambda: not person.listener._heard.empty())
    person.listener.poll()
    monkeypatch.setattr(Camera, "grab", slow)
    assert begun.wait(10)
    person.button(1)
    assert until(lambda: not person.listener._heard.empty())
    root = person.link.screen().root
    root.change_attributes(background_pixel=0xFFFFFF)  # what the click has done
    root.clear_area()
    person.link.sync()
    go.set()
    assert until(lambda: white(person.listener.look()))
    (did,) = person.heard(1)
    assert did.before is not None
    assert not white(did.before)


def white(seen: Observation) -> bool:
    return seen.screenshot.image.getpixel((10, 10)) == (255, 255, 255)


def test_a_display_that_is_not_there_is_named() -> None:
    with pytest.raises(DisplayError, match=":4077 cannot be opened: no X server has that name"):
        DesktopListener(":4077")
