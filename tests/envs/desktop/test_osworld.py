"""Task files of OSWorld: read, sorted, set up on a private display, done, and judged."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from handeye.actions import Size
from handeye.actions.errors import UsageError
from handeye.envs.desktop.osworld import OsworldTask, Place, load_tasks, unsupported
from handeye.envs.desktop.osworld.applications import opener_of
from handeye.envs.desktop.osworld.getters import get
from handeye.envs.desktop.osworld.metrics import METRICS, score

TASKS = Path(__file__).with_name("tasks")
SMALL = Size(width=800, height=600)

Make = Callable[..., OsworldTask]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Writes a task file, and reads it."""

    def make(evaluator: dict[str, Any], *config: dict[str, Any], **more: Any) -> OsworldTask:
        path = tmp_path / "task.json"
        data = {"id": "a", "instruction": "Do it.", "config": config, "evaluator": evaluator}
        path.write_text(json.dumps(data | more), "utf-8")
        return OsworldTask.read(path)

    return make


def step(kind: str, **parameters: Any) -> dict[str, Any]:
    return {"type": kind, "parameters": parameters}


def shell(command: str) -> dict[str, Any]:
    return step("execute", command=command, shell=True)


def output(command: str) -> dict[str, Any]:
    return {"type": "vm_command_line", "command": command, "shell": True}


def rule(**rules: Any) -> dict[str, Any]:
    return {"type": "rule", "rules": rules}


def test_a_folder_an_index_and_a_file(tmp_path: Path) -> None:
    assert [task.id for task in load_tasks(TASKS).tasks] == [
        "no-such-thing", "rename", "shopping-list", "spreadsheet",
    ]  # fmt: skip
    shutil.copytree(TASKS, tmp_path / "examples" / "os")
    index = tmp_path / "test_small.json"
    index.write_text('{"os": ["rename", "no-such-thing"]}')
    assert [task.id for task in load_tasks(index).tasks] == ["rename", "no-such-thing"]
    (tmp_path / "settings.json").write_text('{"password": "x"}')
    found = load_tasks(tmp_path)
    assert len(found.tasks) == 4
    assert [each.rpartition("/")[2] for each in found.others] == [
        "settings.json is no task of OSWorld."
    ]
    ((task,), _) = load_tasks(TASKS / "shopping-list.json")
    assert [check.func for check in task.evaluator.checks] == [
        "compare_text_file", "check_include_exclude",
    ]  # fmt: skip
    assert task.evaluator.checks[0].options == {"ignore_case": True, "ignore_blanks": True}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is no JSON"),
        ("[]", "is no task"),
        ('{"instruction": "x", "evaluator": {}}', "func names no metric"),
        ('{"instruction": "", "evaluator": {"func": "infeasible"}}', "instruction"),
        (
            '{"instruction": "x", "evaluator": {"func": ["a", "b"], "result": [{}]}}',
            "result has not as many entries as func",
        ),
        ('{"os": ["nothing"]}', "nothing.json cannot be read"),
    ],
)
def test_a_file_that_is_no_task(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "task.json"
    path.write_text(text)
    with pytest.raises(UsageError, match=message):
        load_tasks(path)


def test_what_is_not_supported_is_named(make: Make) -> None:
    ((task,), _) = load_tasks(TASKS / "spreadsheet.json")
    assert unsupported(task) == (
        "step download", "step execute as root", "metric compare_table", "getter cloud_file",
    )  # fmt: skip
    odd = make(
        {
            "func": "check_json",
            "result": output("sudo cat /etc/shadow"),
            "expected": rule(expect=[{"key": ["a"], "method": "approx:0.1", "ref": 1}]),
        },
        shell("echo pseudo | cat"),
    )
    assert unsupported(odd) == (
        "getter vm_command_line as root", "method approx:0.1 of check_json",
    )  # fmt: skip
    unread = {"func": "check_json", "result": {"type": ["rule"]}, "expected": {"type": "rule"}}
    for rules, told in (
        (["a"], "check_json with such rules"),
        ({"expect": "a"}, "check_json with such rules"),
        ({"expect": [{"method": ["eq"]}]}, "method ['eq'] of check_json"),
    ):
        unread["expected"] = {"type": "rule", "rules": rules}
        assert unsupported(make(unread, step("launch", command=5))) == ("getter ['rule']", told)
    for name in ("rename", "shopping-list", "no-such-thing"):
        assert unsupported(load_tasks(TASKS / f"{name}.json").tasks[0]) == ()


def test_a_place_has_a_home_and_nothing_of_the_person(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-nobody-may-read-this")
    task = make(
        {"func": "exact_match", "result": output("pwd; echo $HOME"), "expected": rule(
            expected="/home/user\n/home/user\n")},
        shell("env > /home/user/env.txt; echo {SCREEN_WIDTH} > ~/Desktop/width.txt"),
        step("execute", command="seq 3 && false", shell=True),
        step("close_window", window_name="Nothing"),
        instruction="See /home/user/a and /home/username.",
    )  # fmt: skip
    with Place(task, size=SMALL) as place:
        assert place.task.instruction == f"See {place.home}/a and /home/username."
        written = (place.home / "env.txt").read_text("utf-8")
        assert "nobody-may-read" not in written
        assert f"HOME={place.home}\n" in written
        assert f"DISPLAY={place.display.name}\n" in written
        assert (place.home / "Desktop" / "width.txt").read_text() == "800\n"
        assert place.notes == ["'seq 3 && false' ended with code 1.",
                               "No window is called “Nothing”."]  # fmt: skip
        assert place.score(gave_up=False) == 1.0
        assert place.score(gave_up=True) == 0.0, "it could be done"
        with pytest.raises(UsageError, match="vm_command_line has unusable parameters: 'command'"):
            get(place, {"type": "vm_command_line"})
        home = place.home
    assert not home.exists()


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (step("open", path="/home/user/no.txt"), "The step open failed: there is no "),
        (step("execute", command=["no-such-program"]), "no-such-program cannot be started"),
        (step("launch", command=""), "unusable parameters: the command is empty"),
        (step("launch"), "The step launch has unusable parameters: 'command'"),
    ],
)
def test_a_task_that_cannot_be_set_up_says_why(
    make: Make, config: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        Place(make({"func": "infeasible"}, config), size=SMALL)


@pytest.mark.parametrize(
    ("conj", "commands", "wanted"),
    [("and", ("yes", "no"), 0.0), ("and", ("yes", "yes"), 1.0), ("or", ("no", "yes"), 1.0)],
)
def test_several_checks(make: Make, conj: str, commands: tuple[str, str], wanted: float) -> None:
    task = make({
        "func": ["exact_match", "exact_match"], "conj": conj,
        "result": [output(f"printf {each}") for each in commands],
        "expected": [rule(expected="yes")] * 2,
    })  # fmt: skip
    with Place(task, size=Size(width=64, height=64)) as place:
        assert place.score(gave_up=False) == wanted


FILE = "text.txt"
TABLE = "name,price\nlamp,7\ndesk,40\n"
DATA = '{"editor": {"size": 12, "font": "Mono"}, "on": true}'


@pytest.mark.parametrize(
    ("metric", "text", "expected", "wanted"),
    [
        ("compare_config", "a\n", {"expected": "a\n"}, 1.0),
        ("file_contains", "a b c", {"expected": ["a", "c"]}, 1.0),
        ("file_contains", "a b c", {"expected": ["a", "d"]}, 0.0),
        ("check_include_exclude", "a b", {"include": ["a"], "exclude": ["b"]}, 0.0),
        ("check_list", "one 1\ntwo 2\n", {"expect": [r"one \d"], "unexpect": ["three"]}, 1.0),
        ("check_list", "one 1\n", {"expect": ["("]}, 0.0),
        ("check_csv", TABLE, {"expect": [{"name": "lamp", "price": "7"}]}, 1.0),
        ("check_csv", TABLE, {"unexpect": [{"name": "desk"}]}, 0.0),
        ("check_json", DATA, {"expect": [
            {"key": ["editor", "size"], "method": "ge", "ref": 12},
            {"key": ["editor", "font"], "method": "re", "ref": "^Mo"}]}, 1.0),
        ("check_json", DATA, {"expect": [{"key": ["editor", "no"], "method": "eq", "ref": 1}]}, 0.0),
        ("check_json", "{", {"expect": []}, 0.0),
        ("check_json_settings", DATA, {"expected": {"on": True}}, 1.0),
        ("is_extension_installed", "a.b\n", {"type": "not_contain", "expected": "c.d"}, 1.0),
    ],
)  # fmt: skip
def test_files_are_judged(
    tmp_path: Path, metric: str, text: str, expected: dict[str, Any], wanted: float
) -> None:
    file = tmp_path / FILE
    file.write_text(text, "utf-8")
    assert score(metric, file, expected, {}) == wanted
    assert score(metric, None, expected, {}) == 0.0, "what is not there is not as it should be"


def test_values_are_judged(tmp_path: Path) -> None:
    assert score("match_in_list", "b", {"expected": ["a", "b"]}, {}) == 1.0
    assert score("is_in_list", ["a", "b"], {"expected": "c"}, {}) == 0.0
    assert score("literal_match", "Ab", "aB", {"ignore_case": True}) == 1.0
    assert score("literal_match", [1, 2], ["1", "2"], {"type": "list"}) == 1.0
    assert score("fuzzy_match", "abcd", {"expected": "abce"}, {}) == pytest.approx(0.75)
    database = tmp_path / "data.sqlite"
    with sqlite3.connect(database) as made:
        made.execute("create table t (x)")
        made.execute("insert into t values (1)")
    made.close()
    assert score("run_sqlite3", database, {"sql": "select count(*) > 0 from t"}, {}) == 1.0
    assert score("run_sqlite3", database, {"sql": "drop table t"}, {}) == 0.0
    assert "infeasible" not in METRICS


def test_the_application_for_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = tmp_path / "applications"
    entries.mkdir()
    entry = "[Desktop Entry]\nMimeType={kinds}\nExec={command}\n{more}"
    for name, kinds, command, more in (
        ("a-broken", "text/plain", "x", "MimeType"),
        ("b-terminal", "text/plain;", "vim %F", "Terminal=true"),
        ("c-editor", "text/plain;text/css;", "pad --new %i %U", ""),
        ("d-files", "inode/directory;", "files %f", ""),
    ):
        text = entry.format(kinds=kinds, command=command, more=more)
        (entries / f"{name}.desktop").write_text(text)
    monkeypatch.setenv("XDG_DATA_DIRS", f"{tmp_path}{os.pathsep}/nowhere")
    assert opener_of(tmp_path / "a.txt") == ["pad", "--new"]
    assert opener_of(tmp_path / "LICENSE") == ["pad", "--new"]
    assert opener_of(tmp_path) == ["files"]
    assert opener_of(tmp_path / "a.png") is None
