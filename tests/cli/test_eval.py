"""`handeye eval` as a user runs it, up to its exit code; one of the commands in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from PIL import Image

from handeye.cli.app import start


class Ran(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


Handeye = Callable[..., Ran]


@pytest.fixture
def handeye(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Handeye:
    """Runs `handeye eval` in a folder of its own, in this process, which has loaded everything."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str | Path) -> Ran:
        monkeypatch.setattr(sys, "argv", ["handeye", "eval", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            start()
        said = capsys.readouterr()
        return Ran(int(ended.value.code or 0), said.out, said.err)

    return run


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two items in ScreenSpot-Pro's layout, a script of answers, and an image that is missing."""
    folder = tmp_path / "data"
    (folder / "annotations").mkdir(parents=True)
    (folder / "images").mkdir()
    Image.new("RGB", (400, 300), "white").save(folder / "images" / "a.png")
    rows = [
        {
            "id": f"demo_{number}",
            "img_filename": "gone.png" if number == 2 else "a.png",
            "bbox": [100, 100, 140, 120],
            "img_size": [400, 300],
            "instruction": f"button {number}",
            "ui_type": "icon",
            "group": "[/drawn]",
        }
        for number in range(3)
    ]
    (folder / "annotations" / "demo.json").write_text(json.dumps(rows), encoding="utf-8")
    answers = {"button 0": [120, 110], "button 1": [300, 110]}
    (tmp_path / "answers.json").write_text(json.dumps(answers), encoding="utf-8")
    return folder


def test_measure_score_and_compare(handeye: Handeye, data: Path, tmp_path: Path) -> None:
    words = ("own", "--data", data, "--grounder", "scripted:answers.json", "--out", "run")
    ran = handeye(*words)
    assert ran.returncode == 0, ran.stderr
    assert "50.0 %" in ran.stdout
    assert "9.5 – 90.5 %" in ran.stdout
    assert "  [/drawn]  " in ran.stdout
    assert "the image is missing (left out): demo_2 (gone.png)" in ran.stderr
    result = json.loads((tmp_path / "run" / "result.json").read_text(encoding="utf-8"))
    assert result["metrics"]["overall"]["num_total"] == 2
    assert [detail["correctness"] for detail in result["details"]] == ["correct", "wrong"]

    again = handeye(*words)
    assert (again.returncode, again.stdout) == (0, ran.stdout)
    other = handeye(*words, "--limit", "1")
    assert other.returncode == 2
    assert "limit (None, now 1)" in other.stderr

    scored = handeye("score", "run/result.json")
    assert scored.returncode == 0, scored.stderr
    assert "0 of 2 verdicts differ" in scored.stdout

    (tmp_path / "run").rename(tmp_path / "run [b]")
    compared = handeye("compare", "run [b]", "run [b]", "--out", "page")
    assert compared.returncode == 0, compared.stderr
    assert "[b])" in compared.stdout
    assert {path.name for path in (tmp_path / "page").iterdir()} == {
        "index.html",
        "pareto.png",
        "pareto.svg",
    }


def test_a_set_is_made_from_pages_and_measured(handeye: Handeye, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<title>Page</title><button>Save</button>", encoding="utf-8")
    made = handeye("own", "--make", page.as_uri(), "--out", "set")
    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith("4 items; look through")  # one in each window
    ran = handeye("own", "--data", "set", "--strict", "--out", "run")
    assert ran.returncode == 0, ran.stderr
    assert "100.0 %" in ran.stdout


def test_strict_stops_before_anything_is_asked(
    handeye: Handeye, data: Path, tmp_path: Path
) -> None:
    ran = handeye("own", "--data", data, "--strict", "--out", "run")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "The data has problems" in ran.stderr
    assert not (tmp_path / "run").exists()


def test_a_server_that_is_not_there_leaves_a_run_that_goes_on(handeye: Handeye, data: Path) -> None:
    grounder = "remote:none@http://127.0.0.1:9/v1"
    for _ in range(2):
        ran = handeye("own", "--data", data, "--grounder", grounder, "--out", "run")
        assert ran.returncode == 5
        assert "No server answers at http://127.0.0.1:9/v1" in ran.stderr
        assert "are kept" not in ran.stderr, "nothing was"
        assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("own", "--data", "nowhere"), "is no folder"),
        (("vstar", "--data", "DATA"), "holds no"),
        (("own", "--data", "DATA", "--concurrency", "2"), "Only remote models"),
        (("own", "--data", "DATA", "--resolution", "naflex"), "no option"),
        (("own", "--data", "DATA", "--grounder", "nope"), "nope"),
        (("own",), "What to measure on?"),
        (("own", "--make", "--out", "set"), "--make needs addresses"),
        (("score", "none.json"), "cannot be read"),
        (("score", "DATA"), "Name the result.json in it"),
        (("compare", "nowhere"), "holds no run"),
        (("nothing",), "No such command"),
    ],
)
def test_bad_input_is_exit_code_2(
    handeye: Handeye, data: Path, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    ran = handeye(*(data if word == "DATA" else word for word in words))
    assert (ran.returncode, ran.stdout) == (2, "")
    assert said in " ".join(ran.stderr.split())
    assert not (tmp_path / "evaluations").exists()
    assert "Traceback" not in ran.stderr
    if "--grounder" in words or "--resolution" in words:
        assert "left out" not in ran.stderr, "told before the data is checked"


def test_in_a_process_of_its_own(data: Path, tmp_path: Path) -> None:
    program = "from handeye.cli import main; main()"
    words = ("eval", "own", "--data", str(data), "--grounder", "scripted:answers.json")
    ran = subprocess.run(
        [sys.executable, "-c", program, *words],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "50.0 %" in ran.stdout
    assert (tmp_path / "evaluations/own-scripted-answers.json/result.json").is_file()
