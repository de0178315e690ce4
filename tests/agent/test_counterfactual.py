"""Others are asked at the recorded screens: who agrees is counted, who does not is named."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from handeye import run
from handeye.agent.counterfactual import ask_grounder, ask_planner
from handeye.agent.instructions import InstructionPlanner
from handeye.agent.scripted import ScriptedPlanner
from handeye.cli.app import app
from handeye.episodes import Episode, read_episode
from handeye.grounding.backends import make_grounder

PAGE = "<title>T</title><button>Alpha</button> <button>Beta</button> <input aria-label=Name>"
TASK = 'click "Alpha", type "Ada" into "Name", click "Beta"'


@pytest.fixture(scope="module")
def ran(lasting_site: Any, tmp_path_factory: pytest.TempPathFactory) -> Episode:
    lasting_site.pages["/"] = PAGE
    out = tmp_path_factory.mktemp("ran") / "ran"
    assert run(TASK, url=lasting_site.url, out=out).ok
    return read_episode(out)


def scripted(folder: Path, *actions: dict[str, Any]) -> str:
    (folder / "other.json").write_text(json.dumps(actions))
    return str(folder / "other.json")


def click(phrase: str) -> dict[str, Any]:
    return {"kind": "click", "target": {"phrase": phrase}}


def test_the_same_planner_and_grounder_agree_with_themselves(ran: Episode) -> None:
    grounded = ask_grounder(ran, make_grounder("elements"))
    assert (grounded.rate, len(grounded.opinions)) == (1.0, 3)
    planned = ask_planner(ran, InstructionPlanner(), make_grounder("elements"), TASK)
    assert [each.other for each in planned.opinions] == [each.recorded for each in planned.opinions]
    assert (planned.rate, planned.kinds, planned.places) == (1.0, 1.0, 1.0)


def test_another_planner_is_named_where_it_decides_otherwise(ran: Episode, tmp_path: Path) -> None:
    typing = {"kind": "type", "text": "Bob", "target": {"phrase": "Name"}}
    other = ScriptedPlanner(
        scripted(tmp_path, click("Beta"), typing, {"kind": "press", "keys": ["Enter"]})
    )
    told = ask_planner(ran, other, make_grounder("elements"), TASK)
    first, second, third, last = told.opinions
    assert (first.agrees, first.kind, first.place) == (False, True, False)
    assert first.distance is not None
    assert first.distance > 10
    assert (second.agrees, second.place) == (False, True), "another text at the same place"
    assert (third.agrees, third.kind) == (False, False)
    assert last.agrees
    assert (told.rate, told.kinds, told.places) == (0.25, 0.75, 0.5)


def test_the_command_needs_no_browser(ran: Episode, tmp_path: Path) -> None:
    spec = f"scripted:{scripted(tmp_path, click('Alpha'), click('Beta'))}"
    asked = CliRunner().invoke(
        app, ["replay", str(ran.path), "--offline", "--planner", spec, "--json"]
    )
    assert asked.exit_code == 1, asked.output
    answer = json.loads(asked.stdout)
    assert [step["agrees"] for step in answer["steps"]] == [True, False, False, True]
    assert answer["agreement"] == 0.5
    same = CliRunner().invoke(app, ["replay", str(ran.path), "--offline", "--grounder", "elements"])
    assert (same.exit_code, same.stdout) == (
        0,
        "3 compared: agree 100.0%, same place 100.0%.\n",
    )
