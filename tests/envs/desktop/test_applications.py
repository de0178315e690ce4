"""Tasks in real applications of Debian; whether they are done is read from what those left."""

import json
import re
import shlex
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

import handeye
from handeye.actions import Press, Size, Target, Type
from handeye.actions.geometry import Point
from handeye.envs.desktop import DesktopEnv, PrivateDisplay
from handeye.grounding.chat import Message, Reply

Do = Callable[..., tuple[handeye.RunResult, Path]]


def needs(program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed: make packages")


@pytest.fixture
def do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Do]:
    """Does a task in an application, and gives the result and the application's settings."""
    displays: list[PrivateDisplay] = []

    def run(app: str, task: str, **options: Any) -> tuple[handeye.RunResult, Path]:
        command = shlex.split(app)
        needs(command[0])
        display = PrivateDisplay(Size(width=800, height=600))
        displays.append(display)
        display.open(command, tmp_path)
        monkeypatch.setenv("XAUTHORITY", display.key_file)
        out = tmp_path / "episode"
        result = handeye.run(task, env="desktop", display=display.name, out=out, **options)
        return result, display.folder / "xdg_config_home"

    yield run
    for display in displays:
        display.close()


def test_a_text_editor(do: Do, tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    text = "Dear Zoë, 5 < 7 & 漢字"
    result, _ = do(
        "mousepad",
        f"type '{text}', press ctrl+s, press ctrl+a, type '{path}', click Save, "
        "wait until 'note.txt' appears",
    )
    assert result.ok, result.message
    assert path.read_text("utf-8") == text


def remembered(settings: Path) -> list[str]:
    kept = (settings / "galculator" / "galculator.conf").read_text("utf-8")
    return re.findall(r'remembered_valuex="(.*)"', kept)


def test_a_calculator(do: Do) -> None:
    result, settings = do("galculator", "click 7, click 8, type '*2', press Enter, press ctrl+q")
    assert result.ok, result.message
    assert remembered(settings) == ["156"]


class Reader:
    """A model without eyes that clicks these buttons by their numbers in the listing."""

    name = "reader"

    def __init__(self, *buttons: str) -> None:
        self._buttons = buttons
        self.asked: list[str] = []

    def complete(self, messages: Sequence[Message], **_: Any) -> Reply:
        self.asked.append("\n".join(message.text for message in messages))
        moves: list[dict[str, Any]] = [{"kind": "done", "answer": "entered"}]
        if len(self.asked) == 1:
            screen = messages[-1].text
            found = [re.search(rf'\[(\d+)\] button "{name}"', screen) for name in self._buttons]
            moves = [{"kind": "click", "target": int(each[1])} for each in found if each]
            moves += [{"kind": "press", "keys": keys} for keys in ("Enter", "Control+q")]
        return Reply(text=json.dumps({"thought": "So.", "actions": moves}))


def test_a_model_without_eyes_is_given_what_can_be_read(do: Do) -> None:
    model = Reader("7", "8")
    result, settings = do("galculator", "Enter 78", model=model, profile="text-only")
    assert result.ok, result.message
    assert remembered(settings) == ["78"]
    assert '"Calculator"' in model.asked[0]
    assert '"goto"' not in model.asked[0], "a desktop has no addresses"


def test_a_file_manager(do: Do, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "draft.txt").write_text("text")
    (folder / "other.txt").write_text("other")
    task = "click draft.txt, press F2, press ctrl+a, type 'final.txt', press Enter"
    result, _ = do(f"pcmanfm {folder}", task)
    assert result.ok, result.message
    assert {path.name: path.read_text() for path in folder.iterdir()} == {
        "final.txt": "text",
        "other.txt": "other",
    }


def test_a_terminal(do: Do, tmp_path: Path) -> None:
    out = tmp_path / "sum.txt"
    line = f"seq 60 62 | paste -sd+ | tee '{out}'"
    result, _ = do(
        "xterm -fa Monospace -fs 12 -e sh",
        f'type "{line}", press Enter, wait until "60+61+62" appears',
    )
    assert result.ok, result.message
    assert out.read_text() == "60+61+62\n"


def test_what_a_toolkit_makes_of_keys(tmp_path: Path) -> None:
    """GTK looks keys up in its own way, and reads the keyboard map when it finds the time."""
    needs("mousepad")
    path = tmp_path / "text.txt"
    path.touch()
    text = "".join(map(chr, range(33, 127))) + " ÄÖÜäöüß éñø€ Привет 漢字 👍\n\tend"
    with PrivateDisplay(Size(width=800, height=600)) as display:
        display.start(["setxkbmap", "de"])
        display.open(["mousepad", str(path)])
        with DesktopEnv(display) as env:
            middle = Target(point=Point(x=400, y=300))
            outcome = env.act(Type(text=text, target=middle, clear=True))
            assert outcome.ok
            assert "漢" in outcome.note
            assert env.act(Press(keys=("Control", "s"))).ok
            env.observe()
    assert path.read_text("utf-8") == text
