"""`handeye eval` with a tiny checkpoint: resolutions, batches and a second look."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

for needed in ("torch", "transformers"):
    pytest.importorskip(needed)

from click.testing import Result
from PIL import Image
from typer.testing import CliRunner

from handeye.actions.errors import UsageError

Draw = Callable[..., Image.Image]


@pytest.fixture
def handeye(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs `handeye eval` in this process, which has loaded torch already."""
    from handeye.cli.app import app

    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(app, ["eval", *map(str, words)])


def answers(run: Path) -> dict[str, Any]:
    details = json.loads((run / "result.json").read_text(encoding="utf-8"))["details"]
    return {detail["id"]: detail for detail in details}


@pytest.fixture
def data(tmp_path: Path, draw: Draw) -> Path:
    """Five targets on three screens of different sizes."""
    folder = tmp_path / "data"
    (folder / "annotations").mkdir(parents=True)
    (folder / "images").mkdir()
    for number, size in enumerate(((300, 200), (200, 320), (640, 360))):
        draw(*size, number).save(folder / "images" / f"{number}.png")
    rows = [
        {
            "id": f"item_{n}",
            "img_filename": f"{n % 3}.png",
            "bbox": [10, 10, 60, 40],
            "instruction": f"button {n}",
        }
        for n in range(5)
    ]
    (folder / "annotations" / "a.json").write_text(json.dumps(rows), encoding="utf-8")
    return folder


def test_each_resolution_is_a_run_and_a_batch_gives_the_same_boxes(
    handeye: Callable[..., Result], data: Path, chat_checkpoint: Path, tmp_path: Path
) -> None:
    words = ("own", "--data", data, "--grounder", f"phi4:{chat_checkpoint}")
    ways = ("naflex:48", "naflex:64")
    one = handeye(*words, "--resolution", ",".join(ways), "--out", "alone")
    assert one.exit_code == 0, one.output
    several = handeye(*words, "--resolution", "naflex:64", "--batch", 3, "--out", "three")
    assert several.exit_code == 0, several.output
    first, second = (answers(tmp_path / "alone" / way.replace(":", "-")) for way in ways)
    assert len(first) == len(second) == 5
    assert {id_: each["raw_response"] for id_, each in second.items()} == {
        id_: each["raw_response"] for id_, each in answers(tmp_path / "three").items()
    }
    compared = handeye("compare", *sorted((tmp_path / "alone").iterdir()), "--out", "page")
    assert compared.exit_code == 0, compared.output
    assert "naflex:48" in (tmp_path / "page" / "index.html").read_text(encoding="utf-8")


def test_what_cannot_be_answered_in_batches_is_refused(
    handeye: Callable[..., Result], data: Path, chat_checkpoint: Path
) -> None:
    for grounder in ("elements", f"zoom:phi4:{chat_checkpoint}"):
        ran = handeye("own", "--data", data, "--grounder", grounder, "--batch", 2)
        assert isinstance(ran.exception, UsageError)
        assert "answers in batches" in ran.exception.message


def test_the_second_look_is_asked_for_in_each_resolution(
    handeye: Callable[..., Result], data: Path, chat_checkpoint: Path, tmp_path: Path
) -> None:
    words = ("own", "--data", data, "--limit", 1, "--grounder", f"phi4:{chat_checkpoint}")
    ran = handeye(*words, "--zoom", "--resolution", "naflex:48,naflex:64", "--out", "runs")
    assert ran.exit_code == 0, ran.output
    for way in ("naflex:48", "naflex:64"):
        folder = tmp_path / "runs" / way.replace(":", "-")
        pinned = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
        assert (pinned["resolution"], pinned["zoom"]) == (way, True)
        assert len(answers(folder)) == 1
