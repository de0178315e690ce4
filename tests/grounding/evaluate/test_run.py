"""A run survives being killed, asks nothing twice, and is only continued as it began."""

import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from handeye.actions.errors import BackendError, UsageError
from handeye.envs import Observation
from handeye.grounding.chat.types import Message, Reply
from handeye.grounding.evaluate.asking import read_choice
from handeye.grounding.evaluate.datasets import load_dataset
from handeye.grounding.evaluate.detail import Detail, unanswered
from handeye.grounding.evaluate.items import Dataset, Item
from handeye.grounding.evaluate.run import Results, load_run, open_run
from handeye.grounding.evaluate.runner import ask_all, screens
from handeye.grounding.evaluate.settings import open_ask, pin

MAIN = "from handeye.cli import main; main()"


class Stubborn:
    """A model that says the middle of the target, and falls silent at one phrase until it may."""

    name = "stubborn"

    def __init__(self, silent_at: str) -> None:
        self.asked: Counter[str] = Counter()
        self.may_go_on = threading.Event()
        self.is_silent = threading.Event()
        self._silent_at = silent_at

    def complete(self, messages: Sequence[Message], **_: Any) -> Reply:
        phrase = messages[-1].text.partition("Where is ")[2].partition(" on this")[0]
        self.asked[phrase] += 1
        if phrase == self._silent_at:
            self.is_silent.set()
            self.may_go_on.wait(20)
        return Reply(text='{"bbox": [250, 333, 350, 400]}')


@pytest.fixture
def stubborn() -> Iterator[Stubborn]:
    model = Stubborn("press button 3")
    yield model
    model.may_go_on.set()


def start(*words: str | Path, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", MAIN, "eval", *map(str, words)],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "OPENAI_API_KEY": "any", "COLUMNS": "120"},
    )


def test_killed_in_the_middle_it_goes_on_and_asks_nothing_twice(
    tmp_path: Path, pro: Any, entry: Any, serving: Any, stubborn: Stubborn
) -> None:
    data = pro([entry(number, image=f"{number % 2}.png") for number in range(6)])
    running = serving(stubborn)
    words = (
        "own", "--data", data, "--out", "run", "--grounder", f"remote:stubborn@{running.url}/v1",
    )  # fmt: skip
    first = start(*words, folder=tmp_path)
    assert stubborn.is_silent.wait(20)
    first.kill()
    first.communicate()
    kept = load_run(tmp_path / "run").details
    assert [detail.id for detail in kept] == ["demo_0", "demo_2", "demo_4", "demo_1"]
    stubborn.may_go_on.set()
    second = start(*words, folder=tmp_path)
    said, error = second.communicate(timeout=30)
    assert second.returncode == 0, error
    run = load_run(tmp_path / "run")
    assert sorted(detail.id for detail in run.details) == [f"demo_{n}" for n in range(6)]
    assert all(detail.correctness == "correct" for detail in run.details)
    in_flight = {"press button 3": 2}  # it was asked, and its answer never came
    assert stubborn.asked == Counter({f"press button {n}": 1 for n in range(6)}) | in_flight
    assert "100.0 %" in said


def test_a_torn_line_is_asked_again(tmp_path: Path, dataset: Dataset) -> None:
    settings, folder = pin(dataset, "elements"), tmp_path / "run"
    first, second, _ = map(unanswered, dataset.items)
    with Results(open_run(folder, settings)) as results:
        results.add(first)
        results.add(second)
    path = folder / "results.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:-7])
    run = open_run(folder, settings)
    assert run.details == (first,)
    with Results(run) as results:
        results.add(second)
    assert path.read_bytes() == whole


def test_of_two_answers_to_one_item_the_first_counts(tmp_path: Path, dataset: Dataset) -> None:
    first = unanswered(dataset.items[0])
    with Results(open_run(tmp_path / "run", pin(dataset, "elements"))) as results:
        results.add(first)
        results.add(first.model_copy(update={"correctness": "correct"}))
    assert load_run(tmp_path / "run").details == (first,)


def test_another_setting_is_refused_by_name(tmp_path: Path, dataset: Dataset) -> None:
    model = "remote:qwen2.5-vl-7b"
    with Results(open_run(tmp_path / "run", pin(dataset, model))) as results:
        results.add(unanswered(dataset.items[0]))
    for other in (pin(dataset, model, zoom=True), pin(dataset, f"zoom:{model}")):
        with pytest.raises(UsageError, match=r"other settings: zoom \(False, now True\)\."):
            open_run(tmp_path / "run", other)
    with pytest.raises(UsageError, match=r"profile .*; prompt"):
        open_run(tmp_path / "run", pin(dataset, model, profile="claude"))
    changed = Dataset(dataset.name, dataset.items, (), "another")
    with pytest.raises(UsageError, match="data_sha256"):
        open_run(tmp_path / "run", pin(changed, model))


def test_a_run_without_answers_may_begin_with_other_settings(
    tmp_path: Path, dataset: Dataset
) -> None:
    with Results(open_run(tmp_path / "run", pin(dataset, "remote:mistyped"))):
        pass
    with Results(open_run(tmp_path / "run", pin(dataset, "elements"))):
        pass
    assert load_run(tmp_path / "run").settings.grounder == "elements"


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path, dataset: Dataset) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="no run"):
        open_run(folder, pin(dataset, "elements"))
    with pytest.raises(UsageError, match="holds no run"):
        load_run(folder)
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]


def test_settings_pin_what_the_model_is_asked_and_by_what(dataset: Dataset) -> None:
    settings = pin(dataset, "remote:qwen2.5-vl-7b@http://127.0.0.1:9/v1")
    assert settings.grounder == "remote:qwen2.5-vl-7b@http://127.0.0.1:9/v1"
    assert settings.profile is not None
    assert settings.profile.name == "qwen2.5-vl"
    assert "{phrase}" in settings.prompt
    assert {"python", "handeye", "pillow"} <= set(settings.versions)
    assert pin(dataset, "elements").profile is None
    assert "Locate the the UI element" in pin(dataset, "phi4:weights").prompt


@pytest.mark.parametrize(
    ("grounder", "options"),
    [
        ("elements", {"resolution": "naflex:3600"}),
        ("elements", {"resolution": "nonsense"}),
        ("elements", {"profile": "claude"}),
        ("remote:x", {"profile": "nobody"}),
        ("nothing", {}),
    ],
)
def test_an_option_that_the_grounder_does_not_have_is_refused(
    dataset: Dataset, grounder: str, options: dict[str, str]
) -> None:
    with pytest.raises(UsageError):
        open_ask(pin(dataset, grounder, **options), dataset)


def test_the_server_is_pinned_that_the_environment_names(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    assert pin(dataset, "remote:x").grounder == "remote:x@http://127.0.0.1:9/v1"


def test_a_screen_is_shown_once_for_all_its_items(pro: Any, entry: Any) -> None:
    folder = pro([entry(number, image=f"{number % 3}.png") for number in range(9)])
    shown = list(screens(load_dataset("own", folder).items))
    assert [[item.id for item in group] for _, group in shown] == [
        [f"demo_{number}" for number in (start, start + 3, start + 6)] for start in range(3)
    ]
    assert len({screen.screenshot.sha256 for screen, _ in shown}) == 3
    assert list(screens([])) == []


def test_so_many_are_asked_at_the_same_time_and_no_more(dataset: Dataset) -> None:
    together = threading.Barrier(3)
    most, now, lock = 0, 0, threading.Lock()

    def ask(item: Item, _: Observation) -> Detail:
        nonlocal most, now
        with lock:
            now += 1
            most = max(most, now)
        together.wait(10)
        with lock:
            now -= 1
        return unanswered(item)

    found = list(ask_all(dataset.items, ask, concurrency=3))
    assert most == 3
    assert Counter(detail.id for detail in found) == Counter(item.id for item in dataset.items)


def test_answers_that_were_on_their_way_are_kept_when_one_fails(dataset: Dataset) -> None:
    failed = threading.Event()

    def ask(item: Item, _: Observation) -> Detail:
        if item.id == "demo_2":
            failed.set()
            raise BackendError("The server is gone.")
        failed.wait(10)
        return unanswered(item)

    found: list[Detail] = []
    with pytest.raises(BackendError, match="gone"):
        found.extend(ask_all(dataset.items, ask, concurrency=3))
    assert sorted(detail.id for detail in found) == ["demo_1", "demo_3"]


def test_questions_with_options_are_asked_of_a_model(
    tmp_path: Path, drawn: Callable[..., None], written: Callable[[Path, Any], None]
) -> None:
    drawn(tmp_path / "direct_attributes" / "sa_1.jpg")
    row = {"question": "What color is the dog?", "options": ["The dog is red.", "It is blue."]}
    written(tmp_path / "direct_attributes" / "sa_1.json", row)
    dataset = load_dataset("vstar", tmp_path)
    with pytest.raises(UsageError, match="finds places"):
        open_ask(pin(dataset, "elements"), dataset)
    script = tmp_path / "model.json"
    written(script, {r"A\. The dog is red": "The answer is A.", r"B\. The dog is red": "B"})
    (answer,) = ask_all(dataset.items, open_ask(pin(dataset, f"scripted:{script}"), dataset))
    assert answer.correctness == "correct"
    assert answer.output_tokens is not None


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("B", 1),
        ("(b) no, (C) yes", 2),
        ("**D**", 3),
        ("The answer is A", 0),
        ("A red car is at A. So the answer is B.", 1),
        ("It is a blue car.", 1),
        ("A red or a blue car", None),
        ("E", None),
        ("", None),
    ],
)
def test_the_option_that_a_text_names(text: str, choice: int | None) -> None:
    assert read_choice(text, ("red", "blue car", "green", "grey")) == choice


@pytest.fixture
def dataset(pro: Any, entry: Any) -> Dataset:
    return load_dataset("own", pro([entry(n, image=f"{n % 2}.png") for n in (1, 2, 3)]))
