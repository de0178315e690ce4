"""Result files of others: read, judged again, their raw answers read again."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from handeye.actions import Size
from handeye.actions.errors import UsageError
from handeye.grounding.chat.profiles import profile_for
from handeye.grounding.evaluate.detail import Detail
from handeye.grounding.evaluate.rescore import read_official, rescored
from handeye.grounding.evaluate.run import write_official

# As the official script writes it: no size of the image, one point in pixels, the raw answer.
OFFICIAL = {
    "id": "vscode_macos_0",
    "img_path": "images/none.png",
    "group": "Dev",
    "platform": "macos",
    "application": "vscode",
    "lang": "en",
    "instruction_style": "instruction",
    "prompt_to_evaluate": "Refresh the file explorer.",
    "gt_type": "positive",
    "ui_type": "icon",
    "task_filename": "vscode_macos",
    "pred": [488.0, 200.0],
    "raw_response": "<point>190 120</point>",
    "bbox": [473, 183, 503, 219],
    "correctness": "correct",
}


def write(path: Path, *details: dict[str, Any]) -> Path:
    path.write_text(json.dumps({"details": details, "metrics": {}}), encoding="utf-8")
    return path


def test_a_file_that_was_right_stays_as_it_was(tmp_path: Path) -> None:
    negative = {**OFFICIAL, "id": "n", "gt_type": "negative", "bbox": None, "pred": None}
    found = rescored(read_official(write(tmp_path / "r.json", OFFICIAL, negative)))
    assert (found.changes, found.unsized) == ((), 0)


def test_a_wrong_verdict_is_found(tmp_path: Path) -> None:
    off = {**OFFICIAL, "pred": [400.0, 200.0]}
    found = rescored(read_official(write(tmp_path / "r.json", off)))
    assert [tuple(change) for change in found.changes] == [("vscode_macos_0", "correct", "wrong")]


def test_raw_answers_are_read_in_the_coordinates_of_a_family(tmp_path: Path) -> None:
    lost = {**OFFICIAL, "pred": None, "correctness": "wrong_format"}
    details = read_official(write(tmp_path / "r.json", lost))
    family = profile_for("", "default")  # 0 to 1000
    assert rescored(details, family).unsized == 1
    again = rescored(details, family, {"vscode_macos_0": Size(width=2560, height=1664)})
    assert again.details[0].pred == pytest.approx((486.4, 199.68))
    assert [change.after for change in again.changes] == ["correct"]


def test_the_size_is_that_of_the_image_where_it_is_there(tmp_path: Path) -> None:
    Image.new("RGB", (2560, 1664)).save(tmp_path / "a.png")
    raw = {**OFFICIAL, "img_path": str(tmp_path / "a.png"), "raw_response": "no idea"}
    again = rescored(read_official(write(tmp_path / "r.json", raw)), profile_for("", "default"))
    assert (again.unsized, again.details[0].correctness) == (0, "wrong_format")
    assert again.details[0].reason == "it names no place"


def test_what_has_no_raw_answer_keeps_its_point(tmp_path: Path) -> None:
    bare = {**OFFICIAL, "raw_response": ""}
    more = {**OFFICIAL, "id": "more"}
    details = read_official(write(tmp_path / "r.json", bare, more))
    family, size = profile_for("", "default"), Size(width=2560, height=1664)
    again = rescored(details, family, dict.fromkeys(("vscode_macos_0", "more"), size))
    assert again.details[0].pred == details[0].pred
    assert again.details[0].correctness == "correct"
    with pytest.raises(UsageError, match="Leave --profile out"):
        rescored(details[:1], family)


def test_what_is_written_is_read_again(tmp_path: Path, detail: Callable[..., Detail]) -> None:
    details = (
        detail("a", pred=(20, 20), correctness="correct", note="kept"),
        detail("b", points=((1, 2), (3, 4))),
    )
    write_official(tmp_path / "out.json", details)
    written = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert set(OFFICIAL) <= set(written["details"][0])
    assert written["metrics"]["overall"]["action_acc"] == 0.5
    assert read_official(tmp_path / "out.json") == details


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"details": [{}]}', '{"details": 3}'])
def test_another_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "other.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"other\.json"):
        read_official(path)
    with pytest.raises(UsageError, match="cannot be read"):
        read_official(tmp_path / "none.json")
