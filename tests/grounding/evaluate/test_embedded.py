"""The data set that comes with handeye, and the command that needs no argument."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

from handeye.grounding.evaluate.datasets import EMBEDDED, SOURCES, find_dataset, load_dataset


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


def test_without_an_argument_the_default_grounder_is_measured_on_it(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", "from handeye.cli import main; main()", "eval"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=110,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    result = json.loads(
        (tmp_path / "evaluations/embedded-elements/result.json").read_text(encoding="utf-8")
    )
    overall = result["metrics"]["overall"]
    assert overall["num_total"] == len(load_dataset(EMBEDDED, find_dataset(EMBEDDED)).items)
    assert f"{100 * overall['action_acc']:.1f} %" in ran.stdout
    assert "icon (sets never trained on)" in ran.stdout
