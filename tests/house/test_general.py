"""The default planner and grounder know nothing of the benchmark they are measured on."""

import re
from pathlib import Path

import pytest

from handeye.envs.miniwob import all_tasks

SOURCE = Path(__file__).parents[2] / "src" / "handeye"
FOLDERS = ("agent/instructions", "grounding/elements", "envs/browser")
TEXTS = {
    path.relative_to(SOURCE).as_posix(): path.read_text("utf-8").casefold()
    for folder in FOLDERS
    for path in (SOURCE / folder).rglob("*")
    if path.suffix in (".py", ".js", ".txt", ".html")
}
NAMES = [task for task in all_tasks() if "-" in task]
"""Names of one word ("terminal") are words of English as well."""


def test_the_sources_are_found() -> None:
    assert {name.rsplit("/", 1)[0] for name in TEXTS} >= set(FOLDERS)
    assert len(NAMES) > 100


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_no_task_of_a_benchmark_is_named(name: str) -> None:
    told = [task for task in NAMES if re.search(rf"(?<![\w-]){task}(?![\w-])", TEXTS[name])]
    assert not told
    assert "miniwob" not in TEXTS[name]
