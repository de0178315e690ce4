"""A private display with a client that logs what reaches it; skipped where there can be none."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.conftest import wait_until

from handeye.actions import Action
from handeye.envs.desktop import PrivateDisplay, View
from handeye.envs.desktop.camera import Camera
from handeye.envs.desktop.hand import Corner
from handeye.envs.desktop.perform import Desk, perform
from handeye.envs.desktop.private import missing_programs
from handeye.envs.desktop.system import open_system
from handeye.envs.settle import settle

GREEDY = "<context name='Frame'>" + "".join(
    f"<mousebind button='{held}-{button}' action='{when}'><action name='{what}'/></mousebind>"
    for held in ("A", "W")
    for button, when, what in (
        ("Left", "Drag", "Move"), ("Left", "Click", "Raise"), ("Right", "Drag", "Resize"),
        ("Middle", "Press", "Lower"), ("Right", "Press", "Raise"),
    )
) + "</context>"  # fmt: skip
MODIFIERS = {"Shift": 1, "Control": 4, "Alt": 8, "Meta": 64}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    lacking = missing_programs()
    if lacking:
        reason = f"a private display needs {', '.join(lacking)}: make packages"
        here = Path(__file__).parent
        for item in items:
            if here in item.path.parents:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="module")
def display() -> Iterator[PrivateDisplay]:
    with PrivateDisplay() as made:
        yield made


class Press(NamedTuple):
    """A key or button that went down: what it was, what was held, and where."""

    what: int
    held: frozenset[str]
    at: tuple[int, int] | None = None


class Heard:
    """What reached the client between two marks."""

    def __init__(self, lines: list[list[Any]]) -> None:
        self.lines = lines

    def pressed(self) -> list[Press]:
        """Keys that went down, without those that are held for others."""
        held_keys = {*range(0xFFE1, 0xFFEF), 0xFE03} - {0xFFE5}
        return [
            Press(line[2], _held(line[3]))
            for line in self.lines
            if line[:2] == ["key", "down"] and line[2] not in held_keys
        ]

    def text(self) -> str:
        """What the keys type."""
        named = {0xFF0D: "\n", 0xFF09: "\t", 0x20AC: "€"}
        codes = [press.what for press in self.pressed() if press.what != 0xFFE5]
        return "".join(named.get(code) or chr(code & 0xFFFFFF) for code in codes)

    def buttons(self) -> list[Press]:
        return [
            Press(line[2], _held(line[3]), (line[4], line[5]))
            for line in self.lines
            if line[:2] == ["button", "down"] and line[2] < 10
        ]

    def left_down(self) -> list[Any]:
        """Keys and buttons that went down and not up again."""
        down: list[Any] = []
        for line in self.lines:
            if line[0] in ("key", "button"):
                # By key: what it gives may change while others go up.
                what = (line[0], line[4] if line[0] == "key" else line[2])
                if line[1] == "down":
                    down.append(what)
                elif what in down:
                    down.remove(what)
        return down


def _held(state: int) -> frozenset[str]:
    return frozenset(name for name, bit in MODIFIERS.items() if state & bit)


class Client:
    """The logging client on a display, and the desk that acts on it."""

    def __init__(self, display: PrivateDisplay, desk: Desk, system: Any, log: Path) -> None:
        self.display, self.desk, self.system, self.log = display, desk, system, log
        self._asking = system._link.screen().root.create_window(0, 0, 1, 1, 0, 0)
        self._marks = 0
        self._read = 0

    def layout(self, name: str) -> None:
        command = ["setxkbmap", *name.split()]
        subprocess.run(command, env=self.display.env, check=True, capture_output=True)

    def hear(self, action: Action) -> Heard:
        """Carry out an action; what has reached the client by then."""
        self.read()
        perform(self.desk, action)
        return self.read()

    def read(self) -> Heard:
        """What was logged since the last call: all of it once a mark comes alone."""
        lines: list[list[Any]] = []
        while fresh := self._up_to_mark():
            lines += fresh
        return Heard(lines)

    def _up_to_mark(self) -> list[list[Any]]:
        self._manager_answers()
        self._marks += 1
        window = self.system.windows.named("Listener")
        self.system.windows.tell(window.id, "HANDEYE_MARK", [self._marks, 0, 0, 0, 0])
        end = time.monotonic() + 60
        while time.monotonic() < end:
            text = self.log.read_text("utf-8")[self._read :]
            lines = [json.loads(line) for line in text.splitlines() if text.endswith("\n")]
            if ["mark", self._marks] in lines:
                self._read += len(text)
                return [line for line in lines if line[0] != "mark"]
            time.sleep(0.002)
        raise AssertionError("the client did not answer")

    def _manager_answers(self) -> None:
        """It sees clicks before the client does, and takes seconds to read a new keyboard map."""
        extents = self.system._link.intern_atom("_NET_FRAME_EXTENTS")
        self._asking.delete_property(extents)
        self.system.windows.ask(self._asking.id, "_NET_REQUEST_FRAME_EXTENTS", [0, 0, 0, 0, 0])
        end = time.monotonic() + 60
        while self._asking.get_full_property(extents, 0) is None:
            assert time.monotonic() < end, "the window manager did not answer"
            time.sleep(0.002)


@pytest.fixture(scope="module")
def client(display: PrivateDisplay, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The window manager takes alt with the mouse for itself, as most do."""
    rules = files("handeye.envs.desktop").joinpath("openbox.xml").read_text("utf-8")
    greedy = tmp_path_factory.mktemp("openbox") / "rc.xml"
    greedy.write_text(rules.replace("<mouse>", f"<mouse>{GREEDY}"), "utf-8")
    log = tmp_path_factory.mktemp("client") / "log.jsonl"
    log.touch()
    with open_system(display) as system:
        before = system.windows.manager
        display.start(["openbox", "--replace", "--config-file", str(greedy)])
        assert wait_until(lambda: system.windows.manager not in (0, before)), "not replaced"
        camera = Camera(View(), display=system.display, key_file=system.key_file, busy=system.busy)
        hand = system.hand(camera.pause, lambda: settle(camera, cap=0.2))
        made = Client(display, Desk(hand, camera, Corner(hand), None), system, log)
        display.open([sys.executable, str(Path(__file__).with_name("listener.py")), str(log)])
        assert wait_until(lambda: '"focus"' in log.read_text("utf-8"))
        yield made
        hand.close()
        camera.close()
