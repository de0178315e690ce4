"""The data set that comes with handeye, and the command that needs no argument."""

import json
import sys
from collections import Counter
from pathlib import Path

import pytest

from handeye.cli.app import start
from handeye.grounding.evaluate import datasets
from handeye.grounding.evaluate.datasets import EMBEDDED, SOURCES, find_dataset, load_dataset

SCREENS = 4


def test_it_is_whole_and_large_enough_for_each_group() -> None:
    dataset = load_dataset(EMBEDDED, find_dataset(EMBEDDED))
    assert dataset.problems == ()
    screens = {item.image for item in dataset.items}
    assert f"{len(dataset.items)} targets on {len(screens)} screens" in SOURCES[EMBEDDED].about
    groups = Counter(item.group or "" for item in dataset.items)
    icons = {name: count for name, count in groups.items() if name.startswith("icon")}
    assert set(icons) == {"icon (sets trained on)", "icon (sets never trained on)"}
    assert min(icons.values()) >= 40
    assert all(groups[name] >= 60 for name in ("text", "field", "check"))
    views = {item.platform for item in dataset.items}
    assert {"1280x720@1", "2560x1440@1", "390x844@2"} <= views


@pytest.fixture
def some(tmp_path: Path) -> Path:
    """A few screens of the set, with all that is asked of them."""
    whole, part = find_dataset(EMBEDDED), tmp_path / "some"
    (part / "annotations").mkdir(parents=True)
    (part / "images").mkdir()
    kept = sorted(path.name for path in (whole / "images").iterdir())[:SCREENS]
    for name in kept:
        (part / "images" / name).write_bytes((whole / "images" / name).read_bytes())
    for path in (whole / "annotations").iterdir():
        rows = [row for row in json.loads(path.read_bytes()) if row["img_filename"] in kept]
        (part / "annotations" / path.name).write_text(json.dumps(rows), encoding="utf-8")
    return part


def test_without_an_argument_the_default_grounder_is_measured_on_it(
    some: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(datasets, "find_dataset", {EMBEDDED: some}.__getitem__)
    monkeypatch.setattr(sys, "argv", ["handeye", "eval"])
    with pytest.raises(SystemExit) as ended:
        start()
    said = capsys.readouterr()
    assert ended.value.code in (None, 0), said.err
    result = json.loads(
        (tmp_path / "evaluations/embedded-elements/result.json").read_text(encoding="utf-8")
    )
    overall = result["metrics"]["overall"]
    assert overall["num_total"] == len(load_dataset(EMBEDDED, some).items) > 5 * SCREENS
    assert overall["action_acc"] > 0.8
    assert f"{100 * overall['action_acc']:.1f} %" in said.out
    assert "icon (sets never trained on)" in said.out
