"""The default planner and grounder know nothing of the benchmark they are measured on."""

import re
from pathlib import Path

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


def test_no_task_of_a_benchmark_is_named() -> None:
    named = re.compile(rf"(?<![\w-])(?:{'|'.join(NAMES)})(?![\w-])")
    found = {name: named.findall(text) for name, text in TEXTS.items()}
    assert {name: tasks for name, tasks in found.items() if tasks} == {}
    assert [name for name, text in TEXTS.items() if "miniwob" in text] == []
