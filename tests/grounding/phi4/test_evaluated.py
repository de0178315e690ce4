"""`handeye eval` with a tiny checkpoint: resolutions, batches and a second look."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

for needed in ("torch", "transformers"):
    pytest.importorskip(needed)

from PIL import Image

Draw = Callable[..., Image.Image]


def handeye(folder: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from handeye.cli import main; main()", "eval", *map(str, words)],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )


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
    data: Path, chat_checkpoint: Path, tmp_path: Path
) -> None:
    words = ("own", "--data", data, "--grounder", f"phi4:{chat_checkpoint}")
    ways = ("naflex:48", "naflex:64")
    one = handeye(tmp_path, *words, "--resolution", ",".join(ways), "--out", "alone")
    assert one.returncode == 0, one.stderr
    several = handeye(tmp_path, *words, "--resolution", "naflex:64", "--batch", 3, "--out", "three")
    assert several.returncode == 0, several.stderr
    first, second = (answers(tmp_path / "alone" / way.replace(":", "-")) for way in ways)
    assert len(first) == len(second) == 5
    assert {id_: each["raw_response"] for id_, each in second.items()} == {
        id_: each["raw_response"] for id_, each in answers(tmp_path / "three").items()
    }
    compared = handeye(
        tmp_path, "compare", *sorted((tmp_path / "alone").iterdir()), "--out", "page"
    )
    assert compared.returncode == 0, compared.stderr
    assert "naflex:48" in (tmp_path / "page" / "index.html").read_text(encoding="utf-8")


def test_what_cannot_be_answered_in_batches_is_refused(
    data: Path, chat_checkpoint: Path, tmp_path: Path
) -> None:
    for grounder in ("elements", f"zoom:phi4:{chat_checkpoint}"):
        ran = handeye(tmp_path, "own", "--data", data, "--grounder", grounder, "--batch", 2)
        assert (ran.returncode, ran.stdout) == (2, "")
        assert "answers in batches" in " ".join(ran.stderr.split())


def test_the_second_look_is_asked_for_in_each_resolution(
    data: Path, chat_checkpoint: Path, tmp_path: Path
) -> None:
    words = ("own", "--data", data, "--limit", 1, "--grounder", f"phi4:{chat_checkpoint}")
    ran = handeye(
        tmp_path, *words, "--zoom", "--resolution", "naflex:48,naflex:64", "--out", "runs"
    )
    assert ran.returncode == 0, ran.stderr
    for way in ("naflex:48", "naflex:64"):
        folder = tmp_path / "runs" / way.replace(":", "-")
        pinned = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
        assert (pinned["resolution"], pinned["zoom"]) == (way, True)
        assert len(answers(folder)) == 1
