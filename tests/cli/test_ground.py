"""`handeye ground` as a user runs it: a process of its own."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont


@pytest.fixture
def screen(tmp_path: Path) -> Path:
    image = Image.new("RGB", (600, 300), "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=20)
    for x, y, text in ((60, 60, "Save"), (300, 60, "Edit"), (300, 160, "Edit")):
        draw.text((x, y), text, fill="black", font=font)
    image.save(tmp_path / "screen.png")
    return tmp_path / "screen.png"


def handeye(*words: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from handeye.cli import main; main()", "ground"]
    return subprocess.run(
        [*command, *map(str, words)],
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_found_is_said_in_words_and_drawn(screen: Path, tmp_path: Path) -> None:
    drawn = tmp_path / "drawn.png"
    ran = handeye(screen, "the Save button", "--annotate", drawn)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "found at (" in ran.stdout
    with Image.open(drawn) as copy, Image.open(screen) as original:
        assert copy.size == original.size
        assert copy.tobytes() != original.tobytes()


def test_json_is_one_answer_with_pixels(screen: Path) -> None:
    ran = handeye(screen, "Save", "--json")
    answer = json.loads(ran.stdout)
    x, y = answer["point"]
    assert (ran.returncode, answer["status"]) == (0, "found")
    assert 55 < x < 115
    assert 55 < y < 90
    assert answer["box"][0] <= x <= answer["box"][2]


def test_a_second_look_answers_in_pixels_of_the_whole_picture(tmp_path: Path) -> None:
    image = Image.new("RGB", (1800, 1000), "white")
    ImageDraw.Draw(image).text(
        (1500, 800), "Archive", fill="black", font=ImageFont.load_default(size=16)
    )
    image.save(tmp_path / "large.png")
    ran = handeye(tmp_path / "large.png", "Archive", "--grounder", "zoom:elements", "--json")
    x, y = json.loads(ran.stdout)["point"]
    assert (ran.returncode, ran.stderr) == (0, "")
    assert 1500 < x < 1560
    assert 800 < y < 820


def test_ambiguous_and_missing_are_exit_code_1(screen: Path) -> None:
    several = handeye(screen, "Edit")
    assert several.returncode == 1
    assert "ambiguous" in several.stdout
    nothing = handeye(screen, "Upload")
    assert nothing.returncode == 1
    assert "missing" in nothing.stdout


def test_signs_of_names_are_shown_as_they_are(tmp_path: Path) -> None:
    image = Image.new("RGB", (600, 300), "white")
    for y in (60, 160):
        font = ImageFont.load_default(size=20)
        ImageDraw.Draw(image).text((60, y), "Save [draft]:100:", fill="black", font=font)
    image.save(tmp_path / "signs.png")
    assert handeye(tmp_path / "signs.png", "Save").stdout.count("Save [draft]:100:") == 2


def test_a_batch_answers_every_line_in_order(screen: Path) -> None:
    lines = [
        '{"image": "screen.png", "phrase": "Save"}',
        "",
        "not json",
        '{"image": "none.png", "phrase": "Save"}',
        '{"image": "screen.png", "phrase": "the second Edit"}',
        '{"image": "screen.png", "phrase": "\\u00dcber"}',
    ]
    batch = screen.parent / "queries.jsonl"
    batch.write_text("\n".join(lines), encoding="utf-8")
    ran = handeye("--batch", batch)
    answers = [json.loads(line) for line in ran.stdout.splitlines()]
    assert ran.returncode == 1  # two lines had errors
    assert [answer.get("status", "error") for answer in answers] == [
        "found",
        "error",
        "error",
        "found",
        "missing",
    ]
    assert "does not exist" in answers[2]["error"]
    assert answers[4]["phrase"] == "Über"


def test_a_batch_from_stdin_without_errors_is_exit_code_0(screen: Path) -> None:
    ran = handeye("--batch", "-", stdin=json.dumps({"image": str(screen), "phrase": "Save"}))
    assert ran.returncode == 0
    assert json.loads(ran.stdout)["status"] == "found"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("none.png", "Save"), "does not exist"),
        (("SCREEN", " "), "phrase is empty"),
        (("SCREEN",), "PHRASE"),
        (("--batch", "none.jsonl"), "cannot be read"),
        (("SCREEN", "Save", "--batch", "-"), "--batch"),
        (("SCREEN", "Save", "--grounder", "nope"), "nope"),
        (("SCREEN", "Save", "--annotate", "x.unknown"), "cannot be written"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(
    screen: Path, words: tuple[str, ...], said: str
) -> None:
    ran = handeye(*(screen if word == "SCREEN" else word for word in words))
    assert (ran.returncode, ran.stdout) == (2, "")
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1


def test_the_screenshot_is_never_drawn_over(screen: Path, tmp_path: Path) -> None:
    before = screen.read_bytes()
    same = handeye(screen, "Save", "--annotate", tmp_path / "." / "screen.png")
    assert (same.returncode, same.stdout) == (2, "")
    unknown = handeye(screen, "Save", "--annotate", tmp_path / "x.unknown")
    assert (unknown.returncode, unknown.stderr.count("\n")) == (2, 1)
    assert (screen.read_bytes(), list(tmp_path.iterdir())) == (before, [screen])


def test_a_batch_may_begin_with_a_byte_order_mark_and_carry_other_keys(screen: Path) -> None:
    line = json.dumps({"image": str(screen), "phrase": "Save", "id": 7})
    ran = handeye("--batch", "-", stdin=f"\ufeff{line}\r\n")
    assert json.loads(ran.stdout)["status"] == "found"


def test_a_server_that_says_nothing_is_named_and_given_up(screen: Path) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        model = f"remote:tiny@http://127.0.0.1:{deaf.getsockname()[1]}/v1"
        ran = handeye(screen, "Save", "--grounder", model, "--max-seconds", "1")
    assert (ran.returncode, ran.stdout) == (5, "")
    waiting, given_up = ran.stderr.splitlines()
    assert "Still asking remote:tiny" in waiting
    assert "did not answer in 1 s" in given_up
    assert "--max-seconds" in given_up


def test_all_that_can_be_named_is_listed_and_drawn(screen: Path, tmp_path: Path) -> None:
    drawn = tmp_path / "all.png"
    ran = handeye(screen, "--all", "--annotate", drawn)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.count("Edit") == 2
    with Image.open(drawn) as copy, Image.open(screen) as original:
        assert copy.tobytes() != original.tobytes()
    listed = json.loads(handeye(screen, "--all", "--json").stdout)
    assert sorted(each["label"] for each in listed["found"]) == ["Edit", "Edit", "Save"]
    wrong = handeye(screen, "Save", "--all")
    assert wrong.returncode == 2
