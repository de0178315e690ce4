"""What belongs together is one step; what does not stays apart."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from handeye.actions import (
    Box,
    Click,
    Point,
    Press,
    ScreenSpace,
    Scroll,
    SelectOption,
    Size,
    Target,
    Type,
    Upload,
)
from handeye.envs import Element, Observation, Screenshot
from handeye.envs.redact import Redactor
from handeye.envs.watching import Did
from handeye.episodes import EpisodeWriter
from handeye.episodes.record import Recorder
from handeye.episodes.record.merge import merged

HERE, THERE = Target(point=Point(x=10, y=10)), Target(point=Point(x=300, y=10))


def did(action: Any, time: float = 0.0, **more: Any) -> Did:
    return Did(action=action, time=time, **more)


@pytest.mark.parametrize(
    ("first", "second", "both"),
    [
        (did(Scroll(dy=100)), did(Scroll(dy=50, dx=5), 1), Scroll(dy=150, dx=5)),
        (did(Scroll(dy=100)), did(Scroll(dy=100), 9), None),
        (did(Scroll(dy=1, target=HERE)), did(Scroll(dy=1, target=THERE)), None),
        (did(Type(text="a")), did(Type(text="b"), 5), Type(text="ab")),
        (did(Type(text="ax")), did(Press(keys=("Backspace",))), Type(text="a")),
        (did(Type(text="a")), did(Press(keys=("Backspace",))), None),
        (did(Type(text="ax"), whole=True), did(Press(keys=("Backspace",))), None),
        (
            did(Type(text="a", clear=True), field="1", whole=True),
            did(Type(text="ab"), field="1", whole=True),
            Type(text="ab", clear=True),
        ),
        (
            did(Type(text="a"), field="1", whole=True),
            did(Type(text="b"), field="2", whole=True),
            None,
        ),
        (did(Click(target=HERE), field="1"), did(Type(text="a"), field="1", whole=True), Type(text="a")),
        (did(Click(target=HERE), field="2"), did(Type(text="a"), field="1", whole=True), None),
        (did(Click(target=HERE)), did(Click(target=HERE, count=2), 0.2), Click(target=HERE, count=2)),
        (did(Click(target=HERE)), did(Click(target=THERE, count=2), 0.2), None),
        (did(Click(target=HERE)), did(Click(target=HERE), 0.2), None),
        (
            did(Press(keys=("ArrowDown",)), field="1"),
            did(SelectOption(target=HERE, options=("x",)), field="1"),
            SelectOption(target=HERE, options=("x",)),
        ),
        (
            did(Click(target=THERE)),
            did(Upload(target=Target(phrase="file"), paths=("a",))),
            Upload(target=THERE, paths=("a",)),
        ),
        (did(Click(target=THERE)), did(Upload(target=HERE, paths=("a",)), field="f"), None),
    ],
)  # fmt: skip
def test_two_become_one_or_stay_two(first: Did, second: Did, both: Any) -> None:
    joined = merged(first, second)
    assert (joined.action if joined else None) == both


def test_a_secret_is_found_in_every_form_in_which_pages_write_it() -> None:
    redactor = Redactor({"KEY": "a b&c/é"})
    redactor.hide_field("pass word")
    text = "a b&c/é a%20b%26c/%C3%A9 a+b%26c%2F%C3%A9 ?x=1&pass+word=zz&y=2"
    assert redactor.text(text) == "{{KEY}} {{KEY}} {{KEY}} ?x=1&pass+word={{pass_word}}&y=2"


def test_a_pause_in_the_middle_of_a_secret_does_not_give_away_its_parts(tmp_path: Path) -> None:
    screen = Observation(
        screenshot=Screenshot(data=b"", space=ScreenSpace(size=Size(width=9, height=9)))
    )
    told: list[Any] = []
    with EpisodeWriter(path=tmp_path / "e") as writer:
        redactor = Redactor({"KEY": "xylophone"})
        recorder = Recorder(writer, redactor, on_step=lambda _, action: told.append(action))
        for text in ("xylo", "phone"):
            recorder.take(did(Type(text=text), before=screen))  # long ago
            recorder.flush(2.0)
        recorder.take(did(Press(keys=("Enter",)), before=screen))
    assert told == [Type(text="{{KEY}}")]


def test_a_secret_that_is_misread_is_neither_shown_nor_told(tmp_path: Path) -> None:
    file = io.BytesIO()
    Image.new("RGB", (400, 40), "white").save(file, "png")
    space = ScreenSpace(size=Size(width=400, height=40))
    screen = Observation(screenshot=Screenshot(data=file.getvalue(), space=space))
    lines = [
        Element(role="text", name=name, box=Box(x1=left, y1=0, x2=left + 90, y2=40))
        for left, name in ((0, "It is Xyl0phane"), (200, "Plain words stay"))
    ]
    with EpisodeWriter(path=tmp_path / "e") as writer:
        redactor = Redactor({"KEY": "xylophone"})
        recorder = Recorder(writer, redactor, read=lambda _: tuple(lines))
        recorder.take(did(Click(target=HERE), before=screen))
        recorder.flush()
    assert "Xyl0" not in (tmp_path / "e" / "episode.jsonl").read_text("utf-8")
    (frame,) = (tmp_path / "e" / "frames").iterdir()
    with Image.open(frame) as shown:
        assert [shown.convert("RGB").getpixel((x, 20)) == (255, 255, 255) for x in (10, 300)] == [
            False,
            True,
        ]
